"""Short words after an answer: which login was meant, which program, how near the deadline is."""

import pytest

from bot.knowledge.corrections import corrected_login
from bot.knowledge.plain_words import deadline_is_near
from bot.knowledge.programs import program_asked_for

PACER, COURT = "forgot_pacer_credentials", "forgot_cmecf_password"


@pytest.mark.parametrize(
    ("text", "topic", "meant"),
    [
        ("no its the court one not pacer", PACER, COURT),
        ("no, I meant my PACER password", COURT, PACER),
        ("not pacer", PACER, COURT),
        ("wrong one, the cm/ecf login", PACER, COURT),
        ("actually the court's", PACER, COURT),
        ("sorry, I mean for pacer, not the court", COURT, PACER),
        ("the other one", PACER, COURT),
        ("no the other login please", COURT, PACER),
        ("and the court one?", PACER, COURT),
        ("what about my pacer password", COURT, PACER),
        ("y el de la corte", PACER, COURT),
        ("y el de pacer", COURT, PACER),
        ("¿y la contraseña del tribunal?", PACER, COURT),
        ("no, me refiero a la de PACER", COURT, PACER),
        ("I\N{RIGHT SINGLE QUOTATION MARK}m talking about ECF, not PACER", PACER, COURT),
    ],
)
def test_a_correction_names_the_other_login(text: str, topic: str, meant: str) -> None:
    assert corrected_login(text, topic) == meant


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("no, I meant my PACER bill", PACER),  # a question of its own
        ("no luck with pacer", PACER),
        ("the court one", PACER),  # corrects nothing: it may be a new question
        ("no its the court one not pacer", "link_accounts"),
        ("not pacer and not the court", PACER),
        ("and what does pacer cost", COURT),
        ("y el de pacer", "pdf_fix"),
        ("y el de mi socio", COURT),
        ("and the court is open today?", PACER),
        ("no", PACER),
        ("", PACER),
    ],
)
def test_no_correction(text: str, topic: str) -> None:
    assert corrected_login(text, topic) is None


def test_a_system_is_enough_where_both_were_offered() -> None:
    assert corrected_login("the court one", None, offered=True) == COURT
    assert corrected_login("pacer", None, offered=True) == PACER
    assert corrected_login("the filing one", None, offered=True) == COURT
    assert corrected_login("my filing password", None, offered=True) == COURT
    assert corrected_login("la del tribunal", None, offered=True) == COURT
    assert corrected_login("both", None, offered=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "and in word?",
        "how about on a mac",
        "I only have Acrobat",
        "im on a mac",
        "no computer here",
    ],
)
def test_a_program_is_asked_for_after_an_answer_on_pdfs(text: str) -> None:
    assert program_asked_for(text, "pdf_fix")
    assert program_asked_for(text, "link_accounts") is None


@pytest.mark.parametrize("text", ["the word is that pacer is down", "what is a flat file"])
def test_no_program_is_asked_for(text: str) -> None:
    assert program_asked_for(text, "pdf_fix") is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm locked out and I have a filing due tonight",
        "statute runs at midnight and it will not take my pdf, due today",
        "I have 20 minutes left",
        "must file by midnight",
        "deadline is in about an hour, no menus",
    ],
)
def test_a_deadline_is_near(text: str) -> None:
    assert deadline_is_near(text)


@pytest.mark.parametrize(
    "text",
    [
        "where do I sign in today",
        "how long is the deadline to link",
        "due in three weeks, can I still upgrade",
        "the office closes in an hour",
    ],
)
def test_no_deadline_is_near(text: str) -> None:
    assert not deadline_is_near(text)
