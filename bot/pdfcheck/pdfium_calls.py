"""PDFium's functions that are called for each letter and painted object, under their own names.

They take and return handles as plain integers. pypdfium2 makes a pointer object for each, and an
address can be had of one only by a cast, which together took half the time of looking at a page.
Values that a function writes are passed with ``ctypes.byref``.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2_raw as raw

_SIMPLE = (ctypes.c_int, ctypes.c_uint, ctypes.c_ulong, ctypes.c_float, ctypes.c_double)


def _with_numbers(function: Any) -> Any:
    def kind(declared: Any) -> Any:
        return declared if declared in _SIMPLE else ctypes.c_void_p

    # The kind that keeps the interpreter's lock: each call is short, and no other thread waits.
    shape = ctypes.PYFUNCTYPE(kind(function.restype), *map(kind, function.argtypes))
    return shape(ctypes.cast(function, ctypes.c_void_p).value or 0)


FPDFPage_CountObjects = _with_numbers(raw.FPDFPage_CountObjects)
FPDFPage_GetObject = _with_numbers(raw.FPDFPage_GetObject)
FPDFFormObj_CountObjects = _with_numbers(raw.FPDFFormObj_CountObjects)
FPDFFormObj_GetObject = _with_numbers(raw.FPDFFormObj_GetObject)

FPDFPageObj_GetType = _with_numbers(raw.FPDFPageObj_GetType)
FPDFPageObj_GetMatrix = _with_numbers(raw.FPDFPageObj_GetMatrix)
FPDFPageObj_GetBounds = _with_numbers(raw.FPDFPageObj_GetBounds)
FPDFPageObj_GetFillColor = _with_numbers(raw.FPDFPageObj_GetFillColor)
FPDFPageObj_GetStrokeColor = _with_numbers(raw.FPDFPageObj_GetStrokeColor)
FPDFPageObj_GetStrokeWidth = _with_numbers(raw.FPDFPageObj_GetStrokeWidth)
FPDFPageObj_GetClipPath = _with_numbers(raw.FPDFPageObj_GetClipPath)

FPDFPath_GetDrawMode = _with_numbers(raw.FPDFPath_GetDrawMode)
FPDFPath_CountSegments = _with_numbers(raw.FPDFPath_CountSegments)
FPDFPath_GetPathSegment = _with_numbers(raw.FPDFPath_GetPathSegment)
FPDFPathSegment_GetType = _with_numbers(raw.FPDFPathSegment_GetType)
FPDFPathSegment_GetPoint = _with_numbers(raw.FPDFPathSegment_GetPoint)
FPDFClipPath_CountPaths = _with_numbers(raw.FPDFClipPath_CountPaths)
FPDFClipPath_CountPathSegments = _with_numbers(raw.FPDFClipPath_CountPathSegments)
FPDFClipPath_GetPathSegment = _with_numbers(raw.FPDFClipPath_GetPathSegment)

FPDFImageObj_GetImageMetadata = _with_numbers(raw.FPDFImageObj_GetImageMetadata)
FPDFImageObj_GetImageDataRaw = _with_numbers(raw.FPDFImageObj_GetImageDataRaw)

FPDFText_CountChars = _with_numbers(raw.FPDFText_CountChars)
FPDFText_GetTextObject = _with_numbers(raw.FPDFText_GetTextObject)
FPDFText_GetUnicode = _with_numbers(raw.FPDFText_GetUnicode)
FPDFText_GetCharBox = _with_numbers(raw.FPDFText_GetCharBox)
FPDFText_GetBoundedText = _with_numbers(raw.FPDFText_GetBoundedText)
FPDFTextObj_GetTextRenderMode = _with_numbers(raw.FPDFTextObj_GetTextRenderMode)
