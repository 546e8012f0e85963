"""A reference that this parser reads as null and another one follows is not taken for clean."""

from __future__ import annotations

import zlib

import pytest

from bot.pdfcheck import Report

from .conftest import Check
from .pdf_files import document, pack, stream, with_object_stream

JS = "<< /S /JavaScript /JS (x) >>"
SCRIPT = document(catalog="/OpenAction 4 0 R", objects={4: JS})
LAST_ENTRY = SCRIPT.rindex(b" 00000 n")


def entry(words: bytes) -> bytes:
    """The file whose table says this of object 4, instead of " 00000 n"."""
    return SCRIPT[:LAST_ENTRY] + words + SCRIPT[LAST_ENTRY + 8 :]


def hybrid(action: str, *, name: str = "XRefStm", entries: str = "", listed: int = 4) -> bytes:
    """A hybrid file (ISO 32000-2, 7.5.8.4): object 4 lies in an object stream, free to old readers.

    entries: of the second table, whose rows are then written by a PNG predictor
    """
    text, first = pack({listed: action})
    packed = stream(text, b"/Type /ObjStm /N 1 /First %d" % first)
    row = b"\x02" + (5).to_bytes(4) + b"\0\0"
    more = f"/Type /XRef /Size 7 /W [1 4 2] /Index [{listed} 1]"
    if entries:
        row, more = zlib.compress(b"\0" + row), f"{more} /Filter /FlateDecode {entries}"
    whole = document(
        catalog="/OpenAction 4 0 R", objects={5: packed, 6: stream(row, more)}, trailer="/X 0"
    )
    return whole.replace(b"/X 0", f"/{name} {whole.index(b'6 0 obj')}".encode())


def with_leftovers() -> bytes:
    """Behind an object with a null lie an old catalog and its script, which no table lists."""
    data = document(page="/Annots [null]")
    old = f"9 0 obj\n<< /OpenAction 8 0 R >>\nendobj\n8 0 obj\n{JS}\nendobj\n".encode()
    at = data.index(b"xref\n0")
    return data[:at] + old + data[at:].replace(b"xref\n%d\n" % at, b"xref\n%d\n" % (at + len(old)))


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
        entry(b" 00000 f").replace(b"/S /JavaScript /JS (x)", b"/(endobj)/S/JavaScript"),
        # the table ends before it
        SCRIPT.replace(b"xref\n0 5", b"xref\n0 4").replace(b"/Size 5", b"/Size 4"),
        # junk before the header moves all offsets
        b"junk\n" * 9 + document(catalog="/OpenAction 4 1 R", objects={4: JS}),
        # the word that ends an object stands in a text or in a comment before the reference
        document(catalog="/X (endobj) /OpenAction 4 1 R", objects={4: JS}),
        document(catalog="/X (\\) endobj 9 0 obj) /OpenAction 4 1 R", objects={4: JS}),
        document(catalog="%endobj 9 0 obj\n/OpenAction 4 1 R", objects={4: JS}),
        document(catalog=f"/X ({'x' * 200_000}) /OpenAction 4 1 R", objects={4: JS}),
        document(catalog=f"/X ({'endobj ' * 99}) /OpenAction 4 1 R", objects={4: JS}),
        # the table calls the object free, and a second one for newer readers lists it
        hybrid(JS),
        hybrid(JS, name="XRef#53tm"),
        hybrid(JS, entries="/DecodeParms << /Predictor 12 /Columns 7 >>"),
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
        # The second table lists other objects, or its name is only a text.
        hybrid("<< >>", listed=9),
        document(catalog="/OpenAction 77 0 R /X (/XRefStm 5)"),
        # An old catalog, whose script is deleted, lies behind an object with a null.
        with_leftovers(),
    ],
)
def test_a_stale_reference_is_no_fault(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "accept"
    assert rules(report) == set()
