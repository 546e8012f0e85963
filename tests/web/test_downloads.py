"""Mended copies and attachments over a real socket: for their own filer only, and not for long."""

import hashlib
import os
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest
import sqlalchemy as sa
from web_stack import Stack

from bot.clock import utc_now
from bot.conversations import conversation_by_token
from bot.copies import StoredAttachment, copy_name, new_paths, store_copy
from bot.db.tables import copies, uploads
from bot.pdfcheck import Checker, Profile
from bot.reports import delete_reports_before, store_report
from bot.uploads import delete_files, upload_of, upload_path

FILES = Path(__file__).resolve().parents[1] / "conversations" / "files"


def sent(stack: Stack, filer: httpx.Client, file: str, name: str | None = None) -> str:
    """Upload a file and have a copy made of it, as the action server does; the report's id."""
    answer = filer.post(
        "/api/uploads", params={"name": name or file}, content=(FILES / file).read_bytes()
    )
    conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
    assert conversation is not None
    upload = upload_of(stack.engine, answer.json()["upload_id"], conversation.id)
    assert upload is not None
    folder = stack.settings.upload_dir
    copy_id, copy_path, attachments_path = new_paths(folder)
    with Checker(children=1) as checker:
        path = upload_path(folder, upload.id)
        repair = checker.mend_sync(path, copy_path, attachments_path, Profile())
    report = repair.copy.report.to_dict() if repair.copy else {"verdict": "reject", "findings": []}
    report_id = store_report(stack.engine, upload, {**report, "file": copy_name(upload.name)})
    store_copy(
        stack.engine,
        copy_id,
        report_id=report_id,
        upload_id=upload.id,
        conversation_id=conversation.id,
        name=copy_name(upload.name),
        size=repair.copy.bytes if repair.copy else None,
        changes=repair.changes,
        attachments=[StoredAttachment(a.name, a.bytes, a.offset) for a in repair.attachments],
    )
    said = {"text": "The copy is ready.", "outcome": "checked", "report_id": report_id}
    stack.rasa.messages = [{"custom": said}]
    filer.post("/api/messages", json={"upload_id": upload.id})
    return report_id


def on_disk(stack: Stack) -> list[str]:
    return sorted(path.suffix for path in stack.settings.upload_dir.iterdir())


@pytest.mark.parametrize("base", ["/files", "/api/reports"])
def test_the_copy_is_given_to_its_filer(stack: Stack, base: str) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "form_with_script.pdf", "Müller “plan”.pdf")
        got = filer.get(f"{base}/{report_id}/copy")
        report = filer.get(f"/api/reports/{report_id}").json()
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in got.headers["cache-control"]
    disposition = got.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''M%C3%BCller%20%E2%80%9Cplan%E2%80%9D-mended.pdf" in disposition
    assert report["copy"]["url"] == f"/files/{report_id}/copy"
    assert report["copy"]["bytes"] == len(got.content)
    assert "1 script was taken out." in report["copy"]["changes"]
    assert report["sha256"] == hashlib.sha256(got.content).hexdigest()


