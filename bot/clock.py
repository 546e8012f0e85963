"""The one clock: whoever needs the present moment asks here, so that a test can set it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now in UTC, without a zone: the form in which every row holds its times."""
    return datetime.now(UTC).replace(tzinfo=None)
