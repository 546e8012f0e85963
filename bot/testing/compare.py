"""Two models, answer by answer: what is mended, what broke, what is less sure than before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.testing.evaluate import Judged, summarize
from bot.testing.limits import LIMITS, missed

MENDED = "mended"
BROKEN = "broken"
OTHER = "other answer"
SURER = "surer"
LESS_SURE = "less sure"
KINDS: Mapping[str, str] = {
    BROKEN: "was right, or among the choices, and is not any more",
    MENDED: "was not, and now is",
    OTHER: "another answer, neither better nor worse",
    LESS_SURE: "the same answer with less confidence",
    SURER: "the same answer with more confidence",
}
_FIRST = 3
_DRAWN = "{request_code}"  # another one in each run, so the confidence in such words means nothing
Answer = Mapping[str, Any]
"""A line of ``helpdesk evaluate --json`` or of ``helpdesk talk --json``."""


@dataclass(frozen=True)
class Change:
    """One difference. ``what``: the question, or file and name of the script; ``old`` and ``new``
    in words; ``lost``: broken, and the right topic is not even among the choices any more."""

    of: str
    kind: str
    what: str
    expected: str
    old: str
    new: str
    lost: bool = False

    def to_dict(self) -> dict[str, str]:
        """As one JSON line."""
        return {
            "of": self.of,
            "change": self.kind,
            "what": self.what,
            "expected": self.expected,
            "old": self.old,
            "new": self.new,
        }


@dataclass(frozen=True)
class Comparison:
    """All differences, the broken first. ``questions`` and ``scripts``: how many were compared;
    ``shares``: the figures of the old and the new side on these questions; ``failing``: all scripts
    that fail on the new side; ``only_old`` and ``only_new``: what only one side has."""

    changes: tuple[Change, ...]
    questions: int
    scripts: int
    only_new: tuple[str, ...] = ()
    only_old: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    shares: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    def count(self, of: str, kind: str) -> int:
        """How many changes of a kind there are among questions or scripts."""
        return sum(c.of == of and c.kind == kind for c in self.changes)

    @property
    def broken(self) -> int:
        """How many answers and scripts broke."""
        return sum(c.kind == BROKEN for c in self.changes)

    @property
    def against(self) -> tuple[str, ...]:
        """What speaks against the new side, in words; empty where nothing does."""
        reasons = [] if self.shares is None else missed(self.shares[1])
        if self.failing:
            reasons.append(f"scripts that fail with the new one: {len(self.failing)}")
        if broken := self.count("question", BROKEN):
            lost = sum(change.lost for change in self.changes)
            reasons.append(
                f"questions that broke: {broken} ({lost} led astray or nowhere, "
                f"{broken - lost} asked back with the right choice)"
            )
        return tuple(reasons)

    def share_rows(self) -> list[tuple[str, float, float, str]]:
        """(words, old, new, limit) of each share, for a table; empty without questions."""
        if self.shares is None:
            return []
        old, new = self.shares
        return [(one.words, old[one.key], new[one.key], one.bound) for one in LIMITS]

    @property
    def chance(self) -> float:
        """How likely so uneven a split between mended and broken questions is by chance alone
        (exact McNemar test, two-sided). Small: the models differ."""
        from scipy.stats import binomtest

        broken, mended = self.count("question", BROKEN), self.count("question", MENDED)
        if not broken + mended:
            return 1.0
        return float(binomtest(broken, broken + mended).pvalue)

    def summary(self) -> dict[str, Any]:
        """The last JSON line."""
        kinds = {
            f"{of}s_{kind.replace(' ', '_')}": self.count(of, kind)
            for of in ("question", "script")
            for kind in KINDS
        }
        return {
            "questions": self.questions,
            "scripts": self.scripts,
            **kinds,
            "p": self.chance,
            "scripts_failing": len(self.failing),
            "against": list(self.against),
        }


def compare(
    old_answers: Sequence[Answer],
    new_answers: Sequence[Answer],
    old_scripts: Sequence[Answer],
    new_scripts: Sequence[Answer],
    least: float,
) -> Comparison:
    """Set two runs side by side. ``least``: the change in confidence that is worth a line."""
    before = {one["text"]: one for one in old_answers}
    after = {one["text"]: one for one in new_answers}
    played = {(one["file"], one["name"]): one for one in old_scripts}
    again = {(one["file"], one["name"]): one for one in new_scripts}
    both, scripts = before.keys() & after.keys(), played.keys() & again.keys()
    changes = [c for t in after if t in both for c in _question(before[t], after[t], least)]
    changes += [c for k in again if k in scripts for c in _script(played[k], again[k], least)]
    order = list(KINDS)
    asked = [[Judged.from_dict(side[text]) for text in sorted(both)] for side in (before, after)]
    return Comparison(
        tuple(sorted(changes, key=lambda c: (order.index(c.kind), c.of, not c.lost))),
        len(both),
        len(scripts),
        only_new=_missing(again, played, after, before),
        only_old=_missing(played, again, before, after),
        failing=tuple(f"{k[0]}: {k[1]}" for k, one in again.items() if not one["passed"]),
        shares=(summarize(asked[0]), summarize(asked[1])) if both else None,
    )


def grouped(found: Comparison, kind: str) -> list[tuple[Change, int]]:
    """The changes of one kind for reading: of scripts that changed in the same turn in the same way
    the first, and how many more there are."""
    first: dict[tuple[str, ...], Change] = {}
    more: dict[tuple[str, ...], int] = {}
    for change in (c for c in found.changes if c.kind == kind):
        what = change.what if change.of == "question" or kind == BROKEN else ""
        key = (change.of, what, change.expected, change.old, change.new)
        more[key] = more[key] + 1 if key in first else 0
        first.setdefault(key, change)
    return [(change, more[key]) for key, change in first.items()]


def _missing(
    scripts: Mapping[tuple[str, str], Answer],
    other_scripts: Mapping[tuple[str, str], Answer],
    questions: Mapping[str, Answer],
    other_questions: Mapping[str, Answer],
) -> tuple[str, ...]:
    """What one side has and the other lacks: scripts by file and name, questions by their text."""
    names = [f"{file}: {name}" for file, name in scripts if (file, name) not in other_scripts]
    return (*names, *(text for text in questions if text not in other_questions))


def _question(old: Answer, new: Answer, least: float) -> Iterator[Change]:
    was, now = _grade(old), _grade(new)
    if was != now:
        kind = MENDED if now > was else BROKEN
    elif _words(old) != _words(new):
        kind = OTHER
    else:
        kind = _surer(old["confidence"], new["confidence"], least)
    if kind:
        lost = kind == BROKEN and now == 0
        words = _with_sure(old), _with_sure(new)
        yield Change("question", kind, new["text"], new["expected"], *words, lost)


def _grade(one: Answer) -> int:
    if one["predicted"] == one["expected"]:
        return 2
    return int(one["expected"] in one["offered"][:_FIRST])


def _words(one: Answer) -> str:
    if one["predicted"]:
        return str(one["predicted"])
    offered = ", ".join(one["offered"][:_FIRST])
    return f"{one['outcome']}: {offered}" if offered else str(one["outcome"])


def _with_sure(one: Answer) -> str:
    sure = one.get("confidence")
    return _words(one) if sure is None else f"{_words(one)} ({sure:.2f})"


def _surer(old: float | None, new: float | None, least: float) -> str:
    if old is None or new is None or abs(new - old) < least:
        return ""
    return SURER if new > old else LESS_SURE


def _script(old: Answer, new: Answer, least: float) -> Iterator[Change]:
    what = f"{new['file']}: {new['name']}"
    if old["passed"] != new["passed"]:
        kind = MENDED if new["passed"] else BROKEN
        failed = old if new["passed"] else new
        expected = f"line {failed['failed_at']}: {failed['expected']}"
        yield Change("script", kind, what, expected, _result(old), _result(new))
        return
    for before, after in zip(old.get("turns") or (), new.get("turns") or (), strict=False):
        if before["deed"] != after["deed"]:
            return
        kind = OTHER if _said(before) != _said(after) else ""
        if not kind and _DRAWN not in after["deed"]:
            kind = _surer(before["confidence"], after["confidence"], least)
        if kind:
            yield Change("script", kind, what, after["deed"], _turn(before), _turn(after))


def _result(one: Answer) -> str:
    return "passed" if one["passed"] else str(one["got"])


def _said(turn: Answer) -> tuple[Any, Any]:
    return turn["topic"], turn["outcome"]


def _turn(turn: Answer) -> str:
    sure = "" if turn["confidence"] is None else f" ({turn['confidence']:.2f})"
    return f"{turn['topic'] or ''} {turn['outcome']}{sure}".strip()
