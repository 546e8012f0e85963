"""Each rule fires where it should, and nowhere else."""

from __future__ import annotations

import io

import pikepdf
import pytest

from bot.pdfcheck import Finding, Profile, Report
from bot.pdfcheck.court_errors import M1, M2, M3, M4, M5

from .conftest import Check
from .pdf_files import assemble, document, padded, stream, with_object_stream

JS = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def of(report: Report, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == rule]


def rules(report: Report) -> set[str]:
    """Without the note on text: the small files of these tests have blank pages."""
    return {finding.rule for finding in report.findings} - {"no_text_layer"}


def widget(entries: str) -> dict[int, str | bytes]:
    return {4: f"<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R {entries} >>"}


def form(entries: str, *, acroform: str = "") -> bytes:
    """A form with one field, object 4, on page 1."""
    return document(
        catalog=f"/AcroForm << /Fields [4 0 R] {acroform} >>",
        page="/Annots [4 0 R]",
        objects=widget(entries),
    )


def save(pdf: pikepdf.Pdf, *, encryption: pikepdf.Encryption) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=encryption)
    return buffer.getvalue()


def test_a_plain_document_is_accepted(check: Check) -> None:
    report = check(document())
    assert report.verdict == "accept"
    assert rules(report) == set()
    assert report.pages == 1


# not_pdf


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"\xef\xbb\xbf\r\n<HTML><head>", "web page"),
        (b"PK\x03\x04\x14\0\0\0[Content_Types].xml ... word/document.xml", "Word document"),
        (b"PK\x03\x04\x14\0\0\0photos/1.txt", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Word"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG picture"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"\0\0\0\x18ftypheic\0\0", "phone photo"),
        (b"{\\rtf1", "rich text"),
        (b"PK\x03\x04\x14\0\0\0Index/Document.iwa", "Pages"),
        (b"PK\x03\x04\x14\0\0\0[Content_Types].xml FixedDocSeq.fdseq", "XPS document"),
        (b"\x1b%-12345X@PJL JOB\r\n", "data for a printer"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0", "a shortcut"),
        (b"[InternetShortcut]\r\nURL=https://court.example/a.pdf\r\n", "a shortcut"),
        (b"bplist00\xd1\x01\x02", "web archive"),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "under its name with “._”"),
        (bytes(2_000), "nothing but zeros"),
        (b"Dear clerk,\n", "plain text"),
        (b"%pdf-1.4\n1 0 obj", "The file is damaged: the first line"),
        (b"\x01\x02\x03\x04", "first bytes"),
    ],
)
def test_something_else_than_a_pdf_is_named(check: Check, data: bytes, kind: str) -> None:
    report = check(data)
    assert report.verdict == "unreadable"
    assert rules(report) == {"not_pdf"}
    assert kind in of(report, "not_pdf")[0].message


def test_the_header_may_stand_within_the_first_1024_bytes(check: Check) -> None:
    whole = document()
    assert "not_pdf" not in rules(check(b"x" * 1_019 + whole))
    assert rules(check(b"x" * 1_020 + whole)) == {"not_pdf"}


# malformed, needs_repair


