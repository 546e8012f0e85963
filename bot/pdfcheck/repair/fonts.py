"""Fonts for values that a form stores but does not draw.

Western letters use the standard fonts of every viewer; others DejaVu Sans, embedded with only the
letters used. Both come with matplotlib.
"""

from __future__ import annotations

import importlib.util
import io
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from fontTools import agl
from fontTools.afmLib import AFM
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf

from bot.pdfcheck.values import Value

_RIGHT_TO_LEFT = ("R", "AL")


class LettersUnknown(Exception):
    """No font here draws these letters, or they are written from right to left."""


class Font(Protocol):
    """A font of one size: 1000 units are its size."""

    def width(self, text: str) -> float:
        """The width of a text in thousandths of the size."""

    def encode(self, text: str) -> bytes:
        """The text as the font's character codes."""

    def make(self, pdf: Pdf) -> Value:
        """The font as an object of the file."""


def font_for(text: str, wanted: str) -> Font:
    """A font for the text that looks like the wanted one. Raises LettersUnknown."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return _Embedded(text)
    return _standard(_nearest(wanted))


def _nearest(wanted: str) -> str:
    # An embedded part of a font has six letters and a plus before its name (9.9.2).
    lowered = wanted.lower().rsplit("+", 1)[-1]
    short = lowered[2:4] if len(lowered) == 4 and lowered[:2] in ("he", "co", "ti") else ""
    bold = "bold" in lowered or short in ("bo", "bi")
    slanted = "italic" in lowered or "oblique" in lowered or short in ("it", "ob", "bi")
    # Acrobat writes HeBO, where HeBo is only bold.
    if short == "bo" and wanted.endswith("BO"):
        slanted = True
    if lowered.startswith("co") or "cour" in lowered:
        name, plain, slope = "Courier", "", "Oblique"
    elif lowered.startswith("ti") or "times" in lowered:
        name, plain, slope = "Times", "Roman", "Italic"
    else:
        name, plain, slope = "Helvetica", "", "Oblique"
    style = ("Bold" if bold else "") + (slope if slanted else "") or plain
    return f"{name}-{style}" if style else name


class _Standard:
    """One of the 14 fonts that every viewer has (ISO 32000-1, 9.6.2.2)."""

    def __init__(self, name: str) -> None:
        metrics = AFM(str(_folder() / "pdfcorefonts" / f"{name}.afm"))
        self._name = name
        self._widths = {
            code: metrics[glyph][1] for code, glyph in agl.UV2AGL.items() if metrics.has_char(glyph)
        }

    def width(self, text: str) -> float:
        return float(sum(self._widths.get(ord(char), 556) for char in text))

    def encode(self, text: str) -> bytes:
        return text.encode("cp1252")

    def make(self, pdf: Pdf) -> Value:
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type1,
                BaseFont=Name(f"/{self._name}"),
                Encoding=Name.WinAnsiEncoding,
            )
        )


@lru_cache(maxsize=12)
def _standard(name: str) -> _Standard:
    return _Standard(name)


class _Embedded:
    """DejaVu Sans as a composite font (9.7) whose codes are its glyph numbers."""

    def __init__(self, text: str) -> None:
        self._font = TTFont(_folder() / "ttf" / "DejaVuSans.ttf")
        self._glyphs: dict[int, str] = self._font.getBestCmap()
        self._letters = sorted({char for char in text if not char.isspace()} | {" "})
        for char in self._letters:
            if ord(char) not in self._glyphs or unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
                raise LettersUnknown(char)
        self._scale = 1000 / self._font["head"].unitsPerEm

    def _number(self, char: str) -> int:
        return int(self._font.getGlyphID(self._glyphs[ord(char)]))

    def _width(self, char: str) -> float:
        return float(self._font["hmtx"][self._glyphs[ord(char)]][0] * self._scale)

    def width(self, text: str) -> float:
        return sum(self._width(" " if char.isspace() else char) for char in text)

    def encode(self, text: str) -> bytes:
        codes = (self._number(" " if char.isspace() else char) for char in text)
        return b"".join(code.to_bytes(2, "big") for code in codes)

    def make(self, pdf: Pdf) -> Value:
        name = Name("/HELPDK+DejaVuSans")
        box = [round(self._font["head"].__dict__[key] * self._scale) for key in _BOX]
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=Array(box),
            ItalicAngle=0,
            Ascent=round(self._font["hhea"].ascent * self._scale),
            Descent=round(self._font["hhea"].descent * self._scale),
            CapHeight=729,
            StemV=80,
            FontFile2=pdf.make_stream(self._subset()),
        )
        widths: list[Any] = []
        for char in self._letters:
            widths += [self._number(char), [round(self._width(char))]]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=600,
            W=Array(widths),
            CIDToGIDMap=Name.Identity,
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _subset(self) -> bytes:
        from fontTools.subset import Options, Subsetter

        options = Options(retain_gids=True, notdef_outline=True, layout_features=[])
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(char) for char in self._letters])
        subsetter.subset(self._font)
        data = io.BytesIO()
        self._font.save(data)
        return data.getvalue()

    def _to_unicode(self) -> bytes:
        lines = [
            f"<{self._number(char):04X}> <{char.encode('utf-16-be').hex().upper()}>"
            for char in self._letters
        ]
        parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
        blocks = "".join(f"{len(p)} beginbfchar\n{chr(10).join(p)}\nendbfchar\n" for p in parts)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{blocks}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode()


_BOX = ("xMin", "yMin", "xMax", "yMax")


def _folder() -> Path:
    found = importlib.util.find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("matplotlib, which brings the fonts, is not installed")
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts"
