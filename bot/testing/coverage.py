"""``helpdesk coverage``: what no script exercises, seen from what really ran: replies, Rasa's
events, reports on files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.knowledge.model import Article
from bot.outcomes import OUTCOMES
from bot.pdfcheck.rules import RULES
from bot.testing.flows import Flow, Flows
from bot.testing.talk import Played, Said
from bot.testing.tracker import TrackedTurn

TOPIC = "topic"
FOLLOW_UP = "follow-up"
RULE = "rule"
STORY = "story"
FORM = "form branch"
RESPONSE = "response"
OUTCOME = "outcome"
PDF = "PDF rule"
KINDS: Mapping[str, str] = {
    TOPIC: "topics answered",
    FOLLOW_UP: "buttons of articles pressed",
    RULE: "rules that decided a turn",
    STORY: "stories told to the end",
    FORM: "branches of forms taken",
    RESPONSE: "responses said",
    OUTCOME: "outcomes of turns",
    PDF: "PDF rules that found something",
}
LEAST = 0.95
Item = tuple[str, str]
"""Kind and name of something that a script can exercise."""


@dataclass(frozen=True)
class Coverage:
    """How often each item was exercised, in the order in which they are declared."""

    times: Mapping[Item, int]

    @property
    def share(self) -> float:
        """Of all items, those exercised at all; 1 when there are none."""
        return _share(self.times.values())

    def share_of(self, kind: str) -> float:
        """The same for one kind."""
        return _share(n for (of, _), n in self.times.items() if of == kind)

    def missing(self, kind: str) -> list[str]:
        """Names of what no script exercises."""
        return [name for (of, name), n in self.times.items() if of == kind and not n]

    def counts(self, kind: str) -> tuple[int, int]:
        """(exercised, all) of a kind."""
        all_of = [n for (of, _), n in self.times.items() if of == kind]
        return sum(1 for n in all_of if n), len(all_of)

    def to_lines(self) -> Iterator[dict[str, Any]]:
        """As JSON lines: one an item, then the summary."""
        for (kind, name), n in self.times.items():
            yield {"kind": kind, "name": name, "times": n}
        exercised = sum(1 for n in self.times.values() if n)
        shares = {kind: self.share_of(kind) for kind in KINDS if self.counts(kind)[1]}
        yield {"items": len(self.times), "exercised": exercised, "share": self.share, **shares}


def _share(times: Iterable[int]) -> float:
    exercised = [n > 0 for n in times]
    return round(sum(exercised) / len(exercised), 4) if exercised else 1.0


def measure(played: Sequence[Played], flows: Flows, articles: Sequence[Article]) -> Coverage:
    """Count what the scripts exercised; they were played in a private copy."""
    times: Counter[Item] = Counter()
    for one in played:
        times.update(_of_replies(one.turns))
        times.update(_of_turns(one.tracked, flows))
        times.update((PDF, rule) for rule in one.rules_broken)
    return Coverage({item: times[item] for item in _all(flows, articles)})


def _all(flows: Flows, articles: Sequence[Article]) -> Iterator[Item]:
    yield from ((TOPIC, article.topic) for article in articles)
    for article in articles:
        yield from ((FOLLOW_UP, f"{article.topic} > {topic}") for topic in article.next_topics)
    yield from ((RULE if flow.kind == "rule" else STORY, flow.name) for flow in flows.flows)
    for form, slots in flows.forms.items():
        yield from ((FORM, f"{form}: {end}") for end in ("begun", "completed", "cancelled"))
        for slot in slots:
            branches = ["answered", "asked again", "interrupted"]
            branches += ["changed later"] if slot != slots[-1] else []
            yield from ((FORM, f"{slot} {branch}") for branch in branches)
    yield from ((RESPONSE, name) for name in flows.responses)
    yield from ((OUTCOME, outcome) for outcome in OUTCOMES)
    yield from ((PDF, rule) for rule in RULES)


def _of_replies(turns: Sequence[Said]) -> Iterator[Item]:
    before: Mapping[str, Any] = {}
    for turn in turns:
        yield OUTCOME, str(turn.reply.get("outcome"))
        yield TOPIC, str(turn.reply.get("topic"))
        for choice in before.get("choices", ()):
            if turn.deed == f"choose {choice['title']!r}":
                yield FOLLOW_UP, f"{before.get('topic')} > {choice['id']}"
        before = turn.reply


def _of_turns(turns: Sequence[TrackedTurn], flows: Flows) -> Iterator[Item]:
    for turn in turns:
        decided = flows.decided(turn.intent, turn.actions, turn.loop)
        yield from ((RULE, flow.name) for flow in decided)
        yield from ((RESPONSE, name) for name in turn.actions if name in flows.responses)
        yield from ((FORM, branch) for branch in _branches(turn, flows.forms))
    told = [step for turn in turns for step in _steps(turn)]
    yield from ((STORY, f.name) for f in flows.flows if f.kind == "story" and _told(f, told))


def _branches(turn: TrackedTurn, forms: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if turn.loop is None:
        yield from (f"{form}: begun" for form in forms if turn.loop_after == form)
        return
    if turn.loop_after is None:
        cancelled = "action_deactivate_loop" in turn.actions
        yield f"{turn.loop}: {'cancelled' if cancelled else 'completed'}"
        yield f"{turn.asked} {'interrupted' if cancelled else 'answered'}"
        return
    emptied = {s for s, value in turn.slots.items() if value is None and s != "requested_slot"}
    of_form = set(forms.get(turn.loop, ()))
    changed = (emptied & of_form) - {turn.asked}
    yield from (f"{slot} changed later" for slot in changed)
    if turn.asked in emptied and not changed:
        yield f"{turn.asked} asked again"
    elif turn.slots.get(turn.asked or "") is not None:
        yield f"{turn.asked} answered"
    elif not changed:
        yield f"{turn.asked} interrupted"


def _steps(turn: TrackedTurn) -> list[str]:
    return [f"intent {turn.intent}", *(f"action {name}" for name in turn.actions)]


def _told(story: Flow, told: Sequence[str]) -> bool:
    left = iter(told)
    return all(step in left for step in story.steps)


def text_of(coverage: Coverage) -> str:
    """For people: a line a kind, below it what is missing."""
    lines = []
    for kind, words in KINDS.items():
        exercised, of = coverage.counts(kind)
        if of:
            lines.append(f"{exercised:4} of {of:<4} {words}")
            lines += [f"             none: {name}" for name in coverage.missing(kind)]
    return "\n".join([*lines, f"{coverage.share:.1%} of {len(coverage.times)} are exercised"])
