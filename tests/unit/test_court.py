"""The court profile: what is right is read, and each wrong entry is named in one sentence."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.court import CourtProfile, CourtProfileError, load_court, spoken_hours, spoken_time
from bot.knowledge.seed import check_court
from bot.settings import load_settings

# not the court's own profile: that is another one at another court
SAMPLE = Path(__file__).with_name("sample_court.yml")
TEXT = SAMPLE.read_text(encoding="utf-8")
GOOD: dict[str, Any] = yaml.safe_load(TEXT)
STATED = {"page": "https://example.org", "checked_on": "2026-11-23"}
Load = Callable[..., CourtProfile]
_GONE = object()


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads the good profile with one entry changed: ``load("court", "name", 7)``."""

    def run(section: str | None = None, key: str | None = None, value: Any = _GONE) -> CourtProfile:
        raw = {name: dict(entries) for name, entries in GOOD.items()}
        if section and key:
            raw[section][key] = value
            if value is _GONE:
                del raw[section][key]
        elif section:
            raw[section] = value
            if value is _GONE:
                del raw[section]
        file = tmp_path / "court.yml"
        file.write_text(yaml.safe_dump(raw), encoding="utf-8")
        return load_court(file)

    return run


def test_the_profile_of_this_court_can_be_used() -> None:
    check_court(load_court(load_settings().court_file), load_settings().topics_dir)


def test_good_file(load: Load) -> None:
    court = load()
    assert court.name == GOOD["court"]["name"]
    assert court.time_zone == ZoneInfo(GOOD["court"]["time_zone"])
    assert len(court.clerk_phones) == len(GOOD["clerk"]["phones"])
    assert all(number in court.phones_text for _, number in court.clerk_phones)


def test_what_the_court_has_not_said_is_said_so(load: Load) -> None:
    assert "not stated" in load("clerk", "hours", None).values["clerk_hours"]
    assert "see" in load("help_sessions", "hours", None).values["help_session_hours"]
    assert "not set" in load("pdf", "size_limit_mb", None).values["size_limit"]


def test_what_the_court_has_said_is_filled_in(load: Load) -> None:
    for limit, words in ((35, "35 MB"), (1.5, "1.5 MB")):
        stated = {**GOOD["pdf"], "size_limit_mb": limit}
        stated["sources"] = {**stated["sources"], "size_limit_mb": STATED}
        assert load("pdf", None, stated).values["size_limit"] == words
    hours = load("clerk", "hours", {"mon": "09:00-16:00"}).values["clerk_hours"]
    assert hours == "Monday, 9:00 a.m. to 4:00 p.m."
    assert load("clerk", "closures", ["2026-12-24"]).closures == (date(2026, 12, 24),)


def test_only_named_pages_may_hold_the_help_desk(load: Load) -> None:
    assert load("embedding").embedded_on == ()
    named = ["https://www.court.example", "https://*.court.example:8443", "http://localhost:*"]
    assert load("embedding", "origins", named).embedded_on == tuple(named)
    assert load("embedding", "origins", []).embedded_on == ()


def test_fill_leaves_strangers_alone(load: Load) -> None:
    court = load()
    text = "Call {pacer_phone}, not {nobody} {} {Pacer_phone} { pacer_phone }"
    assert (
        court.fill(text)
        == f"Call {court.pacer_phone}, not {{nobody}} {{}} {{Pacer_phone}} {{ pacer_phone }}"
    )
    assert court.unknown_placeholders(text) == {"nobody"}


def test_a_value_is_not_filled_twice(load: Load) -> None:
    assert load("pacer", "phone", "{court}").fill("{pacer_phone}") == "{court}"


