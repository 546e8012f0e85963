"""The JSON API under ``/api/``: what the page can do, for programs."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversations import Conversation
from bot.web import words
from bot.web.bodies import read_json
from bot.web.cookies import conversation_for, known_conversation, set_cookie
from bot.web.site import Json, Site, in_thread, site_of
from bot.web.turns import (
    Message,
    Outcome,
    RefusedError,
    choice_message,
    take_turn,
    typed_message,
    upload_message,
)

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
    kind, value = given[0], body[given[0]]
    token = None
    if kind == "text":
        message = typed_message(value, site.settings.message_limit_chars)
        conversation, token = await in_thread(conversation_for, site, request)
    else:
        conversation, message = await in_thread(_chosen, site, request, kind, value)
    outcome = await take_turn(site, conversation, message, message_id)
    response = JSONResponse(outcome.reply.to_dict(), outcome.status, headers=_understood(outcome))
    set_cookie(site, response, token)
    return response


def _chosen(site: Site, request: Request, kind: str, value: str) -> tuple[Conversation, Message]:
    conversation = known_conversation(site, request)
    if conversation is None:
        raise RefusedError(404, words.UNKNOWN_CHOICE if kind == "choice" else words.UNKNOWN_UPLOAD)
    make = choice_message if kind == "choice" else upload_message
    return conversation, make(site, conversation, value)


def _understood(outcome: Outcome) -> Json:
    headers = {}
    if outcome.intent:
        headers["X-Intent"] = outcome.intent.encode("ascii", "replace").decode()
    if outcome.confidence is not None:
        headers["X-Confidence"] = f"{outcome.confidence:.4f}"
    return headers


ROUTES = [Route("/api/messages", post_message, methods=["POST"])]
