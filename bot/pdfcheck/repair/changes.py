"""Counts what was changed, and tells it in plain sentences."""

from __future__ import annotations

from collections import Counter

_UNTAGGED = (
    "The file is tagged for screen readers. What its form fields showed has no tags in the copy, "
    "so a screen reader may read it at another place."
)
_END_MISSING = (
    "The end of your file is missing, as after a download that was cut off. The copy has every "
    "page that the file names. Get the file again if you can, and compare."
)
_TOLD: dict[str, tuple[str, str]] = {
    "restrictions": ("The restrictions of the file were taken off.",) * 2,
    "fields": (
        "1 form field was made part of the page. What it showed stays.",
        "{n} form fields were made part of the page. What they showed stays.",
    ),
    "drawn": (
        "1 value that the file stored but did not draw was written into its box.",
        "{n} values that the file stored but did not draw were written into their boxes.",
    ),
    "cut_off": (
        "1 value is too long for its box. The copy shows as much of it as fits.",
        "{n} values are too long for their boxes. The copy shows as much of them as fits.",
    ),
    "only_printed": (
        "1 form field that shows only on paper shows on the screen too now.",
        "{n} form fields that show only on paper show on the screen too now.",
    ),
    "unclear_values": (
        "1 field stores another text than it shows. Look at it in the copy.",
        "{n} fields store another text than they show. Look at them in the copy.",
    ),
    "unclear_boxes": (
        "1 box to tick stores another answer than it shows. Look at it in the copy.",
        "{n} boxes to tick store another answer than they show. Look at them in the copy.",
    ),
    "hidden_fields": (
        "1 hidden form field, which no page showed, was taken out.",
        "{n} hidden form fields, which no page showed, were taken out.",
    ),
    "buttons": (
        "1 button that does not print, such as Clear or Submit, was taken out.",
        "{n} buttons that do not print, such as Clear or Submit, were taken out.",
    ),
    "signatures": (
        "1 digital signature is void in the copy. Its picture stays where it had one.",
        "{n} digital signatures are void in the copy. Their pictures stay where they had one.",
    ),
    "form_rest": ("What the file still held of a form, and no page showed, was taken out.",) * 2,
    "xfa": ("The XFA part of the form was taken out.",) * 2,
    "javascript": ("1 script was taken out.", "{n} scripts were taken out."),
    "external_action": (
        "1 link or button that reaches out of the file was taken out. The page's text stays.",
        "{n} links or buttons that reach out of the file were taken out. The pages' text stays.",
    ),
    "media": (
        "1 sound, video, 3D model or place to play one was taken out.",
        "{n} sounds, videos, 3D models or places to play them were taken out.",
    ),
    "attachments": (
        "1 attached file was taken out. You can save it apart.",
        "{n} attached files were taken out. You can save them apart.",
    ),
    "lost_attachments": (
        "1 attached file could not be read and was left behind in your original.",
        "{n} attached files could not be read and were left behind in your original.",
    ),
    "source_document": ("The document that the file was made from was left behind.",) * 2,
    "paper_clips": (
        "1 paper clip, the mark of an attached file, was taken off a page.",
        "{n} paper clips, the marks of attached files, were taken off the pages.",
    ),
    "external_stream": (
        "1 reference to data in another file was taken out. Look at the pages with pictures.",
        "{n} references to data in other files were taken out. Look at the pages with pictures.",
    ),
    "untagged": (_UNTAGGED,) * 2,
    "end_missing": (_END_MISSING,) * 2,
    "page_sizes": (
        "1 page does not say for all programs how large it is. Look at it in the copy.",
        "{n} pages do not say for all programs how large they are. Look at them in the copy.",
    ),
    "repair": ("The damaged parts of the file were written anew.",) * 2,
    "revisions": (
        "1 earlier version inside the file was left out.",
        "{n} earlier versions inside the file were left out.",
    ),
}


class Changes:
    """How often each kind of change was made."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, kind: str, times: int = 1) -> None:
        """Count a change. kind: a key of the list above."""
        self.counts[kind] += times

    def sentences(self) -> list[str]:
        """One sentence for each kind, the most important first."""
        return [
            (one if self.counts[kind] == 1 else many).format(n=f"{self.counts[kind]:,}")
            for kind, (one, many) in _TOLD.items()
            if self.counts[kind] > 0
        ]