@pytest.mark.parametrize(
    ("section", "key", "value", "says"),
    [
        ("court", "name", _GONE, "court: name is missing"),
        ("court", "name", "  ", "court: name must be a text"),
        ("court", "name", 7, "court: name must be a text"),
        ("court", "short_name", None, "court: short_name must be a text"),
        ("court", "code", _GONE, "court: code is missing"),
        ("court", "nextgen_since", _GONE, "court: nextgen_since is missing"),
        ("court", "time_zone", "Mars/Olympus", "court: time_zone is unknown"),
        ("court", "time_zone", "../../etc/passwd", "court: time_zone is unknown"),
        ("court", "time_zone", "America", "court: time_zone is unknown"),
        ("court", None, "a text", "court holds entries"),
        ("court", None, _GONE, "court: .* is missing"),
        ("links", "website", "http://example.org", "links: website must begin with https"),
        ("links", "website", None, "links: website is missing"),
        ("links", "website", _GONE, "links: website is missing"),
        ("links", "nextgen", _GONE, "links: nextgen is missing"),
        ("links", "zoom_sessions", _GONE, "links: zoom_sessions is missing"),
        ("links", None, ["https://example.org"], "links holds entries"),
        ("clerk", None, _GONE, "clerk: phones is missing"),
        ("clerk", "phones", _GONE, "clerk: phones is missing"),
        ("clerk", "phones", [], "one phone of the clerk"),
        ("clerk", "phones", "860-555-0100", "clerk: phones looks like"),
        ("clerk", "phones", [{"office": "Hartford"}], "clerk: phones: number must be a text"),
        ("clerk", "closures", ["next week"], "clerk: closures must be a day"),
        ("clerk", "closures", 5, "clerk: closures is a list"),
        ("clerk", "email", 7, "clerk: email must be a text"),
        ("clerk", "hours", _GONE, "clerk: hours is missing"),
        ("clerk", "hours", "9 to 5", "clerk: hours looks like"),
        ("clerk", "hours", {"monday": "09:00-16:00"}, "clerk: hours: monday looks like"),
        ("clerk", "hours", {"mon": "9:00-16:00"}, "clerk: hours: mon looks like"),
        ("clerk", "hours", {"mon": "09:00-24:00"}, "clerk: hours: mon looks like"),
        ("clerk", "hours", {"mon": "16:00-09:00"}, "clerk: hours: mon ends before it begins"),
        ("clerk", "hours", {"mon": "09:00-09:00"}, "clerk: hours: mon ends before it begins"),
        ("pacer", "phone", _GONE, "pacer: phone is missing"),
        ("pacer", "email", [], "pacer: email must be a text"),
        ("pacer", "hours", {"mon": "x"}, "pacer: hours must be a text"),
        ("help_sessions", None, None, "help_sessions: hours is missing"),
        ("help_sessions", "hours", {"tue": "later"}, "help_sessions: hours: tue looks like"),
        ("help_sessions", "zoom_link", "http://zoom", "zoom_link must begin with https"),
        ("embedding", None, "https://court.example", "embedding holds entries"),
        ("embedding", "origins", "https://court.example", "embedding: origins is a list"),
        ("embedding", "origins", ["court.example"], "embedding: origins is a list"),
        ("embedding", "origins", ["https://court.example/page"], "embedding: origins is a list"),
        ("embedding", "origins", ["http://court.example"], "embedding: origins is a list"),
        ("embedding", "origins", ["https://a.example; x"], "embedding: origins is a list"),
        ("embedding", "origins", ["*"], "embedding: origins is a list"),
        ("embedding", "origins", [None], "embedding: origins is a list"),
        ("pdf", "size_limit_mb", "35", "pdf: size_limit_mb must be a number or null"),
        ("pdf", "size_limit_mb", True, "pdf: size_limit_mb must be a number or null"),
        ("pdf", "size_limit_mb", -1, "pdf: "),
        ("pdf", "size_limit_mb", 0, "pdf: "),
        ("pdf", "forms", "perhaps", "pdf: "),
        ("pdf", "hyperlinks", "perhaps", "pdf: "),
        ("pdf", "size_limit_mb", 35, "pdf: sources: size_limit_mb is missing"),
        ("pdf", "dpi", 300, "pdf: sources: dpi is missing"),
        ("pdf", "dpi", "300", "pdf: dpi must be a whole number or null"),
        ("pdf", "dpi", True, "pdf: dpi must be a whole number or null"),
        ("pdf", "rules", [], "pdf: rules must hold entries"),
        ("pdf", "rules", {"fonts": "note"}, "pdf: rules: fonts is no rule"),
        ("pdf", "rules", {"signed": "loud"}, "pdf: rules: signed must be one of"),
        ("pdf", "sources", {"release": "a page"}, "pdf: sources: release looks like"),
        (
            "pdf",
            "sources",
            {"release": {"page": "http://x", "checked_on": "2024-10-01"}},
            "pdf: sources: release: page must begin with https",
        ),
        (
            "pdf",
            "sources",
            {"release": {"page": "https://x", "checked_on": "yesterday"}},
            "pdf: sources: release: checked_on must be a day",
        ),
        ("pdf", None, _GONE, "pdf: size_limit_mb is missing"),
        ("articles", "stale_after_days", _GONE, "articles: stale_after_days is missing"),
        ("articles", "stale_after_days", "a year", "articles: stale_after_days must be"),
        ("articles", "stale_after_days", 0, "articles: stale_after_days must be"),
    ],
)
def test_each_wrong_entry_is_named(
    load: Load, section: str, key: str | None, value: Any, says: str
) -> None:
    with pytest.raises(CourtProfileError, match=says) as caught:
        load(section, key, value)
    assert "court.yml" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [("a: [", "line 1: "), ("", "must hold entries"), ("- a", "must hold entries")],
)
def test_a_file_that_is_no_profile(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "court.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CourtProfileError, match=says):
        load_court(file)


def _line(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("words", "instead", "at", "says"),
    [
        # a misspelled name would have no effect, and nobody would see
        ("embedding:", "embeding:", "embeding:", "embeding is no entry .*did you mean embedding"),
        ("zoom_link: null", "zoom_lnk: null", "zoom_lnk", "help_sessions: zoom_lnk is no entry"),
        ("closures: []", "closure: []", "closure:", "did you mean closures"),
        ("capacity: 6", "capacty: 6", "capacty", "did you mean capacity"),
        ("locked_out: 40", "locked_oot: 40", "locked_oot", "did you mean locked_out"),
        ("transcripts: 90", "transcript: 90", "transcript:", "did you mean transcripts"),
        ("  code: ctb", "  Code: ctb", "Code", "court: Code is no entry .*did you mean code"),
        ("rules: {}", "rules: {page_sise: note}", "page_sise", "did you mean page_size"),
        ("    forms: {page", "    formz: {page", "formz", "pdf: sources: formz is no entry"),
        ("articles:", "5: x\narticles:", "5: x", "5 is no entry"),
        # what is wrong as YAML
        ("  code: ctb", "  code: ctb\n  name: Twice", "  name: Twice", "name stands here a second"),
        ("articles:", "court: {}\narticles:", "court: {}", "court stands here a second time"),
        ("  code: ctb", "\tcode: ctb", "\tcode", "a tab stands here"),
        ("  code: ctb", "   code: ctb", "   code: ctb", "a colon stands where none may"),
        (
            "short_name: C",
            "short_name: C: C",
            "short_name",
            "Put a text that holds one into quotes",
        ),
        ('"October 12, 2021"', '"October 12, 2021" x', "nextgen_since", "does not belong here"),
        ("closures: []", "closures: [", "closures: [", "begin here and are not closed"),
        ("articles:", 'note: "open\narticles:', "note:", "a quote begins here"),
        ("closures: []", "closures: [2026-02-30]", "2026-02-30", "2026-02-30 is no day"),
        ("code: ctb", "code: c\0tb", "code: c\0tb", "a sign that no text may hold"),
        ("code: ctb", "code: !ctb x", "code: !ctb", "exclamation mark: put it into quotes"),
        ("code: ctb", "code: *ctb", "code: *ctb", "asterisk: put it into quotes"),
        ("articles:", "---\narticles:", "---", "begins a second part"),
        ("articles:", "? [a]\n: b\narticles:", "? [a]", "name must be a word"),
        # what would be shown to filers as it stands
        ("number: 860-240-3675", "number: ", "Hartford, number", "phones: number must be a text"),
        ("number: 860-240-3675", "number: 8602403675", "8602403675", "in quotes"),
        ("number: 860-240-3675", "number: unknown", "unknown}", "must be a phone number"),
        ("website: https://", "website: https:// ", "website", "must be the address of a page"),
        ("email: pacer@psc.uscourts.gov", "email: none", "email: none", "an e-mail address"),
        ("links:", "links:\n  court: https://x.gov", "  court: https", "name of another value"),
        ("links:", "links:\n  Page2: https://x.gov", "Page2", "small letters"),
        ("America/New_York", "America/Denvr", "time_zone", "did you mean America/Denver"),
        ("America/New_York", "MST", "time_zone", "knows no summer time"),
        ("hours: null", "hours: {}", "hours: {}", "or is null where the court has stated none"),
        ('release: "1.8"', "release: 1.10", "release: 1.10", "must be a text: put it into quotes"),
        ("rules: {}", "rules: {signed: off}", "{signed: off}", 'signed must be in quotes: "off"'),
        ("2020-03-01", "yesterday", "phones_checked_on", "must be a day such as"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(
    tmp_path: Path, words: str, instead: str, at: str, says: str
) -> None:
    changed = TEXT.replace(words, instead, 1)
    assert changed != TEXT
    file = tmp_path / "court.yml"
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(CourtProfileError, match=says) as caught:
        load_court(file)
    assert f"court.yml, line {_line(changed, at)}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_as_an_editor_on_windows_saves_it(tmp_path: Path) -> None:
    file = tmp_path / "court.yml"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_court(file) == load_court(SAMPLE)


def test_a_date_and_a_page_that_the_court_has_not_stated(load: Load) -> None:
    assert load("court", "nextgen_since", None).values["nextgen_since"].endswith("not stated here")
    assert "epoc" not in load("links", "epoc", None).links


def test_a_link_that_an_article_names_and_the_court_lacks_is_named_before_anybody_reads_braces(
    load: Load, tmp_path: Path
) -> None:
    for topic in ("mfa", "pacer_fees"):
        shutil.copytree(load_settings().topics_dir / topic, tmp_path / "topics" / topic)
        article = tmp_path / "topics" / topic / "article.md"
        text = article.read_text(encoding="utf-8")
        text = re.sub("next_topics: .*\n", "", text).replace("## Steps", "## Steps\n\n{new_page}")
        article.write_text(text, encoding="utf-8")
    check_court(load("links", "new_page", "https://court.example/new"), tmp_path / "topics")
    with pytest.raises(CourtProfileError, match=r"mfa/article.md, line \d+: {new_page}") as caught:
        check_court(load(), tmp_path / "topics")
    # all at once
    assert "pacer_fees/article.md, line " in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CourtProfileError, match="cannot be read"):
        load_court(tmp_path / "court.yml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "court.yml"
    file.write_bytes(b"court: \xff\xfe")
    with pytest.raises(CourtProfileError, match="UTF-8"):
        load_court(file)


@pytest.mark.parametrize(
    ("hours", "spoken"),
    [
        (None, ""),
        ({}, ""),
        ({"mon": "09:00-16:00"}, "Monday, 9:00 a.m. to 4:00 p.m."),
        (
            dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:30-17:00"),
            "Monday to Friday, 8:30 a.m. to 5:00 p.m.",
        ),
        (
            {"fri": "09:00-12:00", "mon": "09:00-16:00", "tue": "09:00-16:00"},
            "Monday to Tuesday, 9:00 a.m. to 4:00 p.m.; Friday, 9:00 a.m. to 12:00 p.m.",
        ),
        (
            {"mon": "10:00-11:00", "wed": "10:00-11:00"},
            "Monday, 10:00 a.m. to 11:00 a.m.; Wednesday, 10:00 a.m. to 11:00 a.m.",
        ),
        (
            {"sat": "00:00-12:30", "sun": "00:00-12:30"},
            "Saturday to Sunday, 12:00 a.m. to 12:30 p.m.",
        ),
    ],
)
def test_spoken_hours(hours: dict[str, str] | None, spoken: str) -> None:
    assert spoken_hours(hours) == spoken


@pytest.mark.parametrize(
    ("clock", "spoken"),
    [
        ("00:00", "12:00 a.m."),
        ("00:59", "12:59 a.m."),
        ("11:59", "11:59 a.m."),
        ("12:00", "12:00 p.m."),
        ("13:05", "1:05 p.m."),
        ("23:59", "11:59 p.m."),
    ],
)
def test_spoken_time(clock: str, spoken: str) -> None:
    assert spoken_time(clock) == spoken
