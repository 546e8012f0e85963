"""What a mended copy looks like where a form draws nothing itself, and what it is honest about.

Viewers (poppler, MuPDF, Ghostscript, pdf.js) draw such fields themselves, each with its borders,
its slanted letters and all entries of a list.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from bot.pdfcheck import Checker, Consent, Profile, Repair

Mend = Callable[[pikepdf.Pdf | bytes], Repair]
LEFT, BOTTOM, RIGHT, TOP = BOX = (72, 600, 172, 630)
FRAME = Dictionary(BC=Array([0]), BG=Array([0.8]))
#: Dots an inch are 72 times this.
SCALE = 4


@pytest.fixture
def mend(checker: Checker, tmp_path: Path) -> Mend:
    """Mends a file; the copy lies at `tmp_path / "copy.pdf"`."""

    def run(source: pikepdf.Pdf | bytes) -> Repair:
        path = tmp_path / "original.pdf"
        if isinstance(source, bytes):
            path.write_bytes(source)
        else:
            source.save(path)
        consent = Consent(rights=True, even_signed=True)
        return checker.mend_sync(
            path, tmp_path / "copy.pdf", tmp_path / "attachments", Profile(), consent=consent
        )

    return run


def form(**entries: Any) -> pikepdf.Pdf:
    """One page with one field, and fonts of the form's own."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(612, 792))
    whole: dict[str, Any] = {"FT": Name.Tx, "T": String("f"), "Rect": Array(BOX), "F": 4, **entries}
    field = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, **whole))
    page.Annots = Array([field])
    times = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/ABCDEF+TimesNewRoman"))
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]),
        DA=String("/Helv 0 Tf 0 g"),
        DR=Dictionary(Font=Dictionary(F7=times)),
    )
    return pdf


def grey_at(folder: Path, x: float, y: float) -> int:
    """How bright the copy is at a point of its first page, from 0 to 255."""
    with pypdfium2.PdfDocument(folder / "copy.pdf") as pdf:
        picture = pdf[0].render(scale=SCALE).to_pil().convert("L")
    value = picture.getpixel((round(x * SCALE), round((792 - y) * SCALE)))
    assert isinstance(value, int)
    return value


def text_in_box(folder: Path, box: tuple[int, int, int, int] = BOX) -> str:
    with pypdfium2.PdfDocument(folder / "copy.pdf") as pdf:
        return " ".join(pdf[0].get_textpage().get_text_bounded(*box).split())


def fonts_of(folder: Path) -> set[str]:
    with pikepdf.open(folder / "copy.pdf") as pdf:
        return {
            str(thing.BaseFont)
            for thing in pdf.objects
            if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font
        }


@pytest.mark.parametrize(
    ("named", "font"),
    [
        ("/HeIt 10 Tf", "/Helvetica-Oblique"),
        ("/HeBO 10 Tf", "/Helvetica-BoldOblique"),
        ("/TiBI 10 Tf", "/Times-BoldItalic"),
        ("/TiIt 10 Tf", "/Times-Italic"),
        ("/Courier-Oblique 10 Tf", "/Courier-Oblique"),
        ("/CoBo 10 Tf", "/Courier-Bold"),
        ("/F7 10 Tf", "/Times-Roman"),
    ],
)
def test_a_value_keeps_the_kind_of_letters(
    mend: Mend, tmp_path: Path, named: str, font: str
) -> None:
    repair = mend(form(V=String("Debtor"), DA=String(f"{named} 0 g")))
    assert repair.copy is not None
    assert fonts_of(tmp_path) == {font}


def test_a_thick_border_stays_thick(mend: Mend, tmp_path: Path) -> None:
    style = Dictionary(W=5, S=Name.S)
    assert mend(form(V=String("Debtor"), MK=FRAME, BS=style)).copy is not None
    assert grey_at(tmp_path, LEFT + 4, 615) < 60
    assert grey_at(tmp_path, RIGHT - 10, 615) > 150
    assert text_in_box(tmp_path) == "Debtor"


def test_a_line_below_does_not_become_a_box(mend: Mend, tmp_path: Path) -> None:
    style = Dictionary(W=2, S=Name.U)
    assert mend(form(V=String("Debtor"), MK=FRAME, BS=style)).copy is not None
    assert grey_at(tmp_path, 150, BOTTOM + 1) < 60
    assert grey_at(tmp_path, 150, TOP - 0.5) > 150


