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
    "If you have the right to: in Acrobat open it with the password, then File, Properties, "
    "Security, No Security, and save."
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
    encryption: Value = document.pdf.trailer.get("/Encrypt")
    detail = "opens without a password, but has restrictions"
    if is_dictionary(encryption):
        # ISO 32000-2, table 20: only embedded files are encrypted where StmF is /Identity.
        attachments_only = encryption.get("/EFF") is not None and name_of(
            encryption.get("/StmF")
        ) in (None, "/Identity")
        if attachments_only:
            detail = "only the attached files are encrypted"
    yield Hit(
        message=(
            "The file opens without a password but has restrictions, such as on printing or "
            "changing. CM/ECF refuses every protected file. Many official and bank forms come "
            "like this."
        ),
        detail=detail,
        fix=_REMOVE + " Or print it to a new PDF and file that copy.",
    )


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
