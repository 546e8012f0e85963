"""Redis and the mail server, asked once at the start: the help desk serves without them, so nobody
would see for long that they cannot be used."""

import asyncio

import aiosmtplib
from redis import Redis
from redis.exceptions import RedisError

from bot.lock_store import ANSWER_SECONDS, LockStore
from bot.mail_server import Server, connection, server_of
from bot.settings import Settings

_SECONDS = 10.0


def problems_of_neighbours(settings: Settings) -> list[str]:
    """What is wrong, in plain words, and what to do; never with a password."""
    found = []
    if settings.lock_store and (why := _redis_fails(settings.lock_store)):
        found.append(
            f"LOCK_STORE: Redis at {settings.lock_store.host}:{settings.lock_store.port} cannot be "
            f"used ({why}). The help desk serves without it, but with several servers over one "
            "database each counts limits alone. Start it, or correct LOCK_STORE."
        )
    if settings.smtp_url:
        server = server_of(settings.smtp_url)
        if why := asyncio.run(_mail_fails(server)):
            found.append(
                f"SMTP_URL: the mail server at {server.host}:{server.port} cannot be used ({why}). "
                "E-mails wait in the database, and each is tried again for a day and a half. Start "
                "it, or correct SMTP_URL."
            )
    return found


def _redis_fails(store: LockStore) -> str:
    try:
        with Redis.from_url(
            store.url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        ) as redis:
            redis.ping()
    except RedisError as error:
        return _in_one_line(error)
    return ""


async def _mail_fails(server: Server) -> str:
    try:
        async with aiosmtplib.SMTP(**connection(server, _SECONDS)):
            return ""
    except (aiosmtplib.SMTPException, OSError) as error:
        return _in_one_line(error)


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split()).removesuffix(".")[:200] or type(error).__name__
