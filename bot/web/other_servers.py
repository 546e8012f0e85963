"""What several web servers over one database owe each other: one message of a conversation at a
time, in the order in which they were stored. Within one server :mod:`bot.web.lines` sees to it."""

import asyncio
from datetime import timedelta

from bot.clock import utc_now
from bot.conversations import is_answering
from bot.web.site import Site, in_thread

_LOOK_AGAIN_SECONDS = 0.1


async def wait_for_other_servers(
    site: Site, conversation_id: str, message_id: str | None = None
) -> None:
    """Wait until no message before this one, or none at all, is being answered; nothing where
    ``LOCK_STORE`` names no Redis, that is, where this is the only web server.

    A message that a dead server left open is waited for no longer than twice a turn's time.
    """
    if site.settings.lock_store is None:
        return
    longest = timedelta(seconds=2 * site.settings.turn_timeout_seconds)
    while True:
        since = utc_now() - longest
        if not await in_thread(
            is_answering, site.engine, conversation_id, since, before=message_id
        ):
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
