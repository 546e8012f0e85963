"""A filer as a program: one conversation with the help desk over its web API."""

import ssl
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from bot.addresses import is_this_machine


class HelpDeskUnreachableError(RuntimeError):
    """No help desk answers at this address."""


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Read once: reading them takes longer than a conversation."""
    return httpx.create_ssl_context()


def _heeds_proxies(url: str) -> bool:
    """Whether the proxy of the environment is asked: never for a help desk on this machine."""
    try:
        return not is_this_machine(httpx.URL(url).host)
    except httpx.InvalidURL:
        return True


def check_reachable(url: str) -> None:
    """Raise HelpDeskUnreachableError, with what to do, when no help desk answers at ``url``."""
    try:
        found = httpx.get(
            f"{url}/health", timeout=5, verify=_certificates(), trust_env=_heeds_proxies(url)
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HelpDeskUnreachableError(
            f"No help desk answers at {url}: check the address, or start one with make run."
        ) from error
    if found.status_code >= 500:
        raise HelpDeskUnreachableError(
            f"The help desk at {url} says that it cannot serve now: look at its logs."
        )
    _shape(found)


def _shape(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object that an answer holds.

    Raises:
        HelpDeskUnreachableError: it holds none: another server, or a proxy, has answered.
    """
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        status = f"status {answer.status_code}"
        if answer.has_redirect_location:
            status += f", to {answer.headers['Location']}"
        raise HelpDeskUnreachableError(
            f"What answers at {answer.url} is no help desk ({status}): check the address, and the "
            "proxy where there is one."
        )
    return found


class Filer:
    """One conversation. ``confidence`` is the classifier's, of the last message."""

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        self._http = httpx.Client(
            base_url=url,
            timeout=timeout,
            verify=_certificates(),
            trust_env=_heeds_proxies(url),
        )
        self.confidence: float | None = None
        self.intent: str | None = None
        self.choices: list[dict[str, str]] = []
        self.report_id: str | None = None

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
        shape = _shape(answer)
        if answer.status_code != 201:
            return shape
        return self._send({"upload_id": shape["upload_id"]})

    def save_copy(self, folder: Path) -> Path | None:
        """Write the mended copy of the last file that was checked into ``folder``; returns where
        it lies, None when there is none. No file that is there is overwritten.

        Raises:
            OSError: the folder cannot be written to.
        """
        if self.report_id is None:
            return None
        copy = _shape(self._get(f"/api/reports/{self.report_id}")).get("copy") or {}
        if "url" not in copy:
            return None
        pdf = self._get(copy["url"])
        if pdf.status_code != 200:
            return None
        path = _free_name(folder, Path(copy["name"]).name)
        with path.open("xb") as file:
            file.write(pdf.content)
        return path

    def _get(self, address: str) -> httpx.Response:
        try:
            return self._http.get(address)
        except httpx.HTTPError as error:
            raise HelpDeskUnreachableError(str(error)) from error

    def _send(self, body: dict[str, str]) -> dict[str, Any]:
        try:
            answer = self._http.post("/api/messages", json=body)
        except httpx.HTTPError as error:
            raise HelpDeskUnreachableError(
                f"The help desk at {self._http.base_url} does not answer: start it with make run."
            ) from error
        reply = _shape(answer)
        confidence = answer.headers.get("X-Confidence")
        self.confidence = float(confidence) if confidence else None
        self.intent = answer.headers.get("X-Intent")
        self.choices = reply.get("choices") or self.choices
        self.report_id = reply.get("report_id") or self.report_id
        return reply


def _free_name(folder: Path, name: str) -> Path:
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path
