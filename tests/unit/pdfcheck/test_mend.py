"""What a mended copy keeps, what it lacks, and when there is none; with files made here."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary, Name, String

from bot.pdfcheck import Checker, Consent, Limits, Profile, Repair
from bot.pdfcheck.repair.changes import Changes
from bot.pdfcheck.repair.names import safe_name, unique_name
from bot.pdfcheck.repair.reasons import REASONS

from . import hostile_files
from .pdf_files import document, stream

Mend = Callable[..., Repair]
ALL = Consent(rights=True, even_signed=True)
BOX = [72, 600, 372, 620]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def mend(checker: Checker, folder: Path) -> Mend:
    """Mends bytes or an open PDF; the copy lies at `folder / "copy.pdf"`."""

    def run(source: bytes | pikepdf.Pdf, *, consent: Consent = ALL, **options: Any) -> Repair:
        path = folder / "original.pdf"
        if isinstance(source, bytes):
            path.write_bytes(source)
        else:
            source.save(path)
        for name in ("copy.pdf", "attachments"):
            (folder / name).unlink(missing_ok=True)
        before = path.read_bytes()
        repair = checker.mend_sync(
            path, folder / "copy.pdf", folder / "attachments", Profile(), consent=consent, **options
        )
        assert path.read_bytes() == before
        assert (folder / "copy.pdf").exists() == (repair.copy is not None)
        assert (folder / "attachments").exists() == bool(repair.attachments)
        return repair

    return run


def form(*fields: dict[str, object], **acroform: object) -> pikepdf.Pdf:
    """One page with these fields, and a word of its own."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(612, 792))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 720 Td (Proof of claim) Tj ET")
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Annots = Array()
    for number, entries in enumerate(fields):
        whole = {"FT": Name.Tx, "T": String(f"f{number}"), "Rect": Array(BOX), "F": 4, **entries}
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, **whole)
        page.Annots.append(pdf.make_indirect(field))
    pdf.Root.AcroForm = Dictionary(Fields=Array(list(page.Annots)), **acroform)
    return pdf


def text_of(folder: Path) -> str:
    return " ".join(extract_text(folder / "copy.pdf").split())


def ink_in(path: Path, box: list[int]) -> int:
    """How many dark dots a box of the first page shows, at 72 dots an inch."""
    page = pypdfium2.PdfDocument(path)[0]
    x0, y0, x1, y1 = box
    picture = page.render(scale=1).to_pil().convert("L").crop((x0, 792 - y1, x1, 792 - y0))
    return sum(picture.histogram()[:128])


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ("Chapter 13 Plan", {}),
        ("José Núñez, “Acme” — 1,000 €", {}),
        ("Łukasz Dvořák Őrsi", {}),
        ("Мария Иванова", {}),
        ("Αλέξανδρος Παπάς", {}),
        ("Nguyễn Thị Hương", {}),
        ("12345", {"Ff": 1 << 24, "MaxLen": 8}),
        ("first line\rsecond line", {"Ff": 1 << 12, "Rect": Array([72, 560, 372, 620])}),
        ("word " * 120, {"Ff": 1 << 12, "Rect": Array([72, 560, 372, 620])}),
        ("a very long name of a creditor that is much wider than its box " * 2, {}),
        ("—", {}),
        ("$", {}),
        ("✓", {}),
        ("Jose\u0301 Nu\u0301n\u0303ez", {}),
        ("soft\u00adhyphen and zero\u200bwidth", {}),
        ("centred", {"Q": 1}),
        ("turned", {"MK": Dictionary(R=90), "Rect": Array([72, 500, 92, 620])}),
        ("coloured", {"DA": String("/TiRo 9 Tf 0 0 1 rg")}),
    ],
)
def test_a_value_without_a_drawing_is_drawn(
    mend: Mend, folder: Path, value: str, entries: dict[str, object]
) -> None:
    repair = mend(form({"V": String(value), **entries}))
    assert repair.copy is not None, repair.why_not
    shown = unicodedata.normalize("NFC", value).replace("\u00ad", "").replace("\u200b", "")
    assert "".join(shown.split()) in "".join(text_of(folder).split())
    assert "was written into its box" in " ".join(repair.changes)
    assert ink_in(folder / "copy.pdf", [int(side) for side in entries.get("Rect", BOX)]) > 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["محمد", "דוד", "王小明", "नमस्ते"])
def test_letters_that_cannot_be_drawn_are_said(mend: Mend, value: str) -> None:
    repair = mend(form({"V": String(value)}))
    assert repair.copy is None
    assert repair.why_not == REASONS["letters"].why_not
    assert "Acrobat" in str(repair.by_hand)


