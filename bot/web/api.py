"""The JSON API under ``/api/``: what the page can do, for programs."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.bodies import read_json
from bot.web.cookies import set_cookie, token_of
from bot.web.site import Json, site_of
from bot.web.turns import Outcome, RefusedError, chosen, file_sent, take_turn, typed

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


ROUTES = [Route("/api/messages", post_message, methods=["POST"])]
