"""The JSON API under ``/api/``: what the page can do, for programs."""

import re
import secrets
import sys
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversations import Turn, turns_of
from bot.copies import copy_of
from bot.reports import report_of
from bot.uploads import upload_names
from bot.web import words
from bot.web.bodies import arriving, declared_bytes, read_json
from bot.web.cookies import clear_cookie, known_conversation, set_cookie, token_of
from bot.web.files import take_file
from bot.web.forgetting import forget
from bot.web.help_requests import (
    Standing,
    book_session,
    find_request,
    give_session_up,
    withdraw_request,
)
from bot.web.language import gettext
from bot.web.refused import RefusedError
from bot.web.site import Json, Site, in_thread, site_of
from bot.web.turns import Outcome, chosen, file_sent, take_turn, typed

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ONE_OF_THREE = 'Send exactly one of "text", "choice" and "upload_id", as a string.'
_BAD_MESSAGE_ID = 'A "message_id" has 1 to 64 letters, digits, hyphens or underscores.'


def message_id_of(value: object) -> str:
    """The client's id of a message, or a new one where it gave none.

    Raises:
        RefusedError: it cannot be used.
    """
    if value is None or value == "":
        return secrets.token_hex(16)
    if not isinstance(value, str) or not _MESSAGE_ID.fullmatch(value):
        raise RefusedError(422, _BAD_MESSAGE_ID)
    return value


async def post_message(request: Request) -> Response:
    """Take one message and answer it."""
    site = site_of(request)
    body = await read_json(request)
    message_id = message_id_of(body.get("message_id"))
    given = [key for key in ("text", "choice", "upload_id") if key in body]
    if len(given) != 1 or not isinstance(body[given[0]], str):
        raise RefusedError(422, _ONE_OF_THREE)
    value = body[given[0]]
    if given[0] == "text":
        make = typed(value, site.settings.message_limit_chars)
    else:
        make = chosen(value) if given[0] == "choice" else file_sent(value)
    outcome = await take_turn(site, token_of(site, request), make, message_id)
    response = JSONResponse(outcome.reply.to_dict(), outcome.status, headers=_understood(outcome))
    set_cookie(site, response, outcome.new_token)
    return response


def _understood(outcome: Outcome) -> Json:
    headers = {}
    if outcome.intent:
        headers["X-Intent"] = outcome.intent.encode("ascii", "replace").decode()
    if outcome.confidence is not None:
        headers["X-Confidence"] = f"{outcome.confidence:.4f}"
    return headers


async def post_upload(request: Request) -> Response:
    """Take a file, sent as the bare body."""
    site = site_of(request)
    upload, new_token = await take_file(
        site,
        token_of(site, request),
        request.query_params.get("name", ""),
        # the counting that the filer hears of is done where the file is stored
        arriving(request, sys.maxsize),
        expected_bytes=declared_bytes(request),
    )
    body = {
        "upload_id": upload.id,
        "name": upload.name,
        "bytes": upload.bytes,
        "deleted_at": utc_text(upload.delete_at),
    }
    response = JSONResponse(body, 201)
    set_cookie(site, response, new_token)
    return response


async def get_conversation(request: Request) -> Response:
    """All turns of the conversation; none without one."""
    site = site_of(request)
    return JSONResponse({"turns": await in_thread(_turns, site, token_of(site, request))})


def _turns(site: Site, token: str | None) -> list[Json]:
    conversation = known_conversation(site, token)
    if conversation is None:
        return []
    names = upload_names(site.engine, conversation.id)
    return [_turn_json(turn, names) for turn in turns_of(site.engine, conversation.id)]


def _turn_json(turn: Turn, names: dict[str, str]) -> Json:
    shape: Json = {
        "text": turn.text,
        "masked_kinds": list(turn.masked_kinds),
        "asked_at": utc_text(turn.asked_at),
        "reply": turn.reply.to_dict() if turn.reply else None,
    }
    if turn.upload_id:
        shape["upload_name"] = names.get(turn.upload_id)
    return shape


async def delete_conversation(request: Request) -> Response:
    """Forget the conversation and its files."""
    site = site_of(request)
    deleted = await forget(site, token_of(site, request))
    text = gettext(words.DELETED if deleted else words.NOTHING_TO_DELETE)
    response = JSONResponse({"deleted": deleted, "text": text})
    clear_cookie(site, response)
    return response


async def get_report(request: Request) -> Response:
    """What a check of one of the conversation's files found."""
    site = site_of(request)
    report = await in_thread(_report, site, token_of(site, request), _id_of(request))
    return JSONResponse(report)


def _id_of(request: Request) -> str:
    return words.clean(str(request.path_params["id"])[:64])


def _report(site: Site, token: str | None, report_id: str) -> Json:
    conversation = known_conversation(site, token)
    report = report_of(site.engine, report_id, conversation.id) if conversation else None
    if conversation is None or report is None:
        raise RefusedError(404, words.UNKNOWN_REPORT)
    copy = copy_of(site.engine, report_id, conversation.id)
    return {**report, "copy": copy.to_dict()} if copy else report


async def get_help_request(request: Request) -> Response:
    """How a help request stands."""
    site = site_of(request)
    return JSONResponse(_request_json(await in_thread(find_request, site, _code(request))))


async def withdraw_help_request(request: Request) -> Response:
    """Take a help request back."""
    site = site_of(request)
    return JSONResponse(_request_json(await in_thread(withdraw_request, site, _code(request))))


async def book_help_session(request: Request) -> Response:
    """Choose the session of a help request, in exchange for the one that it has."""
    site = site_of(request)
    start = str((await read_json(request)).get("start", ""))[:40]
    found = await in_thread(book_session, site, _code(request), start)
    return JSONResponse(_request_json(found))


async def give_help_session_up(request: Request) -> Response:
    """Give the place in a session back; with ``start``, in no other than that one."""
    site, start = site_of(request), request.query_params.get("start", "")[:40]
    found = await in_thread(give_session_up, site, _code(request), start)
    return JSONResponse(_request_json(found))


def _code(request: Request) -> str:
    return str(request.path_params["code"])[:64]


def _request_json(found: Standing) -> Json:
    request = found.request
    shape: Json = {
        "code": request.code,
        "state": request.state,
        "topic": request.topic,
        "created_at": utc_text(request.created_at),
        "sessions": [_session_json(s.start, s.end) for s in found.sessions],
    }
    if found.mail_held_back:
        shape["mail_held_back"] = True
    if found.place is not None:
        shape["place"] = found.place
    if request.session_at and request.session_until:
        shape["session"] = _session_json(request.session_at, request.session_until)
        if found.link:
            shape["session"]["link"] = found.link
    return shape


def _session_json(start: datetime, end: datetime) -> Json:
    return {"start": utc_text(start), "end": utc_text(end)}


def utc_text(moment: datetime) -> str:
    """A stored time as ISO text that says that it is UTC."""
    return f"{moment.isoformat(timespec='seconds')}Z"


ROUTES = [
    Route("/api/messages", post_message, methods=["POST"]),
    Route("/api/uploads", post_upload, methods=["POST"]),
    Route("/api/conversation", get_conversation, methods=["GET"]),
    Route("/api/conversation", delete_conversation, methods=["DELETE"]),
    Route("/api/reports/{id}", get_report),
    Route("/api/requests/{code}", get_help_request),
    Route("/api/requests/{code}/withdraw", withdraw_help_request, methods=["POST"]),
    Route("/api/requests/{code}/session", book_help_session, methods=["POST"]),
    Route("/api/requests/{code}/session", give_help_session_up, methods=["DELETE"]),
]
