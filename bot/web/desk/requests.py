"""The page of one request, and what a clerk does there: each deed is stored with its entry in the
log and its e-mail to the filer, or none of them is."""

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.knowledge.store import choices_by_topic
from bot.outbox import put
from bot.privacy import mask
from bot.staff.accounts import Account, all_accounts
from bot.staff.audit import record
from bot.staff.roles import CLERKS
from bot.triage.form import read_email
from bot.triage.lifecycle import (
    Also,
    NotAllowedError,
    add_note,
    assign,
    claim,
)
from bot.triage.moves import move_and_tell
from bot.triage.notices import BOOKED, GIVEN_UP, clerks_mail, tell_filer
from bot.triage.requests import (
    CLAIMED,
    IN_SESSION,
    NO_SHOW,
    RESOLVED,
    HelpRequest,
    find,
)
from bot.triage.sessions import NoSuchSessionError, book, give_up
from bot.web.desk.filters import session_moment
from bot.web.desk.request_view import CannedReply, canned_reply, request_values
from bot.web.desk.shell import Form, account_of, desk_page, form_of, go_to
from bot.web.desk.spoken import STATES
from bot.web.site import Json, Site, in_thread, site_of
from bot.web.words import clean

_NO_SUCH = "No help request has this code. Check the letters and numbers, or search the queue."
_OTHER_SESSION = (
    "The session was changed while this page was open, so nothing was given back. Look at it again."
)
_MOST_MAIL_CHARS = 8000
_NOTHING_WRITTEN = {"draft": "", "why": "", "reply": ""}
# what the history says where the clerk had nothing to add; the other states want a reason
_PLAIN_REASONS = {
    CLAIMED: "claimed",
    IN_SESSION: "the session began",
    RESOLVED: "helped",
    NO_SHOW: "nobody came",
}


async def show_request(request: Request) -> Response:
    """Everything about it on one page."""
    found = await _found(request)
    account = account_of(request)
    if found.claimed_by != account.name:
        # who looked at whose request, where it was not theirs to work on
        site = site_of(request)
        await in_thread(record, site.engine, account.name, "opened a request", found.code)
    return await _page(request, found)


async def post_claim(request: Request) -> Response:
    """Take it; the second of two clerks is told who has it."""
    site, account, found = site_of(request), account_of(request), await _found(request)
    try:
        also = _logged(account.name, "claimed a request")
        await in_thread(claim, site.engine, found.code, account.name, also=also)
    except NotAllowedError as error:
        return await _page(request, await _found(request), 409, str(error))
    return _back(request, found, "It is yours now.")


async def post_move(request: Request) -> Response:
    """Bring it to another state."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    found, to = await _found(request), form.get("to")
    why = form.get("why") or _PLAIN_REASONS.get(to, "")
    try:
        said = await in_thread(_move, site, found.code, to, account.name, why)
    except NotAllowedError as error:
        return await _page(request, await _found(request), 409, str(error), why=form.get("why"))
    return _back(request, found, said)


async def post_assign(request: Request) -> Response:
    """Give it to somebody."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    found, whom = await _found(request), form.get("to")
    try:
        await in_thread(_assign, site, found, whom, account.name, form.get("why"))
    except NotAllowedError as error:
        return await _page(request, found, 409, str(error))
    return _back(request, found, f"{whom} has it now.")


async def post_note(request: Request) -> Response:
    """Keep a note."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    found, text = await _found(request), form.get("text")
    try:
        await in_thread(_note, site, found.code, account.name, text)
    except NotAllowedError as error:
        return await _page(request, found, 422, str(error), draft=text)
    return _back(request, found, "The note is kept.", "#notes")


async def post_session(request: Request) -> Response:
    """Give it a place in a help session, or give that back; the filer hears of it by e-mail."""
    site, account, found = site_of(request), account_of(request), await _found(request)
    form = form_of(request)
    start, shown = form.get("start"), form.get("shown")
    try:
        said = await in_thread(_set_session, site, found.code, start, shown, account.name)
    except NotAllowedError as error:
        return await _page(request, await _found(request), 409, str(error))
    return _back(request, found, said)


async def post_reply(request: Request) -> Response:
    """Send the filer an e-mail; the notes say that it was sent. Or show another article: what the
    clerk wrote meanwhile stays before it."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    found, text = await _found(request), form.get("text")
    if form.get("do") == "show":
        return await _page(request, found, reply=text, topic=form.get("topic"))
    try:
        await in_thread(_send, site, found, account, text)
    except NotAllowedError as error:
        return await _page(request, found, 422, str(error), reply=text, topic=form.get("topic"))
    return _back(request, found, "The e-mail is on its way.", "#notes")


def _logged(who: str, action: str, detail: str = "") -> Also:
    """The entry in the log, in the transaction of the deed."""
    return lambda connection, changed: record(connection, who, action, changed.code, detail)


