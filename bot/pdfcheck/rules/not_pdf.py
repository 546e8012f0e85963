"""The file is something else than a PDF."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.court_errors import M2, M4
from bot.pdfcheck.file_facts import FileFacts
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import OKED, TNED

#: How many first bytes are looked at (ISO 32000-1, implementation note on the header).
HEAD_BYTES = 1_024

_OFFICE = {
    b"word/": "a Word document (.docx)",
    b"xl/": "an Excel workbook (.xlsx)",
    b"ppt/": "a PowerPoint presentation (.pptx)",
    b"mimetypeapplication/vnd.oasis": "an OpenDocument file",
    b".iwa": "a Pages, Numbers or Keynote document of a Mac",
    b"FixedDocSeq": "an XPS document, as Windows' XPS printer makes it",
}
_WRONG_LINE = "a damaged PDF whose first line is wrong"
_MAC_COMPANION = b"\x00\x05\x16\x07"
_STARTS = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a Windows bitmap picture"),
    (b"\xd0\xcf\x11\xe0", "an older Word, Excel or Outlook file"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (b"\xffWPC", "a WordPerfect document"),
    (b"%!PS", "a PostScript file"),
    (b"%FDF-", "form data (.fdf) without the form"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a compressed archive (.gz)"),
    (b"MZ", "a Windows program"),
    (b"\x1b%-12345X", "data for a printer, as “Print to file” makes it"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut: it only says where a file lies"),
    (b"[InternetShortcut]", "a shortcut: it only says where a web page is"),
    (b"bplist00", "a web archive of Safari, or a shortcut of a Mac"),
    (_MAC_COMPANION, "what a Mac keeps beside a file, under its name with “._” before it"),
)


def look_at_head(head: bytes) -> Hit | None:
    """A hit when there is no `%PDF-` in the first 1,024 bytes; the message says what it is."""
    if b"%PDF-" in head[:HEAD_BYTES]:
        return None
    if not head:
        return Hit(
            message="The file is empty: it has no bytes.",
            fix="Save or download the document again and look at its size before you upload it.",
        )
    if not head.strip(b"\x00"):
        return Hit(
            message="The file is not a PDF: it holds nothing but zeros.",
            fix=(
                "A copy or a download was not finished. Get the file again from where it came "
                "from, and look whether it opens before you upload it."
            ),
        )
    kind = kind_of(head)
    if kind == _WRONG_LINE:
        return Hit(
            message="The file is damaged: the first line, which says that it is a PDF, is wrong.",
            fix="Make the PDF again from the original, or download it again.",
        )
    if head.startswith(_MAC_COMPANION):
        fix = "Upload the file of the same name without “._” at its beginning."
    elif kind is not None and kind.startswith("a shortcut"):
        fix = "Open the shortcut, save what it leads to as a PDF on this computer, and upload that."
    elif kind == "a web page (HTML)":
        fix = (
            "The site gave you a web page, often a sign-in page, under the name of a PDF. Open the "
            "document in the browser, then save or print that as a PDF."
        )
    else:
        fix = (
            "Open it in the program that made it and save or print it as a PDF. A new file name "
            "alone does not change it."
        )
    what = f"it is {kind}" if kind else "its first bytes are not those of a PDF"
    return Hit(message=f"The file is not a PDF: {what}.", fix=fix)


def judge_file(facts: FileFacts) -> Iterator[Hit]:
    """A hit for anything but a PDF."""
    hit = look_at_head(facts.head)
    if hit is not None:
        yield hit


def kind_of(head: bytes) -> str | None:
    """What the first bytes say that the file is, in a filer's words, or None."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"PK"):
        for mark, kind in _OFFICE.items():
            if mark in head:
                return kind
        # The parts of an Office file need not come first.
        return "an Office file (.docx, .xlsx)" if b"[Content_Types]" in head else "a ZIP archive"
    if head[4:8] == b"ftyp":
        is_photo = head[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"avif")
        return "a phone photo (HEIC)" if is_photo else "a video or sound file"
    if head.startswith(b"RIFF"):
        return "a WebP picture" if head[8:12] == b"WEBP" else "a video or sound file"
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")[2:]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "a web page (HTML)"
    if b"<html" in start:
        return "a web page (HTML)"
    if b"ns.adobe.com/xdp" in start:
        return "an XFA form (.xdp), which only Adobe's programs open"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if start.startswith((b"from:", b"received:", b"return-path:", b"mime-version:")):
        return "an e-mail message"
    if start.startswith(b"%pdf"):
        return _WRONG_LINE
    if all(32 <= byte < 127 or byte in b"\t\r\n\f" for byte in head):
        return "plain text"
    return None


RULE = Rule(
    id="not_pdf",
    severity="reject",
    title="Not a PDF",
    looks_for="No %PDF- in the first 1,024 bytes; the first bytes say what it is instead.",
    why="CM/ECF takes documents only as PDF. A new file name does not change what a file is.",
    mend=Mend(
        acrobat="File, Create, PDF from File.",
        word="File, Save As, PDF.",
        preview="Open the picture, then File, Export as PDF.",
        chrome="Open the page, Print, “Save as PDF”.",
        scan="In the app choose PDF, not photo (JPEG, HEIC), when you share the scan.",
    ),
    sources=(TNED, OKED, "ISO 32000-1, annex H, note 13"),
    innocent="A site that wants you to sign in gives out a web page under the name of a PDF.",
    court_error=M2,
    court_error_before_1_8=M4,
    judge_file=judge_file,
)
