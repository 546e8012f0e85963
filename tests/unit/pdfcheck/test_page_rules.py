"""Rules that look at what pages show, and at what a file says of itself."""

from __future__ import annotations

import zlib

import pytest

from bot.pdfcheck import Finding, Profile, Report

from .conftest import Check
from .pdf_files import Source, assemble, document, pack, stream, with_object_stream

FONT = "/Resources << /Font << /F 9 0 R >> >>"
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
SECRET = "BT /F 12 Tf 72 700 Td (Maria Example, born in Springfield) Tj ET\n"
BAR = "0 g 70 695 200 16 re f\n"
RED = "1 0 0 rg 70 695 200 16 re f\n"


def page(content: str, entries: str = "", more: dict[int, Source] | None = None) -> bytes:
    """A file whose page has this content and Helvetica as /F."""
    return document(
        page=f"/Contents 8 0 R {entries} {FONT}",
        objects={8: stream(content), 9: HELVETICA, **(more or {})},
    )


def words(text: str) -> bytes:
    escaped = text.replace("(", r"\(").replace(")", r"\)")
    return page(f"BT /F 10 Tf 40 700 Td ({escaped}) Tj ET")


def pages(*sizes: str, content: str = "BT /F 12 Tf 20 20 Td (words) Tj ET") -> bytes:
    """A file of pages with these entries, all with the same content."""
    objects: dict[int, Source] = {
        number: f"<< /Type /Page /Parent 2 0 R /Contents 8 0 R {FONT} {size} >>"
        for number, size in enumerate(sizes, 20)
    }
    kids = " ".join(f"{number} 0 R" for number in objects)
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(sizes)} /MediaBox [0 0 612 792] >>"
    return assemble({**objects, 8: stream(content), 9: HELVETICA})


def of(report: Report, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == rule]


# hidden_text


@pytest.mark.parametrize(
    "data",
    [
        page(SECRET + BAR),
        page(SECRET + "0.1 0.1 0.15 rg 70 695 200 16 re f\n"),
        page(SECRET + "0 0 0 1 k 70 695 200 16 re f\n"),
        page(SECRET + "0 g 70 695 m 270 695 l 270 711 l 70 711 l h f\n"),
        page(SECRET + "0 g 70 695 60 16 re 140 695 60 16 re f\n"),
        page(SECRET + "q 2 0 0 2 0 0 cm 0 g 35 347 100 9 re f Q\n"),
        # a thick line instead of a box
        page(SECRET + "14 w 0 G 70 703 m 270 703 l S\n"),
        # black words on a black bar, as Word's highlighting makes them
        page(BAR + SECRET),
        # a label on the bar takes nothing away from what is below it
        page(SECRET + BAR + "1 g BT /F 12 Tf 90 700 Td (REDACTED) Tj ET\n"),
        # text that no eye sees, as text recognition writes it, under a bar
        page(SECRET.replace("12 Tf", "12 Tf 3 Tr") + BAR),
        # boxes of comments lie above the page
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [70 695 270 711] /IC [0 0 0] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [270 711 70 695] /IC [0 0 0 1] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Highlight /Rect [70 695 270 711] /C [0] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Redact /Rect [70 695 270 711] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Circle /Rect [30 640 310 766] /IC [0 0 0] >>]"),
        page(
            SECRET,
            "/Annots [<< /Subtype /Polygon /IC [0 0 0] /Vertices [70 695 270 695 270 711 70 711] "
            ">>]",
        ),
        # a black pen on a tablet, over a line of words and over one with a kink
        page(
            SECRET,
            "/Annots [<< /Subtype /Ink /C [0 0 0] /BS << /W 16 >> "
            "/InkList [[72 703 150 704 270 703]] >>]",
        ),
        page(
            SECRET,
            "/Annots [<< /Subtype /PolyLine /C [0] /Border [0 0 14] "
            "/Vertices [72 500 72 703 270 703] >>]",
        ),
        page(
            SECRET, "/Annots [<< /Subtype /Line /C [0 0 0] /BS << /W 16 >> /L [72 703 270 703] >>]"
        ),
        # a thick line in two parts, and one beside which the page lies
        page(SECRET + "16 w 0 G 72 703 m 150 703 l 270 703 l S\n"),
        page(
            "BT /F 12 Tf 0 1 -1 0 100 500 Tm (Maria Example) Tj ET\n16 w 96 495 m 96 620 l S\n",
            "/Rotate 90",
        ),
        # the box lies in a form XObject
        page(
            SECRET + "q 1 0 0 1 70 695 cm /X Do Q\n",
            "",
            {
                7: stream("0 g 0 0 200 16 re f", "/Subtype /Form /BBox [0 0 200 16]"),
            },
        ).replace(b"/Font << /F 9 0 R >>", b"/Font << /F 9 0 R >> /XObject << /X 7 0 R >>"),
    ],
)
def test_words_under_a_dark_box_are_told_and_not_repeated(check: Check, data: bytes) -> None:
    report = check(data)
    (finding,) = of(report, "hidden_text")
    assert (finding.severity, finding.page) == ("warn", 1)
    assert "Example" not in str(report.to_dict())
    assert report.verdict == "accept"


