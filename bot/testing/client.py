"""A filer as a program: one conversation with the help desk over its web API."""

from pathlib import Path
from types import TracebackType
from typing import Any

import httpx


class HelpDeskUnreachableError(RuntimeError):
    """No help desk answers at this address."""


class Filer:
    """One conversation. ``confidence`` is the classifier's, of the last message."""

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout)
        self.confidence: float | None = None
        self.intent: str | None = None
        self.choices: list[dict[str, str]] = []

    def __enter__(self) -> "Filer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def token(self) -> str | None:
        """What opens this conversation; None before the first message."""
        for name, value in self._http.cookies.items():
            if name.removeprefix("__Host-") == "helpdesk":
                return value
        return None

    def say(self, text: str) -> dict[str, Any]:
        """Type a message; returns the reply."""
        return self._send({"text": text})

    def choose(self, title: str) -> dict[str, Any]:
        """Press the button with this title.

        Raises:
            LookupError: no button of the last replies has it.
        """
        for choice in self.choices:
            if choice["title"] == title:
                return self._send({"choice": choice["id"]})
        raise LookupError(f"no choice {title!r} among {[c['title'] for c in self.choices]}")

    def upload(self, file: Path) -> dict[str, Any]:
        """Send a file; returns the reply to it, or the refusal."""
        try:
            answer = self._http.post(
                "/api/uploads", params={"name": file.name}, content=file.read_bytes()
            )
        except httpx.HTTPError as error:
            raise HelpDeskUnreachableError(str(error)) from error
        shape: dict[str, Any] = answer.json()
        if answer.status_code != 201:
            return shape
        return self._send({"upload_id": shape["upload_id"]})

    def _send(self, body: dict[str, str]) -> dict[str, Any]:
        try:
            answer = self._http.post("/api/messages", json=body)
        except httpx.HTTPError as error:
            raise HelpDeskUnreachableError(
                f"The help desk at {self._http.base_url} does not answer: start it with make run."
            ) from error
        confidence = answer.headers.get("X-Confidence")
        self.confidence = float(confidence) if confidence else None
        self.intent = answer.headers.get("X-Intent")
        reply: dict[str, Any] = answer.json()
        self.choices = reply.get("choices") or self.choices
        return reply