def drawing(pdf: pikepdf.Pdf, text: bytes) -> Dictionary:
    content = pdf.make_stream(b"BT /F1 12 Tf 2 5 Td (" + text + b") Tj ET")
    content["/Type"], content["/Subtype"] = Name.XObject, Name.Form
    content["/BBox"] = Array([0, 0, 300, 20])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content["/Resources"] = Dictionary(Font=Dictionary(F1=font))
    return Dictionary(N=content)


@pytest.mark.parametrize(
    ("value", "drawn", "wants_drawings", "shown"),
    [
        ("1234.5", b"$1,234.50", False, "$1,234.50"),  # a script had formatted it
        ("1234.5", b"$1,234.50", True, "$1,234.50"),
        ("new value", b"old value", True, "new value"),  # a program filled it in
        ("new value", b"", False, "new value"),
        ("Мария", b"?????", False, "Мария"),
    ],
)
def test_what_a_field_shows_stays(
    mend: Mend, folder: Path, value: str, drawn: bytes, wants_drawings: bool, shown: str
) -> None:
    pdf = form({"V": String(value)}, NeedAppearances=wants_drawings)
    pdf.pages[0].Annots[0].AP = drawing(pdf, drawn)
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert shown in text_of(folder)


@pytest.mark.parametrize(
    ("value", "drawn", "is_told"),
    [("new value", b"old value", True), ("1234.5", b"$1,234.50", False), ("", b"a hint", False)],
)
def test_a_value_that_is_not_what_the_field_shows_is_told(
    mend: Mend, folder: Path, value: str, drawn: bytes, is_told: bool
) -> None:
    """Viewers show the drawing; a filer may have meant the value."""
    pdf = form({"V": String(value)})
    pdf.pages[0].Annots[0].AP = drawing(pdf, drawn)
    repair = mend(pdf)
    told = "1 field stores another text than it shows. Look at it in the copy."
    assert (told in repair.changes) == is_told
    assert drawn.decode() in text_of(folder)


def test_fonts_of_the_form_stay_with_its_values(mend: Mend, folder: Path) -> None:
    """A drawing may name a font that only the form's own resources hold."""
    pdf = form({"V": String("Ann Lee")})
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary(F1=font))
    pdf.pages[0].Annots[0].AP = drawing(pdf, b"Ann Lee")
    del pdf.pages[0].Annots[0].AP.N["/Resources"]
    assert mend(pdf).copy is not None
    assert "Ann Lee" in text_of(folder)
    assert ink_in(folder / "copy.pdf", BOX) > 10


@pytest.mark.parametrize(
    "content",
    [
        b"q 0.5 0 0 0.5 0 0 cm BT /F1 24 Tf 144 1440 Td (Proof of claim) Tj ET",
        b"q q 0.5 0 0 0.5 0 0 cm q BT /F1 24 Tf 144 1440 Td (Proof of claim) Tj ET",
        b"q q 0 0 612 300 re W n BT /F1 12 Tf 72 200 Td (Proof of claim) Tj ET",
        b"Q 0.5 0 0 0.5 0 0 cm BT /F1 24 Tf 144 1440 Td (Proof of claim) Tj ET Q Q",
        b"/OC /Off BDC BT /F1 12 Tf 72 720 Td (Proof of claim) Tj ET",
    ],
)
def test_values_stand_in_their_box_whatever_the_page_leaves_open(
    mend: Mend, folder: Path, content: bytes
) -> None:
    """A page may end scaled, clipped or on a hidden layer; what follows it must not be."""
    pdf = form({"V": String("Ann Lee")})
    pdf.pages[0].Contents = pdf.make_stream(content)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("off")))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
    pdf.pages[0].Resources.Properties = Dictionary(Off=layer)
    pdf.pages[0].Annots[0].AP = drawing(pdf, b"Ann Lee")
    elsewhere = [0, 620, 612, 792]
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert ink_in(folder / "copy.pdf", BOX) > 10
    was = ink_in(folder / "original.pdf", elsewhere)
    assert ink_in(folder / "copy.pdf", elsewhere) == was


def test_a_value_that_comes_out_elsewhere_is_not_handed_out(mend: Mend) -> None:
    """The page ends in the middle of a text, which takes what follows for its rest."""
    pdf = form({"V": String("Ann Lee")})
    pdf.pages[0].Contents = pdf.make_stream(b"q 0.5 0 0 0.5 0 0 cm (unfinished")
    pdf.pages[0].Annots[0].AP = drawing(pdf, b"Ann Lee")
    repair = mend(pdf)
    assert repair.copy is None
    assert "“Ann Lee”" in str(repair.why_not)


