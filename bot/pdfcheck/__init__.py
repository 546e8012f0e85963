"""Checks a PDF against what a court's CM/ECF refuses.

A file is only ever opened in a limited child process. Use `Checker` for many files,
`check` or `check_sync` for one. The answer is a `Report`, also when the file is hostile.

The names below are loaded when first used: a child is a copy of its worker, and each module that
the worker need not load makes every check quicker (docs/decisions/0009).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.pdfcheck.checker import Checker, NotARegularFile, check, check_sync
    from bot.pdfcheck.limits import Limits
    from bot.pdfcheck.profile import Profile, ProfileError
    from bot.pdfcheck.repair.offer import Offer, offer
    from bot.pdfcheck.repair.result import Attachment, Consent, MendedCopy, Repair
    from bot.pdfcheck.report import Finding, Report, Severity, Verdict
    from bot.pdfcheck.summary import summarize

_MODULES = {
    "checker": ("Checker", "NotARegularFile", "check", "check_sync"),
    "limits": ("Limits",),
    "profile": ("Profile", "ProfileError"),
    "repair.offer": ("Offer", "offer"),
    "repair.result": ("Attachment", "Consent", "MendedCopy", "Repair"),
    "report": ("Finding", "Report", "Severity", "Verdict"),
    "summary": ("summarize",),
}

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


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"{__name__} has no {name}")
