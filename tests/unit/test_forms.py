"""What filers answer to the help request's questions."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.normalize import normalize
from bot.triage import form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Lee", "Ann Lee"),
        ("My name is Ann Lee.", "Ann Lee"),
        ("hi, I'm Ann", "Ann"),
        ("this is   Ann\tLee", "Ann Lee"),
        ("name: Ann Lee", "Ann Lee"),
        ("call me Ann", "Ann"),
        ("It's Ann!", "Ann"),
        ("O'Brien", "O'Brien"),
        ("I\u2019m Ann O\u2019Brien", "Ann O'Brien"),
        ("my name\u2019s Ann", "Ann"),
        ("Jean-Luc d'Arc-Müller", "Jean-Luc d'Arc-Müller"),
        ("José Ñuñez", "José Ñuñez"),
        ("李明", "李明"),
        ("Ng", "Ng"),
        ("Joe Friday", "Joe Friday"),
        ("May Day", "May Day"),
        ("Dr. Martin Luther King, Jr.", "Dr. Martin Luther King, Jr"),
        ("ann lee, paralegal at Smith & Co", "ann lee, paralegal at Smith & Co"),
        ("x" * 80, "x" * 80),
    ],
)
def test_names(text: str, name: str) -> None:
    assert form.read_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " . ",
        "J",
        "12345",
        "😀",
        "why do you ask?",
        "ann@example.com",
        "x" * 81,
        "[Open](https://evil.example)",
        "see https://evil.example",
        "I do not want to tell you that because of privacy",
        "friday noon",
        "tomorrow at 5 p.m.",
        "by the end of the day",
    ],
)
def test_no_names(text: str) -> None:
    assert form.read_name(text) is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("ann@example.com", "ann@example.com"),
        ("Email me: ann.lee+ecf@law.example.co.", "ann.lee+ecf@law.example.co"),
        ("<ann@example.com>", "ann@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("(ann@example.com)", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("+1 (860) 555-0100", "+1 (860) 555-0100"),
        ("860-555-0100", "860-555-0100"),
        ("(860) 555-0100", "(860) 555-0100"),
        ("860.555.0100 ext. 12", "860.555.0100 ext. 12"),
        ("8605550100x12", "8605550100x12"),
        ("+1 860 555 0100", "+1 860 555 0100"),
        ("1-860-555-0100", "1-860-555-0100"),
        ("call 860 555 0100 or ann@example.com", "ann@example.com, 860 555 0100"),
        ("860-555-0100 860-555-0100", "860-555-0100"),
    ],
)
def test_contacts(text: str, contact: str) -> None:
    assert form.read_contact(text) == contact


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call me",
        "ann@",
        "@example.com",
        "ann@example",
        "555-0100",
        "26-20123",
        "8605550100123",
        "a" * 9999,
    ],
)
def test_no_contacts(text: str) -> None:
    assert form.read_contact(text) is None


def test_many_contacts_fit_their_column() -> None:
    many = " ".join(f"person{number}@example.com" for number in range(50))
    assert len(form.read_contact(many) or "") == 200


@pytest.mark.parametrize(
    ("text", "role"),
    [
        *((role, role) for role in form.ROLES),
        ("attorney", "Attorney"),
        ("I AM A LAWYER", "Attorney"),
        ("solo", "Attorney"),
        ("bankruptcy attorney", "Attorney"),
        ("paralegal", "Paralegal or assistant"),
        ("legal assistant", "Paralegal or assistant"),
        ("office manager", "Paralegal or assistant"),
        ("I work for the trustee", "Trustee or trustee's staff"),
        ("chapter 7 trustee", "Trustee or trustee's staff"),
        ("credit union", "Creditor"),
        ("a bank", "Creditor"),
        ("limited filer", "Creditor"),
        ("debtor", "Other"),
    ],
)
def test_roles(text: str, role: str) -> None:
    assert form.read_role(text) == role


def test_no_role() -> None:
    for text in ("  ", "?", "what roles are there?"):
        assert form.read_role(text) is None


def test_details_are_kept_to_three_thousand_characters() -> None:
    assert form.read_details("  It fails.  ") == "It fails."
    assert form.read_details("x" * 3000) == "x" * 3000
    assert form.read_details("x" * 3001) == "x" * 3000


@pytest.mark.parametrize("text", ["", "   ", "...", "😀", "\n"])
def test_no_details(text: str) -> None:
    assert form.read_details(text) is None


@pytest.mark.parametrize("text", ["why?", "how long does it take", "Where are you"])
def test_sounds_like_a_question(text: str) -> None:
    assert form.sounds_like_a_question(text)


@pytest.mark.parametrize(
    "text", ["Ann Lee", "860-555-0100", "one two three four five six seven eight"]
)
def test_does_not_sound_like_a_question(text: str) -> None:
    assert not form.sounds_like_a_question(text)


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert len(form.read_name(text) or "") <= 80
    assert len(form.read_contact(text) or "") <= 200
    assert form.read_role(text) in {None, *form.ROLES}
    form.read_details(text)
    form.sounds_like_a_question(text)


@pytest.mark.parametrize("piece", [" ", ",", ".", "-", " ,", "my ", "is: ", "[a"])
def test_a_long_run_of_anything_is_read_soon(piece: str) -> None:
    run = (piece * 20_000)[:20_000]
    for read in (form.read_name, form.read_new_name, form.read_contact, normalize):
        for text in (f"x{run}x", f"{run}x"):
            begin = time.process_time()
            read(text)
            assert time.process_time() - begin < 0.2, read


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("maria dot lopez at lopezlaw dot com", "maria.lopez@lopezlaw.com"),
        ("its maria.lopez at lopezlaw.com thanks", "maria.lopez@lopezlaw.com"),
        ("ann underscore lee at my dash firm dot org please", "ann_lee@my-firm.org"),
        ("ann (at) example.com or 860-555-0100", "ann@example.com, 860-555-0100"),
        ("call me at lopez dot com", None),
        ("I work at example.com", None),
        ("at the office at noon dot", None),
    ],
)
def test_an_address_that_was_dictated(text: str, contact: str | None) -> None:
    assert form.read_contact(text) == contact


def test_a_new_address_leaves_the_telephone_number_as_it_was() -> None:
    given = "ann@example.com, 860-555-0100"
    assert form.read_new_contact("its lee@example.com", given) == "lee@example.com, 860-555-0100"
    assert form.read_new_contact("860-555-0111", given) == "ann@example.com, 860-555-0111"
    assert form.read_new_contact("yes, ann@example.com", given) is None
    assert form.read_new_contact("no", given) is None


def test_a_role_is_no_name() -> None:
    assert form.read_name("attorney") is None
    assert form.read_name("a creditor") is None
    assert form.read_name("Ann Trustee") == "Ann Trustee"


def test_that_a_name_is_wrong_tells_no_name() -> None:
    assert form.read_new_name("my name is misspelled") is None
    assert form.read_new_name("change my name to Maria L. Lopez") == "Maria L. Lopez"