@pytest.mark.parametrize("has_drawing", [True, False])
@pytest.mark.parametrize("is_off", [True, False])
def test_a_field_stays_on_its_layer(
    mend: Mend, folder: Path, has_drawing: bool, is_off: bool
) -> None:
    pdf = form({"V": String("Ann Lee")}, {"V": String("seen"), "Rect": Array([72, 500, 372, 520])})
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("internal")))
    settings = Dictionary(OFF=[layer] if is_off else [])
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=settings)
    pdf.pages[0].Annots[0].OC = layer
    if has_drawing:
        shared = drawing(pdf, b"Ann Lee")
        for field in pdf.pages[0].Annots:
            field.AP = shared
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert (ink_in(folder / "copy.pdf", BOX) > 10) != is_off
    assert ink_in(folder / "copy.pdf", [72, 500, 372, 520]) > 10


@pytest.mark.parametrize(
    ("flags", "is_kept", "told"),
    [
        (4, True, None),
        (0, True, None),  # on the screen only
        (1 | 4, True, None),  # "invisible" means kinds of annotations that nobody knows
        (2 | 4, False, "1 hidden form field, which no page showed, was taken out."),
        (32, False, "1 hidden form field, which no page showed, was taken out."),
        (32 | 4, True, "1 form field that shows only on paper shows on the screen too now."),
    ],
)
@pytest.mark.parametrize("has_drawing", [True, False])
def test_what_is_shown_somewhere_stays(
    mend: Mend, folder: Path, flags: int, is_kept: bool, told: str | None, has_drawing: bool
) -> None:
    pdf = form({"V": String("Ann Lee"), "F": flags})
    if has_drawing:
        pdf.pages[0].Annots[0].AP = drawing(pdf, b"Ann Lee")
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert (ink_in(folder / "copy.pdf", BOX) > 10) == is_kept
    assert ("Ann Lee" in text_of(folder)) == is_kept
    assert told is None or told in repair.changes


def test_a_value_too_long_for_its_box_is_told(mend: Mend) -> None:
    too_long = "1 value is too long for its box. The copy shows as much of it as fits."
    assert too_long in mend(form({"V": String("creditor " * 60)})).changes
    lines = {"V": String("line\r" * 40), "Ff": 1 << 12}
    assert too_long in mend(form(lines)).changes
    assert too_long not in mend(form({"V": String("creditor " * 6)})).changes


def test_a_value_is_turned_as_its_old_drawing_was(mend: Mend, folder: Path) -> None:
    """LibreOffice turns fields by their drawing, without saying so in the field."""
    pdf = form({"V": String("Мария Иванова"), "Rect": Array([72, 400, 92, 600])})
    old = drawing(pdf, b"????? ???????")
    old.N["/BBox"], old.N["/Matrix"] = Array([0, 0, 200, 20]), Array([0, 1, -1, 0, 20, 0])
    pdf.pages[0].Annots[0].AP = old
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert not any("too long" in change for change in repair.changes)
    assert ink_in(folder / "copy.pdf", [72, 460, 92, 500]) > 10


