"""The command ``helpdesk check-pdf``. It imports what it needs when it is called."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bot.settings import Settings
from bot.terminal import OK, WRONG_USE, say


def add_check_pdf_command(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``check-pdf`` to the parser of ``helpdesk``."""
    parser = add(
        "check-pdf", _check_pdf, "Check PDFs against what CM/ECF refuses, and make mended copies."
    )
    parser.epilog = (
        "Ends 0 when CM/ECF should accept every file, 1 when it would refuse one (also when a "
        "mended copy was made), 2 when something cannot be read or written."
    )
    parser.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="PDF files, or folders of them"
    )
    parser.add_argument(
        "--rules", action="store_true", help="print what is looked for, as Markdown, and end"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--fix",
        type=Path,
        metavar="DIR",
        help="put mended copies there; originals stay as they are",
    )
    parser.add_argument(
        "--confirm-rights",
        action="store_true",
        help="with --fix: you may take the restrictions off locked files",
    )
    parser.add_argument(
        "--even-signed",
        action="store_true",
        help="with --fix: also copy files whose digital signature becomes void in the copy",
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="how many files at the same time (default: the cores)"
    )


def _check_pdf(parsed: argparse.Namespace, settings: Settings) -> int:
    if parsed.rules:
        from bot.pdfcheck.rules_text import rules_text

        print(rules_text(), end="")
        return OK
    if not parsed.files:
        say("Which files? Name PDFs or folders of them. `--help` says more.")
        return WRONG_USE
    from bot.pdfcheck.command_line import check_pdf

    return check_pdf(parsed, settings)
