"""Links to web sites (ISO 32000-2, 12.6.4.8): taken since NextGen, refused before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import NVB, TNED, TXEB, iso
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import is_dictionary, name_of, text_of
from bot.pdfcheck.walk import Visit

# Programs that follow links drop these characters before they look for the scheme.
_IGNORED = re.compile(r"[\x00-\x20]+")
_WARNINGS = {
    "javascript:": "A link runs a script in whatever program opens it.",
    "vbscript:": "A link runs a script in whatever program opens it.",
    "data:": "A link holds a document of its own in its address.",
    "file:": (
        "A link points to a file on somebody's computer. Word makes such a link when text points "
        "to a file, for example on drive C."
    ),
}
_LOCAL = re.compile(r"[a-zA-Z]:[\\/]|\\\\")


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for each link. Links that run or open something on a computer are warnings."""
    value = visit.values.get("/URI")
    if is_dictionary(value):
        # The /URI dictionary of the catalog: its /Base stands before all short addresses.
        value = value.get("/Base")
    elif name_of(visit.values.get("/S")) not in ("/URI", None):
        return
    address = text_of(value)
    if address is None:
        return
    bare = _IGNORED.sub("", address).lower()
    warning = next((text for scheme, text in _WARNINGS.items() if bare.startswith(scheme)), None)
    if warning is None and _LOCAL.match(address.strip()):
        warning = _WARNINGS["file:"]
    place = f", in the bookmark “{visit.bookmark}”" if visit.bookmark is not None else ""
    is_mail = bare.startswith("mailto:")
    yield Hit(
        message=warning
        or ("The file has an e-mail link." if is_mail else "The file has a link to a web site."),
        page=visit.page,
        object=visit.object,
        detail=f"to {clean(address, 120)}{place}",
        fix=(
            "Take the link out: in Word right-click it, Remove Hyperlink; in Acrobat Edit PDF, "
            "Link. The printed address may stay."
        ),
        at_least="warn" if warning else None,
    )


RULE = Rule(
    id="external_links",
    severity="note",
    title="Links to web sites",
    looks_for=(
        "URI actions and /URI /Base of the catalog. Addresses that begin with javascript:, "
        "vbscript:, data: or file: are warnings."
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
