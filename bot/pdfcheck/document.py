"""The open document with its indexes, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pikepdf

from bot.pdfcheck.fields import FieldIndex, index_fields
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.pages import Objgen, PageIndex, index_pages
from bot.pdfcheck.revision_facts import EarlierRevisions
from bot.pdfcheck.values import Value, is_dictionary


@dataclass(slots=True)
class Document:
    """An open PDF, and what is learnt of it on the way.

    looked_at: objects that the walk has met; found: rules that found something in it, with its
    detail; earlier: what its earlier revisions hold; empty_in: objects with an entry that reads as
    null (None: the trailer); unseen: why a part could not be looked at; warnings: qpdf's own;
    is_cut_off: whether the end of the file is missing
    """

    pdf: pikepdf.Pdf
    catalog: Value
    acroform: Value
    pages: PageIndex
    fields: FieldIndex
    limits: Limits
    looked_at: set[Objgen] = field(default_factory=set)
    found: set[tuple[str, str]] = field(default_factory=set)
    earlier: EarlierRevisions = field(default_factory=EarlierRevisions)
    empty_in: set[Objgen | None] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_cut_off: bool = False


def load_document(pdf: pikepdf.Pdf, limits: Limits) -> Document:
    """Index the pages and fields of an open PDF. Raises PdfError where the catalog is missing."""
    catalog = pdf.Root
    acroform = catalog.get("/AcroForm")
    pages = index_pages(catalog, limits)
    fields = index_fields(acroform, pages, limits)
    return Document(
        pdf=pdf,
        catalog=catalog,
        acroform=acroform if is_dictionary(acroform) else None,
        pages=pages,
        fields=fields,
        limits=limits,
        unseen=[*pages.unseen, *fields.unseen],
        # Without a page there is nothing to repair.
        warnings=list(pages.damage) if pages.pages else [],
    )
