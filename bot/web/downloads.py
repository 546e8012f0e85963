"""Mended copies and attachments as downloads, for the conversation that they belong to only."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.copies import (
    StoredCopy,
    attachment_pieces,
    copy_of,
    keep_longer,
    path_of_copy,
)
from bot.web import words
from bot.web.cookies import known_conversation, token_of
from bot.web.refused import RefusedError
from bot.web.row_numbers import ROW
from bot.web.site import Site, in_thread, site_of

# What a filer sent never runs as a page of ours, whatever is in it.
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


async def get_copy(request: Request) -> Response:
    """The mended copy that a report offers."""
    site = site_of(request)
    copy = await in_thread(_copy, site, token_of(site, request), request.path_params["id"])
    if copy.bytes is None:
        raise RefusedError(404, words.UNKNOWN_COPY)
    path = path_of_copy(site.settings.upload_dir, copy)
    if not await in_thread(path.is_file):
        raise RefusedError(404, words.UNKNOWN_COPY)
    headers = {**_HEADERS, "Content-Disposition": _as_file(copy.name)}
    return FileResponse(path, media_type="application/pdf", headers=headers)


async def get_attachment(request: Request) -> Response:
    """A file that was inside the upload, counted from 1. Its bytes are given as they are."""
    site = site_of(request)
    number = int(request.path_params["number"])
    copy = await in_thread(_copy, site, token_of(site, request), request.path_params["id"])
    if not 1 <= number <= len(copy.attachments):
        raise RefusedError(404, words.UNKNOWN_COPY)
    attachment = copy.attachments[number - 1]
    pieces = attachment_pieces(site.settings.upload_dir, copy, number)
    try:
        first = await in_thread(next, pieces, b"")
    except OSError:
        raise RefusedError(404, words.UNKNOWN_COPY) from None
    headers = {
        **_HEADERS,
        "Content-Disposition": _as_file(attachment.name),
        "Content-Length": str(attachment.bytes),
    }
    whole = _with_first(first, pieces)
    return StreamingResponse(whole, media_type="application/octet-stream", headers=headers)


def _copy(site: Site, token: str | None, report_id: str) -> StoredCopy:
    conversation = known_conversation(site, token)
    copy = copy_of(site.engine, report_id, conversation.id) if conversation else None
    if copy is None or copy.delete_at is None:
        raise RefusedError(404, words.UNKNOWN_COPY)
    keep_longer(site.engine, copy.upload_id, site.settings.upload_life_minutes)
    return copy


def _as_file(name: str) -> str:
    """To be saved under this name, never shown (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


ROUTES = [
    Route(f"{prefix}/{{id}}{rest}", endpoint, methods=["GET"])
    for prefix in ("/files", "/api/reports")
    for rest, endpoint in (
        ("/copy", get_copy),
        (f"/attachments/{ROW}", get_attachment),
    )
]
