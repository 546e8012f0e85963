"""The figures of one week or of several."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Figures:
    """Counts only, no ids and no texts.

    ``helped`` are conversations in which something was answered or checked; ``resolved`` those of
    them in which nobody asked for a person or made a help request. ``waits``: minutes from each
    help request to its first claim, ascending. ``hours``: messages by ``weekday hour`` of the
    court, such as ``0 16`` for Monday at 4 p.m. ``findings``: files that broke a rule, by rule.
    """

    conversations: int = 0
    helped: int = 0
    resolved: int = 0
    outcomes: Counts = field(default_factory=dict)
    topics: Counts = field(default_factory=dict)
    requests: int = 0
    waits: tuple[int, ...] = ()
    hours: Counts = field(default_factory=dict)
    reports: int = 0
    findings: Counts = field(default_factory=dict)
    satisfied: int = 0
    not_satisfied: int = 0

    @property
    def messages(self) -> int:
        """All turns."""
        return sum(self.outcomes.values())

    @property
    def resolved_share(self) -> float | None:
        """Of the conversations that were helped, the share that needed no person."""
        return self.resolved / self.helped if self.helped else None

    @property
    def satisfied_share(self) -> float | None:
        """Of the answers that were rated, the share of yes."""
        rated = self.satisfied + self.not_satisfied
        return self.satisfied / rated if rated else None

    @property
    def wait_median(self) -> int | None:
        """Minutes within which half of the requests were claimed."""
        return quantile(self.waits, 0.5)

    @property
    def wait_p90(self) -> int | None:
        """Minutes within which nine of ten requests were claimed."""
        return quantile(self.waits, 0.9)

    def by_hour(self) -> dict[int, int]:
        """Messages by hour of the court's day."""
        return {
            hour: sum(n for key, n in self.hours.items() if key.split()[1] == str(hour))
            for hour in range(24)
        }

    def by_weekday(self) -> dict[str, int]:
        """Messages by day of the week."""
        return {
            name: sum(n for key, n in self.hours.items() if key.split()[0] == str(day))
            for day, name in enumerate(WEEKDAYS)
        }

    def to_content(self) -> dict[str, Any]:
        """The shape in which figures are stored as JSON."""
        return asdict(self)


def figures_from_content(content: Mapping[str, Any]) -> Figures:
    """The other way round of :meth:`Figures.to_content`; what an older release did not count is
    none."""
    known = {key: content[key] for key in Figures.__dataclass_fields__ if key in content}
    return Figures(**{**known, "waits": tuple(content.get("waits", ()))})


def quantile(ascending: tuple[int, ...], share: float) -> int | None:
    """The least value that at least ``share`` of all do not exceed; None of nothing."""
    if not ascending:
        return None
    place = max(1, -(-len(ascending) * round(share * 100) // 100))
    return ascending[place - 1]


def together(parts: Iterable[Figures]) -> Figures:
    """All parts as one. A conversation that went on into another week counts in both."""
    found = list(parts)

    def counts(name: str) -> dict[str, int]:
        total: Counter[str] = Counter()
        for part in found:
            total.update(getattr(part, name))
        return dict(total.most_common())

    def number(name: str) -> int:
        return sum(getattr(part, name) for part in found)

    return Figures(
        conversations=number("conversations"),
        helped=number("helped"),
        resolved=number("resolved"),
        outcomes=counts("outcomes"),
        topics=counts("topics"),
        requests=number("requests"),
        waits=tuple(sorted(wait for part in found for wait in part.waits)),
        hours=counts("hours"),
        reports=number("reports"),
        findings=counts("findings"),
        satisfied=number("satisfied"),
        not_satisfied=number("not_satisfied"),
    )
