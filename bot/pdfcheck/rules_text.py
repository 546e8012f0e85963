"""The rules in Markdown, made from their own texts: `docs/pdf-rules.md`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.releases import RELEASES
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules import RULES

_HEAD = """# What a PDF is checked for

Made by `helpdesk check-pdf --rules > docs/pdf-rules.md` from the files in `bot/pdfcheck/rules/`,
one for each rule. Do not edit it by hand.

A new rule is one new file there, found by its `RULE`, and its tests. `pdf: rules:` in
`data/court.yml` lets a court weigh a rule otherwise (`reject`, `warn`, `note`), try it out
(`evaluation`: logged, not shown) or switch it off (`off`). The verdict is `reject` when one finding
is, `unreadable` for `not_pdf` and `malformed`, else `accept`.
"""
_RELEASES = """## Releases

PACER's own page on this is linked by courts, but no copy was found. The table rests on pages of
courts that repeat it. What is not named weighs as the rule itself says.

| release | weighs otherwise | source | as of |
|---|---|---|---|
"""


def rules_text() -> str:
    """The whole document."""
    return "\n".join([_HEAD, _table(), _RELEASES + _releases(), *map(_section, RULES.values())])


def _table() -> str:
    rows = [f"| `{rule.id}` | {rule.severity} | {rule.title} |" for rule in RULES.values()]
    return "\n".join(["| rule | default | what it is |", "|---|---|---|", *rows, ""])


def _releases() -> str:
    rows: list[str] = []
    for release in RELEASES:
        changes = ", ".join(f"`{rule}`: {weight}" for rule, weight in release.severities.items())
        rows.append(f"| {release.name} | {changes or '–'} | {release.source} | {release.stated} |")
    return "\n".join([*rows, ""])


def _section(rule: Rule) -> str:
    return "\n".join([f"## `{rule.id}`: {rule.title}", "", *_lines(rule), ""])


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.why} Weighs: {rule.severity}."
    yield ""
    yield f"- **Looks for:** {_escaped(rule.looks_for)}"
    if rule.innocent is not None:
        yield f"- **Honest cause:** {rule.innocent}"
    if rule.court_error is not None:
        yield f"- **CM/ECF says (1.8):** “{rule.court_error}”"
    if rule.court_error_before_1_8 is not None:
        yield f"- **CM/ECF said before:** “{rule.court_error_before_1_8}”"
    for program, way in rule.mend.to_dict().items():
        yield f"- **{program}:** {way}"
    yield f"- **Sources:** {'; '.join(rule.sources)}"


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;")
