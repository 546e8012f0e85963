"""Sorts qpdf's warnings: which hide something, which are repairs, which are nothing.

When a decode fails or a limit is reached, qpdf turns every object of that object stream into
null and only warns. A walk over the rest then finds nothing, so such a warning decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# qpdf 12.4: texts after which an object that is in the file reads as null.
_HIDING = re.compile(
    r"error decoding|memory limit|bad_alloc|limits error|giving up on reading|too many"
    r"|deeply nested|supposed object stream|object stream header|object stream claims"
    r"|object stream id|error reading object|too badly damaged|not filterable"
    r"|unable to (?:filter|get object)|error (?:getting|while getting)|encrypt|decrypt"
    r"|unfilterable|object stream \d+ has|parse error while reading|unexpected EOF|EOF while",
    re.IGNORECASE,
)
# An entry that stands twice: qpdf takes the last one, other programs the first. Only such count as
# lead to what CM/ECF refuses; of the others it is a repair.
_DOUBLED = re.compile(
    r"duplicated key /(?:A|AA|AF|EF|EmbeddedFiles|JS|JavaScript|Names|Next|OpenAction|S);"
)
# Another program may show other pages or fields, so not even a copy would be what the filer sees.
_DOUBLED_PARTS = re.compile(
    r"duplicated key /(?:AcroForm|Annots|Encrypt|Fields|Kids|Outlines|Pages|Root|XFA);"
)
# Deviations that every viewer and the anchors read in the same way, without a repair.
_HARMLESS = re.compile(
    r"common error handled correctly|expected endobj|treating as string"
    r"|MediaBox is undefined|Resources is missing|name with stray #"
    # no object has the number 0, so all read this as null (ISO 32000-2, 7.3.10)
    r"|bad indirect reference \(0 0 R\) as null",
    re.IGNORECASE,
)
# The trailer is read again in the repair, so giving up on the first one hides nothing.
_TRAILER = "(trailer,"


@dataclass(frozen=True, slots=True)
class SortedWarnings:
    """Warnings that hide a part of the file, those of a repair, and those of an entry that can act
    and stands twice."""

    hiding: tuple[str, ...]
    repairs: tuple[str, ...]
    doubled: tuple[str, ...]


def without_source(text: str) -> str:
    """The text without what qpdf calls the file, which is no name that a filer knows."""
    return re.sub(r"^stream <[^>]*>[:,]?\s*", "", text)


def sort_warnings(warnings: Iterable[str]) -> SortedWarnings:
    """Sort qpdf's warnings. What is not known counts as a repair."""
    hiding: list[str] = []
    repairs: list[str] = []
    doubled: list[str] = []
    for warning in warnings:
        text = without_source(warning)
        if _DOUBLED.search(text):
            doubled.append(text)
        elif (_HIDING.search(text) and _TRAILER not in text) or _DOUBLED_PARTS.search(text):
            hiding.append(text)
        elif not _HARMLESS.search(text):
            repairs.append(text)
    return SortedWarnings(tuple(hiding), tuple(repairs), tuple(doubled))