def box(pdf: pikepdf.Pdf) -> Dictionary:
    on = pdf.make_stream(b"0 0 20 20 re f")
    on["/Type"], on["/Subtype"], on["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 20, 20])
    off = pdf.make_stream(b"")
    off["/Type"], off["/Subtype"], off["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 20, 20])
    return Dictionary(N=Dictionary(Yes=on, Off=off))


@pytest.mark.parametrize(
    ("entries", "has_drawing", "ticked"),
    [
        ({"V": Name.Yes, "AS": Name.Yes}, True, True),
        ({"V": Name.Off, "AS": Name.Off}, True, False),
        ({"V": Name.Yes}, True, True),
        ({"V": Name.Yes, "AS": Name.Yes}, False, True),
        ({"V": Name.Off}, False, False),
        # The page is what others see and what the filer saw.
        ({"V": Name.Yes, "AS": Name.Off}, True, False),
        ({"V": Name.Off, "AS": Name.Yes}, True, True),
        ({"V": Name.Off, "AS": Name.Yes}, False, True),
        # A tick in some programs and none in others.
        ({"V": Name.On, "AS": Name.On}, True, False),
    ],
)
def test_a_box_is_ticked_as_it_shows(
    mend: Mend, folder: Path, entries: dict[str, object], has_drawing: bool, ticked: bool
) -> None:
    place = [72, 600, 92, 620]
    pdf = form({"FT": Name.Btn, "Rect": Array(place), **entries})
    if has_drawing:
        pdf.pages[0].Annots[0].AP = box(pdf)
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert (ink_in(folder / "copy.pdf", place) > 10) == ticked
    differs = entries.get("V") != entries.get("AS", entries.get("V"))
    unclear = differs or (entries.get("AS") == Name.On)
    assert ("stores another answer" in " ".join(repair.changes)) == unclear
    was_stored_only = "AS" not in entries or not has_drawing
    assert ("stored but did not draw" in " ".join(repair.changes)) == (was_stored_only and ticked)


@pytest.mark.parametrize("others", [{}, {"Off": True}])
@pytest.mark.parametrize("state", [Name.Yes, Name.Off])
def test_a_tick_whose_drawing_is_left_to_the_viewer_is_not_lost(
    mend: Mend, folder: Path, state: Name, others: dict[str, bool]
) -> None:
    """As LaTeX's hyperref writes a box to tick, with an empty dictionary for its drawing."""
    place = [72, 600, 92, 620]
    pdf = form({"FT": Name.Btn, "Rect": Array(place), "V": state, "AS": state})
    drawings = Dictionary(Yes=Dictionary())
    if others:
        drawings.Off = box(pdf).N.Off
    pdf.pages[0].Annots[0].AP = Dictionary(N=drawings)
    pdf.Root.AcroForm.NeedAppearances = True
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert (ink_in(folder / "copy.pdf", place) > 10) == (state == Name.Yes)


def test_a_button_whose_drawing_is_old_is_drawn_anew(mend: Mend, folder: Path) -> None:
    """LaTeX's hyperref writes "Send" on the page and "Submit" into the button; viewers show "Send"
    with a border. A picture on a button stays."""
    marks = Dictionary(BC=Array([0]))
    button = {"FT": Name.Btn, "Ff": 1 << 16, "MK": marks}
    picture = {**button, "Rect": Array([400, 600, 420, 620]), "MK": Dictionary(BC=[0], I=1)}
    pdf = form(button, {**button, "MK": Dictionary(CA="Print")}, picture, NeedAppearances=True)
    for annotation in list(pdf.pages[0].Annots)[:2]:
        annotation.AP = drawing(pdf, b"Submit")
    pdf.pages[0].Annots[2].AP = Dictionary(N=box(pdf).N.Yes)
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert text_of(folder) == "Proof of claim Print"
    assert ink_in(folder / "copy.pdf", [int(side) for side in BOX]) > 100
    assert ink_in(folder / "copy.pdf", [400, 600, 420, 620]) == 400


def test_an_empty_round_button_without_a_drawing_keeps_its_border(mend: Mend, folder: Path) -> None:
    """As hyperref writes it: a drawing for the chosen state only, and none is right any more."""
    place = [72, 600, 92, 620]
    marks = Dictionary(BC=Array([0]))
    entries = {"FT": Name.Btn, "Ff": 1 << 15, "Rect": Array(place), "MK": marks, "AS": Name.Off}
    pdf = form({"V": Name.Off, **entries}, NeedAppearances=True)
    pdf.pages[0].Annots[0].AP = Dictionary(N=Dictionary(a=box(pdf).N.Yes))
    assert mend(pdf).copy is not None
    assert ink_in(folder / "copy.pdf", place) > 10
    assert ink_in(folder / "copy.pdf", [78, 606, 86, 614]) == 0


@pytest.mark.parametrize("kind", [{}, {"Ff": 1 << 15, "V": Name.Off}])
def test_an_empty_box_to_tick_keeps_its_border(
    mend: Mend, folder: Path, kind: dict[str, object]
) -> None:
    place = [72, 600, 92, 620]
    border = Dictionary(BC=Array([0]))
    repair = mend(form({"FT": Name.Btn, "Rect": Array(place), "MK": border, **kind}))
    assert repair.copy is not None, repair.why_not
    assert ink_in(folder / "copy.pdf", place) > 10
    assert ink_in(folder / "copy.pdf", [78, 606, 86, 614]) == 0


def test_the_document_that_a_file_was_made_from_is_left_behind(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("seen")})
    source = pdf.make_stream(b"PK words that were deleted")
    pdf.trailer["/AdditionalStreams"] = Array([Name("/application/x"), source])
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert "The document that the file was made from was left behind." in repair.changes
    with pikepdf.open(folder / "copy.pdf") as copy:
        assert "/AdditionalStreams" not in copy.trailer
        streams = [o.read_bytes() for o in copy.objects if isinstance(o, pikepdf.Stream)]
    assert not any(b"deleted" in data for data in streams)


def test_hidden_fields_and_buttons_of_the_screen_go(mend: Mend, folder: Path) -> None:
    button = {"FT": Name.Btn, "Ff": 1 << 16, "F": 0, "T": String("Reset")}
    pdf = form({"V": String("secret"), "F": 2}, button, {"V": String("seen")})
    pdf.pages[0].Annots[1].AP = drawing(pdf, b"Reset")
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    text = text_of(folder)
    assert "seen" in text
    assert "secret" not in text
    assert "Reset" not in text
    assert "1 hidden form field, which no page showed, was taken out." in repair.changes


def test_other_annotations_and_web_links_stay(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("x1")})
    link = Dictionary(S=Name.URI, URI=String("https://www.uscourts.gov"))
    bad = Dictionary(S=Name.Launch, F=String("C:\\brief.doc"))
    for action in (link, bad):
        kind = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(BOX), A=action)
        pdf.pages[0].Annots.append(kind)
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("hi")
    )
    pdf.pages[0].Annots.append(note)
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    with pikepdf.open(folder / "copy.pdf") as copy:
        kinds = [str(annotation.Subtype) for annotation in copy.pages[0].Annots]
    assert kinds == ["/Link", "/Text"]


