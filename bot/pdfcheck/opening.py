"""Opens a file with qpdf and names what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal

import pikepdf

from bot.pdfcheck.limits import Limits

Obstacle = Literal["password", "unknown_encryption", "limit", "damaged"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The open document, or why there is none. `reason` is qpdf's own text."""

    pdf: pikepdf.Pdf | None
    obstacle: Obstacle | None = None
    reason: str = ""


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
            # Honest long files get a warning or two for each page.
            doc_max_warnings=50_000,
        )


def open_pdf(stream: BinaryIO) -> Opened:
    """Open the file with the empty password, with repair. MemoryError is not caught."""
    try:
        pdf = pikepdf.open(
            stream,
            # The page tree is ours to walk: qpdf would copy a page for each mention of it.
            inherit_page_attributes=False,
            access_mode=pikepdf.AccessMode.mmap,
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
