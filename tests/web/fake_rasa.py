"""A stand-in for our Rasa channel, speaking its contract, which can be told to misbehave."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass
class FakeRasa:
    """``mode`` says how it answers; ``seen`` holds what it was sent."""

    secret: str = "test-secret"
    mode: str = "answer"
    delay: float = 0.0
    seen: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] | None = None
    busy: int = 0
    most_busy: int = 0

    def app(self) -> Starlette:
        """The channel as an application."""
        return Starlette(
            routes=[
                Route("/webhooks/helpdesk/webhook", self.webhook, methods=["POST"]),
                Route("/webhooks/helpdesk/ready", self.ready),
            ]
        )

    async def ready(self, request: Request) -> Response:
        """Whether the model is loaded."""
        return Response(status_code=200 if self.mode == "answer" else 503)

    async def webhook(self, request: Request) -> Response:
        """Answer one message."""
        if request.headers.get("x-helpdesk-secret") != self.secret:
            return JSONResponse({"error": "secret"}, 401)
        body = await request.json()
        self.seen.append(body)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.busy -= 1
        return self._answer(body)

    def _answer(self, body: dict[str, Any]) -> Response:
        if self.mode == "error":
            return JSONResponse({"error": "broken"}, 502)
        if self.mode == "garbage":
            return Response(b"<html>\xff\xfe")
        if self.mode == "wrong shape":
            return JSONResponse([1, 2])
        if self.mode == "empty":
            return JSONResponse({"messages": [], "intent": None, "confidence": None})
        if self.messages is not None:
            return JSONResponse({"messages": self.messages, "intent": "x", "confidence": 0.5})
        said = body.get("text") or body.get("payload")
        custom = {
            "text": f"You said: {said}",
            "outcome": "answered",
            "topic": "link_accounts",
            "sources": [
                {"title": "NextGen", "url": "https://example.gov/n", "checked_on": "2026-11-01"}
            ],
            "choices": [
                {"id": "c1", "title": "Upgrade", "payload": "/upgrade_legacy_account"},
                {"title": "Something else", "payload": "/out_of_scope"},
            ],
        }
        return JSONResponse(
            {"messages": [{"custom": custom}], "intent": "link_accounts", "confidence": 0.98}
        )
