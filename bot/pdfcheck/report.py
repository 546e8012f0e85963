"""What a check found, in the shape that `helpdesk check-pdf` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["reject", "warn", "note"]
Verdict = Literal["accept", "reject", "unreadable"]

#: Rules that say that there is no readable PDF at all.
UNREADABLE_RULES = frozenset({"not_pdf", "malformed"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a file breaks a rule.

    page: page number, counted from 1; object: object number and generation, as "12 0";
    court_error: the court's own error text, where it is known. Absent values are None.
    Strings that come from the file are already made harmless.
    """

    rule: str
    severity: Severity
    message: str
    page: int | None = None
    object: str | None = None
    detail: str | None = None
    fix: str | None = None
    court_error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON values, without absent ones."""
        values = {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "page": self.page,
            "object": self.object,
            "detail": self.detail,
            "fix": self.fix,
            "court_error": self.court_error,
        }
        return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a file.

    file: the name to show; bytes: size of the file; pages: None when they could not be counted;
    notes: plain sentences that are no findings, such as the size where the court states no limit;
    not_listed: how many further findings of a rule there are beyond the listed ones;
    peak_mb: the most memory that the check had, for tests and logs only.
    """

    file: str
    sha256: str
    bytes: int
    pages: int | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    checked_in_ms: int
    notes: tuple[str, ...] = ()
    not_listed: Mapping[str, int] = field(default_factory=dict)
    peak_mb: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, as the contract of `helpdesk check-pdf` in design.md."""
        values: dict[str, Any] = {
            "file": self.file,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "pages": self.pages,
            "verdict": self.verdict,
            "findings": [finding.to_dict() for finding in self.findings],
            "checked_in_ms": self.checked_in_ms,
        }
        if self.notes:
            values["notes"] = list(self.notes)
        if self.not_listed:
            values["not_listed"] = dict(self.not_listed)
        return values


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The verdict that follows from the findings."""
    verdict: Verdict = "accept"
    for finding in findings:
        if finding.rule in UNREADABLE_RULES:
            return "unreadable"
        if finding.severity == "reject":
            verdict = "reject"
    return verdict