def _logged_and_told(
    site: Site, code: str, who: str, action: str, about: str, detail: str = ""
) -> Also:
    """The same with an e-mail to the filer."""
    before = find(site.engine, code)

    def also(connection: Connection, changed: HelpRequest) -> None:
        record(connection, who, action, changed.code, detail)
        tell_filer(
            connection,
            site.settings,
            site.court,
            changed,
            about,
            utc_now(),
            before=before,
            by_desk=True,
        )

    return also


def _move(site: Site, code: str, to: str, who: str, why: str) -> str:
    """What to say then."""
    log = _logged(who, "moved a request", to)
    moved = move_and_tell(site.engine, site.settings, site.court, code, to, who, why, log=log)
    said = f"It is now: {STATES[to]}."
    return f"{said} {moved.to_do}" if moved.to_do else said


def _note(site: Site, code: str, who: str, text: str) -> None:
    with site.engine.begin() as connection:
        add_note(connection, code, who, text)
        record(connection, who, "kept a note", code)


def _set_session(site: Site, code: str, word: str, shown: str, who: str) -> str:
    """What to say then. An empty ``word`` gives the place back, in the session that was ``shown``
    and in no other that the filer or a colleague has chosen since."""
    if not word:
        before = find(site.engine, code)
        also = _logged_and_told(site, code, who, "gave a session up", GIVEN_UP)
        after = give_up(site.engine, code, who=who, start=session_moment(shown), also=also)
        if after.session_at is not None:
            raise NotAllowedError(_OTHER_SESSION)
        is_booked = before is not None and before.session_at is not None
        return "It is given back." if is_booked else "No place was booked, so nothing changed."
    start = session_moment(word)
    if start is None:
        raise NoSuchSessionError
    also = _logged_and_told(site, code, who, "booked a session", BOOKED)
    book(site.engine, site.court, code, start, utc_now(), who=who, also=also)
    return "The place is booked."


def _send(site: Site, found: HelpRequest, account: Account, text: str) -> None:
    to = read_email(found.contact)
    if to is None or not (site.settings.smtp_url and site.settings.smtp_from):
        raise NotAllowedError("No e-mail can be sent: there is no address, or no mail server.")
    text = mask(text).text
    if not text or len(text) > _MOST_MAIL_CHARS:
        raise NotAllowedError(f"Write an e-mail of at most {_MOST_MAIL_CHARS:,} characters.")
    mail = clerks_mail(site.court, found, to, text)
    first = text.splitlines()[0][:120]
    with site.engine.begin() as connection:
        if not put(connection, mail, utc_now()):
            raise NotAllowedError("This address got many e-mails within the hour. Try again later.")
        add_note(connection, found.code, account.name, f"Sent by e-mail: {first}")
        record(connection, account.name, "wrote to a filer", found.code)


def _assign(site: Site, found: HelpRequest, whom: str, who: str, why: str) -> None:
    people = {
        account.name
        for account in all_accounts(site.engine)
        if account.role in CLERKS and account.disabled_at is None
    }
    if whom not in people:
        raise NotAllowedError("Choose a clerk from the list.")
    also = _logged(who, "assigned a request", whom)
    assign(site.engine, found.code, whom, who, why, also=also)


async def _found(request: Request) -> HelpRequest:
    code = str(request.path_params["code"])[:64]
    found = await in_thread(find, site_of(request).engine, code)
    if found is None:
        raise HTTPException(404, _NO_SUCH)
    return found


async def _page(
    request: Request,
    found: HelpRequest,
    status: int = 200,
    problem: str | None = None,
    *,
    topic: str = "",
    **kept: str,
) -> Response:
    """``topic``: whose article is shown as a reply; ``kept``: what the clerk wrote into the fields
    ``draft``, ``why`` and ``reply``, so that a refusal costs no words."""
    topic = clean(topic or request.query_params.get("reply", ""))[:64]
    values: Json = await in_thread(
        request_values, site_of(request), found, account_of(request), topic or None
    )
    form = form_of(request)
    if form.get("do") == "show":
        kept["reply"] = await in_thread(_joined, site_of(request), found, form, values["canned"])
    return desk_page(
        request, "request.html", status, problem=problem, kept=_NOTHING_WRITTEN | kept, **values
    )


def _joined(site: Site, found: HelpRequest, form: Form, canned: CannedReply | None) -> str:
    """The reply that the clerk has changed and the article chosen after it; empty where nothing of
    theirs is in it."""
    text, topic = form.get("text").strip(), form.get("shown")
    before = canned_reply(site, found, topic, choices_by_topic(site.engine))
    if canned is None or not text or (before is not None and text == before.text.strip()):
        return ""
    return text if topic == canned.topic else f"{text}\n\n{canned.text}"


def _back(request: Request, found: HelpRequest, said: str, part: str = "") -> Response:
    return go_to(request, f"/desk/requests/{found.code}{part}", said)
