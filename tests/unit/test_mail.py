"""E-mails to filers, against a real SMTP server on this machine."""

import asyncio
import email
import email.policy
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from icalendar import Calendar
from sqlalchemy.engine import Engine

from bot import mail
from bot.clock import utc_now
from bot.conversations import start_conversation
from bot.court import CourtProfile
from bot.db.tables import outbox
from bot.mail import MailError, message_of, send_due
from bot.mail_server import MailServerError, Server, server_of
from bot.outbox import (
    LEASE,
    MOST_A_DAY,
    MOST_ADDRESSES,
    MOST_AN_HOUR,
    MOST_OF_ONE,
    Mail,
    delete_old,
    mark_failed,
    mark_sent,
    put,
    take,
)
from bot.settings import Settings, SettingsError, load_settings
from bot.testing.private_copy import free_port
from bot.triage.lifecycle import history
from bot.triage.notices import (
    BOOKED,
    GIVEN_UP,
    MADE,
    NO_SHOW,
    NOT_DELIVERED,
    NOT_HELD,
    NOT_SENT,
    REMINDED,
    REOPENED,
    RESOLVED,
    WITHDRAWN,
    clerks_mail,
    is_held_back,
    tell_filer,
)
from bot.triage.requests import HelpRequest, find

from .requests_made import Make, maker

NOW = datetime(2025, 12, 1, 15, 0)
MAIL = Mail("ann@example.com", "Your request", "It is stored.\n.\nQUIT\n")
FROM = "helpdesk@court.example"


