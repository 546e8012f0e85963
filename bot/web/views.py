"""What templates show: turns, reports and help requests in a filer's words and time zone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.conversations import Conversation, Turn, turns_of
from bot.copies import StoredCopy, copies_of
from bot.outcomes import ANSWERED, CHECKED, FAILED, OFFERED, Choice, Reply, Source
from bot.pdfcheck.rules import RULES
from bot.pdfcheck.rules.too_large import megabytes
from bot.plain_text import plain_text
from bot.ratings import Rating, ratings_of
from bot.reports import reports_of
from bot.triage.hours import zone_name
from bot.triage.requests import HelpRequest
from bot.uploads import FileLife, file_lives
from bot.web.bot_texts import button, in_page_language
from bot.web.language import N_, current_language
from bot.web.language import gettext as _
from bot.web.markdown import safe_link, to_html
from bot.web.site import Json, Site

_LAST_TURNS = 200
_FILE = "File: "
# findings as they are told where there is no card, and how many more there are
_ON_THE_CARD = re.compile(r"\s*\d+\. |There (?:is|are) \d+ more reasons?\.$")
_ANNOUNCES = re.compile(r":$")
_STATES = {
    "waiting": N_("Waiting for the clerk's office"),
    "claimed": N_("Somebody at the clerk's office has it"),
    "in_session": N_("The help session is under way"),
    "resolved": N_("Done"),
    "no_show": N_("Closed: nobody came to the session"),
    "withdrawn": N_("Withdrawn"),
}
_VERDICTS = {
    "accept": N_("Nothing found that CM/ECF refuses"),
    "reject": N_("CM/ECF is likely to refuse this file"),
    "unreadable": N_("This file cannot be read as a PDF"),
}
_SEVERITIES = {
    "reject": N_("Must be mended"),
    "warn": N_("Take care"),
    "note": N_("Good to know"),
}


@dataclass(frozen=True)
class FindingView:
    """One finding of a report. ``ways`` is how each program mends it, with the first finding of
    a rule."""

    severity: str
    severity_text: str
    message: str
    court_error: str | None
    page: int | None
    fix: str | None
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DownloadView:
    """A file to save, with its size in words."""

    name: str
    size: str
    url: str


@dataclass(frozen=True)
class CopyView:
    """What came of mending a file: the copy and what was inside the file; empty once gone."""

    copy: DownloadView | None
    attachments: tuple[DownloadView, ...]
    changes: tuple[str, ...]
    until: str | None


@dataclass(frozen=True)
class ReportView:
    """A report in short."""

    file: str
    verdict: str
    verdict_text: str
    pages: int | None
    findings: tuple[FindingView, ...]
    copy: CopyView | None
    notes: tuple[str, ...]
    not_listed: int
    file_life: str


@dataclass(frozen=True)
class ChoiceView:
    """A button."""

    id: str
    title: str
    is_translated: bool


@dataclass(frozen=True)
class TurnView:
    """One message and its reply; ``reply`` is None where none came."""

    id: str
    text: str
    when: str
    when_iso: str
    reply: Markup | None
    plain: str
    is_translated: bool
    failed: bool
    sources: tuple[Source, ...]
    choices: tuple[ChoiceView, ...]
    keeps_choices: bool
    report: ReportView | None
    request_code: str | None
    asks_rating: bool
    rating: Rating | None


def turn_views(
    site: Site, conversation: Conversation | None, *, last: int = _LAST_TURNS
) -> list[TurnView]:
    """The conversation for the page, or its ``last`` turns. Reads the database."""
    if conversation is None:
        return []
    turns = turns_of(site.engine, conversation.id, last=last)
    has_reports = any(turn.reply and turn.reply.report_id for turn in turns)
    kept = _Kept(
        site.court.time_zone,
        reports_of(site.engine, conversation.id) if has_reports else {},
        copies_of(site.engine, conversation.id) if has_reports else {},
        file_lives(site.engine, conversation.id) if has_reports else {},
        ratings_of(site.engine, conversation.id),
    )
    return [_turn(site, turn, kept, is_last=turn is turns[-1]) for turn in turns]


@dataclass(frozen=True)
class _Kept:
    """What belongs to a conversation's turns."""

    zone: ZoneInfo
    reports: Mapping[str, Json]
    copies: Mapping[str, StoredCopy]
    files: Mapping[str, FileLife]
    ratings: Mapping[str, Rating]


def _turn(site: Site, turn: Turn, kept: _Kept, *, is_last: bool) -> TurnView:
    reply = turn.reply
    # under an old answer, buttons such as "That did not work" would speak of the newest one
    has_buttons = reply is not None and (is_last or reply.outcome == OFFERED)
    report_id = (reply.report_id or "") if reply else ""
    card = _card(kept, report_id, turn.upload_id)
    text = reply.text if reply else ""
    said, is_translated = in_page_language(_beside(card, text) if card else text)
    rating = kept.ratings.get(turn.message_id)
    return TurnView(
        id=turn.message_id,
        text=_said_by_filer(turn),
        when=spoken_moment(turn.asked_at, kept.zone),
        when_iso=f"{turn.asked_at.isoformat(timespec='seconds')}Z",
        reply=to_html(said) if reply else None,
        plain=plain_text(in_page_language(text)[0], site.settings.public_url or ""),
        is_translated=is_translated,
        failed=reply is not None and reply.outcome == FAILED,
        sources=tuple(s for s in reply.sources if safe_link(s.url)) if reply else (),
        choices=tuple(map(_choice, reply.choices)) if reply and has_buttons else (),
        keeps_choices=reply is not None and reply.outcome == OFFERED,
        report=card,
        request_code=reply.request_code if reply else None,
        asks_rating=rating is not None or (is_last and reply is not None and _can_rate(reply)),
        rating=rating,
    )


