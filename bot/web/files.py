"""Files that filers send: from the wire to the disk, piece by piece."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from bot.privacy import mask
from bot.room import require_room, room_to_grow
from bot.switches import CHAT, UPLOADS, require_on
from bot.uploads import Upload, display_name, receive, too_large
from bot.web.cookies import conversation_for, known_or_begun
from bot.web.site import Site, in_thread


async def take_file(
    site: Site,
    token: str | None,
    name: str,
    pieces: AsyncIterator[bytes],
    *,
    first_token: str | None = None,
    expected_bytes: int | None = None,
) -> tuple[Upload, str | None]:
    """Store a file in the conversation that ``token`` opens, or in a new one, which ``first_token``
    will open.

    Returns the file, and the token of a conversation that it began.

    Raises:
        SwitchedOffError: uploads or the chat are off.
        UploadError: it is empty, too large or cut off.
        BodyError: it did not arrive.
        TooOftenError: too many files were sent, or too many conversations begun.
        NoRoomError: the disk, or the space for uploads, is nearly full.
        OSError: the disk is full or cannot be written.
        SQLAlchemyError: the database failed.
    """
    limit_bytes = site.settings.upload_limit_bytes
    if expected_bytes is not None and expected_bytes > limit_bytes:
        raise too_large(limit_bytes)
    known = await in_thread(_may_come, site, token, first_token, expected_bytes)
    new_token: str | None = None

    def whose() -> str:
        # begun only now: tries that fail on a bad line would use up the network's conversations
        nonlocal new_token
        conversation, new_token = conversation_for(site, token, first_token)
        if not known:
            site.limiter.upload(conversation.id)
        return conversation.id

    with contextlib.nullcontext() if known else site.limiter.first_file():
        upload = await receive(
            site.engine,
            site.settings.upload_dir,
            whose,
            mask(display_name(name)).text,  # people name files after what is in them
            pieces,
            limit_bytes=limit_bytes,
            life_minutes=site.settings.upload_life_minutes,
            expected_bytes=expected_bytes,
            room=partial(
                room_to_grow,
                space_bytes=site.settings.upload_space_bytes,
                keep_free_bytes=site.settings.keep_free_bytes,
            ),
        )
    return upload, new_token


def _may_come(
    site: Site, token: str | None, first_token: str | None, expected_bytes: int | None
) -> bool:
    """Whether one of the tokens opens a conversation, whose next file is counted."""
    settings = site.settings
    require_on(site.engine, CHAT, UPLOADS)
    known, _ = known_or_begun(site, token, first_token)
    if known:
        site.limiter.upload(known.id)
    else:
        site.limiter.may_begin_conversation()
    require_room(
        settings.upload_dir,
        settings.upload_limit_bytes if expected_bytes is None else expected_bytes,
        space_bytes=settings.upload_space_bytes,
        keep_free_bytes=settings.keep_free_bytes,
    )
    return known is not None
