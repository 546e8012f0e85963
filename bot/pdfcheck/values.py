"""Reads values of PDF objects without trusting their kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from pikepdf import Array, Dictionary, Name, Stream, String

#: An object of pikepdf, or the plain Python value of a number or a truth value.
Value = Any


def is_dictionary(value: Value) -> TypeGuard[Value]:
    """Whether the value is a dictionary or a stream, which has one."""
    return isinstance(value, (Dictionary, Stream))


def name_of(value: Value) -> str | None:
    """The name with its slash, for example "/Launch", or None for anything else.

    qpdf has already undone escapes, so "/J#61vaScript" reads "/JavaScript".
    """
    # Old programs write names in Latin-1, which str() refuses.
    return bytes(value).decode("utf-8", "replace") if isinstance(value, Name) else None


def text_of(value: Value) -> str | None:
    """The text of a string, or None for anything else. Not made harmless: see text.clean."""
    return str(value) if isinstance(value, String) else None


def number_of(value: Value) -> int | None:
    """A whole number, or None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def entries(value: Value) -> Iterator[Value]:
    """The entries of an array; nothing for anything else."""
    if isinstance(value, Array):
        yield from value


def identity(value: Value) -> tuple[int, int] | None:
    """Object number and generation of an indirect object, or None for a direct one."""
    number, generation = value.objgen
    return (number, generation) if number else None


def object_label(objgen: tuple[int, int] | None) -> str | None:
    """Object number and generation as the clerk's tools write them: "12 0"."""
    return None if objgen is None else f"{objgen[0]} {objgen[1]}"