@pytest.mark.parametrize(
    "data",
    [
        page(SECRET),
        # the box comes first: a background under white or black text, or under a white cell
        page(BAR + "1 g " + SECRET),
        page("0.9 g 70 695 200 16 re f 0 g " + SECRET),
        page(BAR + "1 g 70 695 200 16 re f 0 g " + SECRET),
        page(BAR + "1 0 0 rg " + SECRET),
        page(BAR + SECRET.replace("12 Tf", "12 Tf 3 Tr")),
        page(SECRET + "1 1 0 rg 70 695 200 16 re f\n"),
        page(SECRET + RED),
        page(SECRET + "1 g 70 695 200 16 re f\n"),
        # rules of a table
        page(SECRET + "0 g 70 697 400 1 re 70 712 400 1 re f 70 690 1 40 re f\n"),
        page(SECRET + "1 w 70 697 m 470 697 l S\n"),
        # a box beside the words
        page(SECRET + "0 g 70 600 200 16 re f\n"),
        # a frame: a box in a box, empty inside
        page(SECRET + "0 g 60 690 300 30 re 62 692 296 26 re f*\n"),
        page(SECRET + "0 G 60 690 300 30 re S\n"),
        # the frame of an official form, whose hole is drawn in eight points
        page(
            "0 g 35 766 m 349 766 l 349 648 l 35 648 l h 35.3 648.3 m 34.9 648.7 l 348.8 648.7 l "
            "348.5 648.3 l 348.5 765.7 l 348.8 765.3 l 34.9 765.3 l 35.3 765.7 l h f\n" + SECRET
        ),
        # the box is cut away by its clip
        page(SECRET + "q 400 100 50 50 re W n 0 g 0 0 612 792 re f Q\n"),
        # the words stand on top once more, in white
        page(SECRET + BAR + "1 g " + SECRET),
        # ticks and leaders are no words
        page("BT /F 12 Tf 72 700 Td (______ x) Tj ET\n" + BAR),
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [70 695 270 711] /IC [1 1 0] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [70 695 270 711] /C [0 0 0] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [70 695 270 711] /IC [0] /CA 0.2 >>]"),
        page(SECRET, "/Annots [<< /Subtype /Highlight /Rect [70 695 270 711] /C [1 1 0] >>]"),
        page(SECRET, "/Annots [<< /Subtype /Square /Rect [70 (x) null] /IC [/A] >>]"),
        # one that is not shown, writing with a pen, a marker, and a ring around the words
        page(SECRET, "/Annots [<< /Subtype /Square /F 2 /Rect [70 695 270 711] /IC [0 0 0] >>]"),
        page(
            SECRET,
            "/Annots [<< /Subtype /Ink /C [0 0 0] /BS << /W 2 >> "
            "/InkList [[72 703 150 704 270 703]] >>]",
        ),
        page(
            SECRET,
            "/Annots [<< /Subtype /Ink /C [0 0 0] /CA 0.4 /BS << /W 16 >> "
            "/InkList [[72 703 150 704 270 703]] >>]",
        ),
        page(
            SECRET,
            "/Annots [<< /Subtype /Ink /C [0 0 0] /BS << /W 8 >> "
            "/InkList [[60 680 60 730 290 730 290 680 60 680]] >>]",
        ),
        page(SECRET, "/Annots [<< /Subtype /Ink /C [0 0 0] /BS 7 /InkList [7 [1] [(x) 2]] >>]"),
        # an ellipse, and a box that can be seen through
        page(SECRET + "0 g 70 700 m 100 730 240 730 270 700 c 240 670 100 670 70 700 c f\n"),
        page(
            SECRET + "/G gs " + BAR, "", {7: "<< /ca 0.3 >>"}
        ).replace(b"/Font << /F 9 0 R >>", b"/Font << /F 9 0 R >> /ExtGState << /G 7 0 R >>"),
    ],
)  # fmt: skip
def test_what_hides_no_words_is_no_black_box(check: Check, data: bytes) -> None:
    assert of(check(data), "hidden_text") == []


