"""How scripts are read, what their mistakes are called, and what is read out of Rasa's events."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import start_conversation
from bot.court import load_court
from bot.db.engine import make_engine
from bot.db.tables import metadata
from bot.settings import ROOT
from bot.testing.private_copy import write_court
from bot.testing.rehearsal import with_court_values, write_courts
from bot.testing.script_files import find_scripts, read_scripts
from bot.testing.scripts import (
    SOMETHING,
    BotStep,
    Known,
    Script,
    ScriptError,
    UserStep,
    refuse_private,
)
from bot.testing.talk import check
from bot.testing.tracker import TrackerReader

KNOWN = Known(frozenset({"mfa"}), frozenset({"utter_greet"}), frozenset({"topic", "came_from"}))


def _script(folder: Path, slots: str) -> Path:
    file = folder / "script.yml"
    file.write_text(
        f"test_cases:\n- test_case: one\n  steps:\n  - user: hello\n  - bot: {{}}\n"
        f"  - slot_was_set: {slots}\n",
        encoding="utf-8",
    )
    return file


def _slots(folder: Path, slots: str) -> dict[str, object]:
    step = read_scripts(_script(folder, slots), KNOWN)[0].steps[-1]
    assert isinstance(step, BotStep)
    return step.slots


def test_two_buttons_of_one_title_are_wrong_in_every_reply(tmp_path: Path) -> None:
    step = read_scripts(_script(tmp_path, "[topic]"), KNOWN)[0].steps[1]
    assert isinstance(step, BotStep)
    choices = [{"id": "a", "title": "Go on"}, {"id": "b", "title": "Go on"}]
    assert check(step, {"text": "x", "choices": choices}, {}) == (
        "no two choices of one title",
        "choices ['Go on', 'Go on']",
    )
    assert check(step, {"text": "x", "choices": choices[:1]}, {}) is None


def test_slots_are_named_with_or_without_value(tmp_path: Path) -> None:
    assert _slots(tmp_path, "[topic: mfa, came_from: null]") == {"topic": "mfa", "came_from": None}
    assert _slots(tmp_path, "{topic: mfa}") == {"topic": "mfa"}
    assert _slots(tmp_path, "[topic]") == {"topic": SOMETHING}


def test_what_is_no_slot_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"script\.yml:6: slot_was_set lists slots"):
        _slots(tmp_path, "[1]")


def test_a_foreign_help_desk_does_not_show_slots(tmp_path: Path) -> None:
    scripts = read_scripts(_script(tmp_path, "[topic: mfa]"), KNOWN)
    with pytest.raises(ScriptError, match="slot_was_set needs a private copy"):
        refuse_private(scripts)
    refuse_private(read_scripts(_script(tmp_path, "[]"), KNOWN))


def test_the_newest_event_of_the_conversation_counts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'helpdesk.db'}"
    engine = make_engine(url)
    metadata.create_all(engine)
    conversation, token = start_conversation(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
                "action_name TEXT, data TEXT)"
            )
        )
        for sender, kind, name, value in [
            (conversation.sender_id, "slot", "topic", "mfa"),
            (conversation.sender_id, "slot", "topic", "pacer_fees"),
            (conversation.sender_id, "slot", "came_from", None),
            (conversation.sender_id, "action", "topic", "no slot"),
            ("somebody else", "slot", "topic", "account_type"),
        ]:
            connection.execute(
                sa.text(
                    "INSERT INTO events (sender_id, type_name, action_name, data) "
                    "VALUES (:sender, :kind, :name, :data)"
                ),
                {
                    "sender": sender,
                    "kind": kind,
                    "name": name,
                    "data": json.dumps({"event": kind, "name": name, "value": value}),
                },
            )
    engine.dispose()
    slots = TrackerReader(url)
    assert slots.value(token, "topic") == "pacer_fees"
    assert slots.value(token, "came_from") is None
    assert slots.value(token, "never_set") is None
    with pytest.raises(LookupError):
        slots.value("another token", "topic")
    slots.close()


def _written(folder: Path, text: str) -> list[Script]:
    (folder / "script.yml").write_text(text, encoding="utf-8")
    return find_scripts([folder], KNOWN)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("clok: 1\ntest_cases: [{test_case: a, steps: [user: hi]}]", "1: unknown key 'clok'; did"),
        ("test_cases: [{test_case: a, steps: [user: hi]", "1: not valid YAML"),
        ("test_cases: []", "1: the file must hold test_cases"),
        ("test_cases:\n- steps: [user: hi]", "2: each case needs test_case: NAME"),
        ("test_cases:\n- test_case: a\n  steps: hello", "2: each case needs"),
        (
            "test_cases:\n- test_case: a\n  steps: [bot: {}]",
            "2: the first step must be a user step",
        ),
        (
            "test_cases:\n- test_case: a\n  steps:\n  - user: hi\n  - boot: x",
            "5: unknown key 'boot'",
        ),
        ("test_cases:\n- test_case: a\n  steps:\n  - user: hi\n    user: ho", "4: .*a key twice"),
        ("test_cases:\n- test_case: a\n  steps:\n  - upload: no.pdf", "4: there is no file no.pdf"),
        ("test_cases:\n- test_case: a\n  steps:\n  - choose: [1]", "4: choose: .* is no text"),
        (
            "test_cases:\n- test_case: a\n  steps:\n  - user: {choos: x}",
            "4: .*'choos' is none of them; did you mean choose",
        ),
        (
            "test_cases:\n- test_case: a\n  steps:\n  - user: hi\n    fault: fire",
            "4: 'fire' is no fault",
        ),
        ("test_cases:\n- test_case: a\n  clock: soon\n  steps: [user: hi]", "2: clock looks like"),
        ("test_cases:\n- test_case: a\n  court: x\n  steps: [user: hi]", "2: court holds sections"),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, bot: {topic: mfaa}]",
            "3: .*did you mean mfa",
        ),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, bot: {outcome: ok}]",
            "3: 'ok' is no outcome: answered, asked, checked",
        ),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, utter: utter_x]",
            "3: 'utter_x' is no resp",
        ),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, bot: {choices: {a: b}}]",
            "3: choices is a",
        ),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, bot: {contains: yes}]",
            "3: contains is a",
        ),
        (
            "test_cases:\n- test_case: a\n  steps: [user: hi, slot_was_set: [x]]",
            "3: 'x' is no slot",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, mistake: str) -> None:
    with pytest.raises(ScriptError, match=rf"script\.yml:{mistake}"):
        _written(tmp_path, text)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = "test_cases:\n- test_case: a\n  steps: [user: hi, bot: {topic: x, outcome: y}]"
    with pytest.raises(ScriptError) as caught:
        _written(tmp_path, text)
    assert len(str(caught.value).splitlines()) == 2


def test_clock_and_court_hold_for_the_file_or_for_one_case(tmp_path: Path) -> None:
    first, second = _written(
        tmp_path,
        'clock: "2026-12-24 16:55"\ncourt: {clerk: {hours: null}}\ntest_cases:\n'
        "- {test_case: a, steps: [user: hi]}\n"
        '- {test_case: b, clock: "2027-01-04 09:00", court: {}, steps: [user: hi]}\n',
    )
    assert (str(first.clock), first.court) == ("2026-12-24 16:55:00", {"clerk": {"hours": None}})
    assert (str(second.clock), second.court) == ("2027-01-04 09:00:00", {})


def test_a_fault_belongs_to_the_step_that_it_stands_beside(tmp_path: Path) -> None:
    text = (
        "test_cases:\n- test_case: a\n  steps:\n"
        "  - user: hi\n    fault: action_server_down\n  - user: hi\n"
    )
    (script,) = _written(tmp_path, text)
    steps = [step for step in script.steps if isinstance(step, UserStep)]
    assert [step.fault for step in steps] == ["action_server_down", None]
    with pytest.raises(ScriptError, match="fault needs a private copy"):
        refuse_private([script])


def test_mistakes_stand_in_the_order_of_lines_and_a_file_s_neighbour_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "motion.pdf").touch()
    file = tmp_path / "a.yml"
    file.write_text(
        "test_cases:\n- test_case: a\n  steps:\n  - bot: {topic: x}\n"
        "  - user: {upload: moton.pdf}\n"
    )
    with pytest.raises(ScriptError) as caught:
        read_scripts(file, KNOWN)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "4", "5"]
    assert "did you mean motion.pdf?" in lines[-1]


def test_a_court_that_states_more_than_a_script_knows_of_plays_it_too(tmp_path: Path) -> None:
    stated = {"page": "https://court.example", "checked_on": "2026-11-23"}
    base, file = tmp_path / "court.yml", tmp_path / "changed.yml"
    write_court(
        ROOT / "tests" / "unit" / "sample_court.yml",
        {"pdf": {"dpi": 300, "sources": {"dpi": stated}}},
        base,
    )
    write_court(base, {"pdf": {"size_limit_mb": 1, "sources": {"size_limit_mb": stated}}}, file)
    changed = load_court(file)
    assert (changed.pdf.dpi, changed.pdf.size_limit_mb) == (300, 1)
    assert {"dpi", "size_limit_mb", "release"} <= set(changed.pdf.sources)


def test_what_a_script_expects_is_the_value_of_the_court_that_it_is_played_with(
    tmp_path: Path,
) -> None:
    base = ROOT / "tests" / "unit" / "sample_court.yml"
    file = tmp_path / "script.yml"
    file.write_text(
        "test_cases:\n- test_case: a\n  steps:\n  - user: call {clerk_phones}\n"
        '  - bot: {contains: ["{clerk_phones}", "{request_code}", "{nobody}"], link: "{website}"}\n'
        '  - user: {choose: "Today ({time_zone})"}\n  - bot: {not_contains: ["{court}"]}\n'
        "- test_case: b\n  court: {court: {time_zone: America/Denver}}\n  steps:\n  - user: hi\n"
        '  - bot: {choices: ["at 9 ({time_zone})"]}\n',
        encoding="utf-8",
    )
    scripts = find_scripts([file], KNOWN)
    courts = write_courts(scripts, base, tmp_path)
    court = load_court(base)
    first, second = with_court_values(scripts, courts, base)
    said, expected, chosen, last = first.steps
    assert isinstance(said, UserStep)
    assert isinstance(expected, BotStep)
    assert isinstance(chosen, UserStep)
    assert isinstance(last, BotStep)
    # what a filer types is theirs
    assert said.text == "call {clerk_phones}"
    assert expected.contains == (court.phones_text, "{request_code}", "{nobody}")
    assert expected.link == court.links["website"]
    assert chosen.choose == "Today (Eastern Time)"
    assert last.not_contains == (court.name,)
    other = second.steps[1]
    assert isinstance(other, BotStep)
    assert other.choices == ("at 9 (Mountain Time)",)
