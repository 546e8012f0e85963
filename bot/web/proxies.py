"""Whose request it is when a proxy stands before us: its word is taken only if it is named."""

import logging
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Network

_IPV4_PREFIX = 24
_IPV6_PREFIX = 56
_SENT_BY_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "X-Real-IP", "Via")
_NOT_NAMED = (
    "A request from %s came with %s, but HELPDESK_PROXIES does not name that address. "
    "If it is the proxy before this help desk, set HELPDESK_PROXIES=%s in .env and start again: "
    "until then all filers behind it share one address for the limits. If it is not, there is "
    "nothing to do: what the header says was not believed. This is logged once."
)
_NOT_SAID = (
    "The proxy at %s, which HELPDESK_PROXIES names, does not say in X-Forwarded-For whose request "
    "it passes on: all filers behind it share one address for the limits. Have it add that header "
    "(nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for). This is logged once."
)
log = logging.getLogger(__name__)


def client_of(peer: str, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> str:
    """The address of the client: ``peer``, or, where that is a named proxy, the last address that
    the proxies did not add for one of their own. ``forwarded_for`` is in the header's order."""
    address = peer
    for claimed in reversed(forwarded_for):
        if not is_within(address, proxies):
            break
        named = _without_port(claimed)
        try:
            ip_address(named)
        except ValueError:
            break
        address = unmapped(named)
    return address


def _without_port(claimed: str) -> str:
    """The address alone: some proxies write ``192.0.2.7:4711`` or ``[2001:db8::7]:4711``."""
    if claimed.startswith("["):
        return claimed[1:].partition("]")[0]
    return claimed.partition(":")[0] if claimed.count(":") == 1 else claimed


def unmapped(address: str) -> str:
    """The IPv4 address of a client that a socket for both families names ``::ffff:192.0.2.7``."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = found.ipv4_mapped if found.version == 6 else None
    return str(mapped) if mapped else address


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address belongs to one of the networks."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def neighbourhood(address: str) -> str:
    """The network that an address shares with its neighbours: /24, or /56 with IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    prefix = _IPV4_PREFIX if found.version == 4 else _IPV6_PREFIX
    return str(ip_network(f"{found}/{prefix}", strict=False))


class Proxies:
    """ASGI middleware: puts the client's address where the peer's was. Says once in the log when a
    proxy seems to stand before us that is not named, and when a named one does not name clients."""

    def __init__(self, app: ASGIApp, *, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = tuple(proxies)
        self._has_said = False
        self._has_said_unnamed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and scope.get("client"):
            peer, port = scope["client"]
            peer = unmapped(peer)
            headers = Headers(scope=scope)
            self._say_once_if_not_named(peer, headers)
            lines = headers.getlist("x-forwarded-for")
            claimed = [part.strip() for part in ",".join(lines).split(",") if part.strip()]
            client = client_of(peer, claimed, self._proxies)
            self._say_once_if_not_said(client, headers)
            scope = {**scope, "client": (client, port)}
        await self._app(scope, receive, send)

    def _say_once_if_not_named(self, peer: str, headers: Headers) -> None:
        if self._has_said or is_within(peer, self._proxies):
            return
        sent = [name for name in _SENT_BY_PROXIES if name in headers]
        if sent:
            self._has_said = True
            log.warning(_NOT_NAMED, peer, " and ".join(sent), peer)

    def _say_once_if_not_said(self, client: str, headers: Headers) -> None:
        # without any of them somebody on the proxy's machine may have come without it
        if self._has_said_unnamed or not any(name in headers for name in _SENT_BY_PROXIES):
            return
        if is_within(client, self._proxies):
            self._has_said_unnamed = True
            log.warning(_NOT_SAID, client)
