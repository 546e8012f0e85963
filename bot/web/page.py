"""The filer's page: whole on the server, and usable without JavaScript. A form is posted, the
browser is sent back to the page, and the newest answer is in view."""

import hashlib
import secrets
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.outcomes import FAILED
from bot.switches import SwitchedOffError, switched_off
from bot.uploads import UploadError, too_large
from bot.web import words
from bot.web.bodies import (
    BodyError,
    BodyUnreadableError,
    arriving,
    declared_bytes,
    read_form,
)
from bot.web.cookies import (
    clear_cookie,
    kept_days,
    known_conversation,
    set_cookie,
    token_of,
)
from bot.web.errors import error_answer, explain, problem_part, wants_part
from bot.web.files import take_file
from bot.web.forgetting import forget
from bot.web.form_tokens import check_form, first_token
from bot.web.language import gettext
from bot.web.limits import TooOftenError
from bot.web.lines import LineFullError
from bot.web.multipart import FileForm
from bot.web.refused import RefusedError
from bot.web.site import Site, in_thread, site_of
from bot.web.turns import (
    Make,
    Outcome,
    chosen,
    file_sent,
    take_turn,
    typed,
)
from bot.web.views import TurnView, turn_views

_LATEST = "/#latest"
_NEWEST_TURNS = 20
_FORM_OVERHEAD = 64_000  # what a form puts around a file
_REFUSED = (
    RefusedError,
    SwitchedOffError,
    TooOftenError,
    LineFullError,
    UploadError,
    BodyError,
)


async def show(request: Request) -> Response:
    """The conversation so far, and the forms to go on with it."""
    site = site_of(request)
    notice = gettext(words.DELETED) if request.query_params.get("deleted") else None
    return await _page(site, token_of(site, request), notice=notice)


async def post_message(request: Request) -> Response:
    """Take what was typed, or a button."""
    site = site_of(request)
    token = token_of(site, request)
    form = await read_form(request)
    text, choice = form.get("text"), form.get("choice")
    form_id = form.get("form_id")
    try:
        check_form(form)
        if choice is not None:
            make, key = chosen(choice), f"choice {choice}"
        elif upload_id := form.get("upload_id"):
            make, key = file_sent(upload_id), f"upload {upload_id}"
        else:
            make, key = typed(text or "", site.settings.message_limit_chars), f"text {text}"
        sent_id = message_id(form_id, key)
        outcome = await take_turn(site, token, make, sent_id, first_token=first_token(form_id))
    except (*_REFUSED, SQLAlchemyError) as error:
        if wants_part(request):
            return error_answer(site, request, error)
        return await _refused(site, token, error, draft=text or "", form_id=form_id)
    if wants_part(request):
        return await _new_turns(site, token, outcome, sent_id, form.get("seen"))
    return await _taken(site, token, outcome, draft=text or "", form_id=form_id)


async def post_file(request: Request) -> Response:
    """Take a file and have it checked."""
    site = site_of(request)
    token, new_token = token_of(site, request), None
    try:
        declared = declared_bytes(request)
        if declared is not None and declared > site.settings.upload_limit_bytes + _FORM_OVERHEAD:
            raise too_large(site.settings.upload_limit_bytes)
        form = FileForm(
            # the counting that the filer hears of is done where the file is stored
            arriving(request, site.settings.upload_limit_bytes + 4 * _FORM_OVERHEAD),
            request.headers.get("content-type", ""),
        )
        name = await form.to_file()
        check_form(form.fields)
        if not name:
            raise RefusedError(422, words.NO_FILE)
        upload, new_token = await take_file(
            site,
            token,
            name,
            form.pieces(),
            first_token=first_token(form.fields.get("form_id")),
        )
        token = new_token or token
        key = f"file {upload.sha256}"
        make: Make = file_sent(upload.id)
        outcome = await take_turn(site, token, make, message_id(form.fields.get("form_id"), key))
    except BodyUnreadableError:
        raise
    except (*_REFUSED, SQLAlchemyError, OSError) as error:
        response = await _refused(site, token, error)
    else:
        response = await _taken(site, token, outcome)
    # also where no turn came of it: the file is here, and its conversation counts
    set_cookie(site, response, new_token)
    return response


