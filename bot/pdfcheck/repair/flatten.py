"""Makes form fields part of the page: what they show stays, what can be changed goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from bot.pdfcheck.repair.appearance import draw_box, draw_caption, draw_mark, draw_text
from bot.pdfcheck.repair.changes import Changes
from bot.pdfcheck.repair.contents import close_what_is_open
from bot.pdfcheck.repair.fonts import LettersUnknown
from bot.pdfcheck.repair.sweep import MEDIA_ANNOTATIONS
from bot.pdfcheck.repair.widgets import (
    COMBO,
    HIDDEN,
    INVISIBLE,
    PASSWORD,
    Drawn,
    Widget,
    appearance_of,
    drawn_text,
    widgets_of,
)
from bot.pdfcheck.values import Value, entries, is_dictionary, name_of, number_of


def flatten(pdf: Pdf, pages: list[Value], changes: Changes) -> None:
    """Write all fields, the pictures of media and the words of paper clips into the pages. Other
    annotations stay.

    pages: the page objects in order. Raises LettersUnknown where a value cannot be drawn.
    """
    acroform = pdf.Root.get("/AcroForm")
    wants_drawings = is_dictionary(acroform) and acroform.get("/NeedAppearances") is True
    for widget in widgets_of(pdf, pages):
        _prepare(pdf, widget, wants_drawings, changes)
    if is_dictionary(acroform) and wants_drawings:
        # With it qpdf would leave every field out, and all are drawn now.
        del acroform["/NeedAppearances"]
    kept = [_set_aside(page, changes) for page in pages]
    for page in pages:
        if "/Annots" in page:
            close_what_is_open(pdf, page)
    pdf.flatten_annotations("all")
    for page, others in zip(pages, kept, strict=True):
        # qpdf leaves fields without a drawing; nothing of them is to be seen.
        if others:
            page["/Annots"] = Array(others)
        elif "/Annots" in page:
            del page["/Annots"]


def _prepare(pdf: Pdf, widget: Widget, wants_drawings: bool, changes: Changes) -> None:
    if widget.is_push_button and not widget.is_printed:
        changes.add("buttons")
        widget.node["/F"] = HIDDEN
        return
    if widget.is_hidden:
        changes.add("hidden_fields")
        widget.node["/F"] = HIDDEN
        return
    # qpdf takes the flag for "hidden".
    widget.node["/F"] = (number_of(widget.node.get("/F")) or 0) & ~INVISIBLE
    changes.add("fields")
    changes.add("only_printed", int(widget.is_only_printed))
    if widget.kind == "/Btn":
        _prepare_button(pdf, widget, wants_drawings, changes)
    elif needs_drawing(widget, wants_drawings):
        fits = draw_text(pdf, widget)
        changes.add("drawn")
        changes.add("cut_off", int(not fits))
    elif widget.drawing is None and widget.kind == "/Tx" and widget.flags & PASSWORD:
        # Viewers hide each letter, and so does the copy.
        hidden = "*" * len(widget.text.strip())
        if hidden:
            draw_text(pdf, replace(widget, text=hidden))
        else:
            draw_box(pdf, widget)
    elif widget.drawing is None and widget.kind in ("/Tx", "/Ch"):
        draw_box(pdf, widget)
    else:
        changes.add("unclear_values", int(_shows_another_text(widget)))
    _finish_drawing(pdf, widget)


def _finish_drawing(pdf: Pdf, widget: Widget) -> None:
    drawing = widget.drawing
    if drawing is None:
        return
    if not is_dictionary(drawing.get("/Resources")):
        # qpdf adds the form's own fonts to it, where there is a place for them.
        drawing["/Resources"] = Dictionary()
    layer = widget.node.get("/OC")
    if is_dictionary(layer) and "/OC" not in drawing:
        # Other fields may use the same drawing and lie on no layer, or on another one.
        own = pdf.make_stream(drawing.read_raw_bytes())
        for key, value in drawing.items():
            if key != "/Length":
                own[key] = value
        own["/OC"] = layer
        widget.node["/AP"] = Dictionary(N=own)


def needs_drawing(widget: Widget, wants_drawings: bool) -> bool:
    """Whether the value of a text field or list is in the file but in no drawing of it."""
    if widget.kind not in ("/Tx", "/Ch") or widget.flags & PASSWORD or not widget.text.strip():
        return False
    drawing = widget.drawing
    drawn = Drawn(False, None) if drawing is None else drawn_text(drawing)
    if not drawn.has_text:
        return True
    if drawn.text is None:
        return False
    # Programs write question marks for letters that their font lacks.
    if drawn.text.count("?") > widget.text.count("?"):
        return True
    return wants_drawings and letters(widget.text) not in letters(drawn.text)


def _shows_another_text(widget: Widget) -> bool:
    """Whether the drawing of a text field has other words than its value, as where a program has
    filled in the value alone. A list shows all that can be chosen."""
    is_text = widget.kind == "/Tx" or bool(widget.kind == "/Ch" and widget.flags & COMBO)
    if not is_text or widget.flags & PASSWORD or widget.drawing is None:
        return False
    drawn = drawn_text(widget.drawing).text
    if drawn is None:
        return False
    stored, shown = letters(widget.text), letters(drawn)
    return bool(stored) and stored not in shown and shown not in stored


def letters(text: str) -> str:
    """Only the letters and digits: how a value is spaced and punctuated is the form's affair."""
    return "".join(char for char in text if char.isalnum())


