"""Signature fields with a signature in them (ISO 32000-2, 12.8): any change voids it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import iso


def judge(document: Document) -> Iterator[Hit]:
    """A hit for each signed field. Usage rights (/Perms /UR3) are no signature of a person."""
    for field in document.fields.fields:
        if field.kind == "/Sig" and field.has_value:
            yield Hit(
                message=(
                    "The file has a digital signature. Mending, printing or flattening the file "
                    "voids it."
                ),
                page=field.page,
                object=field.object,
                detail=f"signature field “{field.name}”" if field.name else "signature field",
                fix=(
                    "If something else here must be mended, mend the file first and sign it again. "
                    "The court's rules on signatures tell whether an /s/ signature will do."
                ),
            )


RULE = Rule(
    id="signed",
    severity="warn",
    title="Digital signature",
    looks_for="Fields of /FT /Sig with a value /V. Usage rights (/Perms /UR3) are none.",
    why="Any change to the file, mending as well, voids the signature.",
    mend=Mend(
        acrobat="Mend the file first, then sign the new copy. Or print it: the copy is unsigned.",
        word="Sign with /s/ and your name where the court's rules allow that.",
        preview="File, Print, then PDF, Save as PDF: the copy shows the signature but has none.",
        chrome="Print, “Save as PDF”: the copy shows the signature but has none.",
    ),
    sources=(iso("12.8"),),
    innocent="Signing services put their own seal on every file.",
    judge=judge,
)
