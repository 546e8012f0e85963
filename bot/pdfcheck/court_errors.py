"""The courts' own error texts, so that a filer recognises the one on the screen.

Seen at TNED (release 1.8) and at OKED's "Check PDF Document" utility; word for word. Each rule
names the ones that it stands behind.
"""

from __future__ import annotations

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