@dataclass
class Inbox:
    """What the server got; ``answer`` is what it says to each e-mail."""

    answer: str = "250 OK"
    recipient: str = "250 OK"  # what it says to each recipient
    seconds: float = 0.0  # until it says so
    meanwhile: Callable[[], Any] = lambda: None
    got: list[Any] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)  # the Message-ID of each, refused ones too

    async def handle_RCPT(  # noqa: N802  and so
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        content = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.seen.append(content["message-id"])
        self.meanwhile()
        await asyncio.sleep(self.seconds)
        if self.answer.startswith("250"):
            self.got.append((envelope.rcpt_tos, content))
        return self.answer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mailing(inbox: Inbox, settings: Settings) -> Iterator[Settings]:
    """Settings with an SMTP server that really answers."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield replace(settings, smtp_url=f"smtp://127.0.0.1:{controller.port}", smtp_from=FROM)
    controller.stop()


@pytest.fixture
def request_made(engine: Engine) -> HelpRequest:
    make: Make = maker(engine)
    return make(contact="860-555-0100, ann@example.com")


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(outbox).order_by(outbox.c.id)))


def deliver(engine: Engine, settings: Settings) -> int:
    return asyncio.run(send_due(engine, settings))


def test_an_e_mail_arrives_and_is_forgotten(
    engine: Engine, mailing: Settings, inbox: Inbox
) -> None:
    mail = replace(MAIL, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    put(engine, mail, utc_now())
    assert deliver(engine, mailing) == 1
    ((to, content),) = inbox.got
    assert to == ["ann@example.com"]
    assert (content["from"], content["subject"]) == (FROM, "Your request")
    assert content.get_body(("plain",)).get_content().split() == MAIL.text.split()
    (attached,) = content.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == (
        "text/calendar",
        "help-session.ics",
    )
    assert [(row.text, row.calendar, row.next_try_at) for row in rows(engine)] == [("", None, None)]
    assert deliver(engine, mailing) == 0


def test_a_server_that_refuses_is_tried_again(
    engine: Engine, mailing: Settings, inbox: Inbox
) -> None:
    put(engine, MAIL, NOW)
    inbox.answer = "451 try later"
    assert deliver(engine, mailing) == 0
    (row,) = rows(engine)
    assert (row.text, row.tries, row.problem) == (MAIL.text, 1, "SMTPDataError")
    assert row.next_try_at > NOW
    inbox.answer = "250 OK"
    with engine.begin() as connection:
        connection.execute(outbox.update().values(next_try_at=NOW))
    assert deliver(engine, mailing) == 1


@pytest.mark.parametrize(
    ("says", "said"), [("550 5.1.1 no such user", 1), ("451 4.7.1 greylisted", 0)]
)
def test_the_clerk_sees_that_an_address_is_refused(
    engine: Engine,
    mailing: Settings,
    court: CourtProfile,
    inbox: Inbox,
    request_made: HelpRequest,
    says: str,
    said: int,
) -> None:
    assert tell_filer(engine, mailing, court, request_made, MADE, NOW)
    inbox.recipient = says
    for _ in range(2):
        assert deliver(engine, mailing) == 0
        with engine.begin() as connection:
            connection.execute(outbox.update().values(next_try_at=NOW))
    assert history_of(engine, request_made).count(NOT_DELIVERED) == said
    inbox.recipient = "250 OK"
    assert deliver(engine, mailing) == 1


def test_the_clerk_sees_that_an_e_mail_is_given_up(
    engine: Engine, settings: Settings, court: CourtProfile, request_made: HelpRequest
) -> None:
    gone = replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}", smtp_from=FROM)
    assert tell_filer(engine, gone, court, request_made, MADE, utc_now())
    while rows(engine)[0].next_try_at:
        assert NOT_DELIVERED not in history_of(engine, request_made)
        assert deliver(engine, gone) == 0
        with engine.begin() as connection:
            due = outbox.c.next_try_at.is_not(None)
            connection.execute(outbox.update().where(due).values(next_try_at=NOW))
    assert history_of(engine, request_made).count(NOT_DELIVERED) == 1


def test_a_server_that_looks_long_at_an_e_mail_gets_it_once(
    engine: Engine, mailing: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_STEP_SECONDS", 2.0)
    inbox.seconds = 5.0
    put(engine, MAIL, utc_now())
    assert deliver(engine, mailing) == 1
    assert len(inbox.got) == 1


def test_each_try_of_an_e_mail_is_known_as_the_same(
    engine: Engine, mailing: Settings, inbox: Inbox
) -> None:
    # a server may have taken it, and the line breaks before it says so: mailboxes then show one
    put(engine, MAIL, NOW)
    put(engine, MAIL, NOW)
    inbox.answer = "451 try later"
    for _ in range(2):
        assert deliver(engine, mailing) == 0
        with engine.begin() as connection:
            connection.execute(outbox.update().values(next_try_at=NOW))
    first, second = inbox.seen[:2]
    assert first != second
    assert inbox.seen == [first, second, first, second]
    assert first.endswith("@court.example>")


def test_a_database_that_is_gone_after_the_sending_sends_nothing_twice(
    engine: Engine, mailing: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_DATABASE_PAUSE_SECONDS", 0.1)

    def rename(old: str, new: str) -> None:
        with engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))

    back = threading.Timer(1.5, rename, ("outbox_away", "outbox"))
    put(engine, MAIL, utc_now())
    inbox.meanwhile = lambda: (rename("outbox", "outbox_away"), back.start())[-1]
    assert deliver(engine, mailing) == 1
    back.join()
    assert [(row.text, row.next_try_at) for row in rows(engine)] == [("", None)]
    assert len(inbox.got) == 1


def test_an_e_mail_under_way_when_the_server_ends_is_not_sent_again(
    engine: Engine, mailing: Settings, inbox: Inbox
) -> None:
    put(engine, MAIL, utc_now())
    inbox.seconds = 1.0

    async def begin_and_end() -> None:
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        inbox.meanwhile = lambda: loop.call_soon_threadsafe(arrived.set)
        sending = asyncio.create_task(send_due(engine, mailing))
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(begin_and_end())
    assert len(inbox.got) == 1
    assert [(row.text, row.next_try_at) for row in rows(engine)] == [("", None)]


def test_an_e_mail_that_breaks_the_sending_keeps_back_no_other(
    engine: Engine, mailing: Settings, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = mail.send

    async def send(sent: Mail, *rest: Any) -> None:
        if sent.to == "broken@example.com":
            raise RuntimeError("a defect of ours, or of a library")
        await really_send(sent, *rest)

    monkeypatch.setattr(mail, "send", send)
    put(engine, replace(MAIL, to="broken@example.com"), NOW)
    put(engine, MAIL, NOW)
    assert deliver(engine, mailing) == 1
    assert [recipients for recipients, _ in inbox.got] == [[MAIL.to]]
    (first,) = rows(engine)  # what was sent in that old year is deleted
    assert (first.problem, first.tries) == ("RuntimeError", 1)
    assert utc_now() < first.next_try_at < utc_now() + timedelta(minutes=2)


def test_an_e_mail_that_was_deleted_while_it_was_sent(engine: Engine) -> None:
    put(engine, MAIL, NOW)
    taken = take(engine, NOW)
    assert taken is not None
    with engine.begin() as connection:
        connection.execute(outbox.delete())
    assert mark_failed(engine, taken[0], "SMTPException", NOW) is None


def test_a_server_that_is_gone_loses_nothing(engine: Engine, settings: Settings) -> None:
    gone = replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}", smtp_from=FROM)
    put(engine, MAIL, NOW)
    put(engine, replace(MAIL, to="bea@example.com"), NOW)
    assert deliver(engine, gone) == 0
    assert [(row.text, row.tries) for row in rows(engine)] == [(MAIL.text, 1)] * 2


def test_without_a_server_nothing_is_stored_or_sent(
    engine: Engine, settings: Settings, court: CourtProfile, request_made: HelpRequest
) -> None:
    plain = replace(settings, smtp_url=None)
    assert not tell_filer(engine, plain, court, request_made, MADE, NOW)
    assert rows(engine) == []
    assert deliver(engine, plain) == 0


def test_tries_grow_apart_and_end(engine: Engine) -> None:
    put(engine, MAIL, NOW)
    waits = []
    moment: datetime | None = NOW
    while moment is not None:
        taken = take(engine, moment)
        assert taken
        assert take(engine, moment) is None  # nobody else gets it meanwhile
        before, moment = moment, mark_failed(engine, taken[0], "OSError", moment)
        waits.append(moment - before if moment else None)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] is None
    assert sum(filter(None, waits), timedelta()) > timedelta(days=1)
    assert take(engine, NOW + timedelta(days=30)) is None


def test_an_e_mail_whose_sender_died_is_sent_by_another(engine: Engine) -> None:
    put(engine, MAIL, NOW)
    assert take(engine, NOW)
    assert take(engine, NOW + LEASE - timedelta(minutes=1)) is None
    assert take(engine, NOW + LEASE)


def test_nobody_is_flooded(engine: Engine) -> None:
    sent = [put(engine, MAIL, NOW) for _ in range(MOST_AN_HOUR + 1)]
    assert sent == [True] * MOST_AN_HOUR + [False]
    assert put(engine, replace(MAIL, to="bea@example.com"), NOW)
    assert put(engine, MAIL, NOW + timedelta(hours=1))


def test_one_mailbox_is_not_flooded_in_many_spellings(engine: Engine) -> None:
    spelled = ("ann@example.com", "Ann@Example.com", "ann+court@example.com", "ANN+1@example.COM")
    sent = [put(engine, replace(MAIL, to=to), NOW) for to in spelled * MOST_AN_HOUR]
    assert sum(sent) == MOST_AN_HOUR
    assert put(engine, replace(MAIL, to="ann@example.org"), NOW)


def test_what_was_sent_goes_after_a_day_and_what_was_not_after_a_week(engine: Engine) -> None:
    put(engine, MAIL, NOW)
    taken = take(engine, NOW)
    assert taken
    mark_sent(engine, taken[0])
    put(engine, MAIL, NOW)
    assert delete_old(engine, NOW + timedelta(hours=24)) == 0
    assert delete_old(engine, NOW + timedelta(hours=25)) == 1
    with engine.begin() as connection:
        connection.execute(outbox.update().values(next_try_at=None, problem="OSError"))
    assert delete_old(engine, NOW + timedelta(days=7)) == 0
    assert delete_old(engine, NOW + timedelta(days=8)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "ann@example.com\r\nBcc: x@example.com"},
        {"to": "ann@example.com, x@example.com"},
        {"to": "ann"},
        {"to": ""},
        {"subject": "Hello\r\nBcc: x@example.com"},
        {"subject": "Hello\nX: y"},
    ],
)
def test_no_header_can_be_slipped_in(
    engine: Engine, mailing: Settings, inbox: Inbox, changes: dict[str, str]
) -> None:
    with pytest.raises(MailError):
        message_of(replace(MAIL, **changes), FROM)
    put(engine, replace(MAIL, **changes), NOW)
    put(engine, MAIL, NOW)
    assert deliver(engine, mailing) == 1
    assert [to for to, _ in inbox.got] == [["ann@example.com"]]


@pytest.mark.parametrize(
    "text", ["<b>é 李</b> =?utf-8?q?x?=", "x" * 3000, ".\r\n.\r\n"], ids=["signs", "long", "dots"]
)
def test_any_text_arrives(engine: Engine, mailing: Settings, inbox: Inbox, text: str) -> None:
    put(engine, replace(MAIL, text=text), NOW)
    assert deliver(engine, mailing) == 1
    got = inbox.got[0][1].get_content()
    assert got.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()


def test_the_filer_hears_of_the_request(
    engine: Engine,
    mailing: Settings,
    court: CourtProfile,
    inbox: Inbox,
    request_made: HelpRequest,
) -> None:
    booked = replace(
        request_made,
        session_at=datetime(2025, 12, 2, 15, 0),
        session_until=datetime(2025, 12, 2, 16, 0),
    )
    here = replace(mailing, public_url="https://help.example.gov")
    link = "https://example.zoomgov.com/j/1"
    with_link = replace(court, zoom_link=link)
    for about in (MADE, BOOKED, WITHDRAWN):
        assert tell_filer(engine, here, with_link, booked, about, NOW)
    assert deliver(engine, here) == 3
    texts = [content.get_body(("plain",)).get_content() for _, content in inbox.got]
    files = [len(list(content.iter_attachments())) for _, content in inbox.got]
    assert files == [0, 1, 0]
    for (to, content), text in zip(inbox.got, texts, strict=True):
        assert to == ["ann@example.com"]
        assert booked.code in content["subject"]
        assert booked.code in text
        assert court.phones_text in " ".join(text.split())
        assert link not in text
        assert booked.details not in text
    # It may be read on another day.
    assert "Help session: Tuesday, December 2, 10:00 a.m." in texts[1]
    assert "https://help.example.gov/requests" in texts[0]


def test_who_reads_spanish_gets_everything_in_spanish(
    engine: Engine, mailing: Settings, court: CourtProfile, inbox: Inbox, request_made: HelpRequest
) -> None:
    request = replace(request_made, language="es")
    start = NOW + timedelta(days=1)
    booked = replace(request, session_at=start, session_until=start + timedelta(hours=1))
    kinds = (MADE, BOOKED, REMINDED, GIVEN_UP, NOT_HELD, WITHDRAWN, RESOLVED, NO_SHOW, REOPENED)
    for number, about in enumerate(kinds):
        got = booked if about in {BOOKED, REMINDED} else request
        got = replace(got, contact=f"ann{number}@example.com")
        tell_filer(engine, mailing, court, got, about, NOW, before=booked, by_desk=True)
    put(engine, clerks_mail(court, request, MAIL.to, "Llámenos."), NOW)
    assert deliver(engine, mailing) == len(kinds) + 1
    english = re.compile(r"\b(the|your|you|session|request|is|help|code|page|court's)\b", re.I)
    for _, content in inbox.got:
        told = content["subject"].removeprefix(court.short_name)
        told += content.get_body(("plain",)).get_content().replace(court.name, "")
        for attached in content.iter_attachments():
            (event,) = Calendar.from_ical(attached.get_content()).walk("VEVENT")
            told += str(event.get("description", "")) + str(event["summary"])
        told = told.replace(court.short_name, "").replace(court.phones_text, "")
        assert not english.search(told), told
        assert request.code in told
    _, content = inbox.got[1]
    text = " ".join(content.get_body(("plain",)).get_content().split())
    assert "Sesión de ayuda: martes, 2 de diciembre, de 10:00" in text


def test_who_gives_a_place_back_has_it_taken_out_of_the_calendar(
    engine: Engine,
    mailing: Settings,
    court: CourtProfile,
    inbox: Inbox,
    request_made: HelpRequest,
) -> None:
    start = NOW + timedelta(days=1)
    booked = replace(request_made, session_at=start, session_until=start + timedelta(hours=1))
    tell_filer(engine, mailing, court, booked, BOOKED, NOW, before=request_made)
    soon = NOW + timedelta(seconds=2)
    for about in (GIVEN_UP, WITHDRAWN, NOT_HELD):
        tell_filer(engine, mailing, court, request_made, about, soon, before=booked)
    tell_filer(engine, mailing, court, request_made, WITHDRAWN, soon, before=request_made)
    assert deliver(engine, mailing) == 5
    *with_file, without = [content for _, content in inbox.got]
    assert list(without.iter_attachments()) == []
    files = [next(iter(content.iter_attachments())) for content in with_file]
    methods = [file["content-type"].params["method"] for file in files]
    assert methods == ["PUBLISH", "CANCEL", "CANCEL", "CANCEL"]
    first, *ends = [Calendar.from_ical(file.get_content()) for file in files]
    (entry,) = first.walk("VEVENT")
    for calendar in ends:
        (end,) = calendar.walk("VEVENT")
        assert (calendar["method"], end["status"]) == ("CANCEL", "CANCELLED")
        assert end["uid"] == entry["uid"]
        assert end["sequence"] > entry["sequence"]
        assert end.decoded("dtstart") == entry.decoded("dtstart")
    text = with_file[1].get_body(("plain",)).get_content()
    assert "open the attached file" in text


def test_whoever_gave_only_a_number_gets_no_e_mail(
    engine: Engine, mailing: Settings, court: CourtProfile, request_made: HelpRequest
) -> None:
    by_phone = replace(request_made, contact="860-555-0100")
    assert not tell_filer(engine, mailing, court, by_phone, MADE, NOW)


def test_a_database_that_fails_does_not_fail_the_request(
    engine: Engine, mailing: Settings, court: CourtProfile, request_made: HelpRequest
) -> None:
    broken: Callable[..., Engine] = sa.create_engine
    nowhere = broken("sqlite://", future=True)
    assert not tell_filer(nowhere, mailing, court, request_made, MADE, NOW)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25, False)),
        ("smtp://u%40x:p%3A@mail.example", Server("mail.example", 587, False, "u@x", "p:")),
        ("smtps://u:p@mail.example", Server("mail.example", 465, True, "u", "p")),
        ("smtps://mail.example:2465", Server("mail.example", 2465, True)),
    ],
)
def test_addresses_of_servers(url: str, server: Server) -> None:
    assert server_of(url) == server
    assert "p:" not in repr(server)


@pytest.mark.parametrize("url", ["smtp://", "smtp://host:port", "smtp://host:99999", "smtp://[x"])
def test_addresses_that_name_no_server(url: str) -> None:
    with pytest.raises(MailServerError):
        server_of(url)


@pytest.mark.parametrize(
    "env",
    [
        {"SMTP_URL": "mail.example", "SMTP_FROM": FROM},
        {"SMTP_URL": "http://mail.example", "SMTP_FROM": FROM},
        {"SMTP_URL": "smtp://mail.example"},
        {"SMTP_URL": "smtp://mail.example:abc", "SMTP_FROM": FROM},
        {"SMTP_URL": "smtp://", "SMTP_FROM": FROM},
        {"SMTP_URL": "smtp://mail.example", "SMTP_FROM": "Help desk <a@b>"},
        {"SMTP_URL": "smtp://mail.example", "SMTP_FROM": "a@b.example\nBcc: c@d"},
    ],
)
def test_settings_that_cannot_be_used(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SMTP_"):
        load_settings(env)


def test_a_password_is_never_sent_unencrypted(
    engine: Engine, mailing: Settings, inbox: Inbox
) -> None:
    url = (mailing.smtp_url or "").replace("://", "://user:secret@")
    put(engine, MAIL, NOW)
    assert deliver(engine, replace(mailing, smtp_url=url)) == 0
    assert inbox.got == []
    assert rows(engine)[0].problem == "SMTPException"


def history_of(engine: Engine, request: HelpRequest) -> list[str]:
    return [change.why for change in history(engine, request.code)]


def test_one_conversation_has_few_strangers_written_to(
    engine: Engine, mailing: Settings, court: CourtProfile, inbox: Inbox
) -> None:
    """As if a filer asked again and again, each time with somebody else's address."""
    own, _ = start_conversation(engine)
    make = maker(engine)
    now = utc_now()
    told = []
    for number in range(2 * MOST_ADDRESSES):
        request = make(conversation_id=own.id, contact=f"stranger{number}@example.com")
        told.append(tell_filer(engine, mailing, court, request, MADE, now))
    assert told == [True] * MOST_ADDRESSES + [False] * MOST_ADDRESSES
    assert is_held_back(engine, mailing, request, now)
    # another topic of the same conversation is no way around it
    other = make(conversation_id=own.id, contact="stranger9@example.com", topic="mfa")
    assert not tell_filer(engine, mailing, court, other, MADE, now)
    # the desk has every request, and sees that no e-mail went out
    stored = find(engine, request.code)
    assert stored
    assert stored.contact == f"stranger{2 * MOST_ADDRESSES - 1}@example.com"
    assert history_of(engine, request).count(NOT_SENT) == 1
    assert history_of(engine, other).count(NOT_SENT) == 1
    assert deliver(engine, mailing) == MOST_ADDRESSES
    # a conversation of somebody else is not concerned, nor is this one on the next day
    assert tell_filer(engine, mailing, court, make(contact="ann@example.com"), MADE, now)
    assert tell_filer(engine, mailing, court, other, MADE, now + timedelta(days=1, minutes=1))


def test_one_conversation_sends_few_e_mails_a_day(
    engine: Engine, mailing: Settings, court: CourtProfile
) -> None:
    own, _ = start_conversation(engine)
    request = maker(engine)(conversation_id=own.id)
    told = [
        tell_filer(engine, mailing, court, request, BOOKED, NOW + timedelta(hours=hour))
        for hour in range(20)
    ]
    assert told == [True] * MOST_OF_ONE + [False] * (20 - MOST_OF_ONE)


def test_one_address_gets_few_e_mails_a_day_however_many_ask(
    engine: Engine, mailing: Settings, court: CourtProfile
) -> None:
    make = maker(engine)
    told = []
    for number in range(24):
        own, _ = start_conversation(engine)
        request = make(conversation_id=own.id, contact=f"Ann+{number}@example.com")
        at = NOW + timedelta(minutes=55 * number)
        told.append(tell_filer(engine, mailing, court, request, MADE, at))
    assert sum(told) == MOST_A_DAY
    assert not told[-1]


def test_the_desk_writes_however_much_a_filer_had_sent(
    engine: Engine, mailing: Settings, court: CourtProfile, request_made: HelpRequest
) -> None:
    for _ in range(MOST_AN_HOUR):
        assert tell_filer(engine, mailing, court, request_made, BOOKED, NOW)
    assert not tell_filer(engine, mailing, court, request_made, BOOKED, NOW)
    assert tell_filer(engine, mailing, court, request_made, NOT_HELD, NOW, by_desk=True)
    assert put(engine, MAIL, NOW)  # as a clerk's letter
