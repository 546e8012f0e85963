"""Checks a PDF against what a court's CM/ECF refuses.

A file is only ever opened in a limited child process. Use `Checker` for many files,
`check` or `check_sync` for one. The answer is a `Report`, also when the file is hostile.
"""

from bot.pdfcheck.checker import Checker, NotARegularFile, check, check_sync
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.profile import Profile, ProfileError
from bot.pdfcheck.repair.offer import Offer, offer
from bot.pdfcheck.repair.result import Attachment, Consent, MendedCopy, Repair
from bot.pdfcheck.report import Finding, Report, Severity, Verdict
from bot.pdfcheck.summary import summarize

__all__ = [
    "Attachment",
    "Checker",
    "Consent",
    "Finding",
    "Limits",
    "MendedCopy",
    "NotARegularFile",
    "Offer",
    "Profile",
    "ProfileError",
    "Repair",
    "Report",
    "Severity",
    "Verdict",
    "check",
    "check_sync",
    "offer",
    "summarize",
]
