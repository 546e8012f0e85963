"""The file is encrypted (trailer /Encrypt): with a password to open it, or with restrictions."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.court_errors import M5
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import NJD, TNED, iso
from bot.pdfcheck.values import Value, is_dictionary, name_of

_REMOVE = (
    "If you have the right to: in Acrobat open it, then File, Properties, Security, No Security, "
    "and save. It asks for the password of whoever locked the file."
)


def password() -> Hit:
    """The hit for a file that needs a password to open; nothing else in it could be looked at."""
    return Hit(
        message=(
            "The file asks for a password when it is opened. What is inside could not be looked "
            "at. Banks and employers often send statements locked like this."
        ),
        detail="needs a password to open",
        fix=_REMOVE + " Or open it, print it to a new PDF, and file that copy.",
    )


def unknown_handler() -> Hit:
    """The hit for a file locked with a certificate or by rights management."""
    return Hit(
        message=(
            "The file is locked with a certificate or by rights management, so that only chosen "
            "people can open it. What is inside could not be looked at."
        ),
        detail="encrypted with something else than a password",
        fix="Ask the sender for a copy without protection.",
    )


def judge(document: Document) -> Iterator[Hit]:
    """A hit when the file opened with the empty password: restrictions only."""
    if not document.pdf.is_encrypted:
        return
    allow = document.pdf.allow
    forbidden = [
        what
        for what, is_allowed in (
            ("printing", allow.print_lowres),
            ("changing", allow.modify_other),
            ("copying", allow.extract),
            ("filling in", allow.modify_form),
        )
        if not is_allowed
    ]
    detail = "opens without a password, but has restrictions"
    what = (
        f"has restrictions: it forbids {_listed(forbidden)}"
        if forbidden
        else "is encrypted all the same"
    )
    if _has_only_attachments(document.pdf.trailer.get("/Encrypt")):
        detail = "only the attached files are encrypted"
        what = "the files attached to it are encrypted"
    way = (
        " Or print it to a new PDF and file that copy."
        if allow.print_lowres
        else " Otherwise ask its sender for a copy without restrictions: it may not be printed."
    )
    yield Hit(
        message=(
            f"The file opens without a password but {what}. CM/ECF refuses every protected file. "
            "Many official and bank forms come like this."
        ),
        detail=detail,
        fix=_REMOVE + way,
    )


def _has_only_attachments(encryption: Value) -> bool:
    """ISO 32000-2, table 20: only embedded files are encrypted where StmF is /Identity."""
    return (
        is_dictionary(encryption)
        and encryption.get("/EFF") is not None
        and name_of(encryption.get("/StmF")) in (None, "/Identity")
    )


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


RULE = Rule(
    id="encrypted",
    severity="reject",
    title="Password or restrictions",
    looks_for=(
        "Any /Encrypt in the trailer. Told apart: a password to open, restrictions only (opens "
        "with the empty password), only attachments encrypted (/EFF), and locks other than "
        "passwords (/Adobe.PubSec, rights management)."
    ),
    why="CM/ECF refuses every protected file, also one that opens without asking.",
    mend=Mend(
        acrobat="With the password: File, Properties, Security, No Security, then save.",
        word="Make the PDF again without “Encrypt the document with a password” in its options.",
        preview="Open it with the password, then File, Print, PDF, Save as PDF.",
        chrome="Open it with the password, Print, “Save as PDF”, where printing is allowed.",
        scan="Scan apps can lock PDFs: switch the password off in the app and save again.",
    ),
    sources=(TNED, NJD, iso("7.6")),
    innocent="Bank statements, pay stubs and many official forms come locked by their maker.",
    court_error=M5,
    court_error_before_1_8=M5,
    judge=judge,
)
