"""Where e-mails are handed over, as ``SMTP_URL`` names it."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit


class MailServerError(ValueError):
    """``SMTP_URL`` cannot be used; the message says why."""


@dataclass(frozen=True)
class Server:
    """Where e-mails are handed over. Without ``implicit_tls`` the connection is encrypted when the
    server can, and a password is never sent before it is."""

    host: str
    port: int
    implicit_tls: bool
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def server_of(url: str) -> Server:
    """The server of ``smtp://user:password@host:port`` or ``smtps://…``.

    Raises:
        MailServerError: it names no host, or no port.
    """
    try:
        parts = urlsplit(url)
        implicit = parts.scheme == "smtps"
        port = parts.port or (465 if implicit else 587 if parts.username else 25)
    except ValueError as error:
        raise MailServerError("SMTP_URL has a host or a port that cannot be read.") from error
    if not parts.hostname:
        raise MailServerError("SMTP_URL names no host.")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Server(parts.hostname, port, implicit, user, password)


def connection(server: Server, seconds: float) -> dict[str, Any]:
    """How ``aiosmtplib`` reaches the server; ``seconds``: the most that one step may take."""
    return {
        "hostname": server.host,
        "port": server.port,
        "use_tls": server.implicit_tls,
        # None: when the server can
        "start_tls": True if server.username and not server.implicit_tls else None,
        "username": server.username,
        "password": server.password,
        "tls_context": ssl.create_default_context(),
        "timeout": seconds,
    }
