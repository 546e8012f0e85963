"""Reading what a client sends, with limits on size and time that are kept while it arrives."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.web import words
from bot.web.site import site_of

JSON_LIMIT = 64_000
FORM_LIMIT = 256_000  # a refused text of 20,000 signs, percent-encoded, still comes back whole
STALL_SECONDS = 20.0
LONGEST_SECONDS = 3600.0  # for one body, as long as a file is kept; 50 MB need 14 kB a second
_LEAST_BYTES = 8_000  # in each stretch of STALL_SECONDS: a poor line manages, a dripping one is cut


class BodyError(ValueError):
    """What was sent cannot be used."""


class BodyTooLargeError(BodyError):
    """More arrived than this address takes."""


class BodyStalledError(BodyError):
    """Nothing, or next to nothing, arrived for :data:`STALL_SECONDS`."""


class BodySlowError(BodyError):
    """Not all arrived within :data:`LONGEST_SECONDS`."""


class BodyCutOffError(BodyError):
    """The client went away before the end."""


class BodyEndedError(BodyError):
    """The server ends, and waited for the rest as long as it could."""


class BodyUnreadableError(BodyError):
    """All arrived, and it is not what it should be; the message is for the client."""


def declared_bytes(request: Request) -> int | None:
    """The Content-Length, where there is one."""
    value = request.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else None


async def arriving(
    request: Request, limit: int, *, stall_seconds: float | None = None
) -> AsyncIterator[bytes]:
    """The pieces of the body as they come. They stop coming for at most ``stall_seconds``,
    :data:`STALL_SECONDS` unless said otherwise.

    Raises:
        BodyTooLargeError, BodyStalledError, BodySlowError, BodyCutOffError, BodyEndedError
    """
    ending = site_of(request).ending
    declared = declared_bytes(request)
    if declared is not None and declared > limit:
        raise BodyTooLargeError
    stall_seconds = STALL_SECONDS if stall_seconds is None else stall_seconds
    clock = asyncio.get_running_loop().time
    stream, total = request.stream(), 0
    due, arrived = clock() + stall_seconds, 0
    last = clock() + LONGEST_SECONDS
    while True:
        try:
            async with ending.wait_until(min(due, last)):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except ClientDisconnect as error:
            raise BodyCutOffError from error
        except TimeoutError as error:
            if ending.is_over:
                raise BodyEndedError from error
            raise (BodySlowError if clock() >= last else BodyStalledError) from error
        total, arrived = total + len(piece), arrived + len(piece)
        if total > limit:
            raise BodyTooLargeError
        if arrived >= _LEAST_BYTES:
            due, arrived = clock() + stall_seconds, 0
        if piece:
            yield piece


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLargeError, BodyStalledError, BodySlowError, BodyCutOffError, BodyEndedError
    """
    return b"".join([piece async for piece in arriving(request, limit)])


async def read_json(request: Request, limit: int = JSON_LIMIT) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        BodyUnreadableError: it is no JSON object; else as :func:`read_body`.
    """
    body = await read_body(request, limit)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadableError(words.NOT_JSON) from error
    if not isinstance(found, dict):
        raise BodyUnreadableError(words.NOT_JSON)
    return found


async def read_form(request: Request, limit: int = FORM_LIMIT) -> dict[str, str]:
    """The fields of a form without files; of a field that comes twice, the last.

    Raises:
        BodyUnreadableError: it is no such form; else as :func:`read_body`.
    """
    return dict(await read_fields(request, limit, most=20))


async def read_fields(request: Request, limit: int, most: int) -> list[tuple[str, str]]:
    """The fields of a form without files, in order, ``most`` at most.

    Raises:
        BodyUnreadableError: it is no such form; else as :func:`read_body`.
    """
    body = await read_body(request, limit)
    try:
        return parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=most, errors="replace"
        )
    except ValueError as error:
        raise BodyUnreadableError(words.NO_FORM) from error
