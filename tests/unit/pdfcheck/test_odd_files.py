"""Files that are wrong in a way which viewers do not mind: they are read, and called damaged."""

from __future__ import annotations

import zlib

import pytest

from bot.pdfcheck import Report

from .conftest import Check
from .pdf_files import assemble, document, pack, stream, with_object_stream

JS = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
CATALOG = "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> >>"


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings} - {"no_text_layer"}


def loose(catalog: int, *, trailer: str) -> bytes:
    """A file without a cross-reference table whose catalog has this number."""
    objects = {2: PAGES, 3: PAGE, 4: JS, catalog: CATALOG}
    parts = [f"{number} 0 obj\n{source}\nendobj\n" for number, source in objects.items()]
    return ("%PDF-1.4\n" + "".join(parts) + trailer).encode()


@pytest.mark.parametrize(
    "data",
    [
        # Old programs number their objects far above what a small file can hold.
        loose(25_000, trailer="trailer\n<< /Size 25001 /Root 25000 0 R >>\n%%EOF\n"),
        loose(25_000, trailer="trailer\n<< /Size 9 /Root 25000 0 R >>\n%%EOF\n"),
        # Cut off, so that nothing says which object is the catalog.
        loose(5, trailer="xref\n0 5\n"),
        document(catalog="/OpenAction 4 0 R", objects={4: JS}).replace(b"/Root 1 0", b"/Root 9 0"),
    ],
)
def test_a_catalog_that_the_trailer_does_not_lead_to_is_found(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.pages == 1
    assert rules(report) == {"javascript", "needs_repair"}


@pytest.mark.parametrize(
    "data",
    [
        # Nobody can say how to decrypt it.
        loose(25_000, trailer="% /Encrypt 7 0 R\n"),
        loose(5, trailer="").replace(b"/Catalog", b"/Page"),
        loose(9_000_000, trailer=""),
    ],
)
def test_without_a_usable_catalog_the_file_stays_unreadable(check: Check, data: bytes) -> None:
    assert check(data).verdict == "unreadable"


def test_a_page_tree_with_a_loop_opens_with_repair(check: Check) -> None:
    data = assemble(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: PAGE,
            4: "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
        }
    )
    report = check(data)
    assert (report.verdict, report.pages) == ("accept", 1)
    assert rules(report) == {"needs_repair"}


def test_a_page_that_is_shown_twice_has_two_numbers(check: Check) -> None:
    data = assemble(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R 3 0 R 4 0 R] /Count 3 >>",
            3: PAGE.replace("/Parent", f"/AA << /O {JS} >> /Parent"),
            4: PAGE.replace("/Parent", f"/AA << /C {JS} >> /Parent"),
        }
    )
    report = check(data)
    assert report.pages == 3
    scripts = [finding for finding in report.findings if finding.rule == "javascript"]
    assert [finding.page for finding in scripts] == [1, 3]
    assert rules(report) == {"javascript"}


def test_a_page_that_another_one_lists_as_its_comment_is_still_a_page(check: Check) -> None:
    field = "<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (a) >>"
    data = assemble(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: PAGE.replace("/Parent", "/Annots [4 0 R] /Parent"),
            4: PAGE.replace("/Parent", f"/Annots [{field}] /Parent"),
        }
    )
    assert "form_fields" in rules(check(data))


