"""Sound, video and 3D (ISO 32000-2, 13.2 to 13.7): annotations, actions and renditions."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.court_errors import M2
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import CACB, PRINT, PRINT_TO_PDF, TNED, iso
from bot.pdfcheck.subject import subject_of
from bot.pdfcheck.values import is_dictionary, name_of
from bot.pdfcheck.walk import Visit

_ANNOTATIONS = {
    "/Movie": "a video",
    "/Sound": "a sound",
    "/RichMedia": "rich media (video, sound or Flash)",
    "/3D": "a 3D model",
}
_ACTIONS = {
    "/Movie": "plays a video",
    "/Sound": "plays a sound",
    "/RichMediaExecute": "plays rich media",
    "/GoTo3DView": "turns a 3D model",
}


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for each of them. A Screen annotation counts by the media that its action plays:
    without any it is only a place to click."""
    values = visit.values
    kind = name_of(values.get("/Subtype"))
    if kind in _ANNOTATIONS and ("/Rect" in values or visit.trail[-1:] == ("/Annots",)):
        yield _hit(visit, f"The file holds {_ANNOTATIONS[kind]}.", f"{kind[1:]} annotation")
        return
    action = name_of(values.get("/S"))
    if action in _ACTIONS:
        subject = subject_of(visit, "A link or button")
        yield _hit(visit, f"{subject} {_ACTIONS[action]}.", f"{action[1:]} action")
    elif action == "/Rendition" and is_dictionary(values.get("/R")):
        subject = subject_of(visit, "A link or button")
        yield _hit(visit, f"{subject} plays media.", "Rendition action")
    elif name_of(values.get("/Type")) == "/SlideShow":
        yield _hit(visit, "The file holds a slide show.", "slide show")
    elif action == "/MR" and is_dictionary(values.get("/C")) and visit.trail[-1:] != ("/R",):
        # A rendition that no action of the walk has shown, for example from /Names /Renditions.
        yield _hit(visit, "The file holds media to play.", "media rendition")


def _hit(visit: Visit, message: str, detail: str) -> Hit:
    return Hit(
        message=message,
        page=visit.page,
        object=visit.object,
        detail=detail,
        fix=(
            "Take the media out in the program that made the file. Or: "
            + PRINT_TO_PDF
            + " Ask the clerk how the court takes recordings."
        ),
    )


RULE = Rule(
    id="audio_video",
    severity="reject",
    title="Sound, video or 3D",
    looks_for=(
        "Annotations Movie, Sound, RichMedia, 3D; actions Movie, Sound, RichMediaExecute, "
        "GoTo3DView; Rendition actions and renditions (/Names /Renditions) that hold media; slide "
        "shows (/Names /AlternatePresentations). A Screen annotation without media is none."
    ),
    why="CM/ECF takes pages, no recordings. Ask the clerk how the court takes those.",
    mend=PRINT,
    sources=(TNED, CACB, iso("13.2 to 13.7"), "ISO 32000-1, 13.5"),
    innocent="Presentations saved as PDF keep the videos of their slides.",
    court_error=M2,
    names=frozenset({*_ANNOTATIONS, *_ACTIONS, "/Rendition", "/MR", "/SlideShow"}),
    look=look,
)
