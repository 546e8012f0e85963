"""Makes small PDFs for the tests, also broken and hostile ones."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

Source = str | bytes

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def to_bytes(source: Source) -> bytes:
    return source if isinstance(source, bytes) else source.encode("latin-1")


def stream(data: Source, entries: Source = "") -> bytes:
    """A stream object with these entries in its dictionary beside /Length."""
    body = to_bytes(data)
    head = b"<< /Length %d %s >>" % (len(body), to_bytes(entries))
    return head + b"\nstream\n" + body + b"\nendstream"


def assemble(
    objects: Mapping[int, Source], *, trailer: Source = "", header: bytes = HEADER, root: int = 1
) -> bytes:
    """A whole file of these objects, with a correct cross-reference table."""
    parts = [header]
    offset = len(header)
    offsets: dict[int, int] = {}
    for number in sorted(objects):
        part = b"%d 0 obj\n%s\nendobj\n" % (number, to_bytes(objects[number]))
        offsets[number] = offset
        offset += len(part)
        parts.append(part)
    size = max(objects) + 1
    table = [b"xref\n0 %d\n0000000000 65535 f \n" % size]
    for number in range(1, size):
        if number in offsets:
            table.append(b"%010d 00000 n \n" % offsets[number])
        else:
            table.append(b"0000000000 00000 f \n")
    parts += table
    parts.append(
        b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, root, to_bytes(trailer), offset)
    )
    return b"".join(parts)


def document(
    *,
    catalog: Source = "",
    page: Source = "",
    objects: Mapping[int, Source] | None = None,
    trailer: Source = "",
) -> bytes:
    """A file of one page. Object 1 is the catalog, 2 the page tree, 3 the page; more from 4 on."""
    whole: dict[int, Source] = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % to_bytes(catalog),
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> %s >>"
        % to_bytes(page),
    }
    whole.update(objects or {})
    return assemble(whole, trailer=trailer)


def padded(size: int) -> bytes:
    """A file of one page with exactly so many bytes."""

    def build(padding: int) -> bytes:
        return document(objects={4: stream(b" " * padding)})

    # The length of the length is part of the file, so the first guess is near, not right.
    padding = size - len(build(size))
    padding += size
    return build(padding + size - len(build(padding)))


def pack(objects: Mapping[int, Source]) -> tuple[bytes, int]:
    """The text of an object stream that holds these objects, and its /First."""
    numbers: list[bytes] = []
    bodies: list[bytes] = []
    offset = 0
    for number, source in objects.items():
        body = to_bytes(source) + b"\n"
        numbers.append(b"%d %d" % (number, offset))
        bodies.append(body)
        offset += len(body)
    head = b" ".join(numbers) + b"\n"
    return head + b"".join(bodies), len(head)


def with_object_stream(
    plain: Mapping[int, Source],
    packed: Mapping[int, Source],
    *,
    data: bytes | None = None,
    entries: Source = "",
    layers: int = 1,
) -> bytes:
    """A file whose `packed` objects lie in an object stream, found by a cross-reference stream.

    data: the compressed stream to use instead of the packed objects; layers: Flate layers.
    """
    text, first = pack(packed)
    if data is None:
        data = text
        for _ in range(layers):
            data = zlib.compress(data)
    holder = max([*plain, *packed]) + 1
    whole = dict(plain)
    filters = " ".join(["/FlateDecode"] * layers)
    whole[holder] = stream(
        data,
        b"/Type /ObjStm /N %d /First %d /Filter [%s] %s"
        % (len(packed), first, filters.encode(), to_bytes(entries)),
    )
    parts = [HEADER]
    offset = len(HEADER)
    rows: dict[int, bytes] = {0: bytes([0, 0, 0, 0, 0, 255, 255])}
    for number in sorted(whole):
        part = b"%d 0 obj\n%s\nendobj\n" % (number, to_bytes(whole[number]))
        rows[number] = b"\x01" + offset.to_bytes(4) + b"\0\0"
        offset += len(part)
        parts.append(part)
    for index, number in enumerate(packed):
        # An index beyond two bytes is only a hint that readers do not need.
        rows[number] = b"\x02" + holder.to_bytes(4) + min(index, 65_535).to_bytes(2)
    own = holder + 1
    rows[own] = b"\x01" + offset.to_bytes(4) + b"\0\0"
    empty = bytes(7)
    table = b"".join(rows.get(number, empty) for number in range(own + 1))
    parts.append(
        b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (
            own,
            stream(
                zlib.compress(table),
                b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode" % (own + 1),
            ),
            offset,
        )
    )
    return b"".join(parts)


def blanks(megabytes: int, *, layers: int = 1) -> bytes:
    """Compressed blanks: a few bytes that become as many megabytes when they are decoded."""
    packer = zlib.compressobj(9)
    block = b" " * 1_000_000
    data = b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data