def packed(action: str) -> bytes:
    return with_object_stream(
        {2: PAGES, 3: PAGE}, {1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>", 6: action}
    )


@pytest.mark.parametrize("length", [1_100, 50_000])
def test_what_follows_the_end_of_the_file_does_not_hide_it(check: Check, length: int) -> None:
    """Mail gateways and web forms add to a file, and some disks fill it up with zeros."""
    rest = b"\n--boundary--\n" + bytes(length)
    assert rules(check(packed("<< /S /GoTo /D [3 0 R /Fit] >>") + rest)) == {"needs_repair"}
    assert rules(check(packed(JS) + rest)) == {"needs_repair", "javascript"}


def test_objects_after_the_end_are_not_left_out(check: Check) -> None:
    """Programs that repair the file read them, and the later object counts."""
    harmless = document(catalog="/OpenAction 4 0 R", objects={4: "<< /S /GoTo /D [3 0 R /Fit] >>"})
    rest = f"\n4 0 obj\n{JS}\nendobj\n".encode() + bytes(2_000)
    assert "javascript" in rules(check(harmless + rest))


def test_a_compressed_part_without_its_last_bytes_is_read(check: Check) -> None:
    objects = {1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>", 6: JS}
    text, _ = pack(objects)
    # The check sum is missing, all of the text is there.
    data = with_object_stream({2: PAGES, 3: PAGE}, objects, data=zlib.compress(text)[:-4])
    assert rules(check(data)) == {"needs_repair", "javascript"}


def test_a_compressed_part_that_ends_too_early_is_not_taken_for_clean(check: Check) -> None:
    objects = {1: "<< /Type /Catalog /Pages 2 0 R >>", 6: JS}
    text, _ = pack(objects)
    cut = zlib.compressobj(0)
    data = cut.compress(text[:-20]) + cut.flush(zlib.Z_SYNC_FLUSH)
    report = check(with_object_stream({2: PAGES, 3: PAGE}, objects, data=data))
    assert report.verdict == "reject"
    assert "not_checked" in rules(report)


def test_a_damaged_picture_hides_nothing(check: Check) -> None:
    data = document(
        page="/Contents 4 0 R",
        objects={4: stream(zlib.compress(b"q Q")[:-4], "/Filter /FlateDecode")},
    )
    assert rules(check(data)) == set()


def test_a_name_that_old_programs_wrote_with_a_number_sign_is_no_damage(check: Check) -> None:
    data = document(page="/Names << /A# 1 >>").replace(b"%PDF-1.7", b"%PDF-1.1")
    assert rules(check(data)) == set()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (document(catalog=f"/OpenAction {JS} /OpenAction [3 0 R /Fit]"), "doubled_entry"),
        (
            document(catalog=f"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next {JS} /Next [] >>"),
            "doubled_entry",
        ),
        (document(page=f"/#41A << /O {JS} >> /AA << >>"), "doubled_entry"),
        (
            document(
                trailer="/Root 5 0 R",
                objects={4: JS, 5: "<< /Type /Catalog /Pages 2 0 R >>"},
                catalog="/OpenAction 4 0 R",
            ),
            "not_checked",
        ),
        (
            with_object_stream(
                {2: PAGES, 3: PAGE}, {1: f"<< /Type /Catalog /Pages 2 0 R /AA {JS} /AA << >> >>"}
            ),
            "doubled_entry",
        ),
    ],
)
def test_an_entry_that_stands_twice_is_not_taken_for_clean(
    check: Check, data: bytes, rule: str
) -> None:
    """Some programs read the last one, some the first, and a script lies there."""
    report = check(data)
    assert report.verdict == "reject"
    assert rule in rules(report)


def test_an_entry_that_can_act_and_stands_twice_is_named(check: Check) -> None:
    """As jsPDF's autoPrint writes it."""
    first, second = "[3 0 R /FitH null]", "<< /S /Named /Type /Action /N /Print >>"
    report = check(document(catalog=f"/OpenAction {first} /OpenAction {second}"))
    assert rules(report) == {"doubled_entry"}
    assert "stands twice (OpenAction)" in report.findings[0].message
    assert rules(check(document(catalog="/Pages 2 0 R"))) == {"not_checked"}


def test_an_entry_that_stands_twice_and_leads_nowhere_is_a_repair(check: Check) -> None:
    assert rules(check(document(page="/Rotate 0 /Rotate 0"))) == {"needs_repair"}


@pytest.mark.parametrize(
    ("trailer", "found"),
    [
        # As LibreOffice writes a hybrid PDF.
        ("/AdditionalStreams [/application#2Fvnd.oasis.opendocument.text 4 0 R]", True),
        ("/AdditionalStreams []", False),
        ("/AdditionalStreams [/application#2Fvnd.oasis.opendocument.text]", False),
        ("/DocChecksum /00", False),
    ],
)
def test_the_document_that_a_file_was_made_from_is_told(
    check: Check, trailer: str, found: bool
) -> None:
    data = document(objects={4: stream("PK words that were deleted")}, trailer=trailer)
    report = check(data)
    assert ("source_document" in rules(report)) == found
    assert report.verdict == "accept"