def test_a_border_of_no_width_stays_away(mend: Mend, tmp_path: Path) -> None:
    assert mend(form(V=String("Debtor"), MK=FRAME, Border=Array([0, 0, 0]))).copy is not None
    assert grey_at(tmp_path, 150, BOTTOM + 0.5) > 150


def test_a_dashed_border_stays_dashed(mend: Mend, tmp_path: Path) -> None:
    style = Dictionary(W=2, S=Name.D, D=Array([4, 4]))
    assert mend(form(V=String("Debtor"), MK=FRAME, BS=style)).copy is not None
    along = {grey_at(tmp_path, LEFT + x, TOP - 1) < 60 for x in range(2, 98)}
    assert along == {True, False}


def test_a_sunken_border_is_darker_above_than_below(mend: Mend, tmp_path: Path) -> None:
    style = Dictionary(W=2, S=Name.I)
    assert mend(form(V=String("Debtor"), MK=FRAME, BS=style)).copy is not None
    assert grey_at(tmp_path, 120, TOP - 3) + 30 < grey_at(tmp_path, 120, BOTTOM + 3)


def test_the_cells_of_a_comb_are_drawn(mend: Mend, tmp_path: Path) -> None:
    repair = mend(form(V=String("12"), Ff=1 << 24, MaxLen=10, MK=FRAME))
    assert repair.copy is not None
    assert grey_at(tmp_path, LEFT + 50, 615) < 60
    assert grey_at(tmp_path, LEFT + 55, 615) > 150


def test_an_open_size_grows_with_the_box(mend: Mend, tmp_path: Path) -> None:
    assert mend(form(V=String("Debtor"))).copy is not None
    with pypdfium2.PdfDocument(tmp_path / "copy.pdf") as pdf:
        left, _, right, _ = next(pdf[0].get_objects(max_depth=3, filter=[1])).get_bounds()
    # With letters of 12 points, "Debtor" is less than 40 points wide.
    assert right - left > 55


def test_letters_larger_than_their_box_get_smaller(mend: Mend, tmp_path: Path) -> None:
    box = (72, 600, 172, 607)
    assert mend(form(V=String("Debtor"), DA=String("/Helv 12 Tf 0 g"), Rect=Array(box))).copy
    with pypdfium2.PdfDocument(tmp_path / "copy.pdf") as pdf:
        _, bottom, _, top = next(pdf[0].get_objects(max_depth=3, filter=[1])).get_bounds()
    assert top - bottom < 7


@pytest.mark.parametrize("kind", [Name.Tx, Name.Ch])
def test_an_empty_box_without_a_drawing_keeps_its_border(
    mend: Mend, tmp_path: Path, kind: Name
) -> None:
    assert mend(form(FT=kind, MK=FRAME)).copy is not None
    assert grey_at(tmp_path, LEFT + 0.5, 615) < 60


OPTIONS = Array(
    [Array([String("a"), String("Alpha")]), Array([String("b"), String("Beta")]), String("Gamma")]
)


def test_a_list_shows_all_entries_and_which_are_chosen(mend: Mend, tmp_path: Path) -> None:
    box = (72, 500, 172, 560)
    repair = mend(form(FT=Name.Ch, V=String("b"), Opt=OPTIONS, Rect=Array(box)))
    assert repair.copy is not None
    assert text_in_box(tmp_path, box) == "Alpha Beta Gamma"
    rows = [grey_at(tmp_path, 160, 560 - 2 - 14 * (row + 0.5)) for row in range(3)]
    assert rows[0] == rows[2] == 255
    assert rows[1] < 220


def test_a_long_list_shows_the_chosen_entry(mend: Mend, tmp_path: Path) -> None:
    options = Array([String(f"Entry {number}") for number in range(500)])
    box = (72, 500, 172, 560)
    assert mend(form(FT=Name.Ch, V=String("Entry 333"), Opt=options, Rect=Array(box))).copy
    assert "Entry 333" in text_in_box(tmp_path, box)


