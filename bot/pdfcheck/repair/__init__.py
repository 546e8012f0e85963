"""Makes a mended copy of a PDF that CM/ECF would refuse. See `Checker.mend`."""
