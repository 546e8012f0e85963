"""Signature fields with a signature in them (ISO 32000-2, 12.8): any change voids it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit


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