# personal_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SSN 123-45-6789", "ending in 6789"),
        ("Debtor 1: 219-09-9999 (SSN)", "ending in 9999"),
        ("Social Security number: 219 09 9999", "ending in 9999"),
        ("SSN: 219099999", "ending in 9999"),
        ("ITIN 912-70-1234", "ending in 1234"),
        ("paid by 4111 1111 1111 1111 today", "ending in 1111"),
        ("Visa 4111111111111111", "ending in 1111"),
        ("4111 1111 1111 1111 123 exp 12/26", "ending in 1111"),
        ("Mastercard 5555-5555-5555-4444", "ending in 4444"),
        ("American Express 3782 822463 10005", "ending in 0005"),
        ("Account number: 000123456789", "ending in 6789"),
        ("Acct. No. 1234-5678-9012", "ending in 9012"),
        ("account # 12345678", "ending in 5678"),
        ("SSN123-45-6789", "ending in 6789"),
        ("SS# 219099999", "ending in 9999"),
        ("S.S.N. 219 09 9999", "ending in 9999"),
        ("TIN 219099999", "ending in 9999"),
        ("1 2 3 - 4 5 - 6 7 8 9", "ending in 6789"),
        ("Social Security number 2 1 9 0 9 9 9 9 9", "ending in 9999"),
        ("Loan Number: 0012345678", "ending in 5678"),
        ("Mortgage loan no. 1234567890", "ending in 7890"),
    ],
)
def test_a_whole_number_of_a_person_is_told_by_its_last_digits(
    check: Check, text: str, shown: str
) -> None:
    report = check(words(text))
    (finding,) = of(report, "personal_numbers")
    assert (finding.severity, finding.page) == ("warn", 1)
    assert shown in (finding.detail or "")
    digits = "".join(char for char in text if char.isdigit())
    assert digits[:5] not in str(report.to_dict())


