"""Leads edit answers at the desk, and filers read them; of two editors the second is told."""

import html
import re

import pytest
import sqlalchemy as sa
from desk_people import Person, signed_in
from sqlalchemy.engine import Engine
from web_stack import Stack

from bot.knowledge import store
from bot.knowledge.edit import draft_of
from bot.knowledge.seed import seed
from bot.settings import ROOT
from bot.staff.audit import entries

TOPIC = "account_type"
PAGE = f"/desk/articles/{TOPIC}"


@pytest.fixture
def lead(stack: Stack) -> Person:
    """A lead, with the court's articles in the database."""
    seed(stack.engine, ROOT / "data" / "topics")
    return signed_in(stack, "lead")


def form(engine: Engine, person: Person, **changes: str) -> dict[str, str]:
    """The fields of the edit form as it is shown, with changes."""
    edition = re.search(r'name="edition" value="(\d+)"', person.get(f"{PAGE}/edit").text)
    article = store.article_of(engine, TOPIC)
    assert edition is not None
    assert article is not None
    return {**draft_of(article).fields, "edition": edition[1], "reason": "clearer", **changes}


def short_answer(engine: Engine) -> str:
    article = store.article_of(engine, TOPIC)
    assert article is not None
    return article.short_answer


def test_a_preview_saves_nothing_and_an_edit_is_read_at_once(stack: Stack, lead: Person) -> None:
    before = short_answer(stack.engine)
    fields = form(stack.engine, lead, short_answer="Call {clerk_phones}. <b>Now</b>.", reason="")
    preview = lead.post(f"{PAGE}/edit", **fields, do="preview")
    assert preview.status_code == 200
    assert "860-240-3675" in preview.text
    assert "&lt;b&gt;Now&lt;/b&gt;" in preview.text
    assert "<b>Now" not in preview.text
    assert short_answer(stack.engine) == before

    refused = lead.post(f"{PAGE}/edit", **fields, do="save")
    assert refused.status_code == 422
    assert "Reason is empty." in refused.text
    assert short_answer(stack.engine) == before

    saved = lead.post(f"{PAGE}/edit", **{**fields, "reason": "new phone"}, do="save")
    assert saved.status_code == 303
    assert short_answer(stack.engine) == "Call {clerk_phones}. <b>Now</b>."
    page = lead.get(PAGE).text
    assert "some.lead" in page
    assert "new phone" in page
    found, _ = entries(stack.engine, action="edited an article")
    assert [(entry.subject, entry.detail) for entry in found] == [(TOPIC, "new phone")]


def test_no_edit_is_read_of_which_the_log_knows_nothing(stack: Stack, lead: Person) -> None:
    fields = form(stack.engine, lead, short_answer="Not in the log.")
    before = short_answer(stack.engine)
    with stack.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit_entries RENAME TO audit_entries_away"))
    try:
        assert lead.post(f"{PAGE}/edit", **fields, do="save").status_code == 503
        assert short_answer(stack.engine) == before
    finally:
        with stack.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE audit_entries_away RENAME TO audit_entries"))
    assert lead.post(f"{PAGE}/edit", **fields, do="save").status_code == 303
    assert short_answer(stack.engine) == "Not in the log."


def test_mistakes_are_told_beside_their_fields_and_the_draft_is_kept(
    stack: Stack, lead: Person
) -> None:
    fields = form(
        stack.engine, lead, steps="Look [here](javascript:x). {nothing}", checked_on="2999-01-01"
    )
    answer = lead.post(f"{PAGE}/edit", **fields, do="save")
    assert answer.status_code == 422
    assert "has no value {nothing}" in answer.text
    assert "lies in the future" in answer.text
    assert "must begin with https://" in answer.text
    assert "Look [here](javascript:x). {nothing}" in answer.text
    assert 'href="javascript' not in answer.text


def test_the_second_editor_sees_the_first_ones_words_and_loses_nothing(
    stack: Stack, lead: Person
) -> None:
    other = signed_in(stack, "administrator")
    mine = form(stack.engine, lead, short_answer="Mine.")
    theirs = form(stack.engine, other, short_answer="Theirs.")
    assert other.post(f"{PAGE}/edit", **theirs, do="save").status_code == 303
    told = lead.post(f"{PAGE}/edit", **mine, do="save")
    assert told.status_code == 409
    assert "some.administrator changed this article" in told.text
    assert "Theirs." in told.text
    assert "Mine." in told.text
    assert short_answer(stack.engine) == "Theirs."
    edition = re.search(r'name="edition" value="(\d+)"', told.text)
    assert edition is not None
    again = lead.post(f"{PAGE}/edit", **{**mine, "edition": edition[1]}, do="save")
    assert again.status_code == 303
    assert short_answer(stack.engine) == "Mine."


def test_an_old_version_is_compared_and_restored(stack: Stack, lead: Person) -> None:
    before = short_answer(stack.engine)
    lead.post(f"{PAGE}/edit", **form(stack.engine, lead, short_answer="Mine."), do="save")
    page = lead.get(f"{PAGE}/versions/0").text
    assert "<del>" in page
    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition is not None
    restore = f"{PAGE}/versions/0/restore"
    assert lead.post(restore, edition=edition[1], reason=" ").status_code == 422
    assert lead.post(restore, edition="1", reason="back").status_code == 409
    assert lead.post(restore, edition="x", reason="back").status_code == 409
    assert short_answer(stack.engine) == "Mine."
    assert lead.post(restore, edition=edition[1], reason="back").status_code == 303
    assert short_answer(stack.engine) == before
    assert lead.get(f"{PAGE}/versions/999").status_code == 404
    assert lead.get("/desk/articles/nowhere").status_code == 404
    assert lead.get("/desk/articles/nowhere/edit").status_code == 404


def test_the_list_names_the_stale_ones(stack: Stack, lead: Person) -> None:
    fields = form(stack.engine, lead, checked_on="2020-01-01")
    lead.post(f"{PAGE}/edit", **fields, do="save")
    page = lead.get("/desk/articles?stale=1").text
    assert f'href="{PAGE}"' in page
    assert 'href="/desk/articles/mfa"' not in page
    assert "Stale (1)" in page


def test_clerks_read_and_do_not_edit(stack: Stack, lead: Person) -> None:
    clerk = signed_in(stack, "clerk")
    assert f"{PAGE}/edit" not in clerk.get(PAGE).text
    assert clerk.get(PAGE).status_code == 200


def test_a_refused_restore_keeps_its_reason(stack: Stack, lead: Person) -> None:
    saved = form(stack.engine, lead, short_answer="New.")
    lead.post(f"{PAGE}/edit", **saved, do="save")
    version = f"{PAGE}/versions/0"
    why = 'the "old" one was right'
    refused = lead.post(f"{version}/restore", edition="1", reason=why)
    assert refused.status_code == 409
    assert "Restore it" in refused.text
    kept = refused.text.split('id="reason"')[1].split(">")[0]
    assert html.escape(why, quote=True).replace("&quot;", "&#34;") in kept
    edition = refused.text.split('name="edition" value="')[1].split('"')[0]
    empty = lead.post(f"{version}/restore", edition=edition, reason=" ")
    assert empty.status_code == 422
    assert lead.post(f"{version}/restore", edition=edition, reason=why).status_code == 303
