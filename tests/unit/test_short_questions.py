"""A few words after an answer: which of its parts they ask for, and what they leave alone."""

import pytest

from bot.assistant.normalize import normalize
from bot.knowledge.short_questions import Aspect, asks_about, leads_to, sentences_on, still_fails


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("ok and then?", Aspect.HOW),
        ("Where is that?", Aspect.HOW),
        ("where\N{RIGHT SINGLE QUOTATION MARK}s that", Aspect.HOW),
        ("how long does it take", Aspect.DURATION),
        ("and is it free?", Aspect.COST),
        ("what does that cost", Aspect.COST),
        ("when was that", Aspect.WHEN),
        ("It says invalid.", Aspect.FAILED),
        ("what if it stays down", Aspect.FAILED),
    ],
)
def test_few_words_ask_for_a_part_of_the_answer(text: str, aspect: Aspect) -> None:
    assert asks_about(text) is aspect


@pytest.mark.parametrize(
    "text",
    [
        "where is the clerk's office",
        "how long does the court take to approve my request",
        "is PACER free",
        "when is my hearing",
        "it says my account is legacy",
        "it says invalid login on the PACER page since this morning",
        "how do I upgrade it",
        "",
    ],
)
def test_a_question_with_a_subject_is_left_to_the_classifier(text: str) -> None:
    assert asks_about(text) is None


def test_sentences_that_say_how_long() -> None:
    text = "It is free. With a card it works at once; without one, wait 7 to 10 business days."
    assert sentences_on(Aspect.COST, text) == ("It is free.",)
    assert len(sentences_on(Aspect.DURATION, text)) == 2
    assert sentences_on(Aspect.WHEN, text) == ()


def test_only_the_same_trouble_again_is_a_failure() -> None:
    assert still_fails("still no menu", "link_trouble", "link_trouble")
    assert still_fails("it still gets refused", "pdf_fix", "pdf_rejected")
    assert not still_fails("no menu", "link_trouble", "link_trouble")
    assert not still_fails("still no menu", "pacer_fees", "link_trouble")
    assert not still_fails("still no menu", None, "link_trouble")


def test_staff_are_asked_about_only_after_answers_on_accounts() -> None:
    assert leads_to("what about my secretary", "shared_account") == "limited_user_or_trustee"
    assert leads_to("what about my secretary", "pdf_fix") is None
    assert leads_to("and my secretary wants to know the fee", "shared_account") is None


def test_sizes_and_misspelled_upgrades_are_read_as_one() -> None:
    assert normalize("got 46mb of it") == normalize("got 46 megabytes of it") == "got 46 MB of it"
    assert normalize("upgrde my legasy login") == "upgrade my Legacy login"
