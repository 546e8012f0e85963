"""A reference that this parser reads as null and another one follows is not taken for clean."""

from __future__ import annotations

import pytest

from bot.pdfcheck import Report

from .conftest import Check
from .pdf_files import document, with_object_stream

JS = "<< /S /JavaScript /JS (x) >>"
SCRIPT = document(catalog="/OpenAction 4 0 R", objects={4: JS})
LAST_ENTRY = SCRIPT.rindex(b" 00000 n")


def entry(words: bytes) -> bytes:
    """The file whose table says this of object 4, instead of " 00000 n"."""
    return SCRIPT[:LAST_ENTRY] + words + SCRIPT[LAST_ENTRY + 8 :]


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings if finding.severity == "reject"}


@pytest.mark.parametrize(
    "data",
    [
        # a wrong generation number in the reference, in a dictionary and in an array
        document(catalog="/OpenAction 4 1 R", objects={4: JS}),
        document(catalog="/Names << /JavaScript << /Names [(a) 4 7 R] >> >>", objects={4: JS}),
        # in an object stream
        with_object_stream(
            {4: JS, 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: "<< /Type /Page >>"},
            {1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 1 R >>"},
        ),
        # at the object, and in the table
        SCRIPT.replace(b"4 0 obj", b"4 1 obj"),
        entry(b" 00001 n"),
        # the table calls the object deleted
        entry(b" 00000 f"),
        entry(b" 65535 f"),
        entry(b" 00000 f").replace(b"/JavaScript", b"/J#61vaScript"),
        # the table ends before it
        SCRIPT.replace(b"xref\n0 5", b"xref\n0 4").replace(b"/Size 5", b"/Size 4"),
        # junk before the header moves all offsets
        b"junk\n" * 9 + document(catalog="/OpenAction 4 1 R", objects={4: JS}),
        # a form that only a wrong number names
        document(catalog="/AcroForm 4 1 R", objects={4: "<< /Fields [<< /FT /Tx /T (a) >>] >>"}),
    ],
)
def test_an_object_behind_a_wrong_reference_is_not_taken_for_clean(
    check: Check, data: bytes
) -> None:
    report = check(data)
    assert report.verdict == "reject"
    assert rules(report) & {"not_checked", "javascript"}


@pytest.mark.parametrize(
    "data",
    [
        # stale references to what is not there, and to a deleted note
        document(catalog="/OpenAction 77 0 R"),
        document(page="/Annots [4 0 R]", objects={4: "<< /Subtype /Text >>"}).replace(
            b" 00000 n \ntrailer", b" 00000 f \ntrailer"
        ),
        document(catalog="/OpenAction [3 0 R /XYZ null null 0]"),
        document(catalog="/OpenAction null", objects={4: JS}),
    ],
)
def test_a_stale_reference_is_no_fault(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "accept"
    assert rules(report) == set()