@pytest.mark.parametrize(
    "text",
    [
        "SSN xxx-xx-6789",
        "Last 4 digits of account number 6789",
        "Account number ***1234",
        "Case 23-12345, Claim 7-1, Doc 123-4",
        "Call 860-240-3675 or (800) 676-6856",
        "Hartford CT 06103-1234",
        "SSN ___-__-____ and 000-00-0000",
        "Total $123,456,789.00 of 219 09 9999 shares",
        "Order 4111 1111 1111 1112",
        "Bates 219099999 to 219100001",
        "Account closed on 12-31-2023",
        "ISBN 978-3-16-148410-0",
        "EIN 12-3456789",
        "Account period 01/01/2023 - 12/31/2023",
        "PACER account 1234567",
        "For questions about your account 800-676-6856 is the number",
        "Account 12345678.90",
        "Account 2023-12-31 to 2024-01-31",
        "Account 20231231",
        "Social Security Administration, Hartford CT 06103-1234",
        "Visiting 219099999, classname 219099999",
        "Loan of 12345678 dollars",
        "1 2 3 - 4 5 - 6 7 8 9 0",
        # Lists and tables of numbers, of which some happen to have the check digit of a card.
        "4001 4002 4003 4004 4005 4006 4007 4008 4009 4010 4011 4012 4013 4014 4015 4016 4017",
        "1060 1061 1062 1109",
        "2870 2590 4690 7007",
    ],
)
def test_other_numbers_are_no_numbers_of_people(check: Check, text: str) -> None:
    assert of(check(words(text)), "personal_numbers") == []


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("a Employee's social security number", "219099999"),
        ("Account Number", "000123456789"),
        ("SSN 123-45-", "6789"),
        ("Date of birth (mm/dd/yyyy)", "01/02/1980"),
    ],
)
def test_a_number_below_its_label_is_found(check: Check, above: str, below: str) -> None:
    above = above.replace("(", r"\(").replace(")", r"\)")
    data = page(f"BT /F 8 Tf 40 710 Td ({above}) Tj 0 -12 Td ({below}) Tj ET")
    assert len(of(check(data), "personal_numbers")) == 1


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("Date of Birth: 01/02/1980", "1980"),
        ("DOB 1/2/80", "80"),
        ("D.O.B.: 01-02-1980", "1980"),
        ("Birthdate January 2, 1980", "1980"),
        ("She was born on Jan. 2, 1980 in Hartford", "1980"),
    ],
)
def test_a_birth_date_is_told_by_its_year(check: Check, text: str, ending: str) -> None:
    report = check(words(text))
    (finding,) = of(report, "personal_numbers")
    assert f"birth date, ending in {ending}," in finding.message
    assert "only the year" in finding.message
    assert "last four digits" not in str(finding.to_dict())
    assert not {"01/02", "1/2/", "01-02", "January", "Jan."} & set(str(report.to_dict()).split())


@pytest.mark.parametrize(
    "text",
    [
        "Date of birth: 1980",
        "DOB XX/XX/1980",
        "Place of birth: Hartford. Filed 01/02/2024",
        "Hearing on 01/02/2024",
        "born in Hartford on a farm",
    ],
)
def test_a_year_of_birth_and_other_dates_are_fine(check: Check, text: str) -> None:
    assert of(check(words(text)), "personal_numbers") == []


@pytest.mark.parametrize("kind", ["/FreeText", "/Text", "/Highlight"])
def test_a_number_in_a_comment_is_found_and_told_as_one(check: Check, kind: str) -> None:
    """Mac Preview fills in forms with text boxes."""
    comment = f"<< /Subtype {kind} /Rect [40 690 200 710] /Contents (SSN 219-09-9999) >>"
    (finding,) = of(check(page(SECRET, f"/Annots [{comment} {comment}]")), "personal_numbers")
    assert finding.page == 1
    assert "in a comment or text box" in finding.message
    assert "Delete the comment" in (finding.fix or "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Debtor1SSN", "219099999"),
        ("page_1.account_number_3", "000123456789"),
        ("Date of Birth", "01/02/1980"),
    ],
)
def test_the_name_of_a_field_says_what_its_digits_are(check: Check, name: str, value: str) -> None:
    field = f"<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T ({name}) /V ({value}) >>"
    data = document(
        catalog="/AcroForm << /Fields [4 0 R] >>", page="/Annots [4 0 R]", objects={4: field}
    )
    (finding,) = of(check(data), "personal_numbers")
    assert f"in the form field “{name}”" in finding.message
    assert "in the answer" in (finding.fix or "")
    assert value[:4] not in str(finding.to_dict())


def test_a_number_at_the_end_of_a_long_answer_is_found(check: Check) -> None:
    value = "The debtor has much to tell. " * 60 + "219-09-9999"
    field = f"<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (a) /V ({value}) >>"
    (finding,) = of(check(document(page=f"/Annots [{field}]")), "personal_numbers")
    assert "ending in 9999" in finding.message


def test_a_number_in_a_form_field_is_found_with_its_name(check: Check) -> None:
    data = document(
        catalog="/AcroForm << /Fields [4 0 R] >>",
        page="/Annots [4 0 R]",
        objects={4: "<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (ssn) /V (219-09-9999) >>"},
    )
    (finding,) = of(check(data), "personal_numbers")
    assert (finding.page, finding.object) == (1, "4 0")
    assert "“ssn”" in (finding.detail or "")
    assert "219" not in str(finding.to_dict())