def test_entries_that_do_not_fit_together_leave_the_chosen_ones(mend: Mend, tmp_path: Path) -> None:
    options = Array([String(f"Entry {number}") for number in range(500)])
    box = (72, 500, 172, 560)
    chosen = Array([String("Entry 3"), String("Entry 333")])
    assert mend(form(FT=Name.Ch, V=chosen, Opt=options, Rect=Array(box))).copy
    assert text_in_box(tmp_path, box) == "Entry 3 Entry 333"


def test_entries_that_no_font_draws_do_not_stop_a_copy(mend: Mend, tmp_path: Path) -> None:
    options = Array([String("Beta"), String("\u0645\u0631\u062d\u0628\u0627")])
    box = (72, 500, 172, 560)
    assert mend(form(FT=Name.Ch, V=String("Beta"), Opt=options, Rect=Array(box))).copy
    assert text_in_box(tmp_path, box) == "Beta"


def test_a_password_stays_hidden_in_its_box(mend: Mend, tmp_path: Path) -> None:
    repair = mend(form(V=String("secret"), Ff=1 << 13, MK=FRAME))
    assert repair.copy is not None
    assert text_in_box(tmp_path) == "******"
    assert grey_at(tmp_path, 160, 615) < 250


def test_a_printed_button_keeps_its_caption(mend: Mend, tmp_path: Path) -> None:
    marks = Dictionary(CA=String("Seal"), BG=Array([0.8]))
    pdf = form(FT=Name.Btn, Ff=1 << 16, MK=marks)
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    assert mend(pdf).copy is not None
    assert text_in_box(tmp_path) == "Seal"


def test_of_round_buttons_only_one_is_marked(mend: Mend, tmp_path: Path) -> None:
    """The first one says that it is chosen, without a drawing; the group says the second one."""
    pdf = form(FT=Name.Btn, Ff=1 << 15, MK=Dictionary(BC=Array([0])), V=Name("/2"))
    page, group = pdf.pages[0], pdf.Root.AcroForm.Fields[0]
    page.Annots = group.Kids = Array()
    for number, left in ((1, 72), (2, 112)):
        kid = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Parent=group, F=4)
        kid.Rect, kid.MK = Array([left, 600, left + 20, 620]), Dictionary(BC=Array([0]))
        kid["/AS"] = Name(f"/{number}")
        kid = pdf.make_indirect(kid)
        page.Annots.append(kid)
        group.Kids.append(kid)
    for key in ("/Subtype", "/Rect", "/Type", "/MK", "/F"):
        del group[key]
    repair = mend(pdf)
    assert repair.copy is not None
    assert grey_at(tmp_path, 82, 610) == 255
    assert grey_at(tmp_path, 122, 610) < 60
    assert any("another answer than it shows" in change for change in repair.changes)


def test_it_is_told_that_fields_of_a_tagged_file_lose_their_tags(mend: Mend) -> None:
    pdf = form(V=String("Debtor"))
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array())
    assert any("screen reader" in change for change in mend(pdf).changes)


def test_nothing_is_told_of_tags_where_there_are_none(mend: Mend) -> None:
    assert not any("screen reader" in change for change in mend(form(V=String("D"))).changes)


def pages_with_table(count: int, said: int) -> bytes:
    """A file whose table and trailer come first, as in files made for the web, and which ends
    before the table of its end. said: how many pages the page tree counts."""
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(612, 792))
    data = io.BytesIO()
    pdf.save(data, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    whole = data.getvalue().replace(b"/Count %d" % count, b"/Count %d" % said)
    head, _, end = whole.partition(b"xref\n")
    trailer = end[end.index(b"trailer") : end.index(b"startxref")]
    first, _, rest = head.partition(b"1 0 obj")
    return first + trailer + b"1 0 obj" + rest


def test_a_file_cut_off_behind_its_last_page_gets_a_copy_that_says_so(mend: Mend) -> None:
    repair = mend(pages_with_table(3, 3))
    assert repair.copy is not None
    assert any("end of your file is missing" in change for change in repair.changes)


def test_a_file_cut_off_before_its_last_page_gets_no_copy(mend: Mend) -> None:
    repair = mend(pages_with_table(3, 5))
    assert repair.copy is None
    assert "pages of it" in (repair.why_not or "")
    assert "again" in (repair.by_hand or "")