def test_the_page_offers_what_there_is(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        page = filer.get("/").text
    assert f'href="/files/{report_id}/copy"' in page
    assert f'href="/files/{report_id}/attachments/1"' in page
    assert "creditors.csv" in page


def test_an_attachment_is_given_byte_by_byte(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        got = filer.get(f"/files/{report_id}/attachments/1")
        beyond = [filer.get(f"/files/{report_id}/attachments/{n}") for n in ("0", "2", "-1", "x")]
    assert got.content == b"name,amount\nAcme,100\n"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert "creditors.csv" in got.headers["content-disposition"]
    assert [answer.status_code for answer in beyond] == [404] * 4


def test_a_download_that_breaks_off_is_in_the_log_under_a_number(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        (attached,) = stack.settings.upload_dir.glob("*.attached")
        with attached.open("r+b") as file:
            file.truncate(5)
        # the headers are out by then, so no answer can say it any more
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            filer.get(f"/files/{report_id}/attachments/1")
        assert filer.get("/").status_code == 200
    (said,) = [record for record in caplog.records if record.name == "bot.web.guard"]
    assert re.fullmatch(r"problem [0-9a-f]{8}: an answer broke off", said.getMessage())
    assert said.exc_info is not None
    assert "ended early" in str(said.exc_info[1])
    # hypercorn's word on it, which is all there is of a defect outside of our middleware
    assert any(record.name == "hypercorn.error" for record in caplog.records)


def test_a_portfolio_has_attachments_and_no_copy(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "portfolio.pdf")
        assert filer.get(f"/files/{report_id}/copy").status_code == 404
        assert filer.get(f"/files/{report_id}/attachments/1").status_code == 200
        assert "url" not in filer.get(f"/api/reports/{report_id}").json()["copy"]


@pytest.mark.parametrize("rest", ["copy", "attachments/1"])
def test_nobody_else_gets_it(stack: Stack, rest: str) -> None:
    with stack.client() as filer, stack.client() as other, stack.client() as stranger:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        sent(stack, other, "form_with_script.pdf")
        for client in (other, stranger):
            for base in ("/files", "/api/reports"):
                answer = client.get(f"{base}/{report_id}/{rest}")
                assert answer.status_code == 404
                assert "%PDF" not in answer.text
                assert "Acme" not in answer.text
        made_up = [filer.get(f"/files/{name}/{rest}") for name in ("0" * 24, "..%2f..", "%00")]
    assert [answer.status_code for answer in made_up] == [404] * 3


def delete_at(stack: Stack) -> datetime:
    with stack.engine.connect() as connection:
        found: datetime = connection.execute(sa.select(uploads.c.delete_at)).scalar_one()
    return found


def set_delete_at(stack: Stack, moment: datetime) -> None:
    with stack.engine.begin() as connection:
        connection.execute(uploads.update().values(delete_at=moment))


def test_its_hour_counts_from_the_last_use(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "form_with_script.pdf")
        set_delete_at(stack, utc_now() + timedelta(minutes=1))
        filer.get(f"/files/{report_id}/copy")
    assert timedelta(minutes=59) < delete_at(stack) - utc_now() <= timedelta(minutes=60)


def test_it_goes_with_its_original(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        assert on_disk(stack) == [".attached", ".bin", ".copy"]
        set_delete_at(stack, utc_now() - timedelta(seconds=1))
        delete_files(stack.engine, stack.settings.upload_dir)
        assert on_disk(stack) == []
        assert filer.get(f"/files/{report_id}/copy").status_code == 404
        assert filer.get(f"/api/reports/{report_id}").json()["copy"]["gone"] is True
        assert "The mended copy is deleted" in filer.get("/").text


def test_it_goes_with_the_conversation(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        assert filer.delete("/api/conversation").json()["deleted"] is True
        assert on_disk(stack) == []
        assert filer.get(f"/files/{report_id}/copy").status_code == 404
    with stack.engine.connect() as connection:
        assert connection.execute(sa.select(copies)).all() == []


def test_a_copy_that_was_never_finished_goes_after_an_hour(stack: Stack) -> None:
    with stack.client() as filer:
        sent(stack, filer, "motion_with_attachment.pdf")
    folder = stack.settings.upload_dir
    _, left, new = (new_paths(folder)[1] for _ in range(3))
    for path, age in ((left, 3_700), (new, 3_500)):
        path.write_bytes(b"half a copy")
        os.utime(path, (time.time() - age,) * 2)
    for path in folder.iterdir():
        if path not in (left, new):
            os.utime(path, (time.time() - 3_700,) * 2)
    delete_files(stack.engine, folder)
    assert not left.exists()
    assert new.exists()
    assert on_disk(stack) == [".attached", ".bin", ".copy", ".copy"]


def test_a_copy_that_vanished_from_the_disk_is_said(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "motion_with_attachment.pdf")
        for path in stack.settings.upload_dir.iterdir():
            path.unlink()
        answers = [filer.get(f"/files/{report_id}/{r}") for r in ("copy", "attachments/1")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "no longer here" in answers[0].text


def test_the_copy_opens_elsewhere(stack: Stack, tmp_path: Path) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "form_not_flattened.pdf")
        saved = tmp_path / "saved.pdf"
        saved.write_bytes(filer.get(f"/files/{report_id}/copy").content)
    reader: Any = pypdf.PdfReader(saved)
    assert "21-20001" in reader.pages[0].extract_text()
    assert not reader.get_fields()


def test_a_report_that_goes_takes_its_copy_along(stack: Stack) -> None:
    with stack.client() as filer:
        report_id = sent(stack, filer, "form_with_script.pdf")
        assert delete_reports_before(stack.engine, utc_now() + timedelta(minutes=1)) == 1
        assert filer.get(f"/files/{report_id}/copy").status_code == 404
