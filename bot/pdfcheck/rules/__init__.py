"""The rules, one file each. Adding a rule is a file and one line here.

Three kinds: rules about the file before it is opened, rules about each dictionary of the walk,
rules about the document as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rules import (
    audio_video,
    embedded_files,
    encrypted,
    external_action,
    external_stream,
    form_fields,
    javascript,
    malformed,
    needs_repair,
    not_checked,
    signed,
    xfa,
)
from bot.pdfcheck.walk import Visit


@dataclass(frozen=True, slots=True)
class VisitRule:
    """A rule that looks at each dictionary which holds one of `keys`."""

    rule: str
    keys: frozenset[str]
    look: Callable[[Visit, Document], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """A rule that looks at the document after the walk."""

    rule: str
    judge: Callable[[Document], Iterable[Hit]]


VISIT_RULES: tuple[VisitRule, ...] = (
    VisitRule("javascript", javascript.KEYS, javascript.look),
    VisitRule("external_action", external_action.KEYS, external_action.look),
    VisitRule("embedded_files", embedded_files.KEYS, embedded_files.look),
    VisitRule("audio_video", audio_video.KEYS, audio_video.look),
    VisitRule("external_stream", external_stream.KEYS, external_stream.look),
)

#: In the order in which they run.
DOCUMENT_RULES: tuple[DocumentRule, ...] = (
    DocumentRule("malformed", malformed.judge),
    DocumentRule("encrypted", encrypted.judge),
    DocumentRule("embedded_files", embedded_files.judge),
    DocumentRule("form_fields", form_fields.judge),
    DocumentRule("xfa", xfa.judge),
    DocumentRule("javascript", javascript.judge),
    DocumentRule("signed", signed.judge),
)

#: After all others, which still decode and so add to warnings and to what could not be seen.
LAST_RULES: tuple[DocumentRule, ...] = (
    DocumentRule("needs_repair", needs_repair.judge),
    DocumentRule("not_checked", not_checked.judge),
)
