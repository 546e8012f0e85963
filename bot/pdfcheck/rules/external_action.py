"""Actions that reach out of the document (ISO 32000-2, 12.6.4): start a program, open another
file, send or fetch form data. Links to web sites (/URI) are not among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.pdfcheck.court_errors import M2, M3
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import NJD, PRINT, PRINT_TO_PDF, TNED, iso
from bot.pdfcheck.subject import is_automatic, subject_of
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, is_dictionary, name_of, text_of
from bot.pdfcheck.walk import Visit

_DOES = {
    "/Launch": "starts a program or opens a file on the reader's computer",
    "/GoToR": "goes to another PDF file",
    "/GoToE": "goes to a file attached to this one",
    "/Thread": "goes to a text thread in another file",
    "/ImportData": "reads form data from another file",
    "/SubmitForm": "sends the form to an address",
}
_HONEST = {
    "/Launch": " Word makes such a link when text points to a file, for example on drive C.",
    "/GoToR": " Binders of exhibits often hold such links.",
    "/SubmitForm": " Forms made for the web have such a button.",
}
_BUTTONS = frozenset({"/ImportData", "/SubmitForm"})
_LINK_FIX = (
    PRINT_TO_PDF + " Or take the link out: in Word, right-click it, Remove Hyperlink, and save as "
    "PDF again; in Acrobat, Edit PDF, Link."
)
_BOOKMARK_FIX = (
    PRINT_TO_PDF + " Or take it out in Acrobat: right-click the bookmark, Properties, Actions, "
    "Delete."
)
_BUTTON_FIX = PRINT_TO_PDF + " Or take the button out in the program that made the form."
_FILE_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for each such action. /Thread counts only with a file, /F."""
    kind = name_of(visit.values.get("/S"))
    if kind not in _DOES:
        return
    target = _target(visit.values)
    if kind == "/Thread" and visit.values.get("/F") is None:
        return
    detail = f"{kind[1:]} to {target}" if target else kind[1:]
    if visit.bookmark is not None:
        detail += f", in the bookmark “{visit.bookmark}”"
    elif visit.field is not None:
        detail += f", in the form field “{visit.field}”"
    yield Hit(
        message=_message(visit, kind, target),
        page=visit.page,
        object=visit.object,
        detail=detail,
        fix=_fix(visit, kind),
    )


def _message(visit: Visit, kind: str, target: str | None) -> str:
    subject = subject_of(visit, "A button" if kind in _BUTTONS else "A link")
    named = f": “{target}”." if target else "."
    # Nothing that acts by itself is a slip of Word's.
    honest = "" if is_automatic(visit) else _HONEST.get(kind, "")
    return f"{subject} {_DOES[kind]}{named}{honest}"


def _fix(visit: Visit, kind: str) -> str:
    if visit.bookmark is not None:
        return _BOOKMARK_FIX
    if kind in _BUTTONS or visit.field is not None:
        return _BUTTON_FIX
    return PRINT_TO_PDF if is_automatic(visit) else _LINK_FIX


def _target(values: dict[str, Value]) -> str | None:
    windows = values.get("/Win")
    for place in (values.get("/F"), windows):
        text = text_of(place)
        if text is None and is_dictionary(place):
            texts = (text_of(place.get(key)) for key in _FILE_KEYS)
            text = next((t for t in texts if t), None)
        if text:
            return clean(text)
    return None


RULE = Rule(
    id="external_action",
    severity="reject",
    title="Links or buttons that reach out of the document",
    looks_for=(
        "Actions Launch, GoToR, GoToE, Thread with a file (/F), ImportData, SubmitForm, wherever "
        "they hang. Links to web sites (URI), to places in the document (GoTo) and menu commands "
        "(Named) are none."
    ),
    why="Such an action starts a program, opens another file, or sends data.",
    mend=replace(
        PRINT,
        acrobat="Edit PDF, Link, delete the link. Or print it to Adobe PDF.",
        word="Right-click the link, Remove Hyperlink, then save as PDF again.",
    ),
    sources=(TNED, NJD, iso("12.6.4")),
    innocent="Word turns a link to a file on drive C into one that starts a program.",
    court_error=M2,
    court_error_before_1_8=M3,
    names=frozenset(_DOES),
    look=look,
)
