"""Looks at one file with all rules. Runs in the child process only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pikepdf

from bot.pdfcheck.astray import look_for_astray_references
from bot.pdfcheck.document import Document, load_document
from bot.pdfcheck.file_facts import FileFacts
from bot.pdfcheck.hidden import look_for_hidden_objects
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.opening import is_cut_off, open_pdf, set_parser_limits
from bot.pdfcheck.page_reader import read_pages
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.report import Finding, Severity, verdict_of
from bot.pdfcheck.revisions import read_earlier_revisions
from bot.pdfcheck.rule import Rule, Stage
from bot.pdfcheck.rules import (
    DOCUMENT_RULES,
    FILE_RULES,
    PAGE_RULES,
    RULES,
    VISIT_RULES,
    encrypted,
    malformed,
    not_checked,
    not_pdf,
    too_large,
)
from bot.pdfcheck.walk import BROKEN, walk

_WEIGHTS: dict[Severity, int] = {"note": 0, "warn": 1, "reject": 2}


@dataclass(slots=True)
class Examination:
    """What the rules found in one part of the check. document: what they looked at, once it is
    open."""

    profile: Profile
    limits: Limits
    document: Document | None = None
    pages: int | None = None
    findings: list[Finding] = field(default_factory=list)
    evaluated: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, rule: Rule, hits: Iterable[Hit]) -> None:
        """Add the hits of a rule; beyond the limit they are only counted. Hits of a rule that the
        court only tries out are kept apart."""
        is_evaluated = self.profile.is_evaluated(rule)
        for hit in hits:
            self.counts[rule.id] += 1
            if self.counts[rule.id] > self.limits.findings:
                continue
            kept = self.evaluated if is_evaluated else self.findings
            kept.append(finding_of(rule, hit, self.profile))

    def not_listed(self) -> dict[str, int]:
        """How many findings of a rule were counted but not kept."""
        limit = self.limits.findings
        return {
            rule: n - limit
            for rule, n in self.counts.items()
            if n > limit and not self.profile.is_evaluated(RULES[rule])
        }

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, for the way out of the child process."""
        return {
            "pages": self.pages,
            "findings": [finding.to_dict() for finding in self.findings],
            "evaluated": [finding.to_dict() for finding in self.evaluated],
            "notes": self.notes,
            "not_listed": self.not_listed(),
        }


def finding_of(rule: Rule, hit: Hit, profile: Profile) -> Finding:
    """The hit with the weight and the error text of this court."""
    severity = profile.severity(rule)
    if hit.at_least is not None and _WEIGHTS[hit.at_least] > _WEIGHTS[severity]:
        severity = hit.at_least
    return Finding(
        rule=rule.id,
        severity=severity,
        message=hit.message,
        page=hit.page,
        object=hit.object,
        detail=hit.detail,
        fix=hit.fix,
        court_error=profile.court_error(rule),
    )


def examine(stream: BinaryIO, size: int, profile: Profile, limits: Limits) -> Iterator[Examination]:
    """Look at a file of `size` bytes, from its first byte on; yields one or two parts.

    The first part holds all that decides whether CM/ECF takes the file, the second what the pages
    show, for which another and larger library has to read the file.
    Never raises for what a file holds: what cannot be looked at becomes `not_checked`.
    """
    first = Examination(profile, limits)
    try:
        first.document = _examine(stream, size, first)
    except MemoryError:
        _stopped(first, "it needs too much memory")
    yield first
    if first.document is None or not limits.text_seconds:
        return
    second = Examination(profile, limits, first.document)
    try:
        _examine_pages(stream, first.document, second)
    except (MemoryError, *BROKEN):
        second.notes.append(TEXT_NOT_READ)
    yield second


#: The note where the second part could not be done.
TEXT_NOT_READ = "The text of the pages could not be looked at."


def _stopped(result: Examination, reason: str) -> None:
    result.add(not_checked.RULE, [not_checked.stopped(reason)])


