"""Scripts, wherever they hang (ISO 32000-2, 12.6.4.17 and 12.6.3; XFA 3.3 for forms)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pikepdf import Stream

from bot.pdfcheck.court_errors import M2, M3
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules import xfa
from bot.pdfcheck.rules.fixes import NJD, SANITIZE, SANITIZED, TNED, iso
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, name_of, text_of
from bot.pdfcheck.walk import Visit

_PREVIEW_LENGTH = 60
# Keys under which a resource, a letter of a font or a state of a button may well be called /JS
# without being a script (7.8.3, 9.6.4, 12.5.5).
_NAMING = frozenset(
    {("/XObject",), ("/Font",), ("/ExtGState",), ("/Pattern",), ("/Shading",), ("/ColorSpace",),
     ("/Properties",), ("/CharProcs",)}
)  # fmt: skip
_APPEARANCES = frozenset({("/AP", "/N"), ("/AP", "/R"), ("/AP", "/D")})
# XFA knows scripts in JavaScript and FormCalc; both run.
# The <script> of the form's configuration says only where scripts may run, and an empty one does
# nothing.
_XFA_SCRIPT = re.compile(
    rb"<(?:[\w.-]+:)?script(?:\s[^>]*)?(?<!/)>(?!\s*<(?:[\w.-]+:)?(?:currentPage|exclude|runScripts)\b)"
)

_TRIGGERS = {
    "/WC": "before the document closes", "/WS": "before it is saved", "/DS": "after it is saved",
    "/WP": "before it is printed", "/DP": "after it is printed", "/O": "when the page opens",
    "/C": "when values change", "/K": "on typing", "/F": "to show the value",
    "/V": "to check the value", "/E": "when the pointer enters", "/X": "when the pointer leaves",
    "/D": "when the mouse button goes down", "/U": "when the mouse button goes up",
    "/Fo": "when the field is chosen", "/Bl": "when the field is left",
    "/PO": "when the page opens", "/PC": "when the page closes",
    "/PV": "when the page is seen", "/PI": "when the page is no longer seen",
}  # fmt: skip


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for an action that is a script, a /JS entry, or the script of a 3D model."""
    values = visit.values
    action = name_of(values.get("/S"))
    is_action = action == "/JavaScript"
    script = values.get("/JS")
    has_script = _is_script(script) and (action is not None or not _is_named_by_maker(visit))
    if not is_action and not has_script:
        if isinstance(values.get("/OnInstantiate"), Stream):
            yield _hit(visit, "A 3D model in the file runs a script.", None)
        return
    yield _hit(visit, _message(visit), script)


def judge(document: Document) -> Iterator[Hit]:
    """A hit when the XFA form holds scripts."""
    data = xfa.read(document)
    if data is not None and _XFA_SCRIPT.search(data.replace(b"\x00", b"")):
        yield Hit(
            message="The form (XFA) runs scripts, as most forms made with Adobe LiveCycle do.",
            detail="<script> in the XFA form",
            fix=SANITIZE,
        )


def _is_script(script: Value) -> bool:
    return isinstance(script, Stream) or text_of(script) is not None


def _is_named_by_maker(visit: Visit) -> bool:
    """Whether the keys are names that the file's maker chose, so that /JS means nothing."""
    trail = visit.trail
    return trail == ("/Info",) or trail[-1:] in _NAMING or trail[-2:] in _APPEARANCES


def _message(visit: Visit) -> str:
    trail = visit.trail
    if visit.field is not None:
        name = f"“{visit.field}”" if visit.field else "without a name"
        return (
            f"The form field {name} runs a script. Official forms use such scripts to add up "
            "amounts or to check what is typed."
        )
    if visit.bookmark is not None:
        return f"The bookmark “{visit.bookmark}” runs a script."
    if visit.page is not None:
        if "/A" in trail:
            return "A link or button on a page runs a script."
        return "A page runs a script."
    if "/OpenAction" in trail:
        return "A script runs when the document is opened."
    return (
        "The document holds a script. Form programs often leave one behind, also in official forms."
    )


def _hit(visit: Visit, message: str, script: Value) -> Hit:
    parts: list[str] = []
    if "/AA" in visit.trail[:-1]:
        trigger = visit.trail[visit.trail.index("/AA") + 1]
        # A page and a catalog use /C otherwise than a field (tables 197 to 200).
        if trigger == "/C" and visit.field is None:
            parts.append("runs when the page closes")
        elif trigger in _TRIGGERS:
            parts.append(f"runs {_TRIGGERS[trigger]}")
    parts.append("at " + "".join(clean(key, 20) for key in visit.trail))
    text = text_of(script)
    if text:
        parts.append(f"begins: {clean(text, _PREVIEW_LENGTH)}")
    return Hit(
        message=message,
        page=visit.page,
        object=visit.object,
        detail="; ".join(parts),
        fix=SANITIZE,
    )


RULE = Rule(
    id="javascript",
    severity="reject",
    title="Scripts",
    looks_for=(
        "Actions /S /JavaScript and any /JS text or stream, wherever they hang: /OpenAction, /AA "
        "of catalog, pages, annotations and fields, /Names /JavaScript, bookmarks, /Next chains, "
        "renditions, templates; /OnInstantiate of 3D streams; <script> in XFA. An empty list of "
        "scripts and scripts that nothing points to are none."
    ),
    why="A script can act on the reader's computer, so the court takes none.",
    mend=SANITIZED,
    sources=(TNED, NJD, iso("12.6.3", "12.6.4.17", "13.6.3"), "XFA 3.3"),
    innocent="Official forms use scripts to add up amounts or to check what is typed.",
    court_error=M2,
    court_error_before_1_8=M3,
    keys=frozenset({"/JS", "/OnInstantiate"}),
    names=frozenset({"/JavaScript"}),
    look=look,
    judge=judge,
)
