"""A door between two servers of a private copy that can be shut, as if the second were gone."""

import asyncio
import contextlib


class Gate:
    """Listens on a port and passes every connection on to ``target``, unless it is shut."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self._shut = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen on loopback."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)

    async def shut(self) -> None:
        """Break all connections and take no new one."""
        self._shut = True
        for writer in self._open:
            writer.transport.abort()

    async def reopen(self) -> None:
        """Take connections again."""
        self._shut = False

    async def end(self) -> None:
        """Stop listening."""
        await self.shut()
        if self._server is not None:
            self._server.close()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._shut:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        there: asyncio.StreamWriter | None = None
        self._open.add(writer)
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(there)
            await asyncio.gather(_copy(reader, there), _copy(back, writer))
        except OSError:
            pass
        finally:
            for one in (writer, there):
                if one is not None:
                    self._open.discard(one)
                    one.transport.abort()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    with contextlib.suppress(OSError):
        sink.write_eof()
