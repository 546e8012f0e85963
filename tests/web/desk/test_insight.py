"""Switches, figures, retention and unanswered questions at the desk."""

import csv
import io
from datetime import timedelta
from xml.etree import ElementTree as ET

import yaml
from desk_people import signed_in
from web_stack import Stack

from bot.clock import utc_now
from bot.conversations import start_conversation
from bot.db.tables import turns, uploads
from bot.knowledge.seed import seed
from bot.questions import store
from bot.retention.runs import last_runs
from bot.settings import ROOT
from bot.staff.audit import entries, record


def said(stack: Stack, *texts: str, outcome: str = "not_understood") -> None:
    """A conversation of an hour ago."""
    conversation, _ = start_conversation(stack.engine)
    with stack.engine.begin() as connection:
        for number, text in enumerate(texts):
            connection.execute(
                turns.insert().values(
                    conversation_id=conversation.id,
                    message_id=f"m{number}",
                    text=text,
                    masked_kinds=[],
                    asked_at=utc_now() - timedelta(hours=1),
                    reply={"text": "x", "outcome": outcome},
                    outcome=outcome,
                )
            )


def actions(stack: Stack) -> list[str]:
    return [entry.action for entry in entries(stack.engine)[0]]


def test_a_switch_is_turned_off_and_on_with_an_entry_each(stack: Stack) -> None:
    lead, filer = signed_in(stack, "lead"), stack.client()
    assert lead.post("/desk/switches/chat", to="off", notice=" ").status_code == 422
    assert filer.post("/api/messages", json={"text": "hello"}).status_code == 200
    assert lead.post("/desk/switches/lights", to="off", notice="x").status_code == 404
    lead.post("/desk/switches/chat", to="off", notice="<i>Closed</i> for repairs.")
    answer = filer.post("/api/messages", json={"text": "hello"})
    assert answer.status_code == 503
    assert "Closed" in answer.json()["text"]
    page = lead.get("/desk/switches").text
    assert "&lt;i&gt;Closed" in page
    assert "by some.lead" in page
    lead.post("/desk/switches/chat", to="on")
    assert filer.post("/api/messages", json={"text": "hello"}).status_code == 200
    assert {"turned chat off", "turned chat on"} <= set(actions(stack))


def test_figures_are_drawn_listed_and_exported(stack: Stack) -> None:
    said(stack, "a", "b", outcome="answered")
    person = signed_in(stack, "clerk")
    page = person.get("/desk/figures").text
    charts = page.split("<svg")[1:]
    assert charts
    for chart in charts:
        ET.fromstring("<svg" + chart.split("</svg>")[0] + "</svg>")  # noqa: S314  ours
    assert "style=" not in page.split("<main")[1]
    answer = person.get("/desk/figures.csv?table=outcomes&weeks=4")
    assert answer.headers["content-type"].startswith("text/csv")
    # Excel reads UTF-8 by this mark only
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["Outcome", "Count"], ["answered", "2"]]
    for query in ("weeks=9999", "weeks=x", "table=nothing", "first=2026-01-01&last=2026-01-02"):
        assert person.get(f"/desk/figures.csv?{query}").status_code == 200


def test_a_span_that_makes_no_sense_is_told(stack: Stack) -> None:
    person = signed_in(stack, "tester")
    for query in (
        "first=2026-02-01&last=2026-01-01",
        "first=x&last=y",
        "first=2026-01-01",
        "first=0001-01-01&last=9999-12-31",
        "first=9999-12-31&last=9999-12-31",
    ):
        answer = person.get(f"/desk/figures?{query}")
        assert (query, answer.status_code) == (query, 422)
        assert 'id="problem"' in answer.text


def test_administrators_count_and_delete_what_is_over_time(stack: Stack) -> None:
    person = signed_in(stack, "administrator")
    assert "Conversations, with what the assistant kept" in person.get("/desk/retention").text
    person.post("/desk/retention", do="count")
    person.post("/desk/retention", do="delete")
    runs = [run for run in last_runs(stack.engine) if run.by == "some.administrator"]
    assert [run.dry_run for run in runs] == [False, True]
    assert "counted only" in person.get("/desk/retention").text
    assert {"counted what is over time", "deleted what is over time"} <= set(actions(stack))


