"""Files that filers send: from the wire to the disk, piece by piece."""

from collections.abc import AsyncIterator

from bot.conversations import Conversation
from bot.privacy import mask
from bot.switches import CHAT, UPLOADS, require_on
from bot.uploads import Upload, display_name, receive
from bot.web.cookies import conversation_for
from bot.web.site import Site, in_thread


async def take_file(
    site: Site,
    token: str | None,
    name: str,
    pieces: AsyncIterator[bytes],
    *,
    expected_bytes: int | None = None,
) -> tuple[Upload, str | None]:
    """Store a file in the conversation that ``token`` opens, or in a new one.

    Returns the file, and the token of a conversation that it began.

    Raises:
        SwitchedOffError: uploads or the chat are off.
        UploadError: it is empty, too large or cut off.
        BodyError: it did not arrive.
        TooOftenError: too many files were sent, or too many conversations begun.
        OSError: the disk is full or cannot be written.
        SQLAlchemyError: the database failed.
    """
    await in_thread(require_on, site.engine, CHAT, UPLOADS)
    conversation, new_token = await in_thread(_conversation, site, token)
    upload = await receive(
        site.engine,
        site.settings.upload_dir,
        conversation.id,
        mask(display_name(name)).text,  # people name files after what is in them
        pieces,
        limit_bytes=site.settings.upload_limit_bytes,
        life_minutes=site.settings.upload_life_minutes,
        expected_bytes=expected_bytes,
    )
    return upload, new_token


def _conversation(site: Site, token: str | None) -> tuple[Conversation, str | None]:
    conversation, new_token = conversation_for(site, token)
    site.limiter.upload(conversation.id)
    return conversation, new_token
