"""Looks at one file with all rules. Runs in the child process only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pikepdf

from bot.pdfcheck.court_errors import court_error
from bot.pdfcheck.document import Document, load_document
from bot.pdfcheck.hidden import look_for_hidden_objects
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.opening import open_pdf, set_parser_limits
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.report import Finding
from bot.pdfcheck.rules import (
    DOCUMENT_RULES,
    LAST_RULES,
    VISIT_RULES,
    encrypted,
    malformed,
    not_checked,
    not_pdf,
    too_large,
)
from bot.pdfcheck.walk import BROKEN, walk


@dataclass(slots=True)
class Examination:
    """What the rules found so far."""

    profile: Profile
    limits: Limits
    pages: int | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, hits: Iterable[Hit]) -> None:
        """Add the hits of a rule; beyond the limit they are only counted."""
        for hit in hits:
            self.counts[rule] += 1
            if self.counts[rule] <= self.limits.findings:
                self.findings.append(finding_of(rule, hit, self.profile))

    def not_listed(self) -> dict[str, int]:
        """How many findings of a rule were counted but not kept."""
        limit = self.limits.findings
        return {rule: n - limit for rule, n in self.counts.items() if n > limit}

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, for the way out of the child process."""
        return {
            "pages": self.pages,
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": self.notes,
            "not_listed": self.not_listed(),
        }


def finding_of(rule: str, hit: Hit, profile: Profile) -> Finding:
    """The hit with the weight and the error text of this court."""
    return Finding(
        rule=rule,
        severity=profile.severity(rule),
        message=hit.message,
        page=hit.page,
        object=hit.object,
        detail=hit.detail,
        fix=hit.fix,
        court_error=court_error(rule, profile.release),
    )


def examine(stream: BinaryIO, size: int, profile: Profile, limits: Limits) -> Examination:
    """Look at a file of `size` bytes, from its first byte on.

    Never raises for what a file holds: what cannot be looked at becomes `not_checked`.
    """
    result = Examination(profile, limits)
    try:
        _examine(stream, size, result)
    except MemoryError:
        result.add("not_checked", [not_checked.stopped("it needs too much memory")])
    return result


def _examine(stream: BinaryIO, size: int, result: Examination) -> None:
    profile, limits = result.profile, result.limits
    note = too_large.size_note(size, profile)
    if note is not None:
        result.notes.append(note)
    too_big = too_large.look_at_size(size, profile)
    if too_big is not None:
        result.add("too_large", [too_big])
    stream.seek(0)
    other = not_pdf.look_at_head(stream.read(4 * not_pdf.HEAD_BYTES))
    if other is not None:
        result.add("not_pdf", [other])
        return
    if size > limits.input_bytes:
        result.add("not_checked", [not_checked.stopped("it is too large to be opened here")])
        return
    set_parser_limits(limits)
    stream.seek(0)
    opened = open_pdf(stream)
    if opened.pdf is None:
        rule, hit = _obstacle(opened.obstacle, opened.reason)
        result.add(rule, [hit])
        return
    _apply_rules(opened.pdf, result)


def _obstacle(obstacle: str | None, reason: str) -> tuple[str, Hit]:
    if obstacle == "password":
        return "encrypted", encrypted.password()
    if obstacle == "unknown_encryption":
        return "encrypted", encrypted.unknown_handler()
    if obstacle == "limit":
        return "not_checked", not_checked.stopped("opening it reached a limit")
    return "malformed", malformed.unopened(reason)


def _apply_rules(pdf: pikepdf.Pdf, result: Examination) -> None:
    limit_errors = _limit_errors()
    try:
        document = load_document(pdf, result.limits)
    except BROKEN as error:
        result.add("malformed", [malformed.unopened(str(error))])
        return
    result.pages = len(document.pages.pages)
    _apply_visit_rules(document, result)
    for rule in DOCUMENT_RULES:
        try:
            result.add(rule.rule, rule.judge(document))
        except BROKEN:
            document.unseen.append(f"the rule {rule.rule} could not be applied")
    look_for_hidden_objects(document)
    document.warnings += [str(warning) for warning in pdf.get_warnings()]
    if _limit_errors() > limit_errors:
        document.unseen.append("a limit of the parser was reached")
    for rule in LAST_RULES:
        result.add(rule.rule, rule.judge(document))


def _apply_visit_rules(document: Document, result: Examination) -> None:
    keys = frozenset[str]().union(*(rule.keys for rule in VISIT_RULES))
    for visit in walk(document, keys):
        for rule in VISIT_RULES:
            if rule.keys.isdisjoint(visit.values):
                continue
            try:
                result.add(rule.rule, rule.look(visit, document))
            except BROKEN:
                document.unseen.append(f"object {visit.object or 'trailer'} could not be read")


def _limit_errors() -> int:
    counter = getattr(pikepdf.settings, "qpdf_limit_errors", None)
    return 0 if counter is None else int(counter())
