"""Links to web sites (ISO 32000-2, 12.6.4.8): taken since NextGen, refused before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import NVB, PRINT_TO_PDF, TNED, TXEB, iso
from bot.pdfcheck.subject import is_automatic, subject_of
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import is_dictionary, name_of, text_of
from bot.pdfcheck.walk import Visit

# Programs that follow links drop these characters before they look for the scheme.
_IGNORED = re.compile(r"[\x00-\x20]+")
#: What addresses do that no browser would simply show.
_DANGERS = {
    "javascript:": "runs a script in whatever program opens it",
    "vbscript:": "runs a script in whatever program opens it",
    "data:": "holds a document of its own in its address",
    "file:": "points to a file on somebody's computer",
}
#: "C:letter.docx", and two backslashes before the name of a server.
_LOCAL = re.compile(r"[a-zA-Z]:(?!//)|\\\\")
_WEB = re.compile(
    r"(?:https?:|ftps?:|//|www\.)"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:gov|com|org|net|edu|us|mil)(?:[:/?#]|$)"
)
#: What e-mail programs, browsers and Excel leave behind when they print.
_LEFTOVERS = (
    "#", "cid:", "about:", "blob:", "urn:", "x-apple-data-detectors:", "x-msg:", "x-webdoc:",
    "applewebdata:",
)  # fmt: skip
_PHONE = ("tel:", "sms:", "fax:", "callto:")
#: Other schemes belong to a program, such as "ms-word:". A name with a dot, or with digits behind
#: the colon, is a host.
_SCHEME = re.compile(r"([a-z][a-z0-9+-]*:)(?!\d)")
_FIX = (
    "Take the link out: in Word right-click it, Remove Hyperlink; in Acrobat Edit PDF, Link. The "
    "printed address may stay."
)
_BOOKMARK_FIX = "In Acrobat: right-click the bookmark, Properties, Actions, Delete."
_OPENING_FIX = "In Acrobat Pro: Sanitize Document. Or: " + PRINT_TO_PDF


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for each link. Links that run or open something on a computer are warnings, and so
    are those that nobody has to click."""
    value = visit.values.get("/URI")
    is_base = False
    if is_dictionary(value):
        # The /URI dictionary of the catalog: its /Base stands before all short addresses.
        is_base, value = True, value.get("/Base")
    elif name_of(visit.values.get("/S")) not in ("/URI", None):
        return
    address = text_of(value)
    if address is None:
        return
    bare = _IGNORED.sub("", address).lower()
    danger = _danger(bare, address)
    subject = "Each short link" if is_base else subject_of(visit, "A link")
    message = f"{subject} {danger or _kind(bare)}: “{clean(address)}”."
    if danger == _DANGERS["file:"]:
        message += " Word makes such a link when text points to a file, for example on drive C."
    elif is_automatic(visit):
        message += " CM/ECF may refuse what opens without a click."
    place = f", in the bookmark “{visit.bookmark}”" if visit.bookmark is not None else ""
    yield Hit(
        message=message,
        page=visit.page,
        object=visit.object,
        detail=f"to {clean(address, 120)}{place}",
        fix=_fix(visit),
        at_least="warn" if danger or is_automatic(visit) else None,
    )


def _danger(bare: str, address: str) -> str | None:
    known = next((does for scheme, does in _DANGERS.items() if bare.startswith(scheme)), None)
    if known is not None:
        return known
    if _LOCAL.match(address.strip()):
        return _DANGERS["file:"]
    scheme = _SCHEME.match(bare)
    if scheme is None or _WEB.match(bare) or bare.startswith(("mailto:", *_PHONE, *_LEFTOVERS)):
        return None
    return f"has an address of the kind “{clean(scheme[1], 30)}”, which may start a program"


def _kind(bare: str) -> str:
    if _WEB.match(bare):
        return "opens a web site"
    if bare.startswith("mailto:"):
        return "starts an e-mail"
    if bare.startswith(_PHONE):
        return "dials a number"
    if not bare or bare.startswith(_LEFTOVERS):
        return "leads nowhere outside the program that it came from"
    return "has no whole web address and may mean a file that lay beside this one"


def _fix(visit: Visit) -> str:
    if visit.bookmark is not None:
        return _BOOKMARK_FIX
    return _OPENING_FIX if is_automatic(visit) else _FIX


RULE = Rule(
    id="external_links",
    severity="note",
    title="Links to web sites",
    looks_for=(
        "URI actions and /URI /Base of the catalog. Warnings: addresses that begin with "
        "javascript:, vbscript:, data: or file:, those that belong to a program, such as ms-word:, "
        "and those that open by themselves (/OpenAction, /AA of catalog and pages)."
    ),
    why="CM/ECF takes them since NextGen. Some courts do not, and a link is no part of the record.",
    mend=Mend(
        acrobat="Edit PDF, Link, delete; or Remove All Links.",
        word="Ctrl+A, then Ctrl+Shift+F9 removes all links; save as PDF again.",
        preview="File, Print, then PDF, Save as PDF drops most links.",
        chrome="Print, “Save as PDF” drops links of a PDF.",
    ),
    sources=(TNED, TXEB, NVB, iso("12.6.4.8", "7.7.2")),
    innocent="Word makes links of all addresses that are typed.",
    keys=frozenset({"/URI"}),
    look=look,
)