# no_text_layer


def test_pages_without_text_are_named(check: Check) -> None:
    picture = "q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    mixed = pages("", "/Contents 7 0 R", "/Contents 7 0 R", "/Contents 6 0 R")
    mixed = mixed.replace(b"9 0 obj", b"7 0 obj\n%s\nendobj\n6 0 obj\n%s\nendobj\n9 0 obj" % (
        stream(picture), stream("")
    )).replace(b"/Contents 8 0 R /Resources << /Font << /F 9 0 R >> >> /Contents",
               b"/Resources << /Font << /F 9 0 R >> >> /Contents")  # fmt: skip
    (finding,) = of(check(mixed), "no_text_layer")
    assert finding.severity == "note"
    assert finding.page == 2
    assert finding.detail == "2 of 4 pages: pages 2–3"
    (whole,) = of(check(page(picture)), "no_text_layer")
    assert whole.message.startswith("No page has text")


@pytest.mark.parametrize(
    "data",
    [
        page(SECRET),
        page("BT /F 12 Tf 3 Tr 72 700 Td (recognized) Tj ET"),
        page("0 0 9 9 re f", "/Annots [<< /Subtype /FreeText /Rect [0 0 9 9] /Contents (x) >>]"),
        # A blank page among others.
        pages("", "/Contents []").replace(
            b"/Contents 8 0 R /Resources << /Font << /F 9 0 R >> >> /Contents []", b""
        ),
    ],
)
def test_pages_with_text_or_nothing_are_fine(check: Check, data: bytes) -> None:
    assert of(check(data), "no_text_layer") == []


# external_links


def linked(address: str) -> bytes:
    link = f"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI ({address}) >> >>"
    return document(page=f"/Annots [{link}]")


def test_a_web_link_is_a_note_with_its_page_and_target(check: Check) -> None:
    report = check(linked("https://www.uscourts.gov"))
    (finding,) = of(report, "external_links")
    assert (finding.severity, finding.page) == ("note", 1)
    assert finding.detail == "to https://www.uscourts.gov"
    assert report.verdict == "accept"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert\\(1\\)", "JavaScript:x", " java\\nscript:x", "file:///C:/a.pdf",
        "vbscript:x", "data:text/html,x", "C:\\\\Users\\\\me\\\\a.docx", "\\\\\\\\server\\\\a.pdf",
    ],
)  # fmt: skip
def test_a_link_that_runs_or_opens_something_is_a_warning(check: Check, address: str) -> None:
    (finding,) = of(check(linked(address)), "external_links")
    assert finding.severity == "warn"


def test_the_base_of_all_links_counts(check: Check) -> None:
    data = document(catalog="/URI << /Base (https://example.org/) >>")
    assert of(check(data), "external_links")[0].detail == "to https://example.org/"
    assert of(check(document(page="/PieceInfo << /URI 7 >>")), "external_links") == []


def test_a_court_may_refuse_links(check: Check) -> None:
    data = linked("https://www.uscourts.gov")
    assert check(data, profile=Profile(hyperlinks="reject")).verdict == "reject"
    assert check(data, profile=Profile(release="6.1")).verdict == "reject"
    assert check(data, profile=Profile(release="6.1", hyperlinks="accept")).verdict == "accept"
    assert check(data, profile=Profile(release="1.6")).verdict == "accept"


# scan_quality


def scan(width: int, height: int, *, colour: bool, size: int) -> bytes:
    """A page that is one picture of so many pixels, of `size` bytes in the file."""
    space, bits, parts = ("/DeviceRGB", 8, 3) if colour else ("/DeviceGray", 1, 1)
    row = width * parts * bits // 8 + (width * parts * bits % 8 > 0)
    data = zlib.compress(bytes(row * height))
    return page(
        "q 612 0 0 792 0 0 cm /I Do Q",
        "",
        {
            7: stream(
                data + bytes(max(0, size - len(data))),
                f"/Subtype /Image /Width {width} /Height {height} /ColorSpace {space} "
                f"/BitsPerComponent {bits} /Filter /FlateDecode",
            )
        },
    ).replace(b"/Font << /F 9 0 R >>", b"/Font << /F 9 0 R >> /XObject << /I 7 0 R >>")


