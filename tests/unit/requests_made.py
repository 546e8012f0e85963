"""Help requests for tests."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine

from bot.db import tables
from bot.triage.requests import HelpRequest, find, make_request

Make = Callable[..., HelpRequest]


def maker(engine: Engine) -> Make:
    """Makes a request; keyword arguments change what is asked, and what is stored of it."""

    def run(**changes: Any) -> HelpRequest:
        asked = {
            "conversation_id": None,
            "name": "Ann Lee",
            "contact": "ann@example.com",
            "role": "Attorney",
            "topic": "pdf_fix",
            "details": "It does not work.",
        }
        stored = {k: changes.pop(k) for k in ("created_at", "state", "rank_until") if k in changes}
        request = make_request(engine, **{**asked, **changes})
        if not stored:
            return request
        with engine.begin() as connection:
            c = tables.help_requests.c
            connection.execute(
                tables.help_requests.update().where(c.id == request.id).values(**stored)
            )
        found = find(engine, request.code)
        assert found
        return found

    return run
