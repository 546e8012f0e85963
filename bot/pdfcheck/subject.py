"""Who does what a finding tells: a bookmark, a form field, the file by itself, or a link."""

from __future__ import annotations

from bot.pdfcheck.walk import Visit


def subject_of(visit: Visit, otherwise: str) -> str:
    """The beginning of a sentence, with the name that the filer knows, made harmless.

    otherwise: what it is where nothing says more, for example "A link"
    """
    if visit.bookmark is not None:
        return f"The bookmark “{visit.bookmark}”"
    if visit.field:
        return f"The form field “{visit.field}”"
    return "By itself, the file" if is_automatic(visit) else otherwise


def is_automatic(visit: Visit) -> bool:
    """Whether an action runs without a click: when the file or a page opens (ISO 32000-2, 12.6.3).

    Those of annotations and form fields wait for somebody to move the pointer there or to type.
    """
    trail = visit.trail
    if "/OpenAction" in trail:
        return True
    return "/AA" in trail and "/Annots" not in trail and visit.field is None