def test_a_paper_clip_takes_its_window_along(mend: Mend, folder: Path) -> None:
    pdf = form()
    file = Dictionary(Type=Name.Filespec, F="a.csv", EF=Dictionary(F=pdf.make_stream(b"1,2")))
    place = Array([100, 100, 120, 120])
    kinds: list[dict[str, object]] = [{"Subtype": Name.FileAttachment, "FS": file}]
    kinds += [{"Subtype": Name.Text, "Contents": String("hi")}]
    for entries in kinds:
        comment = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=place, **entries))
        window = Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=place, Parent=comment)
        comment.Popup = pdf.make_indirect(window)
        pdf.pages[0].Annots.extend([comment, comment.Popup])
    assert mend(pdf).copy is not None
    with pikepdf.open(folder / "copy.pdf") as copy:
        left = [str(annotation.Subtype) for annotation in copy.pages[0].Annots]
        assert left == ["/Text", "/Popup"]
        assert copy.pages[0].Annots[1].Parent.Contents == "hi"


def test_the_words_of_a_paper_clip_stay(mend: Mend, folder: Path) -> None:
    """LaTeX's \\textattachfile makes words of a sentence the place to click."""
    pdf = form()
    file = Dictionary(Type=Name.Filespec, F="a.csv", EF=Dictionary(F=pdf.make_stream(b"1,2")))
    for place, content in ((100, b"BT /F1 12 Tf (exhibit seven) Tj ET"), (200, b"0 0 9 9 re f")):
        drawn = pdf.make_stream(content, Subtype=Name.Form, BBox=Array([0, 0, 90, 20]))
        drawn.Resources = pdf.pages[0].Resources
        clip = {"Subtype": Name.FileAttachment, "FS": file, "AP": Dictionary(N=drawn)}
        rect = Array([place, place, place + 90, place + 20])
        pdf.pages[0].Annots.append(Dictionary(Type=Name.Annot, Rect=rect, **clip))
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert "exhibit seven" in text_of(folder)
    assert ink_in(folder / "copy.pdf", [200, 200, 290, 220]) == 0
    assert "2 paper clips, the marks of attached files, were taken off the pages." in repair.changes


def test_what_a_reader_finds_its_way_by_stays(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("x1")})
    pdf.add_blank_page(page_size=(612, 792))
    there = Array([pdf.pages[1].obj, Name.Fit])
    places = Dictionary(Names=Array([String("there"), Dictionary(D=there)]))
    script = Dictionary(Names=Array([String("a"), Dictionary(S=Name.JavaScript, JS="x")]))
    pdf.Root.Names = Dictionary(Dests=places, JavaScript=script)
    for action in (Dictionary(S=Name.GoTo, D=String("there")), Dictionary(S=Name.GoTo, D=there)):
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(BOX), A=action)
        pdf.pages[0].Annots.append(link)
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Exhibit A", 1))
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))
    pdf.docinfo["/Title"] = "Motion"
    assert mend(pdf).copy is not None
    with pikepdf.open(folder / "copy.pdf") as copy:
        second = copy.pages[1].objgen
        links = [annotation.A.D for annotation in copy.pages[0].Annots]
        assert links[0] == "there"
        assert copy.Root.Names.Dests.Names[1].D[0].objgen == links[1][0].objgen == second
        with copy.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Exhibit A"]
        assert [page.label for page in copy.pages] == ["i", "ii"]
        assert copy.docinfo["/Title"] == "Motion"


def test_an_attached_pdf_is_no_earlier_version(mend: Mend, folder: Path) -> None:
    inner, pdf = document(), form({"V": String("x1")})
    pdf.attachments["a.pdf"] = pikepdf.AttachedFileSpec(pdf, inner, filename="a.pdf")
    path = folder / "plain.pdf"
    pdf.save(path, compress_streams=False)
    repair = mend(path.read_bytes())
    assert "1 attached file was taken out. You can save it apart." in repair.changes
    assert not any("earlier version" in change for change in repair.changes)


