"""Opens a file with qpdf and names what stands in the way."""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from typing import BinaryIO, Literal

import pikepdf

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.new_trailer import with_new_trailer

# How far from the end qpdf looks for the last startxref.
_SEARCHED = 1_000
_LARGEST_REST = 100_000
_OBJECT = re.compile(rb"\d\s+obj\b")

Obstacle = Literal["password", "unknown_encryption", "limit", "damaged"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The open document, or why there is none. `reason` is qpdf's own text; `damage` is what was
    set right before qpdf read the file, so that it knows nothing of it."""

    pdf: pikepdf.Pdf | None
    obstacle: Obstacle | None = None
    reason: str = ""
    damage: tuple[str, ...] = ()


def set_parser_limits(limits: Limits) -> None:
    """Limit what qpdf decodes on its own, such as object streams and cross-reference streams.

    The limits count for the whole process, so they belong into a child process only.
    """
    # Before pikepdf 10.14 there is no such function: only the limits of the process protect then.
    set_limits = getattr(pikepdf.settings, "set_qpdf_limits", None)
    if set_limits is not None:
        decoded = limits.decoded_bytes
        set_limits(
            flate_max_memory=decoded,
            png_max_memory=decoded,
            run_length_max_memory=decoded,
            tiff_max_memory=decoded,
            dct_max_memory=decoded,
            # doc_max_warnings stays out: with it qpdf walks the page tree at each opening, copies
            # pages that are named twice, and refuses a tree with a loop that viewers show.
        )


def open_pdf(stream: BinaryIO) -> Opened:
    """Open the file with the empty password, with repair. MemoryError is not caught."""
    end = _end_before_rest(stream)
    if end is not None:
        stream.seek(0)
        opened = _open(io.BytesIO(stream.read(end)), pikepdf.AccessMode.stream)
        if opened.pdf is not None:
            return Opened(opened.pdf, damage=("something else follows the end of the file",))
    stream.seek(0)
    opened = _open(stream, pikepdf.AccessMode.mmap)
    if opened.obstacle != "damaged":
        return opened
    data = with_new_trailer(stream)
    if data is None:
        return opened
    again = _open(io.BytesIO(data), pikepdf.AccessMode.stream)
    return opened if again.pdf is None else again


def is_cut_off(stream: BinaryIO) -> bool:
    """Whether objects come last and nothing says where the table of objects is (ISO 32000-2,
    7.5.5): so looks a file of which the end is missing."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _LARGEST_REST))
    tail = stream.read()
    if b"startxref" in tail[-_SEARCHED:]:
        return False
    # A file made for the web has an end near its beginning, too.
    rest = tail[tail.rfind(b"%%EOF") + 1 :]
    return b"%%EOF" not in tail or _OBJECT.search(rest) is not None


def _end_before_rest(stream: BinaryIO) -> int | None:
    """Where the PDF ends, if so much follows that qpdf would not find its end.

    Mail gateways and web forms add such a rest. One that holds objects is left to the repair, as
    programs may read them.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _SEARCHED))
    if b"startxref" in stream.read():
        return None
    stream.seek(max(0, size - _LARGEST_REST))
    tail = stream.read()
    end = tail.rfind(b"%%EOF")
    rest = tail[end + len(b"%%EOF") :]
    if end < 0 or len(rest) < _SEARCHED or _OBJECT.search(rest):
        return None
    return size - len(rest)


def _open(stream: BinaryIO, access_mode: pikepdf.AccessMode) -> Opened:
    try:
        pdf = pikepdf.open(
            stream,
            # The page tree is ours to walk: qpdf would copy a page for each mention of it.
            inherit_page_attributes=False,
            access_mode=access_mode,
        )
    except pikepdf.PasswordError as error:
        return Opened(None, "password", str(error))
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        reason = str(error)
        return Opened(None, _obstacle(reason), reason)
    return Opened(pdf)


def _obstacle(reason: str) -> Obstacle:
    lowered = reason.lower()
    if "bad_alloc" in lowered or "limit" in lowered or "too many" in lowered:
        return "limit"
    # Public-key handlers (/Adobe.PubSec) and handlers of rights management end here.
    if "encryption" in lowered:
        return "unknown_encryption"
    return "damaged"