def _examine(stream: BinaryIO, size: int, result: Examination) -> Document | None:
    profile, limits = result.profile, result.limits
    note = too_large.size_note(size, profile)
    if note is not None:
        result.notes.append(note)
    stream.seek(0)
    facts = FileFacts(size, stream.read(4 * not_pdf.HEAD_BYTES), profile)
    for rule in FILE_RULES:
        if rule.judge_file is not None and profile.is_on(rule):
            result.add(rule, rule.judge_file(facts))
    if verdict_of(result.findings) == "unreadable":
        return None
    if size > limits.input_bytes:
        _stopped(result, "it is too large to be opened here")
        return None
    set_parser_limits(limits)
    stream.seek(0)
    opened = open_pdf(stream)
    if opened.pdf is None:
        result.add(*_obstacle(opened.obstacle, opened.reason, is_cut_off(stream)))
        return None
    return _apply_rules(stream, size, opened.pdf, opened.damage, result)


def _obstacle(obstacle: str | None, reason: str, is_cut: bool) -> tuple[Rule, list[Hit]]:
    if obstacle == "password":
        return encrypted.RULE, [encrypted.password()]
    if obstacle == "unknown_encryption":
        return encrypted.RULE, [encrypted.unknown_handler()]
    if obstacle == "limit":
        return not_checked.RULE, [not_checked.stopped("opening it reached a limit")]
    return malformed.RULE, [malformed.unopened(reason, is_cut)]


def _apply_rules(
    stream: BinaryIO, size: int, pdf: pikepdf.Pdf, damage: Iterable[str], result: Examination
) -> Document | None:
    limit_errors = _limit_errors()
    try:
        document = load_document(pdf, result.limits)
    except BROKEN as error:
        result.add(malformed.RULE, [malformed.unopened(str(error), is_cut_off(stream))])
        return None
    document.warnings += damage
    result.pages = len(document.pages.pages) or None
    _apply_visit_rules(document, result)
    document.earlier = read_earlier_revisions(stream, size, document)
    rules = [rule for rule in DOCUMENT_RULES if result.profile.is_on(rule)]
    for rule in rules:
        if rule.stage is Stage.AFTER_WALK:
            _judge(rule, document, result)
    look_for_astray_references(stream, size, document)
    look_for_hidden_objects(document)
    document.warnings += [str(warning) for warning in pdf.get_warnings()]
    if document.warnings:
        document.is_cut_off = is_cut_off(stream)
    if _limit_errors() > limit_errors:
        document.unseen.append("a limit of the parser was reached")
    for rule in rules:
        if rule.stage is Stage.LAST:
            _judge(rule, document, result)
    return document


def _judge(rule: Rule, document: Document, result: Examination) -> None:
    try:
        if rule.judge is not None:
            result.add(rule, rule.judge(document))
    except BROKEN:
        document.unseen.append(f"the rule {rule.id} could not be applied")


def _apply_visit_rules(document: Document, result: Examination) -> None:
    rules = [
        (rule, rule.look)
        for rule in VISIT_RULES
        if rule.look is not None and result.profile.is_on(rule)
    ]
    for visit in walk(document, (rule for rule, _ in rules)):
        for rule, look in rules:
            if not rule.wants(visit):
                continue
            try:
                hits = list(look(visit, document))
            except BROKEN:
                document.unseen.append(f"object {visit.object or 'trailer'} could not be read")
                continue
            if hits:
                document.found.update((rule.id, hit.detail or hit.message) for hit in hits)
                result.add(rule, hits)


def _examine_pages(stream: BinaryIO, document: Document, result: Examination) -> None:
    facts = read_pages(stream.fileno(), document, result.profile.dpi)
    if facts.left_out is not None:
        result.notes.append(facts.left_out)
    for rule in PAGE_RULES:
        if rule.judge_pages is not None and result.profile.is_on(rule):
            try:
                result.add(rule, rule.judge_pages(facts, document))
            except BROKEN:
                result.notes.append(TEXT_NOT_READ)


def _limit_errors() -> int:
    counter = getattr(pikepdf.settings, "qpdf_limit_errors", None)
    return 0 if counter is None else int(counter())