def test_a_font_may_be_called_js_or_aa(mend: Mend, folder: Path) -> None:
    """Names of resources are the author's own."""
    pdf = form({"V": String("x1")})
    fonts = pdf.pages[0].Resources.Font
    fonts["/JS"], fonts["/AA"], fonts["/AF"], fonts["/EF"] = (fonts.F1 for _ in range(4))
    assert mend(pdf).copy is not None
    with pikepdf.open(folder / "copy.pdf") as copy:
        assert {"/JS", "/AA", "/AF", "/EF"} <= set(copy.pages[0].Resources.Font.keys())


SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
HIDDEN_PLACES = {
    "opened": document(catalog=f"/OpenAction {SCRIPT}"),
    "names": document(catalog=f"/Names << /JavaScript << /Names [(a) {SCRIPT}] >> >>"),
    "closing": document(catalog=f"/AA << /WC {SCRIPT} >>"),
    "page": document(page=f"/AA << /O {SCRIPT} >>"),
    "escaped": document(catalog="/OpenAction << /S /J#61vaScript /JS 4 0 R >>",
                        objects={4: stream("x")}),
    "behind a link": document(catalog=f"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next {SCRIPT} >>"),
    "in a list behind": document(
        catalog=f"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [{SCRIPT} {SCRIPT}] >>"
    ),
    "bookmark": document(
        catalog="/Outlines 4 0 R",
        objects={
            4: "<< /First 5 0 R /Last 5 0 R >>",
            5: f"<< /Title (x) /Parent 4 0 R /A {SCRIPT} >>",
        },
    ),
    "where no program looks": document(catalog=f"/Mine << /Odd [ << /A {SCRIPT} >> ] >>"),
    "without a kind": document(catalog="/Mine << /JS (app.alert) >>"),
}  # fmt: skip


@pytest.mark.parametrize("place", HIDDEN_PLACES)
def test_a_script_goes_wherever_it_hangs(mend: Mend, folder: Path, place: str) -> None:
    repair = mend(HIDDEN_PLACES[place])
    assert repair.copy is not None, repair.why_not
    assert "taken out" in " ".join(repair.changes)
    assert b"JavaScript" not in (folder / "copy.pdf").read_bytes()


def hang(pdf: pikepdf.Pdf, place: str, action: Dictionary) -> None:
    page = pdf.pages[0]
    if place == "names":
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))
    elif place == "kids":
        kid = pdf.make_indirect(Dictionary(Names=Array([String("a"), action])))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Kids=Array([kid])))
    elif place == "opened":
        pdf.Root.OpenAction = action
    elif place == "page":
        page.AA = pdf.make_indirect(Dictionary(O=action))
    else:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(BOX), A=action)
        page.Annots.append(pdf.make_indirect(link) if place == "link" else link)


@pytest.mark.parametrize("place", ["names", "kids", "opened", "page", "link", "link in the page"])
@pytest.mark.parametrize("is_indirect", [False, True])
@pytest.mark.parametrize("is_last", [False, True])
def test_a_script_is_counted_once(
    mend: Mend, folder: Path, place: str, is_indirect: bool, is_last: bool
) -> None:
    """However it is reached, and whether it or what leads to it comes first in the file."""
    pdf = form()
    action = Dictionary(S=Name.JavaScript, JS=String("x"))
    if is_indirect:
        action = pdf.make_indirect(action)
    if is_last:
        pdf.pages[0].obj["/Annots"] = pdf.make_indirect(pdf.pages[0].Annots)
    hang(pdf, place, action)
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    assert "1 script was taken out." in repair.changes
    with pikepdf.open(folder / "copy.pdf") as copy:
        assert len(copy.pages[0].get("/Annots", [])) == 0


def test_an_earlier_version_is_left_out(mend: Mend, folder: Path) -> None:
    first = document(catalog="/OpenAction << /S /JavaScript /JS (x) >>")
    second = (
        first
        + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Mine << /JS (y) >> >>\nendobj\n"
        + b"xref\n1 1\n%010d 00000 n \n" % len(first)
        + b"trailer\n<< /Size 4 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
        % (first.rindex(b"xref\n0"), len(first) + 67)
    )
    repair = mend(second)
    assert repair.copy is not None, repair.why_not
    assert "1 earlier version inside the file was left out." in repair.changes
    assert b"/JS" not in (folder / "copy.pdf").read_bytes()


