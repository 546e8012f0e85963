"""Form fields that a reader can still change. The court wants them flattened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.pdfcheck.court_errors import M1
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import CACB, MSND, PRINT, PRINT_TO_PDF, TNED, iso

_KINDS = {"/Tx": "text field", "/Ch": "list to choose from", "/Btn": "box or button to tick"}


def judge(document: Document) -> Iterator[Hit]:
    """A hit for each live field. An AcroForm without fields, signature fields, push buttons and
    read-only fields (clerks' stamps) are none."""
    for field in document.fields.fields:
        if not field.is_live:
            continue
        kind = _KINDS[field.kind]
        name = f"“{field.name}”" if field.name else "without a name"
        unseen = ", which no page shows" if field.page is None else ""
        yield Hit(
            message=f"The form is still fillable: {kind} {name}{unseen}.",
            page=field.page,
            object=field.object,
            detail=kind,
            fix=(
                "Flatten the form after you have filled it in. " + PRINT_TO_PDF + " In Acrobat "
                "Pro, Preflight, “Flatten annotations and form fields” does the same."
            ),
        )


RULE = Rule(
    id="form_fields",
    severity="reject",
    title="Form fields that can still be filled in",
    looks_for=(
        "Terminal fields Tx, Ch and Btn of /AcroForm /Fields, and widgets on pages that /Fields "
        "does not name. Signature fields, push buttons, read-only fields and an AcroForm without "
        "fields are none."
    ),
    why="Anybody could change the answers after filing.",
    mend=replace(
        PRINT,
        acrobat=(
            "Acrobat Pro: Print Production, Preflight, “Flatten annotations and form fields”. "
            "Reader: File, Print, Microsoft Print to PDF."
        ),
    ),
    sources=(TNED, CACB, MSND, iso("12.7")),
    innocent="Official forms are fillable until they are flattened.",
    court_error=M1,
    judge=judge,
)
