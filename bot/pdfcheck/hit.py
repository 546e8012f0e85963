"""What a rule reports, before the court's profile gives it a weight."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pdfcheck.report import Severity


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that a rule names. `Finding` adds severity and the court's error text.

    page: counted from 1; object: "number generation"; both None where unknown.
    at_least: how much this one weighs even where the rule weighs less.
    """

    message: str
    page: int | None = None
    object: str | None = None
    detail: str | None = None
    fix: str | None = None
    at_least: Severity | None = None