def test_scans_are_measured_by_their_placed_size(check: Check) -> None:
    (coarse,) = of(check(scan(850, 1100, colour=False, size=1)), "scan_quality")
    assert "100 dpi" in coarse.message
    assert "has stated no resolution" in coarse.message
    assert of(check(scan(2550, 3300, colour=False, size=1)), "scan_quality") == []
    (fine,) = of(check(scan(5100, 6600, colour=False, size=400_000)), "scan_quality")
    assert "600 dpi" in fine.message
    assert "300 KB could be saved" in fine.message
    (asked,) = of(
        check(scan(2550, 3300, colour=False, size=400_000), profile=Profile(dpi=200)),
        "scan_quality",
    )
    assert "The court asks for 200 dpi." in asked.message


def test_a_stamp_on_a_scan_is_not_its_text(check: Check) -> None:
    """The line that CM/ECF prints at the top of a page makes no scan searchable."""
    plain = scan(2550, 3300, colour=False, size=1)
    stamp = b"BT /F 9 Tf 40 780 Td (Case 23-20001 Doc 5-1 Filed 01/02/24 Page 3 of 20) Tj ET"
    text = b"BT 3 Tr /F 9 Tf 40 700 Td (%s) Tj ET" % (b"recognized words " * 12)
    content = b"q 612 0 0 792 0 0 cm /I Do Q"
    old = b"<< /Length 28  >>\nstream\n" + content
    assert old in plain

    def with_text(more: bytes) -> bytes:
        whole = content + b" " + more
        return plain.replace(old, b"<< /Length %d >>\nstream\n" % len(whole) + whole)

    (finding,) = of(check(with_text(stamp)), "no_text_layer")
    assert (finding.severity, finding.page) == ("note", 1)
    assert finding.message.startswith("On page 1 a few words at most can be searched")
    assert of(check(with_text(stamp + text)), "no_text_layer") == []


def test_colour_where_black_and_white_would_do_is_weighed(check: Check) -> None:
    (finding,) = of(check(scan(2550, 3300, colour=True, size=1_060_000)), "scan_quality")
    assert finding.severity == "note"
    assert "in color" in finding.message
    assert "1.0 MB" in finding.message
    assert of(check(scan(2550, 3300, colour=True, size=100_000)), "scan_quality") == []


def test_a_logo_is_no_scan(check: Check) -> None:
    assert of(check(scan(100, 100, colour=True, size=900_000)), "scan_quality") == []


# page_size


def test_other_sizes_and_turned_pages_are_named(check: Check) -> None:
    report = check(
        pages("", "/MediaBox [0 0 595 842]", "/MediaBox [0 0 595 842]", "/MediaBox [0 0 612 1008]",
              "/MediaBox [0 0 792 612]", "/Rotate 90", "/MediaBox [0 0 306 396] /UserUnit 2",
              "/MediaBox [0 0 200 200] /Rotate 180")
    )  # fmt: skip
    details = [finding.detail for finding in of(report, "page_size")]
    assert details == [
        "A4: pages 2–3", "legal size: page 4", "2.8 by 2.8 inches: page 8", "pages 5–6, 8"
    ]  # fmt: skip
    assert report.verdict == "accept"


@pytest.mark.parametrize(
    "size",
    [
        "",
        "/MediaBox [0 0 603 783]",
        "/MediaBox [0 0 792 612] /Rotate 270",
        "/MediaBox [0 0 2000 2000] /CropBox [100 100 712 892]",
    ],
)
def test_letter_pages_are_fine(check: Check, size: str) -> None:
    assert of(check(pages(size)), "page_size") == []


# pdfa_claim, mac_producer


def with_xmp(xmp: str | bytes, catalog: str = "") -> bytes:
    return document(
        catalog=f"/Metadata 4 0 R {catalog}", objects={4: stream(xmp, "/Type /Metadata")}
    )