def _prepare_button(pdf: Pdf, widget: Widget, wants_drawings: bool, changes: Changes) -> None:
    """Have a box show what viewers show: its state /AS, or where it has none its field's value."""
    if wants_drawings and widget.is_push_button and _redraw_caption(pdf, widget):
        return
    node = widget.node
    value = widget.values.get("/V")
    stored = name_of(value)
    appearances = node.get("/AP")
    normal = appearances.get("/N") if is_dictionary(appearances) else None
    state = node.get("/AS")
    if is_dictionary(normal) and _is_left_to_viewers(normal, value if state is None else state):
        normal = None
    if is_dictionary(normal) and not isinstance(normal, Stream):
        states = {key for key, _ in normal.items() if key != "/Off"}
        if state is None:
            node["/AS"] = value if stored in states else Name.Off
            changes.add("drawn", int(stored in states))
        else:
            # Some programs show a tick for a state without a drawing, others do not.
            is_shown = name_of(state) in states
            differs = stored is not None and is_shown != (stored in states)
            changes.add("unclear_boxes", int(differs or _is_on(state) != is_shown))
        if wants_drawings and widget.drawing is None and not _is_on(node.get("/AS")):
            draw_box(pdf, widget)
    elif normal is None and widget.is_push_button:
        draw_caption(pdf, widget)
    elif normal is None:
        shown = state if state is not None or "/FT" not in node else value
        # Of round buttons one is chosen: two marks would be an answer that nobody gave.
        is_another = widget.is_radio_button and _is_on(value) and name_of(shown) != stored
        if not _is_on(shown) or is_another:
            changes.add("unclear_boxes", int(_is_on(shown)))
            draw_box(pdf, widget)
            return
        draw_mark(pdf, widget)
        changes.add("drawn")
        changes.add("unclear_boxes", int(stored is not None and stored != name_of(shown)))


def _redraw_caption(pdf: Pdf, widget: Widget) -> bool:
    """Draw a button as its form describes it, as viewers do where it says that drawings are old.
    LaTeX's hyperref has another caption in its drawing, which would come out over the page's own.

    False where the drawing has to stay: the button has a picture, no font has the letters, or the
    form describes nothing that is to be seen.
    """
    marks = widget.node.get("/MK")
    if widget.drawing is None or not is_dictionary(marks) or "/I" in marks:
        return False
    if not any(key in marks for key in ("/CA", "/BC", "/BG")):
        return False
    old = widget.node.get("/AP")
    del widget.node["/AP"]
    with suppress(LettersUnknown):
        draw_caption(pdf, widget)
    if "/AP" in widget.node:
        return True
    widget.node["/AP"] = old
    return False


def _is_on(state: Value) -> bool:
    return name_of(state) not in (None, "/Off")


def _is_left_to_viewers(normal: Value, state: Value) -> bool:
    """Whether the state is named and has no drawing, or no state has one: LaTeX's hyperref leaves
    an empty dictionary there for the viewer to fill."""
    if isinstance(normal, Stream):
        return False
    drawn = {key for key, drawing in normal.items() if isinstance(drawing, Stream)}
    return not drawn or (name_of(state) in normal and name_of(state) not in drawn)


def _is_read(clip: Value) -> bool:
    """Whether the mark of an attached file is words, as of LaTeX's attachfile, which makes a part
    of a sentence the place to click. A mark without words is only a sign."""
    drawing = appearance_of(clip)
    return drawing is not None and drawn_text(drawing).has_text


def _set_aside(page: Value, changes: Changes) -> list[Value]:
    """Leave only what is to be flattened among the page's annotations; returns the others."""
    flattened, others = [], []
    for annotation in entries(page.get("/Annots")):
        kind = name_of(annotation.get("/Subtype")) if is_dictionary(annotation) else None
        if kind is None:
            continue
        if kind in MEDIA_ANNOTATIONS:
            changes.add("media")
        is_read = kind == "/FileAttachment" and _is_read(annotation)
        if is_read:
            changes.add("paper_clips")
        if kind == "/Widget" or kind in MEDIA_ANNOTATIONS or is_read:
            flattened.append(annotation)
        else:
            others.append(annotation)
    if flattened:
        page["/Annots"] = Array(flattened)
    elif "/Annots" in page:
        del page["/Annots"]
    return others
