"""Files made to hurt a checker: by memory, by time, by depth, or by hiding a script."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from .pdf_files import HEADER, assemble, blanks, document, stream, with_object_stream

SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_CATALOG = "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"
_PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> >>"


def object_stream_bomb() -> bytes:
    """The script lies in an object stream that becomes 300 MB, through Flate twice."""
    return with_object_stream(
        {1: _CATALOG, 2: _PAGES, 3: _PAGE}, {4: SCRIPT}, data=blanks(300, layers=2), layers=2
    )


def cross_reference_bomb() -> bytes:
    """The cross-reference stream becomes 300 MB."""
    body = HEADER + b"1 0 obj\n" + _CATALOG.encode() + b"\nendobj\n"
    table = stream(
        blanks(300),
        "/Type /XRef /Size 42857142 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode",
    )
    return body + b"2 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(body))


def one_page_a_million_times() -> bytes:
    """A page tree with a million kids that are all one page."""
    return assemble(
        {
            1: _CATALOG,
            2: "<< /Type /Pages /Kids [" + "3 0 R " * 1_000_000 + "] /Count 1000000 >>",
            3: _PAGE,
            4: SCRIPT,
        }
    )


def many_pages() -> bytes:
    """200,000 pages."""
    count = 200_000
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    objects: dict[int, str | bytes] = dict.fromkeys(range(3, count + 3), _PAGE)
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"
    return assemble(objects)


def no_table_and_many_objects(count: int = 1_000_000) -> bytes:
    """No cross-reference table and a million small objects, so that all must be searched for."""
    small = b"".join(b"%d 0 obj 1 endobj\n" % number for number in range(10, count + 10))
    return (
        HEADER
        + b"1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >> endobj\n"
        + b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        + b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >> endobj\n"
        + b"4 0 obj " + SCRIPT.encode() + b" endobj\n"
        + small
        + b"trailer << /Root 1 0 R /Size 1000010 >>\n%%EOF\n"
    )  # fmt: skip


def huge_array() -> bytes:
    """An array of three million names, and a script behind it."""
    return document(
        catalog="/Names 4 0 R", objects={4: "[" + "/N" * 3_000_000 + " " + SCRIPT + "]"}
    )


def packed_million() -> bytes:
    """An object stream of a million objects, the script the last of them."""
    packed: dict[int, str | bytes] = dict.fromkeys(range(10, 1000000), "1")
    packed[4] = SCRIPT
    kids = " ".join(f"{number} 0 R" for number in range(10, 1_000_000, 100))
    return with_object_stream(
        {1: f"<< /Type /Catalog /Pages 2 0 R /X [{kids} 4 0 R] >>", 2: _PAGES, 3: _PAGE}, packed
    )


def long_chain() -> bytes:
    """100,000 actions chained by /Next, the script at the end."""
    last = 100_003
    objects: dict[int, str | bytes] = {
        number: f"<< /S /Named /N /NextPage /Next {number + 1} 0 R >>" for number in range(4, last)
    }
    objects[last] = SCRIPT
    return document(catalog="/OpenAction 4 0 R", objects=objects)


def many_widgets() -> bytes:
    """50,000 fields with a script each."""
    numbers = range(4, 50_004)
    widget = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (f%d) /Rect [0 0 1 1] "
        "/AA << /K << /S /JavaScript /JS (x\\(\\)) >> >> >>"
    )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    return document(
        catalog=f"/AcroForm << /Fields [{kids}] >>",
        page=f"/Annots [{kids}]",
        objects={number: widget % number for number in numbers},
    )


def deep_nesting() -> bytes:
    """100,000 arrays in each other in the catalog, a script in the innermost."""
    return document(catalog="/X " + "[" * 100_000 + SCRIPT + "]" * 100_000)


def doubling_pages() -> bytes:
    """A page tree whose every node names the next one twice, 24 deep."""
    objects: dict[int, str | bytes] = {
        number: f"<< /Type /Pages /Kids [{number + 1} 0 R {number + 1} 0 R] /Count 9 >>"
        for number in range(2, 26)
    }
    objects[26] = "<< /Type /Page /MediaBox [0 0 612 792] /AA << /O 27 0 R >> >>"
    objects[27] = SCRIPT
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    return assemble(objects)


def doubling_fields() -> bytes:
    """A field tree whose every node names the next one twice, 30 deep."""
    objects: dict[int, str | bytes] = {
        number: f"<< /T (f) /Kids [{number + 1} 0 R {number + 1} 0 R] >>" for number in range(4, 34)
    }
    objects[34] = "<< /T (last) /FT /Tx /AA << /C 35 0 R >> >>"
    objects[35] = SCRIPT
    return document(catalog="/AcroForm << /Fields [4 0 R] >>", objects=objects)


def outline_loop() -> bytes:
    """Bookmarks that follow each other in a circle, one with a script."""
    return document(
        catalog="/Outlines 4 0 R",
        objects={
            4: "<< /First 5 0 R /Last 6 0 R >>",
            5: "<< /Title (one) /Parent 4 0 R /Next 6 0 R /Prev 6 0 R >>",
            6: f"<< /Title (two) /Parent 4 0 R /Next 5 0 R /Prev 5 0 R /A {SCRIPT} >>",
        },
    )


def next_loop() -> bytes:
    """Actions that follow each other in a circle; the name of the script's kind is escaped."""
    return document(
        catalog="/OpenAction 4 0 R",
        objects={
            4: "<< /S /Named /N /NextPage /Next [5 0 R 4 0 R] >>",
            5: "<< /S /J#61vaScript /J#53 (x) /Next 4 0 R >>",
        },
    )


def script_behind_two_layers() -> bytes:
    """The script lies in an object stream, compressed twice."""
    return with_object_stream({1: _CATALOG, 2: _PAGES, 3: _PAGE}, {4: SCRIPT}, layers=2)


def broken_object_stream() -> bytes:
    """The object stream that holds the script cannot be decoded."""
    data = bytearray(zlib.compress(b"4 0\n" + SCRIPT.encode() * 50))
    data[10:30] = bytes(20)
    return with_object_stream({1: _CATALOG, 2: _PAGES, 3: _PAGE}, {4: SCRIPT}, data=bytes(data))


def deep_page_tree() -> bytes:
    """A page tree of 5,000 levels with the only page, and its script, at the bottom."""
    objects: dict[int, str | bytes] = {
        number: f"<< /Type /Pages /Kids [{number + 1} 0 R] /Count 1 >>"
        for number in range(2, 5_002)
    }
    objects[5_002] = "<< /Type /Page /MediaBox [0 0 612 792] /AA << /O 5003 0 R >> >>"
    objects[5_003] = SCRIPT
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    return assemble(objects)


#: Each of these is too much to look at, or hides the script where only a guess finds it.
NEVER_ACCEPTED: tuple[Callable[[], bytes], ...] = (
    object_stream_bomb,
    cross_reference_bomb,
    one_page_a_million_times,
    many_pages,
    deep_nesting,
    doubling_pages,
    broken_object_stream,
    deep_page_tree,
)

#: In each of these the script itself is found.
SCRIPT_FOUND: tuple[Callable[[], bytes], ...] = (
    no_table_and_many_objects,
    huge_array,
    packed_million,
    long_chain,
    many_widgets,
    doubling_fields,
    outline_loop,
    next_loop,
    script_behind_two_layers,
)
