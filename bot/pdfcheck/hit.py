"""What a rule reports, before the court's profile gives it a weight."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that a rule names. `Finding` adds severity and the court's error text.

    page: counted from 1; object: "number generation"; both None where unknown.
    """

    message: str
    page: int | None = None
    object: str | None = None
    detail: str | None = None
    fix: str | None = None