@pytest.mark.parametrize(
    ("xmp", "name"),
    [
        ("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", "PDF/A-2b"),
        ('<x pdfaid:part="3" pdfaid:conformance="U"/>', "PDF/A-3u"),
        ("<x pdfaid:part='4'/>", "PDF/A-4"),
        ("<pdfaid:part>1</pdfaid:part>".encode("utf-16-be"), "PDF/A-1"),
    ],
)
def test_a_claim_to_be_pdfa_is_a_note(check: Check, xmp: str | bytes, name: str) -> None:
    (finding,) = of(check(with_xmp(xmp)), "pdfa_claim")
    assert (finding.severity, finding.detail) == ("note", name)


@pytest.mark.parametrize("xmp", ["", "<pdfaid:rev>1</pdfaid:rev>", "pdfaid:part is not told"])
def test_no_claim_is_made_up(check: Check, xmp: str) -> None:
    assert of(check(with_xmp(xmp)), "pdfa_claim") == []


QUARTZ = "/Info << /Producer (macOS Version 14.1 Quartz PDFContext) /Creator (Safari) >>"
FIELD = {4: "<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /Ff 1 /T (a) >>"}


def test_a_form_from_safari_is_a_warning(check: Check) -> None:
    data = document(
        catalog="/AcroForm << /Fields [4 0 R] >>",
        page="/Annots [4 0 R]",
        objects=FIELD,
        trailer=QUARTZ,
    )
    (finding,) = of(check(data), "mac_producer")
    assert (finding.severity, finding.page) == ("warn", 1)
    assert "Safari" in finding.message
    note = document(page="/Annots [<< /Subtype /Text /Rect [0 0 9 9] >>]", trailer=QUARTZ)
    assert of(check(note), "mac_producer")
    xmp = "<pdf:Producer>macOS Quartz PDFContext</pdf:Producer>"
    named = with_xmp(xmp, "/AcroForm << /Fields [<< /FT /Tx /T (a) >>] >>")
    assert of(check(named), "mac_producer")


@pytest.mark.parametrize(
    "data",
    [
        document(trailer=QUARTZ),
        document(catalog="/AcroForm << /Fields [] >>", trailer=QUARTZ),
        document(page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] >>]", trailer=QUARTZ),
        document(page="/Annots [4 0 R]", objects=FIELD, trailer="/Info << /Producer (Word) >>"),
    ],
)
def test_a_mac_alone_is_no_fault(check: Check, data: bytes) -> None:
    assert of(check(data), "mac_producer") == []


# old_revision


def updated(old: bytes, objects: dict[int, Source], *, catalog: int = 1) -> bytes:
    """The file with these objects in an incremental update."""
    parts, table = [old], []
    offset = len(old)
    for number, source in objects.items():
        body = source.encode() if isinstance(source, str) else source
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        table.append(b"%d 1\n%010d 00000 n \n" % (number, offset))
        offset += len(part)
        parts.append(part)
    previous = int(old.rsplit(b"startxref", 1)[1].split()[0])
    parts.append(
        b"xref\n%strailer\n<< /Size 30 /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (b"".join(table), catalog, previous, offset)
    )
    return b"".join(parts)


PLAIN_CATALOG: dict[int, Source] = {1: "<< /Type /Catalog /Pages 2 0 R >>"}


def test_a_script_of_an_earlier_revision_is_a_warning(check: Check) -> None:
    old = document(catalog="/OpenAction << /S /JavaScript /JS (x) >>")
    report = check(updated(old, PLAIN_CATALOG))
    (finding,) = of(report, "old_revision")
    assert finding.severity == "warn"
    assert "a script" in finding.message
    assert report.verdict == "accept"


@pytest.mark.parametrize(
    "update",
    [
        pytest.param({5: "<< /S /URI /URI (https://a.example) >>"}, id="what it names is replaced"),
        pytest.param({4: "<< >>"}, id="nothing names it any more"),
    ],
)
def test_a_script_behind_what_an_update_has_left_alone_is_a_warning(
    check: Check, update: dict[int, Source]
) -> None:
    old = document(
        catalog="/Names << /Dests 4 0 R >>",
        objects={4: "<< /Kids [5 0 R] >>", 5: "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"},
    )
    assert of(check(old), "javascript")
    report = check(updated(old, update))
    assert not of(report, "javascript")
    assert of(report, "old_revision")


