"""Editing articles: what a draft must be, old versions, two editors at once, retired articles."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.court import CourtProfile
from bot.knowledge import store
from bot.knowledge.answer import answer
from bot.knowledge.article_file import read_article
from bot.knowledge.compare import ADDED, REMOVED, compare
from bot.knowledge.edit import (
    LONGEST_CHOICE,
    MOST_WORDS,
    Draft,
    article_of_draft,
    draft_of,
    faults,
)
from bot.knowledge.model import Article, ArticleError
from bot.knowledge.search import search
from bot.knowledge.seed import seed
from bot.knowledge.versions import DELIVERED, EditedMeanwhileError, History, NoSuchVersionError
from bot.settings import ROOT

TODAY = date(2026, 11, 25)


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    """A folder with three topics of the court's; the first leads to the second."""
    for topic in ("account_type", "upgrade_legacy_account", "link_accounts"):
        shutil.copytree(ROOT / "data" / "topics" / topic, tmp_path / topic)
        file = tmp_path / topic / "article.md"
        lines = file.read_text("utf-8").splitlines(keepends=True)
        leads = "next_topics: [upgrade_legacy_account]\n" if topic == "account_type" else ""
        kept = [leads if line.startswith("next_topics:") else line for line in lines]
        file.write_text("".join(kept), "utf-8")
    return tmp_path


@pytest.fixture
def seeded(engine: Engine, topics: Path) -> Engine:
    """The database with the three articles."""
    seed(engine, topics)
    return engine


@pytest.fixture
def article() -> Article:
    return read_article(ROOT / "data" / "topics" / "account_type" / "article.md")


def history(engine: Engine, topic: str) -> History:
    found = store.history_of(engine, topic)
    assert found is not None
    return found


def edited(engine: Engine, topic: str, words: str, edition: int | None = None) -> int:
    """Put an edit with another short answer."""
    article = history(engine, topic).standing.article
    changed = replace(article, short_answer=words)
    return store.put_edit(engine, changed, author="Kim", reason="clearer", edition=edition)


def short_answer(engine: Engine, topic: str) -> str:
    found = store.article_of(engine, topic)
    assert found is not None
    return found.short_answer


@pytest.mark.parametrize("topic", sorted(p.name for p in (ROOT / "data" / "topics").iterdir()))
def test_every_delivered_article_can_be_edited_as_it_is(topic: str, court: CourtProfile) -> None:
    article = read_article(ROOT / "data" / "topics" / topic / "article.md")
    draft = Draft({**draft_of(article).fields, "reason": "checked again"})
    assert faults(draft, article, court, today=TODAY, other_choices={}) == []
    assert compare(article, article_of_draft(draft, article)) == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", " \n ", "Title is empty"),
        ("choice", "", "Button's words is empty"),
        ("short_answer", "\0", "Short answer is empty"),
        ("steps", "", "Steps is empty"),
        ("if_that_fails", "", "If that fails is empty"),
        ("next_step", "", "Next step is empty"),
        ("sources", "", "Sources is empty"),
        ("checked_on", "", "Date checked is empty"),
        ("reason", "", "Reason is empty"),
        ("choice", "x" * (LONGEST_CHOICE + 1), "more than 60 characters"),
        ("choice", " another button ", "same words"),
        ("steps", "word " * (MOST_WORDS + 1), "shorten it"),
        ("steps", "Call {clerk_fax}.", "no value {clerk_fax}"),
        ("steps", "Call {Clerk phones}.", "A brace"),
        ("steps", "Look [here](http://example.com).", "must begin with https://"),
        ("steps", "Look [here](javascript:alert(1)).", "must begin with https://"),
        ("steps", "Look [here](data:text/html,x).", "must begin with https://"),
        ("steps", "Look [here](/admin).", "must begin with https://"),
        ("steps", "Look at <ftp://example.com/x>.", "must begin with https://"),
        ("next_step", "Open http://example.com/x now.", "must begin with https://"),
        ("sources", "A page", "title | address"),
        ("sources", "A page | http://example.com", "https://"),
        ("sources", "A page | https://", "be whole"),
        ("sources", "A page | javascript:alert(1)", "https://"),
        ("sources", "A page | {clerk_fax}", "has no"),
        ("sources", "A page | {website}", None),
        ("sources", "A page | https://example.com/a | soon", "2026-11-25"),
        ("sources", "\n".join(["A | https://example.com"] * 13), "more than 12"),
        ("checked_on", "11/25/2026", "year-month-day"),
        ("checked_on", "20261125", "year-month-day"),
        ("checked_on", "2026-11-26", "in the future"),
        ("checked_on", "2026-11-25", None),
        ("steps", "<script>alert(1)</script> is shown as it stands.", None),
        ("steps", "Write to [us](mailto:help@example.com) or [call](tel:860-555-0100).", None),
    ],
)
def test_each_fault_of_a_draft_is_named(
    article: Article, court: CourtProfile, field: str, value: str, says: str | None
) -> None:
    draft = Draft({**draft_of(article).fields, "reason": "clearer", field: value})
    other = {"mfa": "Another button"}
    found = faults(draft, article, court, today=TODAY, other_choices=other)
    if says is None:
        assert found == []
    else:
        assert [says in fault.text for fault in found if fault.field == field] != []
        assert any(says in fault.text for fault in found)


