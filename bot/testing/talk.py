"""``helpdesk talk``: play conversation scripts against a running help desk."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from bot.testing.client import Filer, HelpDeskUnreachableError
from bot.testing.scripts import SOMETHING, BotStep, Script, UserStep
from bot.testing.slots import SlotReader

_REQUEST_CODE = "{request_code}"


@dataclass(frozen=True)
class Played:
    """How a script went; ``failed_at`` is the line of the first wrong step."""

    file: str
    name: str
    passed: bool
    failed_at: int | None = None
    expected: str | None = None
    got: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As one JSON line."""
        return {
            "file": self.file,
            "name": self.name,
            "passed": self.passed,
            "failed_at": self.failed_at,
            "expected": self.expected,
            "got": self.got,
        }


def play_all(
    url: str,
    scripts: Sequence[Script],
    responses: dict[str, list[str]],
    workers: int = 2,
    slots: SlotReader | None = None,
) -> Iterator[Played]:
    """Play each script in a conversation of its own, a few at a time; results in order."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda script: play(url, script, responses, slots), scripts)


def play(
    url: str,
    script: Script,
    responses: dict[str, list[str]],
    slots: SlotReader | None = None,
) -> Played:
    """Play one script until its first wrong step."""
    reply: dict[str, Any] = {}
    code = before = ""  # of the help request made last, and of the one before this reply
    with Filer(url) as filer:
        for step in script.steps:
            if isinstance(step, UserStep):
                try:
                    reply = _do(filer, step, code)
                except (LookupError, HelpDeskUnreachableError) as error:
                    return _wrong(script, step.line, _deed(step), str(error))
                before, code = code, reply.get("request_code", code)
                continue
            problem = check(step, reply, responses, before or code)
            problem = problem or _check_slots(step, filer, slots)
            if problem:
                return _wrong(script, step.line, *problem)
    return Played(str(script.file), script.name, True)


def _do(filer: Filer, step: UserStep, code: str) -> dict[str, Any]:
    if step.upload is not None:
        return filer.upload(step.upload)
    if step.choose is not None:
        return filer.choose(step.choose)
    return filer.say((step.text or "").replace(_REQUEST_CODE, code))


def _check_slots(step: BotStep, filer: Filer, slots: SlotReader | None) -> tuple[str, str] | None:
    for name, expected in step.slots.items():
        if slots is None or filer.token is None:
            return f"slot {name}", "slots can only be seen in a private copy"
        value = slots.value(filer.token, name)
        if expected is SOMETHING and value is None:
            return f"slot {name} set", "nothing"
        if expected is not SOMETHING and value != expected:
            return f"slot {name} {expected!r}", f"{value!r}"
    return None


def _deed(step: UserStep) -> str:
    return (
        f"upload {step.upload}"
        if step.upload
        else f"choose {step.choose!r}"
        if step.choose
        else "a reply"
    )


def check(
    step: BotStep, reply: dict[str, Any], responses: dict[str, list[str]], code: str = ""
) -> tuple[str, str] | None:
    """(expected, got) of the first expectation that the reply does not meet, or None."""
    text = str(reply.get("text", ""))
    if not text:
        return "some reply", "no text"
    titles = [choice["title"] for choice in reply.get("choices", ())]
    links = [source["url"] for source in reply.get("sources", ())]
    if step.topic is not None and reply.get("topic") != step.topic:
        return (
            f"topic {step.topic}",
            f"topic {reply.get('topic')}, outcome {reply.get('outcome')}: {text[:160]}",
        )
    if step.outcome is not None and reply.get("outcome") != step.outcome:
        return f"outcome {step.outcome}", f"outcome {reply.get('outcome')}: {text[:160]}"
    if step.text is not None and _plain(step.text) not in _plain(text):
        return f"text {step.text!r}", text[:300]
    if step.utter is not None and not any(
        _plain(t) in _plain(text) for t in responses.get(step.utter, ())
    ):
        return f"response {step.utter}", text[:300]
    for part in step.contains:
        if _plain(part.replace(_REQUEST_CODE, code)) not in _plain(text):
            return f"text with {part!r}", text[:300]
    for part in step.not_contains:
        if _plain(part) in _plain(text):
            return f"text without {part!r}", text[:300]
    for title in step.choices:
        if title not in titles:
            return f"choice {title!r}", f"choices {titles}"
    if step.link is not None and step.link not in text and step.link not in links:
        return f"link {step.link}", f"{text[:200]} {links}"
    return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _wrong(script: Script, line: int, expected: str, got: str) -> Played:
    return Played(str(script.file), script.name, False, line, expected, got)


def read_responses(data_dir: Path) -> dict[str, list[str]]:
    """Texts of the domain responses that flow files declare, by name, for ``utter:`` steps."""
    found: dict[str, list[str]] = {}
    for file in sorted((data_dir / "flows").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for name, variants in (content.get("responses") or {}).items():
            found[name] = [str(variant["text"]) for variant in variants]
    return found


def write_junit(path: Path, played: Sequence[Played]) -> None:
    """The results in JUnit's XML."""
    failures = sum(not p.passed for p in played)
    suite = ElementTree.Element(
        "testsuite", name="helpdesk talk", tests=str(len(played)), failures=str(failures)
    )
    for p in played:
        case = ElementTree.SubElement(suite, "testcase", classname=p.file, name=p.name)
        if not p.passed:
            failure = ElementTree.SubElement(case, "failure", message=f"line {p.failed_at}")
            failure.text = f"expected {p.expected}\ngot {p.got}"
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
