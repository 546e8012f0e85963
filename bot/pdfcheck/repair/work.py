"""Makes a mended copy. Runs in a child process; the parent checks what comes out."""

from __future__ import annotations

import errno
import mmap
import os
import re
from collections import Counter
from contextlib import suppress
from typing import Any, BinaryIO

from bot.pdfcheck.document import Document, load_document
from bot.pdfcheck.hidden import look_for_hidden_objects
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.opening import is_cut_off, open_pdf, set_parser_limits
from bot.pdfcheck.qpdf_warnings import sort_warnings
from bot.pdfcheck.repair.attachments import take_out
from bot.pdfcheck.repair.changes import Changes
from bot.pdfcheck.repair.flatten import flatten, letters
from bot.pdfcheck.repair.fonts import LettersUnknown
from bot.pdfcheck.repair.result import Consent
from bot.pdfcheck.repair.sweep import TooMuch, take_out_actions, take_out_annotations
from bot.pdfcheck.revisions import earlier_lengths
from bot.pdfcheck.rules import not_pdf, source_document, xfa
from bot.pdfcheck.values import entries, is_dictionary, number_of
from bot.pdfcheck.walk import BROKEN

#: Why the system takes no more bytes -> the reason.
_UNWRITTEN = {errno.ENOSPC: "no_room", errno.EDQUOT: "no_room", errno.EFBIG: "limit"}
_XFA_DATA = re.compile(rb"<xfa:data>(.*?)</xfa:data>", re.DOTALL)
_FORM_CHANGES = Counter(fields=1, hidden_fields=1, buttons=1)
_XFA_TEXT = re.compile(rb">([^<>]+)<")


def mend(request: dict[str, Any], files: list[int], limits: Limits) -> dict[str, Any]:
    """Mend the first open file into the second; its attachments go into the third.

    Answers why_not (a key of reasons.REASONS, or None), needs, changes and attachments.
    """
    set_parser_limits(limits)
    consent = Consent(**request["consent"])
    changes = Changes()
    answer: dict[str, Any] = {"needs": [], "attachments": []}
    # The parent owns the descriptors, so none is closed here.
    try:
        with (
            open(files[0], "rb", closefd=False) as source,
            open(files[1], "wb", closefd=False) as target,
            open(files[2], "wb", closefd=False) as attached,
        ):
            _begin_anew(source, target, attached)
            why_not = _mend(source, target, attached, consent, limits, changes, answer)
    except LettersUnknown:
        why_not = "letters"
    except (MemoryError, TooMuch):
        why_not = "limit"
    except OSError as error:
        why_not = _UNWRITTEN.get(error.errno or 0, "not_saved")
    except BROKEN:
        why_not = "not_saved"
    return {**answer, "why_not": why_not, "changes": changes.sentences()}


def _begin_anew(source: BinaryIO, *written: BinaryIO) -> None:
    """Take back what a child that ended in the middle did: its successor gets the same files."""
    source.seek(0)
    for file in written:
        if file.tell():
            file.seek(0)
            file.truncate()


