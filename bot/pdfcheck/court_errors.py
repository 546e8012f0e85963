"""The courts' own error texts, so that a filer recognises the one on the screen.

Seen at TNED (release 1.8) and at OKED's "Check PDF Document" utility; word for word.
"""

from __future__ import annotations

import re

M1 = (
    "Fillable PDF forms must be flattened before filing in CM/ECF. Flattening ensures that the "
    "document can be viewed on all devices and prevents others from manipulating or editing the "
    "form fields."
)
M2 = (
    "Document is malformed or contains code which may cause an external action (such as "
    "launching an application). This PDF document cannot be accepted."
)
M3 = (
    "The document contains code which may cause an external action (such as launching an "
    "application). This PDF document cannot be accepted."
)
M4 = (
    "The document is not a well-formed PDF document (no further information is available). The "
    "document contains code which may cause an external action (such as launching an "
    "application). This PDF document cannot be accepted."
)
M5 = (
    "The document has security measures in effect, such as password protection or access "
    "restrictions. This PDF document cannot be accepted."
)

_SINCE_1_8 = {
    "not_pdf": M2,
    "malformed": M2,
    "javascript": M2,
    "external_action": M2,
    "embedded_files": M2,
    "audio_video": M2,
    "external_stream": M2,
    "form_fields": M1,
    "xfa": M1,
    "encrypted": M5,
}
_BEFORE_1_8 = {
    "not_pdf": M4,
    "malformed": M4,
    "javascript": M3,
    "external_action": M3,
    "encrypted": M5,
}


def court_error(rule: str, release: str) -> str | None:
    """The error text of CM/ECF for a rule, or None where none is known.

    release: release of NextGen. From 1.8 on one text (M2) stands for five causes.
    """
    texts = _BEFORE_1_8 if _is_before_1_8(release) else _SINCE_1_8
    return texts.get(rule)


def _is_before_1_8(release: str) -> bool:
    match = re.match(r"(\d+)(?:\.(\d+))?", release.strip())
    if match is None:
        return False
    return (int(match.group(1)), int(match.group(2) or 0)) < (1, 8)