def test_the_next_answer_is_the_edit(seeded: Engine, court: CourtProfile) -> None:
    fields = {**draft_of(history(seeded, "account_type").standing.article).fields}
    fields |= {"short_answer": "Count\r\nthe zebras.", "good_to_know": "", "reason": "new"}
    draft = Draft(fields)
    base = history(seeded, "account_type").standing.article
    assert faults(draft, base, court, today=TODAY, other_choices={}) == []
    store.put_edit(seeded, article_of_draft(draft, base), author="Kim", reason="new")
    found = store.article_of(seeded, "account_type")
    assert found is not None
    text = answer(found, court, store.choices_by_topic(seeded)).text
    assert text.startswith("Count the zebras.")
    assert "Good to know" not in text
    assert [hit.topic for hit in search(seeded, "zebras")] == ["account_type"]


def test_the_second_editor_is_told_and_changes_nothing(seeded: Engine) -> None:
    read = history(seeded, "account_type").edition
    edited(seeded, "account_type", "First.", read)
    with pytest.raises(EditedMeanwhileError, match="Somebody else"):
        edited(seeded, "account_type", "Second.", read)
    with pytest.raises(EditedMeanwhileError):
        store.withdraw_edits(seeded, "account_type", edition=read)
    assert short_answer(seeded, "account_type") == "First."


def test_of_many_editors_at_one_moment_one_wins(seeded: Engine) -> None:
    read, editors = history(seeded, "account_type").edition, 5
    barrier = Barrier(editors)

    def edit(number: int) -> bool:
        barrier.wait()
        try:
            edited(seeded, "account_type", f"Version {number}.", read)
        except EditedMeanwhileError:
            return False
        return True

    with ThreadPoolExecutor(editors) as pool:
        won = list(pool.map(edit, range(editors)))
    assert sum(won) == 1
    assert short_answer(seeded, "account_type") == f"Version {won.index(True)}."


def test_editors_of_different_articles_do_not_meet(seeded: Engine) -> None:
    topics = ["account_type", "link_accounts", "upgrade_legacy_account"] * 3
    barrier = Barrier(len(topics))

    def edit(topic: str) -> int:
        barrier.wait()
        return edited(seeded, topic, "Feed the zebra.")

    with ThreadPoolExecutor(len(topics)) as pool:
        assert len(set(pool.map(edit, topics))) == len(topics)
    assert {hit.topic for hit in search(seeded, "zebra")} == set(topics)


def test_old_versions_are_kept_compared_and_restored(seeded: Engine) -> None:
    first = edited(seeded, "account_type", "Look at the old page.")
    edited(seeded, "account_type", "Look at the new page.")
    known = history(seeded, "account_type")
    assert [version.stands for version in known.versions] == [True, False, False]
    [difference] = compare(known.version(first).article, known.standing.article)
    assert difference.label == "Short answer"
    changed = [(p.kind, p.text) for p in difference.pieces if p.kind != "same"]
    assert changed == [(REMOVED, "old "), (ADDED, "new ")]

    store.restore(seeded, "account_type", first, author="Lou", reason="back", edition=known.edition)
    assert short_answer(seeded, "account_type") == "Look at the old page."
    assert history(seeded, "account_type").standing.author == "Lou"
    assert len(history(seeded, "account_type").versions) == 4

    known = history(seeded, "account_type")
    store.restore(
        seeded, "account_type", DELIVERED, author="Lou", reason="back", edition=known.edition
    )
    known = history(seeded, "account_type")
    assert known.standing.number == DELIVERED
    assert all(v.withdrawn_at for v in known.versions if v.number != DELIVERED)