def _mend(
    source: BinaryIO,
    target: BinaryIO,
    attached: BinaryIO,
    consent: Consent,
    limits: Limits,
    changes: Changes,
    answer: dict[str, Any],
) -> str | None:
    size = os.fstat(source.fileno()).st_size
    if size > limits.input_bytes:
        return "limit"
    if not_pdf.look_at_head(source.read(not_pdf.HEAD_BYTES)) is not None:
        return "not_pdf"
    source.seek(0)
    opened = open_pdf(source)
    if opened.pdf is None:
        return opened.obstacle
    pdf = opened.pdf
    # qpdf then makes pages of their own of a page that is shown several times.
    len(pdf.pages)
    document = load_document(pdf, limits)
    document.warnings += opened.damage
    answer["needs"] = _needs(document, consent)
    if answer["needs"]:
        return str(answer["needs"][0])
    why_not = _obstacle(document)
    if why_not in (None, "portfolio"):
        answer["attachments"] = [
            {"name": a.name, "bytes": a.bytes, "offset": a.offset}
            for a in take_out(pdf, attached, limits, changes)
        ]
    if why_not is not None:
        return why_not
    if is_cut_off(source):
        if _names_more_pages(document):
            return "end_missing"
        changes.add("end_missing")
    _count_what_saving_changes(document, source, changes)
    take_out_actions(pdf, limits, changes)
    flatten(pdf, document.pages.pages, changes)
    if changes.counts["fields"] and is_dictionary(document.catalog.get("/StructTreeRoot")):
        changes.add("untagged")
    if document.fields.fields and not changes.counts & _FORM_CHANGES:
        changes.add("form_rest")
    take_out_annotations(pdf, limits, changes)
    if source_document.KEY in pdf.trailer:
        del pdf.trailer[source_document.KEY]
        changes.add("source_document")
    for number, parent in document.pages.strays.items():
        document.pages.pages[number - 1]["/Parent"] = parent
    # Without it qpdf leaves it out of the copy, which would then need repair itself.
    if "/Size" not in pdf.trailer:
        pdf.trailer["/Size"] = len(pdf.objects)
    # The XMP data stays as it is: to change it, pikepdf would have its XML parsed.
    pdf.save(target, encryption=False, linearize=True, fix_metadata_version=False)
    target.flush()
    return None


def _names_more_pages(document: Document) -> bool:
    """Whether the page tree counts or lists pages (7.7.3.2) that the file has not."""
    tree = document.catalog.get("/Pages")
    if not is_dictionary(tree):
        return True
    said = number_of(tree.get("/Count")) or 0
    has_gaps = any(not is_dictionary(kid) for kid in entries(tree.get("/Kids")))
    return has_gaps or said > len(document.pages.pages)


def _needs(document: Document, consent: Consent) -> list[str]:
    needs = []
    if document.pdf.is_encrypted and not consent.rights:
        needs.append("rights")
    if _signatures(document) and not consent.even_signed:
        needs.append("even_signed")
    return needs


def _signatures(document: Document) -> int:
    return sum(1 for field in document.fields.fields if field.kind == "/Sig" and field.has_value)


def _obstacle(document: Document) -> str | None:
    if not document.pages.pages:
        return "no_pages"
    data = xfa.read(document)
    if data is not None and xfa.is_dynamic(document, data):
        return "dynamic_xfa"
    if data is not None and not _form_holds(document, data):
        return "xfa_values"
    if is_dictionary(document.catalog.get("/Collection")):
        return "portfolio"
    look_for_hidden_objects(document)
    warnings = [*document.warnings, *map(str, document.pdf.get_warnings())]
    document.warnings = warnings
    if document.unseen or sort_warnings(warnings).hiding:
        return "unseen"
    return None


def _form_holds(document: Document, data: bytes) -> bool:
    """Whether each value of the XFA form is also one of the PDF form, which is what is kept."""
    held = "".join(letters(value) for value in _form_values(document))
    for part in _XFA_DATA.findall(data):
        for text in _XFA_TEXT.findall(part):
            if letters(text.decode("utf-8", "replace")) not in held:
                return False
    return True


def _form_values(document: Document) -> list[str]:
    found: list[str] = []
    for field in document.pdf.objects:
        if is_dictionary(field):
            with suppress(*BROKEN):
                found.append(str(field.get("/V", "")))
    return found


def _count_what_saving_changes(document: Document, source: BinaryIO, changes: Changes) -> None:
    if document.pdf.is_encrypted:
        changes.add("restrictions")
    if sort_warnings(document.warnings).repairs:
        changes.add("repair")
    pages, strays = document.pages.pages, document.pages.strays
    changes.add("page_sizes", sum("/MediaBox" not in pages[number - 1] for number in strays))
    if document.acroform is not None and "/XFA" in document.acroform:
        changes.add("xfa")
    changes.add("signatures", _signatures(document))
    changes.add("revisions", _revisions(source))


def _revisions(source: BinaryIO) -> int:
    """How many earlier states the file still holds (7.5.6)."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return len(earlier_lengths(data))
