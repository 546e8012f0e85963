"""Makes the small sample files that the conversation scripts upload. Run it again after a change:

.venv/bin/python tests/conversations/files/make.py
"""

import re
import zipfile
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

HERE = Path(__file__).resolve().parent
_TEXT = b"BT /F1 12 Tf 72 720 Td (Motion to extend the time to object) Tj ET"
_PAGE = """<!DOCTYPE html>
<html><head><title>Chapter 13 Plan</title></head>
<body><h1>Chapter 13 Plan</h1><p>Saved from the browser as a .pdf.</p></body></html>
"""


def motion(content: bytes = _TEXT, size: tuple[int, int] = (612, 792)) -> pikepdf.Pdf:
    """One letter page with a line of text and nothing else."""
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = pdf.add_blank_page(page_size=size)
    page.Contents = pdf.make_stream(content)
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    return pdf


def with_javascript() -> pikepdf.Pdf:
    """Runs a script when it is opened."""
    pdf = motion()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('Welcome');"))
    return pdf


def with_attachment() -> pikepdf.Pdf:
    """Carries a spreadsheet inside."""
    pdf = motion()
    pdf.attachments["creditors.csv"] = pikepdf.AttachedFileSpec(pdf, b"name,amount\nAcme,100\n")
    return pdf


def with_form_field() -> pikepdf.Pdf:
    """Has one box that can still be filled in."""
    pdf = motion()
    box = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("case_number"),
            V=String("21-20001"),
            Rect=Array([72, 600, 300, 620]),
            F=4,
            P=pdf.pages[0].obj,
        )
    )
    pdf.pages[0].Annots = Array([box])
    pdf.Root.AcroForm = Dictionary(Fields=Array([box]))
    return pdf


def with_two_faults() -> pikepdf.Pdf:
    """A form that also runs a script."""
    pdf = with_form_field()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert('Fill in');"))
    return pdf


def with_annotation(**entries: object) -> pikepdf.Pdf:
    """Has one annotation on its page."""
    pdf = motion()
    spot = Dictionary(Type=Name.Annot, Rect=Array([72, 600, 300, 620]), F=4, **entries)
    pdf.pages[0].Annots = Array([pdf.make_indirect(spot)])
    return pdf


def with_file_link() -> pikepdf.Pdf:
    """Links to a file on the writer's own disk, as Word makes it."""
    launch = Dictionary(S=Name.Launch, F=String("C:\\Cases\\Smith\\ledger.xls"))
    return with_annotation(Subtype=Name.Link, A=launch)


def with_video() -> pikepdf.Pdf:
    """Holds a video to play."""
    return with_annotation(Subtype=Name.RichMedia)


def with_web_link() -> pikepdf.Pdf:
    """Links to a web site, which CM/ECF takes."""
    there = Dictionary(S=Name.URI, URI=String("https://www.ctb.uscourts.gov"))
    return with_annotation(Subtype=Name.Link, A=there)


def with_signature() -> pikepdf.Pdf:
    """Is signed by a certificate, as far as the checker looks."""
    pdf = with_form_field()
    field = pdf.Root.AcroForm.Fields[0]
    field.FT, field.T = Name.Sig, String("signature of attorney")
    field.V = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"))
    return pdf


def with_xfa(*, dynamic: bool) -> pikepdf.Pdf:
    """A form made with LiveCycle; a dynamic one shows only a page that says to wait."""
    pdf = motion()
    render = b"<dynamicRender>required</dynamicRender>" if dynamic else b""
    xml = pdf.make_stream(b"<xdp:xdp>" + render + b"</xdp:xdp>")
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=xml)
    return pdf


def with_data_elsewhere() -> pikepdf.Pdf:
    """A picture whose data lies in another file."""
    pdf = motion()
    picture = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    picture.F = String("exhibit_a.jpg")
    pdf.pages[0].Resources.XObject = Dictionary(Im1=picture)
    return pdf


def scanned() -> pikepdf.Pdf:
    """A page that is a picture only, in colour and far finer than needed."""
    pdf = motion(b"q 72 0 0 72 72 600 cm /Im1 Do Q")
    side = 1_300
    picture = pdf.make_stream(bytes(3 * side * side), Type=Name.XObject, Subtype=Name.Image)
    picture.Width = picture.Height = side
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    pdf.pages[0].Resources.XObject = Dictionary(Im1=picture)
    return pdf


