"""What an editor may make of an article: read from a form's fields, and checked before it is kept.

Texts are Markdown as the filer's page shows it: whatever is no list, emphasis, code or link is
shown as it was typed, so markup of any kind does no harm and needs no check here.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from markdown_it import MarkdownIt

from bot.court import CourtProfile
from bot.knowledge.model import GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP, STEPS, Article
from bot.outcomes import Source

MOST_WORDS = 300
LONGEST_TITLE = 120
LONGEST_CHOICE = 60
LONGEST_REASON = 500
MOST_SOURCES = 12
_LONGEST_TEXT = 6000
_LONGEST_URL = 500

SECTION_FIELDS: Mapping[str, str] = {
    "steps": STEPS,
    "good_to_know": GOOD_TO_KNOW,
    "if_that_fails": IF_THAT_FAILS,
    "next_step": NEXT_STEP,
}
LABELS: Mapping[str, str] = {
    "title": "Title",
    "choice": "Button's words",
    "short_answer": "Short answer",
    **SECTION_FIELDS,
    "sources": "Sources",
    "checked_on": "Date checked",
    "reason": "Reason",
}
_OPTIONAL = frozenset({"good_to_know"})
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>()]*", re.IGNORECASE)
_WHOLE = re.compile(r"https://[^\s/|]+\.[^\s|]+")
_BRACES = re.compile(r"[{}]")
_GOOD_SCHEMES = ("https://", "mailto:", "tel:")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, in words for the editor."""

    field: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What an editor typed: texts by the names of :data:`LABELS`, but for ``sources``: one line
    each, ``title | address | date``, where the date may be left out."""

    fields: Mapping[str, str]

    def text(self, field: str) -> str:
        """One field, without control characters and outer space."""
        return _clean(self.fields.get(field, ""))


def draft_of(article: Article) -> Draft:
    """The fields that show an article as it is."""
    fields = {
        "title": article.title,
        "choice": article.choice,
        "short_answer": article.short_answer,
        "sources": "\n".join(_source_line(s, article.checked_on) for s in article.sources),
        "checked_on": article.checked_on,
        "reason": "",
    }
    for field, heading in SECTION_FIELDS.items():
        fields[field] = article.sections.get(heading, "")
    return Draft(fields)


def article_of_draft(draft: Draft, base: Article) -> Article:
    """The article that a draft without :func:`faults` makes of ``base``, whose roles and next
    topics stay."""
    checked_on = date.fromisoformat(draft.text("checked_on")).isoformat()
    sections = {heading: draft.text(field) for field, heading in SECTION_FIELDS.items()}
    return replace(
        base,
        title=" ".join(draft.text("title").split()),
        choice=" ".join(draft.text("choice").split()),
        short_answer=" ".join(draft.text("short_answer").split()),
        sections={heading: text for heading, text in sections.items() if text},
        sources=tuple(
            Source(title, url, checked or checked_on)
            for title, url, checked in _source_parts(draft.text("sources"))
        ),
        checked_on=checked_on,
        author=None,
    )


def faults(
    draft: Draft,
    base: Article,
    court: CourtProfile,
    *,
    today: date,
    other_choices: Mapping[str, str],
) -> list[Fault]:
    """Everything that keeps a draft of ``base`` from being an article; empty when nothing does.

    ``today`` is the court's; ``other_choices`` maps the other topics to their buttons' words.
    Sources of old pages without https may stay, no new ones come in.
    """
    found = [
        Fault(field, f"{label} is empty.")
        for field, label in LABELS.items()
        if field not in _OPTIONAL and not draft.text(field)
    ]
    for field, most in (
        ("title", LONGEST_TITLE),
        ("choice", LONGEST_CHOICE),
        ("reason", LONGEST_REASON),
    ):
        if len(draft.text(field)) > most:
            found.append(Fault(field, f"{LABELS[field]} has more than {most} characters."))
    found += _faults_of_length(draft)
    for topic, choice in other_choices.items():
        if choice.casefold() == " ".join(draft.text("choice").split()).casefold():
            found.append(Fault("choice", f"The button of {topic} has the same words."))
    for field in ("title", "choice", "short_answer", *SECTION_FIELDS):
        found += [Fault(field, text) for text in _faults_of_text(draft.text(field), court)]
    old = {source.url for source in base.sources}
    sources = draft.text("sources")
    found += [Fault("sources", text) for text in _faults_of_sources(sources, court, old)]
    found += [
        Fault("checked_on", text) for text in _faults_of_date(draft.text("checked_on"), today)
    ]
    return found


def _faults_of_length(draft: Draft) -> Iterator[Fault]:
    texts = ("short_answer", *SECTION_FIELDS)
    for field in texts:
        if len(draft.text(field)) > _LONGEST_TEXT:
            yield Fault(field, f"{LABELS[field]} has more than {_LONGEST_TEXT:,} characters.")
    words = sum(len(draft.text(field).split()) for field in texts)
    if words > MOST_WORDS:
        yield Fault(
            "steps", f"The answer has {words} words. Filers read at most {MOST_WORDS}: shorten it."
        )


def _faults_of_text(text: str, court: CourtProfile) -> Iterator[str]:
    for name in sorted(court.unknown_placeholders(text)):
        yield f"The court profile has no value {{{name}}}."
    filled = court.fill(text)
    if not court.unknown_placeholders(text) and _BRACES.search(filled):
        yield "A brace { or } stands alone. Placeholders look like {clerk_phones}."
    for address in sorted(_addresses(filled)):
        if not address.lower().startswith(_GOOD_SCHEMES):
            yield f"The link {address[:80]} must begin with https://, mailto: or tel:."


def _addresses(text: str) -> set[str]:
    """Where the links of a text lead, and what looks like an address without being a link."""
    parser = MarkdownIt("zero").enable(["link", "autolink"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    links = {
        str(token.attrGet("href"))
        for block in parser.parse(text)
        for token in block.children or ()
        if token.type == "link_open"
    }
    return links | set(_ADDRESS.findall(text))


def _faults_of_sources(text: str, court: CourtProfile, old: set[str]) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > MOST_SOURCES:
        yield f"There are more than {MOST_SOURCES} sources."
    for title, url, checked in _source_parts(text):
        shown = (title or url)[:60]
        if not title or not url:
            yield f"Write each source as: title | address. Look at {shown!r}."
            continue
        yield from (f"{text} Look at {shown!r}." for text in _faults_of_text(title, court))
        address = court.fill(url)
        if court.unknown_placeholders(url):
            yield f"The address of {shown!r} names a value that the court profile has no entry for."
        elif url not in old and (not _WHOLE.fullmatch(address) or len(url) > _LONGEST_URL):
            yield f"The address of {shown!r} must begin with https:// and be whole."
        if checked and not _is_date(checked):
            yield f"The date of {shown!r} must look like 2026-11-25."


def _faults_of_date(text: str, today: date) -> Iterator[str]:
    if not text:
        return
    if not _is_date(text):
        yield "Write the date checked as year-month-day, for example 2026-11-25."
    elif date.fromisoformat(text) > today:
        yield "The date checked lies in the future."


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _source_parts(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        if line.strip():
            title, url, checked = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
            yield title, url, checked


def _source_line(source: Source, checked_on: str) -> str:
    date_of_its_own = "" if source.checked_on == checked_on else f" | {source.checked_on}"
    return f"{source.title.replace('|', '/')} | {source.url}{date_of_its_own}"


def _clean(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        c for c in kept if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"}
    ).strip()
