"""What an error text of CM/ECF may stand for, when there is no file to look at.

The order is by likelihood. It rests on what was found in 184 files of court and legal-aid
repositories: live form fields in 106, scripts in 35, web pages or empty files in 3, none locked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELDS = "boxes that can still be filled in, as in official forms"
_SCRIPT = "a script, such as the one that adds up amounts in an official form"
_LINK = "a link that opens a file or a program, as Word makes of text that points to drive C"
_ATTACHED = "a file inside the file: an attachment, or an e-mail saved as a portfolio"
_MEDIA = "sound or video"
_DAMAGED = "damage: a cut-off download, or a file put together by an old program"
_OTHER = "no PDF at all: a web page, a photo or a Word file under the name of one"
_RESTRICTED = "restrictions on printing or changing: it opens without asking. Banks do that"
_PASSWORD = "a password that it asks for when it opens"  # noqa: S105  it is no secret
_CERTIFICATE = "a lock by a certificate, by a signing service or by rights management"


@dataclass(frozen=True, slots=True)
class Causes:
    """What an error text may stand for, the likeliest first. id: M1 to M5 of court_errors.py."""

    id: str
    causes: tuple[str, ...]


_M1 = Causes(
    "M1",
    (
        _FIELDS,
        "an XFA form, made with Adobe LiveCycle",
        "a field left behind when a form was signed or put into another file",
    ),
)
_M2 = Causes("M2", (_SCRIPT, _LINK, _ATTACHED, _DAMAGED, _MEDIA, _OTHER))
_M3 = Causes("M3", (_SCRIPT, _LINK, "a button that sends the form or fetches data", _MEDIA))
_M4 = Causes("M4", (_OTHER, _DAMAGED, _SCRIPT))
_M5 = Causes("M5", (_RESTRICTED, _PASSWORD, _CERTIFICATE))

# Filers copy a part, or type it from memory, with letters missing.
_SIGNS = (
    (re.compile(r"not (?:a )?well[ -]?form"), _M4),
    (re.compile(r"mal ?form"), _M2),
    (re.compile(r"secur\w* meas|access restric|password protec"), _M5),
    (re.compile(r"must be flat|flat+ened before|form fields\W*$"), _M1),
    (re.compile(r"ext\w*rn\w* act|contains? code|launching an app"), _M3),
)


def causes_of(text: str) -> Causes | None:
    """What the error text in a message may stand for, or None where there is none in it."""
    low = " ".join(text.lower().split())
    return next((causes for sign, causes in _SIGNS if sign.search(low)), None)


def causes_text(causes: Causes) -> str:
    """The causes as a list in Markdown, the likeliest first."""
    lines = [f"{number}. {cause}" for number, cause in enumerate(causes.causes, 1)]
    return "\n".join(
        [
            "CM/ECF does not say where. What this message can stand for, the likeliest first:",
            "",
            *lines,
            "",
            "**Attach the file here** and I tell you which of these it is, and where.",
        ]
    )