def scanned_too_coarsely() -> pikepdf.Pdf:
    """A whole page in black and white at 100 dots an inch, where courts ask for 300."""
    pdf = motion(b"q 612 0 0 792 0 0 cm /Im1 Do Q")
    wide, high = 850, 1_100
    row = -(-wide // 8)
    picture = pdf.make_stream(bytes(row * high), Type=Name.XObject, Subtype=Name.Image)
    picture.Width, picture.Height = wide, high
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 1
    pdf.pages[0].Resources.XObject = Dictionary(Im1=picture)
    return pdf


def from_word_on_a_mac() -> pikepdf.Pdf:
    """Made by Word's "Best for printing" on a Mac, with a comment left in it."""
    pdf = with_annotation(Subtype=Name.FreeText, Contents=String("check this date"))
    pdf.docinfo["/Producer"] = "macOS Version 14.4 (Build 23E214) Quartz PDFContext"
    pdf.docinfo["/Creator"] = "Word"
    return pdf


def archived() -> pikepdf.Pdf:
    """Says that it is PDF/A."""
    pdf = motion()
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
    return pdf


def without_its_script(file: Path) -> bytes:
    """``file`` with an update at its end that takes the script away, as editors save."""
    whole = file.read_bytes()
    with pikepdf.open(file) as pdf:
        number, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
        catalog = pdf.Root.unparse(resolved=True)
        catalog = re.sub(rb"/OpenAction (?:<<.*?>>|\d+ 0 R)", b"", catalog)
    before = int(whole.rsplit(b"startxref", 1)[1].split()[0])
    new = b"%d 0 obj\n%s\nendobj\n" % (number, catalog)
    place, table = len(whole), len(whole) + len(new)
    return whole + new + (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (number, place, size, number, before, table)
    )  # fmt: skip


def without_pages() -> pikepdf.Pdf:
    """A file that opens and has no page."""
    return pikepdf.new()


def with_signature_and_fields() -> pikepdf.Pdf:
    """A form that was signed and can still be filled in."""
    pdf = with_form_field()
    signed = with_signature()
    signature = signed.make_indirect(signed.pages[0].Annots[0])
    pdf.pages[0].Annots.append(pdf.copy_foreign(signature))
    pdf.Root.AcroForm.Fields.append(pdf.pages[0].Annots[-1])
    return pdf


def portfolio() -> pikepdf.Pdf:
    """A cover page with the real document attached."""
    pdf = with_attachment()
    pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
    return pdf


def save(pdf: pikepdf.Pdf, name: str, **options: object) -> None:
    """Write ``name`` beside this script, the same bytes each time as far as the file allows."""
    pdf.save(HERE / name, static_id=True, **options)


def main() -> None:
    """Write all files."""
    save(motion(), "motion.pdf")
    save(with_javascript(), "motion_with_script.pdf")
    save(with_attachment(), "motion_with_attachment.pdf")
    save(with_form_field(), "form_not_flattened.pdf")
    save(with_two_faults(), "form_with_script.pdf")
    printing_only = pikepdf.Permissions(modify_other=False, extract=False)
    locked = pikepdf.Encryption(owner="firm-secret", user="", R=4, allow=printing_only)
    save(motion(), "locked_against_changes.pdf", encryption=locked)
    closed = pikepdf.Encryption(owner="firm-secret", user="client-secret", R=4)
    save(motion(), "locked_with_password.pdf", encryption=closed)
    (HERE / "web_page_named.pdf").write_text(_PAGE, encoding="utf-8")
    whole = (HERE / "motion.pdf").read_bytes()
    (HERE / "cut_off.pdf").write_bytes(whole[: len(whole) // 2])
    save(with_file_link(), "brief_with_file_link.pdf")
    save(with_video(), "exhibit_with_video.pdf")
    save(with_web_link(), "brief_with_web_link.pdf")
    save(with_signature(), "signed_declaration.pdf")
    save(with_xfa(dynamic=True), "livecycle_form_please_wait.pdf")
    save(with_xfa(dynamic=False), "livecycle_form.pdf")
    save(with_data_elsewhere(), "exhibit_with_data_elsewhere.pdf")
    save(without_pages(), "no_pages.pdf")
    save(motion(size=(595, 842)), "motion_on_a4.pdf")
    save(motion(_TEXT.replace(b"Motion to extend", b"SSN 123-45-6789, motion")), "with_number.pdf")
    save(motion(_TEXT + b" 0 g 60 710 400 24 re f"), "black_box_over_words.pdf")
    save(scanned(), "scan_in_colour.pdf", compress_streams=True)
    save(scanned_too_coarsely(), "scan_too_coarse.pdf", compress_streams=True)
    save(from_word_on_a_mac(), "from_word_on_a_mac.pdf")
    save(archived(), "says_pdfa.pdf")
    script_gone = without_its_script(HERE / "motion_with_script.pdf")
    (HERE / "script_in_an_earlier_version.pdf").write_bytes(script_gone)
    save(with_signature_and_fields(), "signed_form.pdf")
    save(portfolio(), "portfolio.pdf")
    save(with_form_field(), "locked_form.pdf", encryption=locked)
    with zipfile.ZipFile(HERE / "letter_named.pdf", "w") as letter:
        letter.writestr(zipfile.ZipInfo("word/document.xml"), "<w:document/>")
    (HERE / "photo_named.pdf").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64))
    # what a download manager puts before the file
    (HERE / "junk_before.pdf").write_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + whole)
    no_table = whole[: whole.index(b"xref")] + b"trailer\n<< /Root 1 0 R >>\n"
    (HERE / "table_of_contents_lost.pdf").write_bytes(no_table)
    (HERE / "empty.pdf").write_bytes(b"")


if __name__ == "__main__":
    main()
