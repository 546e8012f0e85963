"""Form fields that a reader can still change. The court wants them flattened."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rules.fixes import PRINT_TO_PDF

_KINDS = {"/Tx": "text field", "/Ch": "list to choose from", "/Btn": "box or button to tick"}


def judge(document: Document) -> Iterator[Hit]:
    """A hit for each live field. An AcroForm without fields, signature fields, push buttons and
    read-only fields (clerks' stamps) are none."""
    for field in document.fields.fields:
        if not field.is_live:
            continue
        kind = _KINDS[field.kind]
        name = f"“{field.name}”" if field.name else "without a name"
        yield Hit(
            message=f"The form is still fillable: {kind} {name}.",
            page=field.page,
            object=field.object,
            detail=kind,
            fix=(
                "Flatten the form after you have filled it in. " + PRINT_TO_PDF + " In Acrobat "
                "Pro, Preflight, “Flatten annotations and form fields” does the same."
            ),
        )