async def post_delete(request: Request) -> Response:
    """Forget the conversation."""
    site = site_of(request)
    check_form(await read_form(request))
    await forget(site, token_of(site, request))
    response = RedirectResponse("/?deleted=1", 303)
    clear_cookie(site, response)
    return response


async def to_start(request: Request) -> Response:
    """Somebody typed or reloaded the address that a form posts to."""
    return RedirectResponse("/", 303)


def message_id(form_id: str | None, content: str) -> str:
    """The same form with the same content is the same message, however often it is sent."""
    if not form_id:
        return secrets.token_hex(16)
    return hashlib.sha256(f"{form_id}\0{content}".encode("utf-8", "replace")).hexdigest()[:40]


async def _new_turns(
    site: Site, token: str | None, outcome: Outcome, sent_id: str, seen: str | None
) -> Response:
    """The turns after the one that the open page has ``seen`` last, for htmx."""
    if outcome.reply.outcome == FAILED:
        response = problem_part(site, outcome.status, outcome.reply.text)
    else:
        turns = await in_thread(_turns, site, outcome.new_token or token, last=_NEWEST_TURNS)
        ids = [turn.id for turn in turns]
        newest = ids.index(sent_id) if sent_id in ids else -1
        start = ids.index(seen) + 1 if seen in ids else newest
        response = _render(site, "partials/new_turns.html", 200, turns=turns[start:])
    set_cookie(site, response, outcome.new_token)
    return response


async def _taken(
    site: Site, token: str | None, outcome: Outcome, draft: str = "", form_id: str | None = None
) -> Response:
    if outcome.reply.outcome == FAILED:
        shown = outcome.new_token or token
        # with the same id, so that sending it again is still the same message
        response = await _page(site, shown, status=outcome.status, draft=draft, form_id=form_id)
    else:
        response = RedirectResponse(_LATEST, 303)
    set_cookie(site, response, outcome.new_token)
    return response


async def _refused(
    site: Site, token: str | None, error: Exception, draft: str = "", form_id: str | None = None
) -> Response:
    """The page again, with what was wrong and what had been typed."""
    status, reply = explain(site, error)
    return await _page(
        site, token, status=status, problem=reply.text, draft=words.clean(draft), form_id=form_id
    )


async def _page(
    site: Site,
    token: str | None,
    *,
    status: int = 200,
    notice: str | None = None,
    problem: str | None = None,
    draft: str = "",
    form_id: str | None = None,
) -> Response:
    try:
        turns, closed = await in_thread(_turns_and_notices, site, token)
    except SQLAlchemyError:
        if problem is None:
            raise
        closed = []
        turns = []  # the problem says that nothing can be read; what was typed is what matters now
    return _render(
        site,
        "page.html",
        status,
        is_chat=True,
        turns=turns,
        closed=closed,
        notice=notice,
        problem=problem,
        draft=draft,
        limit_chars=site.settings.message_limit_chars,
        limit_mb=site.settings.upload_limit_bytes // 1_000_000,
        life_minutes=site.settings.upload_life_minutes,
        kept_days=kept_days(site),
        **({"form_id": form_id} if form_id else {}),
    )


def _turns(site: Site, token: str | None, **kwargs: int) -> list[TurnView]:
    return turn_views(site, known_conversation(site, token), **kwargs)


def _turns_and_notices(site: Site, token: str | None) -> tuple[list[TurnView], list[str]]:
    closed = [words.switched_off(off.notice, site.phones) for off in switched_off(site.engine)]
    return _turns(site, token), closed


def _render(site: Site, template: str, status: int, **values: Any) -> Response:
    return HTMLResponse(site.render(template, **values), status)


ROUTES = [
    Route("/", show),
    Route("/messages", post_message, methods=["POST"]),
    Route("/messages", to_start, methods=["GET"]),
    Route("/files", post_file, methods=["POST"]),
    Route("/files", to_start, methods=["GET"]),
    Route("/delete", post_delete, methods=["POST"]),
    Route("/delete", to_start, methods=["GET"]),
]