def _card(kept: _Kept, report_id: str, upload_id: str | None) -> ReportView | None:
    report = kept.reports.get(report_id)
    if report is None:
        return None
    life = kept.files.get(upload_id or "")
    return report_view(report, kept.copies.get(report_id), kept.zone, life)


def _choice(choice: Choice) -> ChoiceView:
    title, is_translated = button(choice.title)
    return ChoiceView(choice.id, title, is_translated)


def _said_by_filer(turn: Turn) -> str:
    if turn.upload_id and turn.text.startswith(_FILE):
        return _("File: {name}").format(name=turn.text.removeprefix(_FILE))
    return button(turn.text)[0]


def _beside(card: ReportView, text: str) -> str:
    """What is said beside a report's card: not the findings and notes, which stand on the card."""
    kept: list[str] = []
    for paragraph in text.split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line not in card.notes]
        if _ON_THE_CARD.match(paragraph):
            # what announced the findings announces nothing any more
            kept[-1:] = [_ANNOUNCES.sub(".", last) for last in kept[-1:]]
        elif lines:
            kept.append("\n".join(lines))
    return "\n\n".join(kept) or text


def _can_rate(reply: Reply) -> bool:
    return reply.topic is not None and reply.outcome in {ANSWERED, CHECKED}


def _file_life(life: FileLife, zone: ZoneInfo) -> str:
    if life.deleted_at:
        return _("The file is deleted.")
    return _("The file is deleted by itself on {moment} ({zone}).").format(
        moment=spoken_moment(life.delete_at, zone),
        zone=zone_name(zone, current_language().spoken.locale),
    )


def report_view(
    report: Json,
    copy: StoredCopy | None = None,
    zone: ZoneInfo | None = None,
    life: FileLife | None = None,
) -> ReportView:
    """A stored report for a page; with the copy that it offers and what becomes of the file, in
    the court's time zone."""
    return ReportView(
        file=str(report.get("file", "")),
        verdict=str(report["verdict"]),
        verdict_text=_(_VERDICTS.get(str(report["verdict"]), str(report["verdict"]))),
        pages=report.get("pages"),
        findings=tuple(
            FindingView(
                severity=str(found.get("severity")),
                severity_text=_(_SEVERITIES.get(str(found.get("severity")), _SEVERITIES["note"])),
                message=str(found.get("message", "")),
                court_error=found.get("court_error"),
                page=found.get("page"),
                fix=found.get("fix"),
                ways=ways,
            )
            for found, ways in _with_ways(report.get("findings", ()))
        ),
        copy=_copy_view(copy, zone) if copy and zone else None,
        notes=tuple(map(str, report.get("notes", ()))),
        not_listed=sum(report.get("not_listed", {}).values()),
        file_life=_file_life(life, zone) if life and zone else "",
    )


def _with_ways(findings: Sequence[Json]) -> Iterator[tuple[Json, tuple[tuple[str, str], ...]]]:
    """Each finding with how each program mends it, which is said once for a rule."""
    told: set[str] = set()
    for found in findings:
        rule = RULES.get(str(found.get("rule")))
        is_new = rule is not None and rule.id not in told and found.get("severity") != "note"
        ways = tuple(rule.mend.to_dict().items()) if rule and is_new else ()
        told.add(str(found.get("rule")))
        yield found, ways


def _copy_view(copy: StoredCopy, zone: ZoneInfo) -> CopyView:
    shape = copy.to_dict()
    url = shape.get("url")
    made = DownloadView(copy.name, megabytes(copy.bytes or 0), url) if url else None
    return CopyView(
        copy=made,
        attachments=tuple(
            DownloadView(a["name"], megabytes(a["bytes"]), a["url"])
            for a in shape.get("attachments", ())
        ),
        changes=copy.changes,
        until=spoken_moment(copy.delete_at, zone) if copy.delete_at else None,
    )


def request_state(found: HelpRequest) -> str:
    """How a help request stands, in a few words."""
    return _(_STATES.get(found.state, found.state))


def spoken_moment(moment: datetime, zone: ZoneInfo) -> str:
    """A stored (UTC) time in the court's zone: ``November 23, 2026, 4:05 p.m.``"""
    there = moment.replace(tzinfo=UTC).astimezone(zone)
    language = current_language()
    return f"{language.day(there.date())}, {language.spoken.time(there.time())}"


def spoken_day(iso: str) -> str:
    """``2026-11-01`` as ``November 1, 2026``; anything else stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return current_language().day(day)
