"""The action server's threads: what takes long for one filer does not hold up the others."""

import asyncio
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pikepdf
import pytest
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import HelpdeskAction, services
from actions.copies import checker
from actions.pdf import ActionCheckPdf, ActionMendCopy, ActionYes
from bot.conversations import Conversation, start_conversation
from bot.court import CourtProfile
from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.db.tables import reports
from bot.reports import store_report
from bot.settings import child_environment
from bot.testing.private_copy import free_port
from bot.uploads import Upload, receive, upload_path

FILE = Path(__file__).parent.parent / "conversations" / "files" / "form_not_flattened.pdf"


@pytest.fixture(autouse=True)
def own_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HELPDESK_VAR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/helpdesk.db")
    monkeypatch.setenv("HELPDESK_UPLOADS", str(tmp_path / "uploads"))
    services.cache_clear()
    engine = make_engine(services().settings.database_url)
    migrate(engine)
    engine.dispose()
    yield
    checker().close()
    checker.cache_clear()
    services().engine.dispose()
    services.cache_clear()


def tracker_of(sender_id: str) -> Tracker:
    return Tracker(
        sender_id, {}, {"intent": {"name": "mend_copy"}}, [], False, None, {}, "action_listen"
    )


async def run(action: HelpdeskAction, sender_id: str) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    await action.run(dispatcher, tracker_of(sender_id), {})
    return [message["custom"] for message in dispatcher.messages]


async def stored(conversation: Conversation, name: str, content: bytes) -> Upload:
    async def nothing_more() -> Any:
        yield content

    return await receive(
        services().engine,
        services().settings.upload_dir,
        lambda: conversation.id,
        name,
        nothing_more(),
        limit_bytes=10_000_000,
        life_minutes=60,
    )


async def checked_file(court: CourtProfile) -> str:
    """The sender of a conversation whose last file can be mended."""
    conversation, _ = start_conversation(services().engine)
    upload = await stored(conversation, "form.pdf", FILE.read_bytes())
    path = upload_path(services().settings.upload_dir, upload.id)
    report = await checker().check(path, court.pdf, name="form.pdf")
    store_report(services().engine, upload, report.to_dict())
    return conversation.sender_id


def test_many_copies_at_a_time_let_other_filers_have_their_answers(court: CourtProfile) -> None:
    async def all_at_once() -> tuple[int, list[list[dict[str, Any]]]]:
        senders = [await checked_file(court) for _ in range(12)]
        copies = [asyncio.create_task(run(ActionMendCopy(), sender)) for sender in senders]
        await asyncio.sleep(0.05)
        await run(ActionYes(), "somebody else")
        made = sum(copy.done() for copy in copies)
        return made, await asyncio.gather(*copies)

    made, replies = asyncio.run(all_at_once())
    assert made < 3
    assert all("The mended copy is ready" in reply["text"] for (reply,) in replies)


def named_after_numbers() -> bytes:
    """A PDF with a field and attached files that are named after somebody's number or password,
    and a link with a login in it."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T="SSN 219-09-9998",
        Rect=[0, 0, 90, 20],
    )
    login = "https://jdoe:Hunter2@pacer.uscourts.gov/"
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 90, 20],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=login),
    )
    both = [pdf.make_indirect(field), pdf.make_indirect(link)]
    page.obj.Annots = pdf.make_indirect(pikepdf.Array(both))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=both[:1])
    pdf.attachments["password Tiger7!x.txt"] = pikepdf.AttachedFileSpec(pdf, b"hello")
    pdf.attachments["219-09-9997.txt"] = pikepdf.AttachedFileSpec(pdf, b"hello")
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def test_no_number_in_a_name_inside_a_file_is_told_or_stored() -> None:
    async def check() -> list[dict[str, Any]]:
        conversation, _ = start_conversation(services().engine)
        upload = await stored(conversation, "form.pdf", named_after_numbers())
        sent = {"intent": {"name": "file_sent"}, "metadata": {"upload_id": upload.id}}
        dispatcher = CollectingDispatcher()
        tracker = Tracker(conversation.sender_id, {}, sent, [], False, None, {}, "action_listen")
        await ActionCheckPdf().run(dispatcher, tracker, {})
        return [message["custom"] for message in dispatcher.messages]

    (reply,) = asyncio.run(check())
    with services().engine.connect() as connection:
        kept = json.dumps(connection.execute(sa.select(reports.c.report)).scalar_one())
    for text in (reply["text"], kept):
        assert "Social Security number removed" in text
        assert not any(secret in text.replace("\\", "") for secret in ("219", "Tiger7", "Hunter2"))


def test_only_our_rasa_may_run_an_action() -> None:
    settings = replace(services().settings, action_port=free_port(), rasa_secret="between us")
    url = f"http://127.0.0.1:{settings.action_port}"
    call = {
        "next_action": "action_yes",
        "sender_id": "somebody",
        "tracker": {"sender_id": "somebody", "latest_message": {}, "events": []},
    }
    command = [sys.executable, "-m", "actions.server"]
    with (
        subprocess.Popen(command, env=child_environment(settings)) as server,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        try:
            for _ in range(300):
                try:
                    if client.get("/health").status_code == 200:
                        break
                except httpx.HTTPError:
                    time.sleep(0.1)
            secret = {"X-Helpdesk-Secret": "between us"}
            assert client.post("/webhook", json=call).status_code == 403
            assert client.post("/webhook", json=call, headers=secret).status_code == 200
        finally:
            server.kill()
