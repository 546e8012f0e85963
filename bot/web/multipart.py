"""A form with one file, read while it arrives: nothing of the file is held in memory."""

from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.web import words
from bot.web.bodies import BodyCutOffError, BodyUnreadableError

_MAX_PARTS = 9
_MAX_FIELD_BYTES = 1_000
_Event = tuple[str, bytes]


class FileForm:
    """Call :meth:`to_file` first: it reads the ``fields`` before the file; then :meth:`pieces`."""

    def __init__(self, pieces: AsyncIterator[bytes], content_type: str) -> None:
        """
        Raises:
            BodyUnreadableError: the content type is not that of a form with files.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
            raise BodyUnreadableError(words.NO_FORM)
        self.fields: dict[str, str] = {}
        self._found: deque[_Event] = deque()
        self._events = self._read(pieces, MultipartParser(boundary, self._callbacks()))

    async def to_file(self) -> str | None:
        """Read up to the file; returns its name, empty when none was chosen, None without file.

        Raises:
            BodyUnreadableError, BodyCutOffError, and what the pieces raise.
        """
        name, field, value = "", "", b""
        async for event, data in self._events:
            if event == "headers":
                field, file_name = _names(data)
                if file_name is not None:
                    return file_name
                name, value = field, b""
            elif event == "data":
                value += data
                if len(value) > _MAX_FIELD_BYTES:
                    raise BodyUnreadableError(words.NO_FORM)
            elif event == "part end":
                self.fields[name] = value.decode("utf-8", "replace")
        return None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content of the file.

        Raises:
            BodyUnreadableError, BodyCutOffError, and what the pieces raise.
        """
        async for event, data in self._events:
            if event == "data":
                yield data
            elif event == "part end":
                break
        # to the end of the form, so that one that was cut off there is noticed
        async for _ in self._events:
            pass

    async def _read(
        self, pieces: AsyncIterator[bytes], parser: MultipartParser
    ) -> AsyncIterator[_Event]:
        parts = 0
        async for piece in pieces:
            try:
                parser.write(piece)
            except FormParserError as error:
                raise BodyUnreadableError(words.NO_FORM) from error
            while self._found:
                event = self._found.popleft()
                if event[0] == "end":
                    return
                # counted here, since fields of one name and those after the file are fields too
                parts += event[0] == "headers"
                if parts > _MAX_PARTS:
                    raise BodyUnreadableError(words.NO_FORM)
                yield event
        raise BodyCutOffError

    def _callbacks(self) -> Any:
        header, value = bytearray(), bytearray()
        disposition = b""

        def header_end() -> None:
            nonlocal disposition
            if header.lower() == b"content-disposition":
                disposition = bytes(value)
            header.clear()
            value.clear()

        def headers_end() -> None:
            nonlocal disposition
            self._found.append(("headers", disposition))
            disposition = b""

        return {
            "on_header_field": lambda data, start, end: header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": header_end,
            "on_headers_finished": headers_end,
            "on_part_data": lambda data, start, end: self._found.append(("data", data[start:end])),
            "on_part_end": lambda: self._found.append(("part end", b"")),
            "on_end": lambda: self._found.append(("end", b"")),
        }


def _names(disposition: bytes) -> tuple[str, str | None]:
    """The name of a part's field, and that of its file: None for a part that is no file."""
    _, options = parse_options_header(disposition)
    file_name = options.get(b"filename")
    return (
        options.get(b"name", b"").decode("utf-8", "replace"),
        None if file_name is None else file_name.decode("utf-8", "replace"),
    )
