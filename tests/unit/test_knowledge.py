"""Articles in the database: seeding, edits, search and answers, on SQLite and PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot.court import CourtProfile
from bot.knowledge import store
from bot.knowledge.answer import answer, answer_when_it_failed, topic_choices
from bot.knowledge.article_file import read_article
from bot.knowledge.follow_up import step_before
from bot.knowledge.model import Article, ArticleError, article_from_content
from bot.knowledge.search import search
from bot.knowledge.seed import read_articles, seed
from bot.knowledge.versions import NoSuchVersionError
from bot.outcomes import Source

ARTICLE = """---
title: Second factor
choice: My second factor
short_answer: >-
  Open the app at
  {website}.
sources:
  - {title: "MFA of {court_short}", url: "{website}"}
checked_on: 2026-11-23
roles: [attorney]
next_topics: [pdf_fix]
---

## Steps

1. Open the app.

## If that fails

- Call {pacer_phone}.

## Next step

Sign in.
"""
OTHER = ARTICLE.replace("Second factor", "Mend a file").replace("[pdf_fix]", "[]")


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    """A folder with two topics, ``mfa`` and ``pdf_fix``."""
    for topic, text in (("mfa", ARTICLE), ("pdf_fix", OTHER)):
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "topic.yml").write_text("version: '3.1'\n", "utf-8")
        (tmp_path / topic / "article.md").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def seeded(engine: Engine, topics: Path) -> Engine:
    """The engine, with both articles and their index."""
    seed(engine, topics)
    return engine


def write(topics: Path, topic: str, text: str) -> None:
    (topics / topic / "article.md").write_text(text, "utf-8")


def known(engine: Engine, topic: str) -> Article:
    article = store.article_of(engine, topic)
    assert article is not None
    return article


def test_seeding_twice_changes_nothing(engine: Engine, topics: Path) -> None:
    assert seed(engine, topics) == 2
    first = store.all_articles(engine)
    assert seed(engine, topics) == 0
    assert store.all_articles(engine) == first


def test_only_what_changed_is_stored_again(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    write(topics, "mfa", ARTICLE.replace("Open the app.", "Open the other app."))
    assert seed(engine, topics) == 1
    assert "other app" in known(engine, "mfa").sections["Steps"]


def test_one_broken_article_stores_nothing(engine: Engine, topics: Path) -> None:
    write(topics, "pdf_fix", "no front matter")
    with pytest.raises(ArticleError, match="pdf_fix"):
        seed(engine, topics)
    assert store.all_articles(engine) == []


def test_a_next_topic_that_is_none(topics: Path) -> None:
    write(topics, "mfa", ARTICLE.replace("[pdf_fix]", "[nowhere]"))
    with pytest.raises(ArticleError, match=r"mfa.*nowhere"):
        read_articles(topics)


def test_seeding_never_overwrites_an_edit(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    edited = replace(known(engine, "mfa"), short_answer="Ask Kim.")
    store.put_edit(engine, edited, author="Kim", reason="new app")
    write(topics, "mfa", ARTICLE.replace("Open the app.", "Open the third app."))
    assert seed(engine, topics) == 1
    assert known(engine, "mfa") == replace(edited, author="Kim")
    assert {article.topic for article in store.all_articles(engine)} == {"mfa", "pdf_fix"}
    assert store.withdraw_edits(engine, "mfa") == 1
    assert "third app" in known(engine, "mfa").sections["Steps"]
    assert known(engine, "mfa").author is None


def test_the_newest_edit_stands(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    article = known(engine, "mfa")
    for author in ("Kim", "Lou"):
        store.put_edit(engine, replace(article, short_answer=author), author=author, reason="r")
    assert known(engine, "mfa").short_answer == "Lou"
    found = {found.topic: found.short_answer for found in store.all_articles(engine)}
    assert found["mfa"] == "Lou"
    history = store.history_of(engine, "mfa")
    assert history is not None
    assert [version.author for version in history.versions] == ["Lou", "Kim", None]
    assert store.withdraw_edits(engine, "mfa") == 2
    assert store.withdraw_edits(engine, "mfa") == 0


def test_an_edit_of_no_article(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    with pytest.raises(NoSuchVersionError, match="nowhere"):
        store.put_edit(
            engine, replace(known(engine, "mfa"), topic="nowhere"), author="Kim", reason="r"
        )


def test_an_unknown_topic(engine: Engine) -> None:
    assert store.article_of(engine, "nowhere") is None


def test_the_hash_changes_with_the_content_only(topics: Path) -> None:
    article = read_article(topics / "mfa" / "article.md")
    assert store.content_hash(article) == store.content_hash(
        article_from_content(article.to_content())
    )
    for changed in (
        replace(article, title="x"),
        replace(article, short_answer="x"),
        replace(article, sections={**article.sections, "Steps": "x"}),
        replace(article, sources=()),
        replace(article, checked_on="2026-11-24"),
        replace(article, next_topics=()),
    ):
        assert store.content_hash(changed) != store.content_hash(article)


def test_search_finds_by_stem_and_title_first(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    assert [hit.topic for hit in search(engine, "mending files")] == ["pdf_fix"]
    assert search(engine, "the second FACTORS?")[0].topic == "mfa"
    hits = search(engine, "open the app, mend")
    assert hits[0].topic == "pdf_fix"
    assert hits == sorted(hits, key=lambda hit: -hit.score)
    assert len(search(engine, "open app sign", limit=1)) == 1
    assert search(engine, "zebra") == []


def test_search_follows_edits(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    article = replace(known(engine, "mfa"), short_answer="Feed the zebra.")
    store.put_edit(engine, article, author="Kim", reason="r")
    assert [hit.topic for hit in search(engine, "zebra")] == ["mfa"]
    store.withdraw_edits(engine, "mfa")
    assert search(engine, "zebra") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "the of and",
        '"',
        "app'",
        'app" OR "x',
        "'; DROP TABLE article_search; --",
        "app AND NOT (sign NEAR/2 in)",
        "title:app",
        "app* ^app -app +app",
        "a & b | !c <-> d:*",
        "\\",
        "app\0sign",
        "\0",
        "\ud800 app",
        "😀",
        "%_",
        "app " * 2500,
        "x" * 10_000,
        "('" * 5000,
        "\U0001d51e\U0001d52d\U0001d52d \uff41\uff50\uff50",
    ],
)
def test_any_query_is_only_words(engine: Engine, topics: Path, query: str) -> None:
    seed(engine, topics)
    assert {hit.topic for hit in search(engine, query)} <= {"mfa", "pdf_fix"}
    assert len(store.all_articles(engine)) == 2


@given(query=st.text(max_size=60))
# the tables need not be empty again for each text
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_searched_without_harm(seeded: Engine, query: str) -> None:
    search(seeded, query)


def test_the_33rd_word_is_not_looked_for(engine: Engine, topics: Path) -> None:
    seed(engine, topics)
    assert search(engine, " ".join(["zebra"] * 31 + ["app"])) != []
    assert search(engine, " ".join(["zebra"] * 32 + ["app"])) == []


def test_an_answer_is_whole(topics: Path, court: CourtProfile) -> None:
    article = read_article(topics / "mfa" / "article.md")
    reply = answer(article, court, {"mfa": "My second factor", "pdf_fix": "Mend a file"})
    website = court.links["website"]
    assert reply.text.startswith(f"Open the app at {website}.")
    assert "1. Open the app." in reply.text
    assert "Good to know" not in reply.text
    assert reply.text.endswith("**Next step:** Sign in.")
    assert (reply.outcome, reply.topic) == ("answered", "mfa")
    assert reply.sources == (Source(f"MFA of {court.short_name}", website, "2026-11-23"),)
    assert [choice.payload for choice in reply.choices] == ["/pdf_fix", "/not_solved"]
    assert [choice.title for choice in reply.choices] == ["Mend a file", "That did not work"]


def test_good_to_know_stands_before_the_next_step(topics: Path, court: CourtProfile) -> None:
    article = read_article(topics / "pdf_fix" / "article.md")
    article = replace(article, sections={**article.sections, "Good to know": "- It is easy."})
    text = answer(article, court, {}).text
    assert text.index("Open the app.") < text.index("It is easy.") < text.index("Sign in.")


@pytest.mark.parametrize("topic", ["legal_advice", "case_information", "out_of_scope"])
def test_what_is_declined_has_no_button_for_a_failed_attempt(
    topics: Path, court: CourtProfile, topic: str
) -> None:
    article = replace(read_article(topics / "pdf_fix" / "article.md"), topic=topic)
    reply = answer(article, court, {})
    assert reply.outcome == "declined"
    assert reply.choices == ()


def test_an_answer_that_failed_leads_to_a_person(topics: Path, court: CourtProfile) -> None:
    reply = answer_when_it_failed(read_article(topics / "mfa" / "article.md"), court)
    assert court.pacer_phone in reply.text
    assert [choice.payload for choice in reply.choices] == ["/contact_human"]


def test_choices_keep_their_order() -> None:
    titles = {"b": "B", "a": "A"}
    assert [choice.title for choice in topic_choices(["b", "a"], titles)] == ["B", "A"]


def test_an_article_is_stale_on_the_day_after_its_last() -> None:
    article = Article("t", "t", "t", "s", {}, (), "2026-01-01", (), ())
    last = date(2026, 1, 1) + timedelta(days=365)
    assert not article.is_stale(last, 365)
    assert article.is_stale(last + timedelta(days=1), 365)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("title: Second factor\n", ""), "title is missing"),
        (lambda text: text.replace("My second factor", '""'), "choice is missing"),
        (
            lambda text: text.replace("2026-11-23", "last week"),
            r"line \d+: checked_on must be a day",
        ),
        (lambda text: text.replace("2026-11-23", "2026-02-30"), r"line \d+: 2026-02-30 is no day"),
        (
            lambda text: text.replace(', url: "{website}"', ""),
            r"line \d+: sources .*url is missing",
        ),
        (
            lambda text: text.replace('"{website}"', '"www.example.gov"'),
            "url must begin with https",
        ),
        (
            lambda text: text.replace(', url: "{website}"', ", link: x"),
            r"line \d+: sources: link is",
        ),
        (lambda text: text.replace("roles: [attorney]", "roles: []"), "roles is missing"),
        (lambda text: text.replace("roles: [attorney]", "roles: attorney"), "roles is a list"),
        (lambda text: text.replace("next_topics", "next_topcs"), "did you mean next_topics"),
        (
            lambda text: text.replace("title: Second", "title: A\ntitle: B"),
            "line 3: title stands here",
        ),
        (
            lambda text: text.replace("title: ", "title: A: "),
            "line 2: a colon stands where none may",
        ),
        (
            lambda text: text.replace("## Steps", "## Steps to take"),
            r"line \d+: Steps to take is no",
        ),
        (lambda text: text.replace("1. Open the app.", ""), "missing: Steps"),
        (lambda text: text.replace("\n## Next", "\nmore\n## Next").replace("Sign in.", ""), "Next"),
        (lambda text: text.replace("---\n\n##", "---\nstray words\n\n##"), "words stand before"),
        (
            lambda text: text.replace("## If that fails", "## Steps"),
            "Steps stands here a second time",
        ),
        (
            lambda text: text.replace("## If that fails", "### If that fails"),
            "missing: If that fails",
        ),
        (lambda text: text.removeprefix("---\n"), "line 1: the front matter stands first"),
        (lambda text: "---\n- a list\n---\n", "line 2: the front matter must hold entries"),
        (lambda text: "---\na: [\n---\n", "line 2: a list or braces begin here"),
        (lambda text: "", "line 1: the front matter stands first"),
    ],
)
def test_each_fault_of_an_article_is_named(
    topics: Path, change: Callable[[str], str], says: str
) -> None:
    write(topics, "mfa", change(ARTICLE))
    with pytest.raises(ArticleError, match=says) as caught:
        read_article(topics / "mfa" / "article.md")
    assert "mfa/article.md" in str(caught.value)


def test_an_article_as_an_editor_on_windows_saves_it(topics: Path) -> None:
    before = read_article(topics / "mfa" / "article.md")
    text = ARTICLE.replace("---\n", "--- \n").replace("\n", "\r\n")
    (topics / "mfa" / "article.md").write_bytes(text.encode("utf-8-sig"))
    assert read_article(topics / "mfa" / "article.md") == before


def test_the_way_back_from_a_step() -> None:
    assert step_before("upgrade_legacy_account", "link_accounts", None) == "link_accounts"
    assert step_before("upgrade_legacy_account", "account_type", "link_accounts") == "link_accounts"
    assert step_before("link_accounts", "link_accounts", None) is None
    assert step_before("mfa", "pdf_fix", None) is None
    assert step_before("mfa", None, None) is None


def test_buttons_say_what_the_newest_standing_edit_says(seeded: Engine) -> None:
    articles = store.all_articles(seeded)
    before = {article.topic: article.choice for article in articles}
    assert store.choices_by_topic(seeded) == before
    for choice in ("First words", "Newer words"):
        edited = replace(articles[0], choice=choice)
        store.put_edit(seeded, edited, author="Kim", reason="clearer")
    assert store.choices_by_topic(seeded) == {**before, articles[0].topic: "Newer words"}
    store.withdraw_edits(seeded, articles[0].topic)
    assert store.choices_by_topic(seeded) == before
