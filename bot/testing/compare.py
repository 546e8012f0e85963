"""Two models, answer by answer: what is mended, what broke, what is less sure than before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
Answer = Mapping[str, Any]
"""A line of ``helpdesk evaluate --json`` or of ``helpdesk talk --json``."""


@dataclass(frozen=True)
class Change:
    """One difference. ``what``: the question, or file and name of the script; ``old`` and ``new``
    in words."""

    of: str
    kind: str
    what: str
    expected: str
    old: str
    new: str

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
    """All differences, the broken first. ``questions`` and ``scripts``: how many were compared."""

    changes: tuple[Change, ...]
    questions: int
    scripts: int
    only_new: tuple[str, ...] = ()

    def count(self, of: str, kind: str) -> int:
        """How many changes of a kind there are among questions or scripts."""
        return sum(c.of == of and c.kind == kind for c in self.changes)

    @property
    def broken(self) -> int:
        """How many answers and scripts broke."""
        return sum(c.kind == BROKEN for c in self.changes)

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
        return {"questions": self.questions, "scripts": self.scripts, **kinds, "p": self.chance}


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
    return Comparison(
        tuple(sorted(changes, key=lambda c: (order.index(c.kind), c.of))),
        len(both),
        len(scripts),
        tuple(f"{file}: {name}" for file, name in again if (file, name) not in scripts),
    )


def _question(old: Answer, new: Answer, least: float) -> Iterator[Change]:
    was, now = _grade(old), _grade(new)
    if was != now:
        kind = MENDED if now > was else BROKEN
    elif _words(old) != _words(new):
        kind = OTHER
    else:
        kind = _surer(old["confidence"], new["confidence"], least)
    if kind:
        yield Change(
            "question", kind, new["text"], new["expected"], _with_sure(old), _with_sure(new)
        )


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
        kind = kind or _surer(before["confidence"], after["confidence"], least)
        if kind:
            yield Change("script", kind, what, after["deed"], _turn(before), _turn(after))


def _result(one: Answer) -> str:
    return "passed" if one["passed"] else str(one["got"])


def _said(turn: Answer) -> tuple[Any, Any]:
    return turn["topic"], turn["outcome"]


def _turn(turn: Answer) -> str:
    sure = "" if turn["confidence"] is None else f" ({turn['confidence']:.2f})"
    return f"{turn['topic'] or ''} {turn['outcome']}{sure}".strip()
