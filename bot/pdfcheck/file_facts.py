"""What is known of a file before it is opened."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pdfcheck.profile import Profile


@dataclass(frozen=True, slots=True)
class FileFacts:
    """size: in bytes; head: the first bytes."""

    size: int
    head: bytes
    profile: Profile
