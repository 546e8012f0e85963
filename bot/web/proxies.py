"""Whose request it is when a proxy stands before us: its word is taken only if it is named."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Network

_IPV4_PREFIX = 24
_IPV6_PREFIX = 56


def client_of(peer: str, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> str:
    """The address of the client: ``peer``, or, where that is a named proxy, the last address that
    the proxies did not add for one of their own. ``forwarded_for`` is in the header's order."""
    address = peer
    for claimed in reversed(forwarded_for):
        if not is_within(address, proxies):
            break
        try:
            ip_address(claimed)
        except ValueError:
            break
        address = unmapped(claimed)
    return address


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
    """ASGI middleware: puts the client's address where the peer's was."""

    def __init__(self, app: ASGIApp, *, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = tuple(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and scope.get("client"):
            peer, port = scope["client"]
            peer = unmapped(peer)
            lines = Headers(scope=scope).getlist("x-forwarded-for")
            claimed = [part.strip() for part in ",".join(lines).split(",") if part.strip()]
            scope = {**scope, "client": (client_of(peer, claimed, self._proxies), port)}
        await self._app(scope, receive, send)
