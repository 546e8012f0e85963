"""Makes the small sample files that the conversation scripts upload. Run it again after a change:

.venv/bin/python tests/conversations/files/make.py
"""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

HERE = Path(__file__).resolve().parent
_TEXT = b"BT /F1 12 Tf 72 720 Td (Motion to extend the time to object) Tj ET"
_PAGE = """<!DOCTYPE html>
<html><head><title>Chapter 13 Plan</title></head>
<body><h1>Chapter 13 Plan</h1><p>Saved from the browser as a .pdf.</p></body></html>
"""


def motion() -> pikepdf.Pdf:
    """One letter page with a line of text and nothing else."""
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = pdf.add_blank_page(page_size=(612, 792))
    page.Contents = pdf.make_stream(_TEXT)
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
    (HERE / "empty.pdf").write_bytes(b"")


if __name__ == "__main__":
    main()