def test_a_script_in_an_object_stream_that_an_update_replaced_is_a_warning(check: Check) -> None:
    plain: dict[int, Source] = {
        1: "<< /Type /Catalog /Pages 2 0 R /Names << /Dests 4 0 R >> >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
    }
    old = with_object_stream(plain, {4: "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"})
    assert of(check(old), "javascript")
    data, first = pack({4: "<< /S /URI /URI (https://a.example) >>"})
    holder = stream(data, b"/Type /ObjStm /N 1 /First %d" % first)
    report = check(updated(old, {5: holder}))
    assert not of(report, "javascript")
    assert of(report, "old_revision")


def test_an_attachment_of_an_earlier_revision_is_a_warning(check: Check) -> None:
    old = document(
        catalog="/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
        objects={4: "<< /Type /Filespec /UF (a.xlsx) /EF << /F 5 0 R >> >>", 5: stream("x")},
    )
    (finding,) = of(check(updated(old, PLAIN_CATALOG)), "old_revision")
    assert "attached file" in finding.message
    twice = updated(updated(old, {6: "1"}), PLAIN_CATALOG)
    assert of(check(twice), "old_revision")


def test_words_that_only_an_earlier_revision_shows_are_counted(check: Check) -> None:
    report = check(updated(page(SECRET), {8: stream("BT /F 12 Tf 9 9 Td (Maria) Tj ET")}))
    (finding,) = of(report, "old_revision")
    assert finding.page == 1
    # Example, born, Springfield: words of two letters say nothing, and Maria is still there.
    assert "3 words" in finding.message
    assert "Springfield" not in str(report.to_dict())


def test_the_first_of_many_revisions_is_looked_at(check: Check) -> None:
    """It is the document before anything was taken out."""
    data = updated(page(SECRET), {8: stream("BT /F 12 Tf 9 9 Td (Maria) Tj ET")})
    for number in range(20, 26):
        data = updated(data, {number: "<< /Note (signed) >>"})
    (finding,) = of(check(data), "old_revision")
    assert "3 words" in finding.message


@pytest.mark.parametrize(
    "data",
    [
        page(SECRET),
        updated(page(SECRET), {8: stream(SECRET + "BT /F 12 Tf 9 9 Td (more) Tj ET")}),
        updated(page(SECRET), {7: "<< /Note (comment) >>"}),
        updated(document(), PLAIN_CATALOG),
        # An attached PDF has ends of its own, which are no revisions of this file.
        document(objects={4: stream(document(catalog="/OpenAction << /S /JavaScript /JS (x) >>"))}),
        # The script is still there, in an object with another number.
        updated(
            document(catalog="/OpenAction 4 0 R", objects={4: "<< /S /JavaScript /JS (x) >>"}),
            {
                1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
                5: "<< /S /JavaScript /JS (x) >>",
            },
        ),
    ],
)
def test_an_update_that_hides_nothing_is_fine(check: Check, data: bytes) -> None:
    assert of(check(data), "old_revision") == []


# profile


def test_a_rule_can_be_tried_out_off_or_weigh_otherwise(
    check: Check, caplog: pytest.LogCaptureFixture
) -> None:
    data = document(catalog="/OpenAction << /S /JavaScript /JS (x) >>")
    caplog.set_level("INFO", logger="bot.pdfcheck")
    tried = check(data, profile=Profile(rules={"javascript": "evaluation"}))
    assert tried.verdict == "accept"
    assert of(tried, "javascript") == []
    assert "On trial: javascript" in caplog.text
    caplog.clear()
    off = check(data, profile=Profile(rules={"javascript": "off"}))
    assert (off.verdict, of(off, "javascript")) == ("accept", [])
    assert "javascript" not in caplog.text
    mild = check(data, profile=Profile(rules={"javascript": "note"}))
    assert mild.verdict == "accept"
    assert of(mild, "javascript")[0].severity == "note"
    strict = check(page(SECRET + BAR), profile=Profile(rules={"hidden_text": "reject"}))
    assert strict.verdict == "reject"
