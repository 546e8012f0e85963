"""Replies as plain text: what a filer reads in a terminal, or saves as a text file."""

import re

import pytest

from bot.court import CourtProfile
from bot.knowledge.answer import answer
from bot.knowledge.article_file import read_article
from bot.knowledge.seed import topic_folders
from bot.outcomes import plain
from bot.plain_text import plain_text
from bot.settings import Settings


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        (r"form\_with\_script.pdf is **refused**", "form_with_script.pdf is refused"),
        ("[PACER](https://pacer.uscourts.gov/a_b)", "PACER (https://pacer.uscourts.gov/a_b)"),
        ("call [860-240-3675](tel:860-240-3675)", "call 860-240-3675"),
        ("1. Sign in.\n2. Choose *Link*.", "1. Sign in.\n2. Choose *Link*."),
        ("* Sign in.\n  * Choose it.", "- Sign in.\n  - Choose it."),
        ("2 * 3 is 6, \n* not * 5", "2 * 3 is 6, \n- not * 5"),
        ("<https://pacer.uscourts.gov>", "https://pacer.uscourts.gov"),
        ("**[PACER](https://x.example)**", "PACER (https://x.example)"),
        (r"C:\\files \[draft\]", r"C:\files [draft]"),
        ("**" * 5_000 + "[" * 5_000, "**" * 5_000 + "[" * 5_000),
    ],
)
def test_markdown_is_read_as_plain_text(markdown: str, read: str) -> None:
    assert plain_text(markdown) == read


def test_what_a_filer_wrote_stays_as_it_was() -> None:
    for said in (r"C:\temp\new", "2 ** 3 ** 4", "[a](https://x.example)", "<https://x>", "_a_ `b`"):
        assert plain_text(plain(said)) == said


def test_an_address_of_ours_is_whole() -> None:
    link = "[Add it](/requests/AAAAA-BBBBB/help-session.ics)"
    assert plain_text(link, "https://help.example") == (
        "Add it (https://help.example/requests/AAAAA-BBBBB/help-session.ics)"
    )


def test_no_article_shows_a_mark(settings: Settings, court: CourtProfile) -> None:
    articles = [
        read_article(folder / "article.md") for folder in topic_folders(settings.topics_dir)
    ]
    titles = {article.topic: article.choice for article in articles}
    for article in articles:
        text = plain_text(answer(article, court, titles).text)
        assert not re.search(r"\*\*|\\\\|\]\(|^\* ", text, re.MULTILINE), text
