"""What a filer reads of a finding: message, page and fix. Details are for the clerk's tools only,
so what tells one place from another has to stand in the message."""

from __future__ import annotations

import pytest

from bot.pdfcheck import Limits

from .conftest import Check
from .pdf_files import Source, document, stream
from .test_page_rules import SECRET, linked, of, page, pages


def bookmark(action: str) -> bytes:
    return document(
        catalog="/Outlines 4 0 R",
        objects={
            4: "<< /First 5 0 R /Last 5 0 R /Count 1 >>",
            5: f"<< /Title (Exhibit A) /Parent 4 0 R /A << {action} >> >>",
        },
    )


@pytest.mark.parametrize(
    ("action", "rule", "target"),
    [
        ("/S /GoToR /F (lease.pdf) /D [0 /Fit]", "external_action", "“lease.pdf”"),
        ("/S /URI /URI (https://court.example)", "external_links", "“https://court.example”"),
    ],
)
def test_a_bookmark_is_named_with_its_target_and_is_no_link(
    check: Check, action: str, rule: str, target: str
) -> None:
    (finding,) = of(check(bookmark(action)), rule)
    assert finding.message.startswith("The bookmark “Exhibit A” ")
    assert target in finding.message
    assert "right-click the bookmark" in (finding.fix or "")


def test_a_video_that_plays_by_itself_is_no_link(check: Check) -> None:
    (finding,) = of(check(document(catalog="/OpenAction << /S /Movie >>")), "audio_video")
    assert finding.message == "By itself, the file plays a video."


def test_a_button_is_named_with_its_target(check: Check) -> None:
    field = "<< /Subtype /Widget /Rect [0 0 9 9] /FT /Btn /Ff 65536 /T (Send) /A 5 0 R >>"
    action = "<< /S /SubmitForm /F << /FS /URL /F (mailto:desk@court.example) >> >>"
    data = document(
        catalog="/AcroForm << /Fields [4 0 R] >>",
        page="/Annots [4 0 R]",
        objects={4: field, 5: action},
    )
    (finding,) = of(check(data), "external_action")
    assert finding.message.startswith("The form field “Send” sends the form")
    assert "mailto:desk@court.example" in finding.message


def test_an_attached_file_is_named(check: Check) -> None:
    objects: dict[int, Source] = {
        4: "<< /Type /Filespec /UF (books\\007.xlsx) /EF << /F 5 0 R >> >>",
        5: stream("x"),
    }
    (finding,) = of(check(document(catalog="/AF [4 0 R]", objects=objects)), "embedded_files")
    assert "“books .xlsx”" in finding.message


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://www.uscourts.gov", "opens a web site"),
        ("www.uscourts.gov", "opens a web site"),
        ("ecf.ctb.uscourts.gov:443/cgi-bin/login.pl", "opens a web site"),
        ("mailto:clerk@court.example", "starts an e-mail"),
        ("tel:860-240-3675", "dials a number"),
        ("Exhibit%20A.pdf", "a file that lay beside this one"),
        ("", "leads nowhere"),
        # Excel, and e-mail printed on a Mac or from Outlook.
        ("#Sheet1A1", "leads nowhere"),
        ("x-apple-data-detectors://0", "leads nowhere"),
        ("cid:image001.png", "leads nowhere"),
    ],
)
def test_a_link_is_called_what_it_is(check: Check, address: str, says: str) -> None:
    (finding,) = of(check(linked(address)), "external_links")
    assert finding.severity == "note"
    assert says in finding.message
    assert f"“{address}”" in finding.message


@pytest.mark.parametrize(
    "address", ["ms-word:ofe|u|https://files.example/a.docx", "search-ms:query=x", "C:lease.docx"]
)
def test_a_link_that_starts_a_program_is_a_warning(check: Check, address: str) -> None:
    (finding,) = of(check(linked(address)), "external_links")
    assert finding.severity == "warn"
    assert address[:20] in finding.message


@pytest.mark.parametrize(
    "data",
    [
        document(catalog="/OpenAction << /S /URI /URI (https://track.example) >>"),
        document(page="/AA << /O << /S /URI /URI (https://track.example) >> >>"),
        document(
            catalog="/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 4 0 R >>",
            objects={4: "<< /S /URI /URI (https://track.example) >>"},
        ),
    ],
)
def test_a_web_site_that_opens_without_a_click_is_a_warning(check: Check, data: bytes) -> None:
    (finding,) = of(check(data), "external_links")
    assert finding.severity == "warn"
    assert finding.message.startswith("By itself, the file opens a web site")
    assert "right-click" not in (finding.fix or "")


def test_a_field_that_no_page_shows_is_told_as_such(check: Check) -> None:
    data = document(catalog="/AcroForm << /Fields [<< /FT /Tx /T (left over) >>] >>")
    (finding,) = of(check(data), "form_fields")
    assert "text field “left over”, which no page shows." in finding.message


def test_a_wide_page_is_not_said_to_lie_on_its_side(check: Check) -> None:
    (finding,) = of(check(pages("/MediaBox [0 0 792 612]")), "page_size")
    assert finding.message.startswith("Page 1 is wider than high or turned around.")


def test_the_file_with_the_missing_part_is_named(check: Check) -> None:
    data = document(
        page="/PieceInfo << /XObject << /A 4 0 R >> >>",
        objects={4: stream("", "/Subtype /Image /F (exhibit_a.jpg)")},
    )
    assert "“exhibit_a.jpg”" in of(check(data), "external_stream")[0].message


WHOLE = document(page="/Contents 4 0 R", objects={4: stream("q Q " * 500)})


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (WHOLE[: WHOLE.index(b"xref")], "needs_repair"),
        (WHOLE[: WHOLE.index(b"/Length 2000") + 9], "not_checked"),
        (WHOLE[: WHOLE.index(b"/Kids")], "malformed"),
        # One made for the web has an end near its beginning.
        (
            WHOLE.replace(b"2 0 obj", b"startxref\n0\n%%EOF\n2 0 obj")[: WHOLE.index(b"xref")],
            "needs_repair",
        ),
    ],
)
def test_a_file_that_was_cut_off_is_to_be_got_again(check: Check, data: bytes, rule: str) -> None:
    """To print what is left would lose pages."""
    found = of(check(data), rule)
    assert "end" in found[0].message
    assert "cut off" in found[0].message
    assert "Download or copy the file again" in (found[0].fix or "")
    assert "rint" not in (found[0].fix or "")


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.replace(b"0000000015 00000 n", b"0000000099 00000 n"),
        WHOLE + b"\n--boundary--\n" + bytes(2_000),
        b"%PDF-1.7\nstartxref\n0\n%%EOF\n",
    ],
)
def test_other_damage_is_not_called_cut_off(check: Check, data: bytes) -> None:
    messages = [finding.message for finding in check(data).findings]
    assert any("damaged" in message for message in messages)
    assert not any("cut off" in message for message in messages)


def test_a_check_that_was_ended_says_why(check: Check) -> None:
    (finding,) = of(check(WHOLE, limits=Limits(input_bytes=100)), "not_checked")
    assert "because it is too large to be opened here, so it may hold" in finding.message


def test_marks_for_redaction_are_to_be_applied(check: Check) -> None:
    mark = "/Annots [<< /Subtype /Redact /Rect [70 695 270 711] >>]"
    (finding,) = of(check(page(SECRET, mark)), "hidden_text")
    assert "Redact a PDF, Apply" in (finding.fix or "")
    assert "in the original" not in (finding.fix or "")
