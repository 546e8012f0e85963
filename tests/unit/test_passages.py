"""What of an article answers a question that follows its answer, and what such a question means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.article_file import read_article
from bot.knowledge.context import joined, weigh
from bot.knowledge.model import IF_THAT_FAILS, Article
from bot.knowledge.passages import fitting, passages_of
from bot.settings import ROOT


def article(topic: str) -> Article:
    return read_article(ROOT / "data" / "topics" / topic / "article.md")


def test_an_article_falls_into_sentences_and_items() -> None:
    found = passages_of(article("mfa"))
    assert found[0].text == (
        "The code comes from an authenticator app or from your list of backup codes."
    )
    assert [p.heading for p in found[:4]] == ["", "", "", ""]
    assert "PACER does not text it." in [p.text for p in found]
    texts = {p.text: p.heading for p in found}
    assert texts["Set-up e-mail missing: look in junk mail."] == IF_THAT_FAILS
    assert not any(p.text.startswith(("- ", "1. ")) for p in found)


@pytest.mark.parametrize(
    "folder", sorted((ROOT / "data" / "topics").iterdir()), ids=lambda f: f.name
)
def test_no_word_of_an_article_is_lost(folder: object) -> None:
    whole = article(getattr(folder, "name", ""))
    found = [passage.text for passage in passages_of(whole)]
    told = [whole.short_answer, *whole.sections.values()]
    assert words_of(found) == words_of(told)


def words_of(texts: list[str]) -> list[str]:
    """Sorted, without the signs that begin an item."""
    signs = {"-", *(f"{number}." for number in range(1, 20))}
    return sorted(word for text in texts for word in text.split() if word not in signs)


def test_plain_words_hold_no_markdown() -> None:
    plain = {p.plain for p in passages_of(article("link_trouble"))}
    assert "Or ask in a Zoom help session." in plain
    assert not any(sign in text for text in plain for sign in ("**", "](", "{"))


def test_the_best_comes_first_and_what_fits_badly_stays_out() -> None:
    passages = passages_of(article("mfa"))
    likeness = [0.1] * len(passages)
    likeness[3], likeness[5], likeness[6], likeness[7], likeness[8] = 0.5, 0.7, 0.41, 0.6, 0.55
    found = fitting(passages, likeness, "xyzzy")
    assert [fit.passage for fit in found] == [passages[5], passages[7], passages[8]]
    assert fitting(passages, [0.29] * len(passages), "xyzzy") == ()
    assert len(fitting(passages, [0.3] * len(passages), "xyzzy")) == 3


@pytest.mark.parametrize(
    ("topic", "text", "says"),
    [
        ("update_contact_info", "add my secretary too", "Assistants"),
        ("firm_admin_account", "he is leaving us", "To remove somebody who left"),
        ("mfa", "never got email", "Set-up e-mail missing"),
        ("pdf_requirements", "colored exhibits", "Use color only"),
    ],
)
def test_what_the_article_calls_it_counts_as_the_filers_word(
    topic: str, text: str, says: str
) -> None:
    passages = passages_of(article(topic))
    found = fitting(passages, [0.3] * len(passages), text)
    assert any(says in fit.passage.text for fit in found)


def test_a_rare_word_that_both_hold_counts() -> None:
    passages = passages_of(article("mfa"))
    [first, *_] = fitting(passages, [0.3] * len(passages), "what about a smartphone")
    assert "smartphone" in first.passage.text


@given(st.text())
def test_any_text_can_be_compared(text: str) -> None:
    passages = passages_of(article("mfa"))
    assert fitting(passages, [0.0] * len(passages), text) == ()


def test_few_words_mean_what_the_conversation_is_about() -> None:
    own = {"pdf_fix": 0.5, "link_trouble": 0.1}
    after = {"link_trouble": 0.97, "link_accounts": 0.02}
    ranking = weigh(own, after, "link_trouble", 0.4)
    assert ranking[0][0] == "link_trouble"
    assert sum(share for _, share in ranking) == pytest.approx(1.0)


def test_a_new_question_counts_as_one() -> None:
    own = {"zoom_help_session": 0.99}
    after = {"link_trouble": 0.9, "zoom_help_session": 0.09}
    assert weigh(own, after, "link_trouble", 0.2)[0][0] == "zoom_help_session"


def test_a_passage_that_fits_speaks_for_the_last_answer() -> None:
    own, after = {"pacer_fees": 0.5, "link_trouble": 0.2}, {"link_trouble": 0.4, "pacer_fees": 0.3}
    assert weigh(own, after, "link_trouble", 0.2)[0][0] == "pacer_fees"
    assert weigh(own, after, "link_trouble", 1.0)[0][0] == "link_trouble"


@pytest.mark.parametrize("before", ["it won't link", "it won't link?", "it won't link..."])
def test_question_and_message_are_two_sentences(before: str) -> None:
    assert joined(before, "still greyed out") == "it won't link. still greyed out"
