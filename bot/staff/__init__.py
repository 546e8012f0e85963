"""Who works at the desk: accounts, sign-in, sessions, and the log of what was done."""