def test_attachments_come_out_byte_by_byte(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("x1")})
    files = {"a.csv": b"1,2\n", "../../evil.exe": b"MZ\x00", "A.CSV": b"3,4\n"}
    for name, data in files.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    repair = mend(pdf)
    whole = (folder / "attachments").read_bytes()
    found = {a.name: whole[a.offset : a.offset + a.bytes] for a in repair.attachments}
    assert sorted(found.values()) == sorted(files.values())
    assert {"evil.exe"} < set(found)
    assert len({name.lower() for name in found}) == 3


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\CON.pdf", "file CON.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("...", "attachment"),
        (".htaccess", "htaccess"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("\0\n", "attachment"),
    ],
)
def test_names_of_attachments_are_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_of_attachments_are_different() -> None:
    assert unique_name("a.pdf", {"A.PDF"}) == "a (2).pdf"
    assert unique_name("a.pdf", {"a.pdf", "a (2).pdf"}) == "a (3).pdf"


def test_restrictions_and_signatures_need_a_yes(mend: Mend, folder: Path) -> None:
    signature = {"FT": Name.Sig, "V": Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"))}
    pdf = form({"V": String("x1")}, signature)
    locked = folder / "locked.pdf"
    pdf.save(locked, encryption=pikepdf.Encryption(owner="secret", user="", R=6))
    data = locked.read_bytes()
    without = mend(data, consent=Consent())
    assert without.needs == ("rights", "even_signed")
    assert without.copy is None
    assert mend(data, consent=Consent(rights=True)).needs == ("even_signed",)
    assert mend(data, consent=Consent(even_signed=True)).needs == ("rights",)
    both = mend(data)
    assert both.copy is not None
    assert "The restrictions of the file were taken off." in both.changes
    assert "digital signature is void" in " ".join(both.changes)


def test_static_xfa_only_where_the_form_holds_its_values(mend: Mend) -> None:
    def xfa(value: str) -> pikepdf.Pdf:
        pdf = form({"V": String("Ann Lee")})
        data = f"<xfa:datasets><xfa:data><f><n>{value}</n></f></xfa:data></xfa:datasets>"
        pdf.Root.AcroForm.XFA = pdf.make_stream(data.encode())
        return pdf

    assert mend(xfa("Ann Lee")).copy is not None
    assert mend(xfa("Bob")).why_not == REASONS["xfa_values"].why_not


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_pdf"),
        (b"<html></html>", "not_pdf"),
        (b"%PDF-1.7 and nothing more", "damaged"),
    ],
)
def test_why_not_is_said(mend: Mend, data: bytes, reason: str) -> None:
    repair = mend(data)
    assert repair.why_not == REASONS[reason].why_not
    assert repair.by_hand == REASONS[reason].by_hand


def test_a_copy_of_a_damaged_file_is_whole(mend: Mend, folder: Path) -> None:
    """The trailer lacks /Size, and so lacked the trailer of the copy."""
    data = document(page="/Contents 4 0 R", objects={4: stream("0 0 m 9 9 l S")})
    repair = mend(data.replace(b"/Size 5", b"/Cize 5"))
    assert repair.copy is not None
    assert {finding.rule for finding in repair.copy.report.findings} <= {"no_text_layer"}
    with pikepdf.open(folder / "copy.pdf") as pdf:
        assert pdf.get_warnings() == []


def test_a_file_without_a_trailer_gets_a_copy(mend: Mend, folder: Path) -> None:
    data = with_text("Certificate of service").replace(b"trailer\n", b"\n")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(data)
    repair = mend(data)
    assert repair.copy is not None
    assert "Certificate of service" in text_of(folder)