def test_lists_read_only_the_edits_that_stand(seeded: Engine) -> None:
    for number in range(4):
        edited(seeded, "account_type", f"Look at page {number}.")
    edited(seeded, "link_accounts", "Look here.")
    read: list[object] = []

    def reads(text: str) -> object:
        read.append(json.loads(text))
        return read[-1]

    watched = sa.create_engine(seeded.url, future=True, json_deserializer=reads)
    found = {article.topic: article for article in store.all_articles(watched)}
    watched.dispose()
    assert found["account_type"].short_answer == "Look at page 3."
    assert found["link_accounts"].author
    assert len(read) == len(found) + 2


def test_restoring_what_is_not_there(seeded: Engine) -> None:
    for topic, number in (("nowhere", DELIVERED), ("account_type", 99)):
        with pytest.raises(NoSuchVersionError):
            store.restore(seeded, topic, number, author="Kim", reason="r", edition=None)


def test_a_text_delivered_after_an_edit_is_pointed_out(seeded: Engine, topics: Path) -> None:
    edited(seeded, "account_type", "Mine.")
    assert not history(seeded, "account_type").delivered_later
    file = topics / "account_type" / "article.md"
    file.write_text(file.read_text("utf-8").replace("## Steps\n", "## Steps\n\n0. Sit.\n"), "utf-8")
    seed(seeded, topics)
    assert history(seeded, "account_type").delivered_later
    assert short_answer(seeded, "account_type") == "Mine."


@pytest.mark.parametrize("is_edited", [False, True])
def test_an_article_whose_topic_is_gone_retires(
    seeded: Engine, topics: Path, court: CourtProfile, is_edited: bool
) -> None:
    if is_edited:
        edited(seeded, "upgrade_legacy_account", "Feed the zebra.")
    shutil.rmtree(topics / "upgrade_legacy_account")
    file = topics / "account_type" / "article.md"
    with pytest.raises(ArticleError, match="upgrade_legacy_account"):
        seed(seeded, topics)
    # an edit may still lead there
    edited(seeded, "account_type", "Look it up.")
    text = file.read_text("utf-8")
    file.write_text(text.replace("next_topics: [upgrade_legacy_account]\n", ""), "utf-8")
    assert seed(seeded, topics) == 2
    assert seed(seeded, topics) == 0

    assert store.article_of(seeded, "upgrade_legacy_account") is None
    assert "upgrade_legacy_account" not in store.choices_by_topic(seeded)
    assert {a.topic for a in store.all_articles(seeded)} == {"account_type", "link_accounts"}
    hits = search(seeded, "upgrade zebra legacy account", limit=9)
    assert "upgrade_legacy_account" not in {hit.topic for hit in hits}
    leading = store.article_of(seeded, "account_type")
    assert leading is not None
    assert leading.next_topics == ("upgrade_legacy_account",)
    shown = answer(leading, court, store.choices_by_topic(seeded)).choices
    assert [choice.id for choice in shown] == ["not_solved"]
    assert store.retired_topics(seeded) == ["upgrade_legacy_account"]
    assert len(history(seeded, "upgrade_legacy_account").versions) == (2 if is_edited else 1)

    shutil.copytree(
        ROOT / "data" / "topics" / "upgrade_legacy_account", topics / "upgrade_legacy_account"
    )
    _without_next_topics(topics / "upgrade_legacy_account" / "article.md")
    assert seed(seeded, topics) == 1
    assert store.retired_topics(seeded) == []
    back = store.article_of(seeded, "upgrade_legacy_account")
    assert back is not None
    assert (back.short_answer == "Feed the zebra.") is is_edited


def _without_next_topics(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("next_topics:")]
    file.write_text("".join(kept), "utf-8")


def test_a_folder_without_topics_retires_nothing(seeded: Engine, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ArticleError, match="no topics"):
        seed(seeded, empty)
    assert len(store.all_articles(seeded)) == 3
