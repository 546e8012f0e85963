"""Every error as an answer that a filer can use: a page for browsers, a reply under /api/."""

import errno
import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.outcomes import Reply
from bot.switches import SwitchedOffError
from bot.uploads import (
    UploadCutOffError,
    UploadEmptyError,
    UploadError,
    UploadTooLargeError,
)
from bot.web import words
from bot.web.bodies import (
    BodyCutOffError,
    BodyEndedError,
    BodyError,
    BodySlowError,
    BodyStalledError,
    BodyTooLargeError,
)
from bot.web.guard import ForeignError
from bot.web.limits import TooOftenError
from bot.web.lines import LineFullError
from bot.web.refused import RefusedError
from bot.web.site import Site

log = logging.getLogger(__name__)

_UPLOAD_STATUSES: dict[type[UploadError], int] = {
    UploadTooLargeError: 413,
    UploadEmptyError: 422,
    UploadCutOffError: 400,
}
_HTTP_TEXTS = {404: words.NO_PAGE, 405: words.WRONG_METHOD}


def explain(site: Site, error: Exception) -> tuple[int, Reply]:
    """The status and the text for an error; what is not the client's doing is logged."""
    if isinstance(error, RefusedError):
        return error.status, words.failed(error.text)
    if isinstance(error, SwitchedOffError):
        return 503, words.failed(words.switched_off(error.notice, site.phones))
    if isinstance(error, TooOftenError):
        return 429, words.failed(words.too_often(error.what, error.seconds, site.phones))
    if isinstance(error, LineFullError):
        return 429, words.failed(words.TOO_BUSY)
    if isinstance(error, BodyError):
        return _explain_body(error)
    if isinstance(error, HTTPException):
        return error.status_code, words.failed(_HTTP_TEXTS.get(error.status_code, words.NO_PAGE))
    if isinstance(error, ForeignError):
        return 403, words.failed(words.FOREIGN)
    if isinstance(error, UploadError):
        return _UPLOAD_STATUSES.get(type(error), 422), words.failed(str(error))
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        number = words.problem_number(log, "no room for files", error)
        return 507, words.no_room(site.phones, number)
    if isinstance(error, SQLAlchemyError):
        number = words.problem_number(log, "the database failed", error)
        return 503, words.not_stored(site.phones, number)
    number = words.problem_number(log, "unexpected error", error)
    return 500, words.broken(site.phones, number)


def _explain_body(error: BodyError) -> tuple[int, Reply]:
    if isinstance(error, BodyTooLargeError):
        return 413, words.failed(words.TOO_MUCH)
    if isinstance(error, BodyStalledError):
        return 408, words.failed(words.STALLED)
    if isinstance(error, BodySlowError):
        return 408, words.failed(words.TOO_SLOW)
    if isinstance(error, BodyEndedError):
        return 503, words.failed(words.ENDING)
    if isinstance(error, BodyCutOffError):
        return 400, words.failed(words.CUT_OFF)
    return 400, words.failed(str(error))


def error_answer(site: Site, request: Request, error: Exception) -> Response:
    """The whole response to an error."""
    status, reply = explain(site, error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if isinstance(error, TooOftenError):
        headers["Retry-After"] = str(error.seconds)
    if request.url.path.startswith("/api/"):
        return JSONResponse(reply.to_dict(), status, headers=headers)
    if wants_part(request):
        return problem_part(site, status, reply.text, headers)
    page = site.render("error.html", text=reply.text, retry=status >= 500)
    return HTMLResponse(page, status, headers=headers)


def wants_part(request: Request) -> bool:
    """Whether htmx asks, which puts what it gets into the page that is open."""
    return request.headers.get("hx-request") == "true"


def problem_part(
    site: Site, status: int, text: str, headers: Mapping[str, str] | None = None
) -> Response:
    """What went wrong, for the place on the open page where problems are said."""
    return HTMLResponse(
        site.render("partials/problem.html", problem=text),
        status,
        headers={**(headers or {}), "HX-Retarget": "#problem", "HX-Reswap": "innerHTML"},
    )