def with_text(text: str, place: str = "70 50", parent: str = "2 0 R", box: str = "") -> bytes:
    """A page of 200 by 200 points, as its page tree says."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return document(
        objects={
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200] >>",
            3: f"<< /Type /Page /Parent {parent} /Contents 4 0 R {box}"
            " /Resources << /Font << /F1 5 0 R >> >> >>",
            4: stream(f"BT /F1 9 Tf {place} Td ({text}) Tj ET"),
            5: font,
        }
    )


@pytest.mark.parametrize("parent", ["3 0 R", "9 0 R", "4 0 R", "null", "7"])
def test_a_page_with_another_parent_than_its_own(mend: Mend, folder: Path, parent: str) -> None:
    """Its size is in doubt: pdfium takes a letter page, which goes by the parent."""
    data = damaged(with_text("Hello", parent=parent))
    assert pypdfium2.PdfDocument(data)[0].get_size() == (612, 792)
    repair = mend(data)
    assert repair.copy is not None, repair.why_not
    assert any("how large it is" in change for change in repair.changes)
    with pikepdf.open(folder / "copy.pdf") as copy:
        page = copy.pages[0]
        assert list(page.mediabox) == [0, 0, 200, 200]
        assert page.Parent == copy.Root.Pages
    assert "Hello" in text_of(folder)


def damaged(data: bytes) -> bytes:
    """With a wrong table, so that a re-saved copy is offered."""
    return data.replace(b"0000000000 65535 f", b"00+0000000 65535 f")


@pytest.mark.parametrize("place", ["70 300", "190 50", "70 196"])
def test_words_beyond_the_smaller_of_two_sizes_are_not_cut_off(mend: Mend, place: str) -> None:
    repair = mend(damaged(with_text("Hello", place, parent="3 0 R")))
    assert repair.copy is None
    assert "another size" in (repair.why_not or "")


def test_a_page_with_a_size_of_its_own_is_in_no_doubt(mend: Mend, folder: Path) -> None:
    data = with_text("Hello", parent="3 0 R", box="/MediaBox [0 0 300 300]")
    repair = mend(damaged(data))
    assert repair.copy is not None
    assert not any("how large it is" in change for change in repair.changes)


def test_a_page_that_is_shown_twice_keeps_its_fields_and_comments(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("Tiger Lane")})
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[9, 9, 20, 20], Contents="a note")
    pdf.pages[0].obj.Annots.append(pdf.make_indirect(note))
    pdf.Root.Pages.Kids.append(pdf.Root.Pages.Kids[0])
    pdf.Root.Pages.Count = 2
    repair = mend(pdf)
    assert repair.copy is not None, repair.why_not
    with pikepdf.open(folder / "copy.pdf") as copy:
        assert [len(page.get("/Annots", [])) for page in copy.pages] == [1, 1]
    assert text_of(folder).count("Tiger Lane") == 2


def test_an_entry_that_stands_twice_stands_once_in_the_copy(mend: Mend, folder: Path) -> None:
    script = "<< /S /JavaScript /JS (app.alert(1)) >>"
    repair = mend(document(catalog=f"/OpenAction {script} /OpenAction [3 0 R /Fit]"))
    assert repair.copy is not None, repair.why_not
    data = (folder / "copy.pdf").read_bytes()
    assert b"app.alert" not in data
    with pikepdf.open(folder / "copy.pdf") as copy:
        assert copy.Root.OpenAction[1] == "/Fit"
        assert copy.get_warnings() == []


def test_a_copy_over_the_courts_limit_is_not_handed_out(checker: Checker, folder: Path) -> None:
    path = folder / "large.pdf"
    form({"V": String("x1")}).save(path)
    repair = checker.mend_sync(
        path, folder / "copy.pdf", folder / "files", Profile(size_limit_mb=0.0005)
    )
    assert repair.copy is None
    assert "would still be refused" in str(repair.why_not)
    assert not (folder / "copy.pdf").exists()


def test_nothing_is_overwritten(checker: Checker, folder: Path) -> None:
    path = folder / "form.pdf"
    form({"V": String("x1")}).save(path)
    (folder / "copy.pdf").write_text("somebody's own")
    with pytest.raises(FileExistsError):
        checker.mend_sync(path, folder / "copy.pdf", folder / "files", Profile())
    with pytest.raises(FileExistsError):
        checker.mend_sync(path, path, folder / "files", Profile())
    assert (folder / "copy.pdf").read_text() == "somebody's own"
    assert sorted(p.name for p in folder.iterdir()) == ["copy.pdf", "form.pdf"]


HOSTILE = [*hostile_files.NEVER_ACCEPTED, *hostile_files.SCRIPT_FOUND]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_hostile_files_do_not_break_the_worker(
    mend: Mend, checker: Checker, make: Callable[[], bytes]
) -> None:
    before = checker.worker_pid
    repair = mend(make(), limits=Limits(cpu_seconds=2, wall_seconds=3.0))
    if repair.copy is not None:
        assert repair.copy.report.verdict == "accept"
    assert checker.worker_pid == before or before is None
    assert repair.mended_in_ms < 20_000


def test_mutants_get_a_copy_that_passes_or_none(mend: Mend, folder: Path) -> None:
    pdf = form({"V": String("Ann Lee")}, {"V": String("Мария"), "T": String("b")})
    pdf.attachments["a.csv"] = pikepdf.AttachedFileSpec(pdf, b"1,2\n", filename="a.csv")
    mend(pdf)
    whole = (folder / "original.pdf").read_bytes()
    made = 0
    for seed in range(30):
        chance = random.Random(seed)
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        repair = mend(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
        made += repair.copy is not None
        assert repair.copy is None or repair.copy.report.verdict == "accept", f"seed {seed}"
    assert made > 5


def test_every_change_has_words() -> None:
    changes = Changes()
    for kind in ("fields", "javascript", "repair", "attachments"):
        changes.add(kind, 1_200)
    text = " ".join(changes.sentences())
    assert "1,200 form fields were made part of the page" in text
    assert "{n}" not in text
