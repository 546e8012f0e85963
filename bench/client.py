"""A client that adds next to nothing to what it measures: one connection, JSON, cookies kept."""

import http.client
import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import TracebackType


class Client:
    """One conversation's connection to a server on loopback, kept open."""

    def __init__(
        self, port: int, timeout: float = 60.0, cookies: Mapping[str, str] | None = None
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._cookies = dict(cookies or {})

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get(self, path: str) -> int:
        """The status of a page, once all of it has arrived."""
        status, _ = self._ask("GET", path, None, {})
        return status

    def post(
        self, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> tuple[int, object]:
        """Status and JSON of the answer; the JSON is None where there is none."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        status, content = self._ask("POST", path, json.dumps(body).encode(), sent)
        try:
            return status, json.loads(content)
        except ValueError:
            return status, None

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        if self._cookies:
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            headers = {**headers, "Cookie": cookies}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value
        return response.status, content
