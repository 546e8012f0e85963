"""Calls the action server over connections that stay open.

Rasa makes a new HTTP session and a new connection for each action.
"""

import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.loopback import SECRET_HEADER, LoopbackClient, LoopbackError


class ActionEndpoint(EndpointConfig):
    """An action server on this machine; what it answers and raises is as with Rasa's own."""

    def __init__(self, endpoint: EndpointConfig, *, seconds: float, secret: str) -> None:
        super().__init__(endpoint.url, **endpoint.kwargs)
        where = urlsplit(endpoint.url)
        self._path = where.path
        self._seconds = seconds
        self._http = LoopbackClient(
            where.hostname or "127.0.0.1", where.port or 80, {SECRET_HEADER: secret}
        )

    async def request(self, *args: Any, json: Any = None, **kwargs: Any) -> Any:
        """Post ``json`` and return the answer's.

        Raises:
            ClientResponseError: the action server says that it failed.
            aiohttp.ClientConnectionError: it does not answer.
        """
        try:
            status, content = await self._http.request(
                "POST", self._path, _dump(json), seconds=self._seconds
            )
        except (LoopbackError, TimeoutError) as error:
            raise aiohttp.ClientConnectionError(f"{type(error).__name__}: {error}") from error
        if status >= 400:
            raise ClientResponseError(status, "", content.decode("utf-8", "replace"))
        return _load(content)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def _load(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise aiohttp.ClientPayloadError(f"no JSON: {content[:200]!r}") from error
