"""Deleting a conversation at its filer's wish: its turns, reports, files, and what Rasa kept."""

import secrets

from bot.conversations import delete_conversation
from bot.uploads import delete_files
from bot.web.cookies import known_conversation
from bot.web.other_servers import wait_for_other_servers
from bot.web.site import Site, in_thread


async def forget(site: Site, token: str | None) -> bool:
    """Delete the conversation that ``token`` opens; False when there is none.

    Raises:
        LineFullError: too many messages of this conversation wait.
        OSError, SQLAlchemyError: not all could be deleted; trying again goes on with the rest.
    """
    # behind the messages under way: Rasa would store events again after us
    with site.lines.join(token or secrets.token_hex(16)) as our_turn:
        async with our_turn:
            conversation = await in_thread(known_conversation, site, token)
            if conversation is not None:
                await wait_for_other_servers(site, conversation.id)
            return await in_thread(_forget, site, token)


def _forget(site: Site, token: str | None) -> bool:
    conversation = known_conversation(site, token)
    if conversation is None:
        return False
    # files first: with the rows gone, nobody would know whose they were
    delete_files(site.engine, site.settings.upload_dir, conversation_id=conversation.id)
    delete_conversation(site.engine, conversation)
    return True
