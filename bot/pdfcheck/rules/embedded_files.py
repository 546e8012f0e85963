"""Files inside the file (ISO 32000-2, 7.11.4): attachments, paper clips, associated files,
portfolios."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Dictionary, Stream

from bot.pdfcheck.court_errors import M2
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import NJD, TNED, iso
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, is_dictionary, name_of, text_of
from bot.pdfcheck.walk import Visit

_FIX = (
    "File the attached document as a PDF of its own. In Acrobat: open the Attachments panel (the "
    "paper clip), save the file, then delete it there. Or print the document to a new PDF: the "
    "copy has no attachments."
)

# Printing a portfolio prints its cover, so that way is not told.
_PORTFOLIO_FIX = "Open it in Acrobat, save each document in it as a PDF of its own, and file those."
_XFA_DETAIL = "parts of the XFA form"
#: The same for names and for contents (ISO 32000-2, tables 43 and 44).
_NAME_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for a file specification with a file in it, and for a paper clip."""
    values = visit.values
    if _holds_file(values.get("/EF")):
        name = _name(values)
        named = f": “{clean(name)}”." if name else "."
        if _is_portfolio(document):
            message = f"The file is a PDF portfolio, and a document in it is attached{named}"
            yield _hit(visit, message, name, _PORTFOLIO_FIX)
        else:
            where = "A page has" if visit.page is not None else "The document has"
            yield _hit(visit, f"{where} another file attached{named}", name)
    elif name_of(values.get("/Subtype")) == "/FileAttachment" and _is_annotation(visit):
        target = values.get("/FS")
        # The file specification is an object of the walk, so its own hit says all.
        if not (is_dictionary(target) and _holds_file(target.get("/EF"))):
            yield _hit(visit, "A page has a paper clip, the mark of an attached file.", None)
    elif (
        name_of(values.get("/Type")) == "/EmbeddedFile"
        and visit.is_stream
        and "/EF" not in visit.trail
    ):
        yield from _loose(visit, document)


def judge(document: Document) -> Iterator[Hit]:
    """A hit for a portfolio (/Collection): its first page is only a cover."""
    if _is_portfolio(document):
        yield Hit(
            message=(
                "The file is a PDF portfolio: a cover page with the real documents attached to "
                "it. E-mail programs save messages like this."
            ),
            detail="/Collection in the catalog",
            fix=_PORTFOLIO_FIX,
        )


def _loose(visit: Visit, document: Document) -> Iterator[Hit]:
    """A file that no file specification names. LiveCycle calls the parts of its forms so."""
    if visit.trail[-1:] != ("/XFA",):
        yield _hit(visit, "The document holds another file.", None)
    elif ("embedded_files", _XFA_DETAIL) not in document.found:
        yield Hit(
            message="The form (XFA) keeps its parts as files inside the file.",
            object=visit.object,
            detail=_XFA_DETAIL,
            fix="No attachment is shown for them. They go when the form is printed to a new PDF "
            "from Adobe Reader or Acrobat.",
        )


def _is_portfolio(document: Document) -> bool:
    return is_dictionary(document.catalog.get("/Collection"))


def _holds_file(value: Value) -> bool:
    """Whether an /EF dictionary names a stream. Editors leave empty ones behind, and a font or a
    picture may be called /EF in the resources of a page."""
    return isinstance(value, Dictionary) and any(
        isinstance(value.get(key), Stream) for key in _NAME_KEYS
    )


def _is_annotation(visit: Visit) -> bool:
    return "/Rect" in visit.values or visit.trail[-1:] == ("/Annots",)


def _name(values: dict[str, Value]) -> str | None:
    names = (text_of(values.get(key)) for key in _NAME_KEYS)
    return next((name for name in names if name), None)


def _hit(visit: Visit, message: str, name: str | None, fix: str = _FIX) -> Hit:
    detail = f"file name “{clean(name)}”" if name else None
    return Hit(message=message, page=visit.page, object=visit.object, detail=detail, fix=fix)


RULE = Rule(
    id="embedded_files",
    severity="reject",
    title="Files inside the file",
    looks_for=(
        "File specifications with /EF, from /Names /EmbeddedFiles, /AF (PDF/A-3) or any other "
        "place; FileAttachment annotations; streams of /Type /EmbeddedFile; portfolios "
        "(/Collection). An empty list of attachments is none."
    ),
    why="The court cannot look at or docket what is attached inside a PDF.",
    mend=Mend(
        acrobat=(
            "Open the Attachments panel (the paper clip), save each file, then delete it there. "
            "Portfolio: open each document in it and save it as a PDF of its own."
        ),
        word="Objects in the text may become attachments: Save As PDF without them.",
        preview="File, Print, then PDF, Save as PDF: the copy has no attachments.",
        chrome="Open the file in Chrome, Print, “Save as PDF”: the copy has no attachments.",
    ),
    sources=(TNED, NJD, iso("7.11.4", "7.11.6", "14.13")),
    innocent=(
        "E-mail programs save messages as portfolios: page 1 is only a cover. Invoices (PDF/A-3) "
        "carry their data as an attachment. Rights management wraps the real file."
    ),
    court_error=M2,
    keys=frozenset({"/EF"}),
    names=frozenset({"/FileAttachment", "/EmbeddedFile"}),
    look=look,
    judge=judge,
)