def test_a_file_without_pages_is_malformed(check: Check) -> None:
    empty = assemble(
        {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [] /Count 0 >>"}
    )
    assert check(empty).verdict == "unreadable"
    assert rules(check(empty)) == {"malformed"}


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nnothing else",
        document()[:60],
        assemble({1: "<< /Type /Catalog >>"}),
        assemble({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [2 0 R] >>"}),
    ],
)
def test_a_file_that_repair_cannot_open_is_malformed(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "unreadable"
    assert rules(report) == {"malformed"}


@pytest.mark.parametrize(
    "data",
    [
        document().replace(b"startxref", b"startxxxx"),
        document().replace(b"xref\n0 4", b"xrxx\n0 4"),
        document()[:-25],
        document(page="/Contents 4 0 R", objects={4: stream("0 0 m 9 9 l S")}).replace(
            b"/Length 13", b"/Length 99"
        ),
    ],
)
def test_a_file_that_opens_only_with_repair_is_accepted_with_a_warning(
    check: Check, data: bytes
) -> None:
    report = check(data)
    assert report.verdict == "accept"
    assert rules(report) == {"needs_repair"}
    assert of(report, "needs_repair")[0].severity == "warn"


# encrypted


def test_restrictions_alone_are_told_from_a_password(check: Check) -> None:
    pdf = pikepdf.open(io.BytesIO(document()))
    restricted = check(save(pdf, encryption=pikepdf.Encryption(owner="secret", user="")))
    locked = check(save(pdf, encryption=pikepdf.Encryption(owner="secret", user="key")))
    assert (restricted.verdict, locked.verdict) == ("reject", "reject")
    assert rules(restricted) == rules(locked) == {"encrypted"}
    assert "without a password" in of(restricted, "encrypted")[0].message
    assert restricted.pages == 1
    assert "asks for a password" in of(locked, "encrypted")[0].message
    assert locked.pages is None


@pytest.mark.parametrize(
    ("allowed", "says", "can_print"),
    [
        ({}, "is encrypted all the same", True),
        ({"modify_other": False, "extract": False}, "it forbids changing and copying.", True),
        ({"print_lowres": False, "print_highres": False}, "it forbids printing.", False),
    ],
)
def test_a_restricted_file_says_what_it_forbids(
    check: Check, allowed: dict[str, bool], says: str, can_print: bool
) -> None:
    """Who may not print it is not told to."""
    pdf = pikepdf.open(io.BytesIO(document()))
    allow = pikepdf.Permissions(**allowed)
    locked = pikepdf.Encryption(owner="secret", user="", allow=allow)
    (finding,) = of(check(save(pdf, encryption=locked)), "encrypted")
    assert says in finding.message
    assert ("print it to a new PDF" in (finding.fix or "")) == can_print


def test_a_certificate_lock_is_encrypted_and_not_malformed(check: Check) -> None:
    data = document(
        trailer="/Encrypt << /Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 >> "
        "/ID [<00> <00>]"
    )
    report = check(data)
    assert report.verdict == "reject"
    assert rules(report) == {"encrypted"}


def test_what_is_inside_a_restricted_file_is_looked_at(check: Check) -> None:
    pdf = pikepdf.open(io.BytesIO(document(catalog=f"/OpenAction {JS}")))
    report = check(save(pdf, encryption=pikepdf.Encryption(owner="secret", user="")))
    assert rules(report) == {"encrypted", "javascript"}


# javascript


@pytest.mark.parametrize(
    "data",
    [
        document(catalog=f"/OpenAction {JS}"),
        document(catalog=f"/AA << /WC {JS} >>"),
        document(page=f"/AA << /O {JS} >>"),
        document(page=f"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A {JS} >>]"),
        document(page=f"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /AA << /E {JS} >> >>]"),
        document(catalog=f"/Names << /JavaScript << /Names [(a) {JS}] >> >>"),
        document(catalog=f"/Names << /JavaScript << /Kids [<< /Names [(a) {JS}] >>] >> >>"),
        document(
            catalog="/Outlines 4 0 R",
            objects={
                4: "<< /First 5 0 R /Last 5 0 R /Count 1 >>",
                5: f"<< /Title (Top) /Parent 4 0 R /A {JS} >>",
            },
        ),
        document(catalog="/OpenAction << /S /J#61vaScript /J#53 (x) >>"),
        document(catalog="/OpenAction << /S /JavaScript /JS 4 0 R >>", objects={4: stream("x()")}),
        document(catalog="/OpenAction << /S /JavaScript >>"),
        document(catalog="/OpenAction << /S 4 0 R /JS (x) >>", objects={4: "/JavaScript"}),
        document(catalog="/OpenAction << /S /Rendition /OP 0 /JS (x) >>"),
        document(catalog=f"/OpenAction << /S /Named /N /Print /Next {JS} >>"),
        document(catalog=f"/OpenAction << /S /Named /N /Print /Next [<< /S /URI >> {JS}] >>"),
        document(
            catalog="/OpenAction 4 0 R", objects={4: "<< /S /Named /Next [4 0 R 5 0 R] >>", 5: JS}
        ),
        document(catalog=f"/Names << /Templates << /Names [(t) << /AA << /O {JS} >> >>] >> >>"),
        document(
            page="/Annots [<< /Subtype /3D /Rect [0 0 9 9] /3DD 4 0 R >>]",
            objects={4: stream("", "/Subtype /U3D /OnInstantiate 5 0 R"), 5: stream("x()")},
        ),
        with_object_stream(
            {1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"},
            {
                2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
                4: JS,
            },
        ),
    ],
)  # fmt: skip
def test_a_script_is_found_wherever_it_hangs(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "reject"
    assert of(report, "javascript")
    assert of(report, "javascript")[0].court_error == M2


@pytest.mark.parametrize(
    "data",
    [
        document(catalog="/Names << /JavaScript << /Names [] >> >>"),
        document(catalog="/Names << /JavaScript << /Kids [] >> >>"),
        document(catalog="/OpenAction [3 0 R /Fit]"),
        document(catalog="/AA << >>"),
        document(page="/Contents 4 0 R", objects={4: stream("(/S /JavaScript /JS) Tj")}),
        document(trailer="/Info << /Title (/JavaScript) /JS (a subject) >>"),
        document(
            page="/Resources << /XObject << /JS 4 0 R >> >>",
            objects={4: stream("", "/Subtype /Form /BBox [0 0 1 1]")},
        ),
        document(page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (x) >> >>]"),
        # Nothing points to object 4.
        document(objects={4: JS}),
        # The state of a button, and a letter of a font, that somebody called JS.
        document(
            page="/Annots [<< /Subtype /Stamp /Rect [0 0 9 9] /AS /JS "
            "/AP << /N << /JS 4 0 R /Off 4 0 R >> >> >>]",
            objects={4: stream("", "/Subtype /Form /BBox [0 0 1 1]")},
        ),
        document(
            page="/PieceInfo << /Font << /T 4 0 R >> >>",
            objects={4: "<< /Subtype /Type3 /CharProcs << /JS 5 0 R >> >>", 5: stream("0 0 d0")},
        ),
    ],
)
def test_what_only_looks_like_a_script_is_none(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "accept"
    assert "javascript" not in rules(report)


@pytest.mark.parametrize(
    ("page", "trailer"), [("/PieceInfo << /Font 4 0 R >>", ""), ("", "/Info 4 0 R")]
)
def test_a_script_does_not_pass_for_something_else(check: Check, page: str, trailer: str) -> None:
    """The walk comes to object 4 as to a list of fonts, or to what the file says of itself."""
    data = document(
        catalog="/OpenAction 4 0 R",
        page=page,
        objects={4: "<< /S /Rendition /OP 0 /JS (x) >>"},
        trailer=trailer,
    )
    assert of(check(data), "javascript")


def test_a_script_of_a_field_names_page_field_and_object(check: Check) -> None:
    report = check(form(f"/FT /Tx /T (Total) /AA << /C {JS} >>"))
    (finding,) = of(report, "javascript")
    assert finding.page == 1
    assert finding.object == "4 0"
    assert "“Total”" in finding.message
    assert finding.detail is not None
    assert "when values change" in finding.detail


def test_a_script_at_the_parent_of_a_widget_is_found_with_its_name(check: Check) -> None:
    report = check(
        document(
            catalog="/AcroForm << /Fields [5 0 R] >>",
            page="/Annots [4 0 R]",
            objects={
                4: "<< /Subtype /Widget /Rect [0 0 9 9] /Parent 5 0 R >>",
                5: f"<< /FT /Tx /T (Sum) /Kids [4 0 R] /AA << /K {JS} >> >>",
            },
        )
    )
    (finding,) = of(report, "javascript")
    assert "“Sum”" in finding.message
    assert finding.page == 1


def test_a_script_of_a_page_names_the_right_page(check: Check) -> None:
    report = check(
        assemble(
            {
                1: "<< /Type /Catalog /Pages 2 0 R >>",
                2: "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
                # The link on page 1 leads to page 2, whose script must not count for page 1.
                3: "<< /Type /Page /Annots [<< /Subtype /Link /Rect [0 0 9 9] /Dest [5 0 R] >>] >>",
                4: JS,
                5: "<< /Type /Page /AA << /O 4 0 R >> >>",
            }
        )
    )
    assert [finding.page for finding in of(report, "javascript")] == [2]


def test_a_script_of_a_bookmark_names_the_bookmark(check: Check) -> None:
    objects = {
        4: "<< /First 5 0 R >>",
        5: "<< /Title (Exhibit\\007 A) /Parent 4 0 R /A 6 0 R >>",
        6: JS,
    }
    report = check(document(catalog="/Outlines 4 0 R", objects=objects))
    assert "“Exhibit A”" in of(report, "javascript")[0].message


# external_action


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("/S /Launch /F (C:\\\\Users\\\\me\\\\a.docx)", "Launch to C:\\Users\\me\\a.docx"),
        ("/S /Launch /Win << /F (cmd.exe) >>", "Launch to cmd.exe"),
        ("/S /Launch /Unix << >>", "Launch"),
        ("/S /GoToR /F << /Type /Filespec /UF (b.pdf) >> /D [0 /Fit]", "GoToR to b.pdf"),
        ("/S /GoToE /T << /R /C /N (a) >>", "GoToE"),
        ("/S /Thread /F (b.pdf) /D 0", "Thread to b.pdf"),
        ("/S /ImportData /F (a.fdf)", "ImportData to a.fdf"),
        ("/S /SubmitForm /F << /FS /URL /F (https://x.example) >>", "SubmitForm to https://x.example"),
    ],
)  # fmt: skip
def test_an_action_that_reaches_out_is_found(check: Check, action: str, detail: str) -> None:
    report = check(
        document(page=f"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << {action} >> >>]")
    )
    (finding,) = of(report, "external_action")
    assert finding.detail == detail
    assert finding.page == 1
    assert report.verdict == "reject"


@pytest.mark.parametrize(
    "action",
    [
        "/S /GoTo /D [3 0 R /Fit]",
        "/S /Named /N /Print",
        "/S /Thread /D 0",
        "/S /Hide /T (f)",
        "/S /ResetForm",
    ],
)
def test_an_action_that_stays_inside_is_fine(check: Check, action: str) -> None:
    report = check(
        document(page=f"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << {action} >> >>]")
    )
    assert report.verdict == "accept"
    assert rules(report) == set()


def test_what_opens_by_itself_is_no_link(check: Check) -> None:
    (finding,) = of(
        check(document(catalog="/OpenAction << /S /Launch /F (cmd.exe) >>")), "external_action"
    )
    assert finding.message.startswith("By itself, the file starts a program")
    assert "cmd.exe" in finding.message
    assert "Word" not in f"{finding.message} {finding.fix}"


# embedded_files

ATTACHED: dict[int, str | bytes] = {
    4: "<< /Type /Filespec /UF (books.xlsx) /EF << /F 5 0 R >> >>",
    5: stream("x"),
}


@pytest.mark.parametrize(
    "data",
    [
        document(catalog="/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>", objects=ATTACHED),
        document(
            catalog="/Names << /EmbeddedFiles << /Kids [<< /Names [(a) 4 0 R] >>] >> >>",
            objects=ATTACHED,
        ),
        document(
            page="/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS 4 0 R >>]",
            objects=ATTACHED,
        ),
        document(catalog="/AF [4 0 R]", objects=ATTACHED),
        document(page="/AF [4 0 R]", objects=ATTACHED),
    ],
)
def test_an_attached_file_is_found_once_with_its_name(check: Check, data: bytes) -> None:
    (finding,) = of(check(data), "embedded_files")
    assert finding.detail == "file name “books.xlsx”"


def test_the_parts_of_an_xfa_form_are_no_attachments(check: Check) -> None:
    """LiveCycle calls them embedded files. The panel of attachments shows none of them."""
    part = stream("<a/>", "/Type /EmbeddedFile")
    data = document(
        catalog="/AcroForm << /Fields [] /XFA [(config) 4 0 R (template) 5 0 R] >>",
        objects={4: part, 5: part},
    )
    (finding,) = of(check(data), "embedded_files")
    assert "The form (XFA)" in finding.message
    assert "Attachments panel" not in (finding.fix or "")


def test_a_portfolio_and_an_empty_paper_clip_are_found(check: Check) -> None:
    assert (
        "portfolio" in of(check(document(catalog="/Collection << >>")), "embedded_files")[0].message
    )
    clip = document(page="/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS (gone.doc) >>]")
    assert of(check(clip), "embedded_files")[0].page == 1


def test_printing_is_no_way_for_a_portfolio(check: Check) -> None:
    """It would print the cover alone, and the documents would never be filed."""
    names = "/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>"
    found = of(
        check(document(catalog=f"/Collection << >> {names}", objects=ATTACHED)), "embedded_files"
    )
    assert len(found) == 2
    for finding in found:
        assert "portfolio" in finding.message
        assert "save each document" in (finding.fix or "")
        assert "rint" not in (finding.fix or "")


@pytest.mark.parametrize(
    "data",
    [
        # A font and a picture that somebody called EF.
        document(
            page="/PieceInfo << /Font << /EF 4 0 R >> >>",
            objects={4: "<< /Type /Font /Subtype /Type0 /ToUnicode 5 0 R >>", 5: stream("x")},
        ),
        document(
            page="/PieceInfo << /XObject << /EF 4 0 R >> >>",
            objects={4: stream("x", "/Subtype /Image /SMask 5 0 R"), 5: stream("x")},
        ),
        document(catalog="/Names << /EmbeddedFiles << /Names [] >> >>"),
        document(catalog="/Names << /EmbeddedFiles << /Kids [] >> >>"),
        document(catalog="/AF []"),
        document(catalog="/Names << /EmbeddedFiles << /Names [(a) << /UF (b) /EF << >> >>] >> >>"),
    ],
)
def test_an_empty_list_of_attachments_is_fine(check: Check, data: bytes) -> None:
    assert rules(check(data)) == set()


# audio_video


@pytest.mark.parametrize(
    "page",
    [
        "/Annots [<< /Subtype /Movie /Rect [0 0 9 9] /Movie << /F (a.avi) >> >>]",
        "/Annots [<< /Subtype /Sound /Rect [0 0 9 9] >>]",
        "/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]",
        "/Annots [<< /Subtype /3D >>]",
        (
            "/Annots [<< /Subtype /Screen /Rect [0 0 9 9] /A << /S /Rendition /OP 0 "
            "/R << /S /MR /C << /S /MCD >> >> >> >>]"
        ),
        "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Sound >> >>]",
        "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Movie >> >>]",
        "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /GoTo3DView >> >>]",
    ],
)
def test_media_are_found_with_their_page(check: Check, page: str) -> None:
    (finding,) = of(check(document(page=page)), "audio_video")
    assert finding.page == 1


def test_a_slide_show_is_found(check: Check) -> None:
    show = "<< /Type /SlideShow /Subtype /Embedded /StartResource (x) >>"
    data = document(catalog=f"/Names << /AlternatePresentations << /Names [(a) {show}] >> >>")
    assert "slide show" in of(check(data), "audio_video")[0].message


def test_media_in_the_name_tree_are_found(check: Check) -> None:
    names = "/Names << /Renditions << /Names [(r) << /S /MR /C << /S /MCD >> >>] >> >>"
    assert of(check(document(catalog=names)), "audio_video")


@pytest.mark.parametrize(
    "data",
    [
        document(page="/Annots [<< /Subtype /Screen /Rect [0 0 9 9] /A << /S /Named >> >>]"),
        document(catalog="/Names << /Renditions << /Names [] >> >>"),
    ],
)
def test_a_screen_without_media_is_fine(check: Check, data: bytes) -> None:
    assert rules(check(data)) == set()


# form_fields


@pytest.mark.parametrize("kind", ["/FT /Tx", "/FT /Ch", "/FT /Btn", "/FT /Btn /Ff 32768"])
def test_a_live_field_is_found_with_name_and_page(check: Check, kind: str) -> None:
    report = check(form(f"{kind} /T (Debtor)"))
    (finding,) = of(report, "form_fields")
    assert "“Debtor”" in finding.message
    assert (finding.page, finding.object, finding.court_error) == (1, "4 0", M1)
    assert report.verdict == "reject"


@pytest.mark.parametrize(
    "data",
    [
        document(catalog="/AcroForm << >>"),
        document(catalog="/AcroForm << /Fields [] /DA (/Helv 0 Tf) /NeedAppearances true >>"),
        form("/FT /Sig /T (Sign here)"),
        form("/FT /Btn /Ff 65536 /T (Print)"),
        form("/FT /Tx /Ff 1 /T (Stamp)"),
        form("/FT /Ch /Ff 131073 /T (Stamp)"),
        document(page="/Annots [<< /Subtype /Text /Rect [0 0 9 9] /Contents (a note) >>]"),
    ],
)
def test_what_nobody_can_fill_in_is_no_form(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "accept"
    assert "form_fields" not in rules(report)


def nested(parent: str, kid: str) -> bytes:
    return document(
        catalog="/AcroForm << /Fields [5 0 R] >>",
        page="/Annots [4 0 R]",
        objects={
            4: f"<< /Subtype /Widget /Rect [0 0 9 9] /Parent 5 0 R {kid} >>",
            5: f"<< /T (form) /Kids [4 0 R] {parent} >>",
        },
    )


def test_a_field_that_only_its_page_holds_is_found_there(check: Check) -> None:
    plain = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
    field = "<< /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (a) >>"
    data = assemble(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: f"{plain} >>",
            4: f"{plain} /Annots [{field}] >>",
        }
    )
    assert [finding.page for finding in of(check(data), "form_fields")] == [2]


def test_a_field_inherits_type_and_flags(check: Check) -> None:
    (finding,) = of(check(nested("/FT /Tx", "/T (name)")), "form_fields")
    assert "“form.name”" in finding.message
    assert of(check(nested("/FT /Tx /Ff 1", "/T (name)")), "form_fields") == []
    assert of(check(nested("/FT /Tx /Ff 1", "/T (name) /Ff 0")), "form_fields")


def test_a_field_with_several_widgets_counts_once(check: Check) -> None:
    data = document(
        catalog="/AcroForm << /Fields [6 0 R] >>",
        page="/Annots [4 0 R 5 0 R]",
        objects={
            4: "<< /Subtype /Widget /Rect [0 0 9 9] /Parent 6 0 R >>",
            5: "<< /Subtype /Widget /Rect [0 0 9 9] /Parent 6 0 R >>",
            6: "<< /T (choice) /FT /Btn /Ff 49152 /Kids [4 0 R 5 0 R] >>",
        },
    )
    assert len(of(check(data), "form_fields")) == 1


def test_a_field_that_the_form_does_not_list_is_found(check: Check) -> None:
    data = document(page="/Annots [4 0 R]", objects=widget("/FT /Tx /T (stray)"))
    assert of(check(data), "form_fields")[0].page == 1


def test_a_court_that_takes_forms_gets_a_note(check: Check) -> None:
    report = check(form("/FT /Tx /T (Debtor)"), profile=Profile(forms="accept"))
    assert report.verdict == "accept"
    assert of(report, "form_fields")[0].severity == "note"


# xfa


def xfa(template: str, *, config: str = "<config/>", catalog: str = "") -> bytes:
    return document(
        catalog=f"/AcroForm << /Fields [] /XFA [(config) 4 0 R (template) 5 0 R] >> {catalog}",
        objects={4: stream(config), 5: stream(template)},
    )


def test_static_and_dynamic_xfa_are_told_apart(check: Check) -> None:
    static = of(check(xfa("<template/>")), "xfa")
    dynamic = of(check(xfa("<template/>", catalog="/NeedsRendering true")), "xfa")
    configured = of(
        check(xfa("<template/>", config="<dynamicRender>required</dynamicRender>")), "xfa"
    )
    assert [finding.detail for finding in static] == ["static XFA"]
    assert [finding.detail for finding in dynamic + configured] == ["dynamic XFA", "dynamic XFA"]


@pytest.mark.parametrize(
    "template",
    [
        "<event><script contentType='application/x-javascript'>xfa.host.beep()</script></event>",
        "<event><script>Sum(a)</script></event>",
        "<x:script >$ = 1</x:script>",
    ],
)
def test_a_script_in_the_xfa_form_is_found(check: Check, template: str) -> None:
    assert rules(check(xfa(template))) == {"xfa", "javascript"}


@pytest.mark.parametrize(
    "template",
    [
        "<script/>",
        "<script>\n <runScripts>server</runScripts></script>",
        "<scripting>a</scripting>",
    ],
)
def test_the_script_settings_of_an_xfa_form_are_no_script(check: Check, template: str) -> None:
    assert rules(check(xfa(template))) == {"xfa"}


def test_an_empty_xfa_entry_is_no_form(check: Check) -> None:
    assert rules(check(document(catalog="/AcroForm << /XFA [] >>"))) == set()


def test_an_xfa_part_that_cannot_be_decoded_is_not_taken_for_clean(check: Check) -> None:
    data = document(
        catalog="/AcroForm << /XFA 4 0 R >>", objects={4: stream("junk", "/Filter /FlateDecode")}
    )
    assert {"xfa", "not_checked"} <= rules(check(data))


# external_stream


@pytest.mark.parametrize(
    "entries",
    [
        "/F (data.bin)",
        "/F << /Type /Filespec /F (http://x.example/a) >>",
        "/Subtype /Form /BBox [0 0 1 1] /Ref << /F (other.pdf) /Page 0 >>",
        "/Subtype /Image /OPI << /2.0 << /F (high.tif) >> >>",
    ],
)
def test_data_outside_the_file_is_found(check: Check, entries: str) -> None:
    data = document(
        page="/Resources << /XObject << /X 4 0 R >> >>", objects={4: stream("", entries)}
    )
    report = check(data)
    assert report.verdict == "reject"
    assert of(report, "external_stream")[0].page == 1


@pytest.mark.parametrize("entries", ["/F /FlateDecode", "/F [/AHx]", "/Ref 7"])
def test_an_abbreviated_filter_is_no_outside_data(check: Check, entries: str) -> None:
    data = document(
        page="/Resources << /XObject << /X 4 0 R >> >>", objects={4: stream("", entries)}
    )
    assert "external_stream" not in rules(check(data))


def test_the_file_of_a_link_is_no_stream_data(check: Check) -> None:
    assert "external_stream" not in rules(check(document(page="/PieceInfo << /F (a.ai) >>")))


# too_large


def test_the_size_limit_counts_decimally_and_includes_itself(check: Check) -> None:
    data = padded(1_000_000)
    limit = Profile(size_limit_mb=1.0)
    assert len(data) == 1_000_000
    assert rules(check(data, profile=limit)) == set()
    report = check(padded(1_000_001), profile=limit)
    assert report.verdict == "reject"
    assert of(report, "too_large")[0].detail == "1,000,001 bytes, 1 over the limit of 1,000,000"


def test_without_a_limit_the_size_is_only_noted(check: Check) -> None:
    report = check(padded(2_000_000))
    assert report.verdict == "accept"
    assert rules(report) == set()
    assert "2.0 MB" in report.notes[0]
    assert check(document(), profile=Profile(size_limit_mb=35)).notes == ()


# signed

SIGNATURE = "/V << /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>"


def test_a_signature_is_a_warning(check: Check) -> None:
    report = check(form(f"/FT /Sig /T (Attorney) {SIGNATURE}"))
    assert report.verdict == "accept"
    (finding,) = of(report, "signed")
    assert (finding.severity, finding.page) == ("warn", 1)


def test_usage_rights_are_no_signature(check: Check) -> None:
    data = document(catalog="/Perms << /UR3 << /Type /Sig /Contents <00> >> >>")
    assert rules(check(data)) == set()


# words of the court


def test_older_releases_say_it_in_their_own_words(check: Check) -> None:
    old = Profile(release="1.6")
    script = check(document(catalog=f"/OpenAction {JS}"), profile=old)
    assert of(script, "javascript")[0].court_error == M3
    assert of(check(b"%PDF-", profile=old), "malformed")[0].court_error == M4
    locked = save(
        pikepdf.open(io.BytesIO(document())), encryption=pikepdf.Encryption(owner="a", user="b")
    )
    assert of(check(locked, profile=old), "encrypted")[0].court_error == M5


# what names hold


def test_a_name_in_an_old_character_set_is_read(check: Check) -> None:
    report = check(document(page=b"/PieceInfo << /S /Gr\xf6\xdfe /\xe4 /Subtype >>"))
    assert report.verdict == "accept"
