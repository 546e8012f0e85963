"""Everything that a clerk sees of one request, gathered from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.clock import utc_now
from bot.conversations import Turn, turns_of
from bot.copies import copies_of
from bot.knowledge.answer import answer
from bot.knowledge.store import article_of, choices_by_topic
from bot.plain_text import plain_text
from bot.reports import reports_of
from bot.staff.accounts import Account, all_accounts
from bot.staff.roles import CLERKS
from bot.triage.form import read_email, read_phone
from bot.triage.lifecycle import ALLOWED, history, notes
from bot.triage.queue import entry, place_in_line
from bot.triage.requests import ENDED, HelpRequest, earlier_requests
from bot.triage.sessions import as_sentence, is_held, next_sessions, spoken_session
from bot.web.desk.filters import session_word
from bot.web.desk.queue import row_of, topic_title
from bot.web.desk.spoken import STATES
from bot.web.markdown import with_addresses
from bot.web.site import Json, Site
from bot.web.views import ReportView, report_view, spoken_moment

_MOST_TURNS = 200
_MOST_SESSIONS = 6
_ON_COPY = "On the mended copy that the help desk made, not on the filer's own file."
_NOT_NAMED = "The request names no report. This is the one on the newest file of the conversation."
_MAIL_CHARS = 1500  # longer addresses are cut off by some mail programs


@dataclass(frozen=True)
class Asked:
    """A topic of the conversation and how its turns ended."""

    title: str
    outcomes: str


@dataclass(frozen=True)
class Said:
    """One message of the conversation, masked, and what was replied."""

    when: str
    text: str
    masked: str
    reply: Markup | None
    topic: str
    outcome: str


@dataclass(frozen=True)
class Line:
    """A change or a note, with its time in words."""

    who: str
    when: str
    text: str
    state: str = ""


@dataclass(frozen=True)
class CannedReply:
    """An article as a text to be copied or sent."""

    topic: str
    title: str
    text: str
    mail: str | None


def request_values(
    site: Site, found: HelpRequest, account: Account, reply_topic: str | None
) -> Json:
    """What ``request.html`` shows."""
    engine, zone, now = site.engine, site.court.time_zone, utc_now()
    topics = choices_by_topic(engine)
    row = row_of(site, entry(engine, found, now=now, weights=site.court.triage), topics)
    of_conversation = found.conversation_id
    turns = turns_of(engine, of_conversation, last=_MOST_TURNS) if of_conversation else []
    report, about_report = _report(site, found)
    return {
        "row": row,
        "found": found,
        "is_mine": found.claimed_by == account.name,
        "has_ended": found.state in ENDED,
        "can_become": [state for state in STATES if found.state in ALLOWED[state]],
        "states": STATES,
        "place": place_in_line(engine, found, now=now, weights=site.court.triage),
        "email": read_email(found.contact),
        "phone": read_phone(found.contact),
        "made": spoken_moment(found.created_at, zone),
        "session": _session(site, found, now),
        "session_word": session_word(found.session_at) if found.session_at else "",
        "sessions": [
            (
                session_word(s.start),
                as_sentence(spoken_session(site.court, s.start, s.end, now)),
                s.free,
            )
            for s in next_sessions(engine, site.court, now, most=_MOST_SESSIONS)
            if s.start != found.session_at
        ],
        "zoom_link": site.court.zoom_link if found.session_at else None,
        "can_mail": bool(site.settings.smtp_url and site.settings.smtp_from),
        "turns": [_said(turn, topics, zone) for turn in turns],
        "asked": asked_topics(turns, topics),
        "report": report,
        "about_report": about_report,
        "earlier": [
            (r, STATES[r.state], topic_title(r.topic, topics), spoken_moment(r.created_at, zone))
            for r in earlier_requests(engine, found)
        ],
        "notes": [
            Line(n.who, spoken_moment(n.when, zone), n.text) for n in notes(engine, found.code)
        ],
        "history": [
            Line(c.who, spoken_moment(c.when, zone), c.why, STATES[c.state])
            for c in history(engine, found.code)
        ],
        "people": [
            a.name for a in all_accounts(engine) if a.role in CLERKS and a.disabled_at is None
        ],
        "topics": topics,
        "canned": canned_reply(site, found, reply_topic or found.topic, topics),
    }


def _report(site: Site, found: HelpRequest) -> tuple[ReportView | None, str]:
    """The report that a clerk sees, and what it is on: the one that the request names, else that
    on the newest file that the filer sent."""
    if found.conversation_id is None:
        return None, ""
    reports = reports_of(site.engine, found.conversation_id)
    copies = copies_of(site.engine, found.conversation_id)
    on_copy = {number for number, copy in copies.items() if copy.bytes is not None}
    named = reports.get(found.report_id or "")
    if named:
        return report_view(named), _ON_COPY if found.report_id in on_copy else ""
    sent = [report for number, report in reports.items() if number not in on_copy]
    return (report_view(sent[-1]), _NOT_NAMED) if sent else (None, "")


def _session(site: Site, found: HelpRequest, now: datetime) -> str | None:
    if found.session_at is None or found.session_until is None:
        return None
    spoken = as_sentence(spoken_session(site.court, found.session_at, found.session_until, now))
    is_lost = found.session_until > now and not is_held(site.court, found.session_at, now)
    return f"{spoken}: not held any more" if is_lost else spoken


def _said(turn: Turn, topics: Mapping[str, str], zone: ZoneInfo) -> Said:
    reply = turn.reply
    return Said(
        when=spoken_moment(turn.asked_at, zone),
        text=turn.text,
        masked=", ".join(kind.replace("_", " ") for kind in turn.masked_kinds),
        reply=with_addresses(reply.text) if reply else None,
        topic=topic_title(reply.topic, topics) if reply and reply.topic else "",
        outcome=reply.outcome.replace("_", " ") if reply else "no answer",
    )


def asked_topics(turns: Sequence[Turn], topics: Mapping[str, str]) -> list[Asked]:
    """The topics of a conversation in the order they came up."""
    outcomes: dict[str, list[str]] = {}
    for turn in turns:
        if turn.reply and turn.reply.topic:
            known = outcomes.setdefault(turn.reply.topic, [])
            if turn.reply.outcome not in known:
                known.append(turn.reply.outcome)
    return [
        Asked(topic_title(topic, topics), ", ".join(ends).replace("_", " "))
        for topic, ends in outcomes.items()
    ]


def canned_reply(
    site: Site, found: HelpRequest, topic: str | None, topics: Mapping[str, str]
) -> CannedReply | None:
    """The article of ``topic`` as a reply; None where there is none."""
    article = article_of(site.engine, topic) if topic else None
    if article is None:
        return None
    reply = answer(article, site.court, topics)
    sources = "\n".join(f"{s.title}: {s.url}" for s in reply.sources)
    # as an e-mail shows it
    text = plain_text(reply.text, site.settings.public_url or "")
    text += f"\n\nSources:\n{sources}" if sources else ""
    email = read_email(found.contact)
    mail = None
    if email:
        subject = quote(f"Your help request {found.code}", safe="")
        mail = (
            f"mailto:{quote(email, safe='@')}?subject={subject}&body={quote(_cut(text), safe='')}"
        )
    return CannedReply(article.topic, article.title, text, mail)


def _cut(text: str) -> str:
    return text if len(text) <= _MAIL_CHARS else f"{text[:_MAIL_CHARS].rsplit(' ', 1)[0]} …"
