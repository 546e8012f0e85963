"""Room for files: each byte counts once, whether it lies there or is still to come."""

from pathlib import Path

import pytest

from bot.room import NoRoomError, require_room, room_to_grow

SPACE = 1000
LIMITS = {"space_bytes": SPACE, "keep_free_bytes": 0}


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    """Files that begin to arrive."""
    first, second = tmp_path / "first.bin", tmp_path / "second.bin"
    first.touch()
    second.touch()
    return first, second


@pytest.mark.parametrize("written", [0, 1, 600])
def test_what_is_being_written_counts_once(two_files: tuple[Path, Path], written: int) -> None:
    first, second = two_files
    with room_to_grow(first, 600, **LIMITS):
        first.write_bytes(b"x" * written)
        with room_to_grow(second, 400, **LIMITS):
            pass
        with pytest.raises(NoRoomError), room_to_grow(second, 401, **LIMITS):
            pass
        with pytest.raises(NoRoomError):
            require_room(first.parent, 401, **LIMITS)


def test_what_was_not_written_after_all_takes_no_room(two_files: tuple[Path, Path]) -> None:
    first, second = two_files
    with pytest.raises(ZeroDivisionError), room_to_grow(first, SPACE, **LIMITS):
        raise ZeroDivisionError
    with room_to_grow(second, SPACE, **LIMITS):
        pass


def test_a_file_that_grows_again_counts_with_what_it_has(two_files: tuple[Path, Path]) -> None:
    first, second = two_files
    first.write_bytes(b"x" * 300)
    with room_to_grow(first, 300, **LIMITS), pytest.raises(NoRoomError):
        require_room(second.parent, 401, **LIMITS)
    with room_to_grow(first, 700, **LIMITS):
        pass