def test_what_could_not_be_deleted_is_said_at_the_top(stack: Stack) -> None:
    person = signed_in(stack, "administrator")
    assert "could be deleted" not in person.get("/desk/retention").text
    with stack.client() as filer:
        filer.post("/api/uploads", params={"name": "a.pdf"}, content=b"%PDF-1.4")
    (path,) = stack.settings.upload_dir.iterdir()
    path.unlink()
    path.mkdir()  # cannot be unlinked
    with stack.engine.begin() as connection:
        connection.execute(uploads.update().values(delete_at=utc_now()))
    person.post("/desk/retention", do="delete")
    page = person.get("/desk/retention").text
    top = page.split("What is kept")[0]
    assert "Not all that is over time could be deleted" in top
    assert "Files that filers sent, and mended copies: 1 file could not be deleted" in top
    path.rmdir()
    person.post("/desk/retention", do="delete")
    assert "could be deleted" not in person.get("/desk/retention").text


def test_a_question_becomes_a_training_example(stack: Stack) -> None:
    seed(stack.engine, ROOT / "data" / "topics")
    said(stack, "my name is Ann Lee, why is <b>the scanner</b> humming", "qwertz uiop")
    person = signed_in(stack, "tester")
    page = person.get("/desk/questions").text
    assert "&lt;b&gt;the scanner" in page
    number = next(g.number for g in store.open_groups(stack.engine) if "Ann" in g.title)
    where = f"/desk/questions/{number}"
    group = person.get(where).text
    assert 'value="why is b the scanner /b humming"' in group
    original = "my name is Ann Lee, why is <b>the scanner</b> humming"
    fields = {"original": original, "text": "why is Mr. Lee's scanner humming", "take": "0"}
    assign = {"do": "assign", "topic": "pdf_requirements", "looked": "yes"}
    assert "Choose the topic" in person.post(where, **fields, **{**assign, "topic": "x"}).text
    unticked = person.post(where, **{**fields, "take": ""}, **assign)
    assert "Tick at least one" in unticked.text
    assert 'value="why is Mr. Lee&#39;s scanner humming"' in unticked.text
    assert "Look at every text" in person.post(where, **fields, **{**assign, "looked": ""}).text
    refused = person.post(where, **fields, **assign)
    assert refused.status_code == 422
    assert "seems to hold a name" in refused.text
    unwritable = {**fields, "text": "why is the scanner \ufffe humming"}
    refused = person.post(where, **unwritable, **assign)
    assert refused.status_code == 422
    assert "signs that a training file cannot hold" in refused.text
    fields["text"] = "why is the scanner humming"
    assert person.post(where, **{**fields, "take": "9"}, **assign).status_code == 422
    assert person.post(where, **fields, **assign).status_code == 303
    assert person.post(where, **fields, **assign).status_code == 404

    file = person.get("/desk/questions/examples/pdf_requirements")
    assert "attachment" in file.headers["content-disposition"]
    content = yaml.safe_load(file.text)
    assert content["nlu"] == [
        {"intent": "pdf_requirements", "examples": "- why is the scanner humming\n"}
    ]
    assert person.get("/desk/questions/examples/mfa").status_code == 404
    assert {"made training examples", "took training examples"} <= set(actions(stack))


def test_questions_are_set_aside_or_out_of_scope(stack: Stack) -> None:
    said(stack, "qwertz uiop", "can I bring my dog")
    person = signed_in(stack, "lead")
    person.get("/desk/questions")
    for group, decision in zip(
        store.open_groups(stack.engine), ("set_aside", "out_of_scope"), strict=True
    ):
        where = f"/desk/questions/{group.number}"
        assert person.post(where, do=decision).status_code == 422
        fields = {"original": group.title, "text": "x", "take": "0", "do": decision}
        assert person.post(where, **fields).status_code == 303
    assert store.open_groups(stack.engine) == []
    assert "None is open." in person.get("/desk/questions").text


def test_beyond_the_last_page_of_the_log_is_the_last(stack: Stack) -> None:
    for number in range(51):
        record(stack.engine, "sam.clerk", "kept a note", f"A{number}")
    lead = signed_in(stack, "lead")
    for path in ("/desk/audit?page=9", "/desk/audit?who=sam.clerk&page=99999"):
        page = lead.get(path).text
        assert "Page 2 of 2" in page
        assert "A0" in page
        assert 'rel="prev"' in page
    assert "Nothing fits" in lead.get("/desk/audit?who=nobody&page=9").text
    assert lead.get("/desk/questions?page=9").status_code == 200
