"""The rules, stories, responses, forms and slots that ``data/`` declares, for testers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.testing.data_files import DataFileError, read_data_file, read_data_files

ANY_LOOP = "*"
"""Of a rule that asks for no form to be open or closed."""


@dataclass(frozen=True)
class Flow:
    """A rule or a story: ``steps`` are ``intent NAME`` and ``action NAME`` in order; ``loop`` the
    form that must be open before, None for no form, ``*`` for either."""

    kind: str
    name: str
    file: str
    steps: tuple[str, ...]
    loop: str | None = ANY_LOOP

    @property
    def intent(self) -> str | None:
        """The intent that begins it, if one does."""
        first = self.steps[0] if self.steps else ""
        return first.removeprefix("intent ") if first.startswith("intent ") else None


@dataclass(frozen=True)
class Flows:
    """All that ``data/`` and ``domain.yml`` declare beside examples."""

    flows: tuple[Flow, ...]
    responses: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]]
    slots: frozenset[str]

    def decided(self, intent: str | None, actions: Sequence[str], loop: str | None) -> list[Flow]:
        """The rules that decided a turn: begun by ``intent`` with the form ``loop`` open, and
        followed by ``actions``."""
        return [
            flow
            for flow in self.flows
            if flow.kind == "rule"
            and flow.loop in {ANY_LOOP, loop}
            and flow.intent in {None, intent}
            and _in_order([s for s in flow.steps if s.startswith("action ")], actions)
        ]


def _in_order(steps: Sequence[str], actions: Sequence[str]) -> bool:
    left = iter(actions)
    return all(step.removeprefix("action ") in left for step in steps)


def read_flows(data_dir: Path, domain: Path) -> Flows:
    """Read every YAML file under ``data_dir`` and the domain.

    Raises:
        DataFileError: one is no YAML, or an entry has not the shape that Rasa needs.
    """
    flows: list[Flow] = []
    responses: dict[str, tuple[str, ...]] = {}
    forms: dict[str, tuple[str, ...]] = {}
    slots: set[str] = {"requested_slot"}
    for file, content in ((domain, read_data_file(domain)), *read_data_files(data_dir)):
        name = str(file.relative_to(data_dir.parent)) if file != domain else file.name
        try:
            flows += _flows_of(content, name)
            slots |= set(content.get("slots") or ())
            for form, entry in (content.get("forms") or {}).items():
                forms[form] = tuple((entry or {}).get("required_slots") or ())
            for response, variants in (content.get("responses") or {}).items():
                responses[response] = tuple(str(v.get("text", "")) for v in variants)
        except (AttributeError, KeyError, TypeError) as error:
            raise DataFileError(
                f"{file}: an entry has not the shape that Rasa needs: helpdesk train says which."
            ) from error
    return Flows(tuple(flows), responses, forms, frozenset(slots))


def _flows_of(content: Mapping[str, Any], file: str) -> Iterator[Flow]:
    for key, kind in (("rules", "rule"), ("stories", "story")):
        for entry in content.get(key) or ():
            loop: Any = ANY_LOOP
            for condition in entry.get("condition") or ():
                if isinstance(condition, dict) and "active_loop" in condition:
                    loop = condition["active_loop"]
            steps = [
                f"{word} {step[word]}"
                for step in entry["steps"]
                for word in ("intent", "action")
                if isinstance(step, dict) and word in step
            ]
            yield Flow(kind, str(entry.get(kind)), file, tuple(steps), loop)
