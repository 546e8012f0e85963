"""Reports in words: harmless, short, and with the court's own text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pdfcheck import Finding, Profile, ProfileError, Report, summarize
from bot.pdfcheck.court_errors import M1, M2
from bot.pdfcheck.report import verdict_of
from bot.pdfcheck.rules.too_large import megabytes
from bot.pdfcheck.text import clean

from .conftest import Check
from .pdf_files import document


def report(*findings: Finding, notes: tuple[str, ...] = ()) -> Report:
    return Report("a.pdf", "0" * 64, 1, 1, verdict_of(findings), findings, 1, notes)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("left\u202eright\u200b", "left right"),
        ("two\nlines\u2028more", "two lines more"),
        ("\ud800x", "x"),
        ("  many   blanks ", "many blanks"),
        ("x" * 100, "x" * 79 + "…"),
        ("Größe", "Größe"),
    ],
)
def test_strings_from_a_file_are_made_harmless(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_finding_shows_no_control_characters_of_the_file(check: Check) -> None:
    data = document(
        catalog="/AcroForm << /Fields [4 0 R] >>",
        objects={4: "<< /FT /Tx /T <FEFF202E0041001B000A0042> >>"},
    )
    finding = check(data, name="a\u202e\x07.pdf").to_dict()["findings"][0]
    assert "“A B”" in finding["message"]


def test_a_clean_file_in_a_chat() -> None:
    text = summarize(report(notes=("The file has 2 KB.",)))
    assert text.startswith("CM/ECF should accept this file")
    assert text.endswith("The file has 2 KB.")


def test_the_verdict_comes_first_then_reasons_with_the_words_of_the_court() -> None:
    fields = [
        Finding("form_fields", "reject", f"Field {n}.", page=n, fix="Flatten it.", court_error=M1)
        for n in (1, 2, 2)
    ]
    warning = Finding("signed", "warn", "It is signed.")
    script = Finding("javascript", "reject", "It has a script.", court_error=M2)
    text = summarize(report(warning, *fields, script))
    lines = text.splitlines()
    assert lines[0] == "CM/ECF will likely refuse this file, for 2 reasons:"
    assert lines[2] == "1. Field 1. There are 2 more like this."
    assert M1 in lines[3]
    assert lines[4].strip() == "Pages 1, 2."
    assert lines[5].strip() == "How to mend it: Flatten it."
    assert text.index("It has a script.") < text.index("It is signed.")


def test_what_is_no_reason_to_refuse_is_told_apart() -> None:
    script = Finding("javascript", "reject", "It has a script.", fix="Print it.")
    link = Finding("external_links", "note", "A link opens a site.", fix="Take it out.")
    apart = "No reason to refuse the file, but good to know:"
    refused = summarize(report(link, script))
    assert "1. It has a script.\n   How to mend it: Print it." in refused
    assert f"{apart}\n\n2. A link opens a site.\n   To change it: Take it out." in refused
    assert refused.count(apart) == 1
    assert apart not in summarize(report(link))
    assert apart not in summarize(report(script))


def test_what_weighs_less_is_not_counted_as_the_same_thing() -> None:
    script = Finding("external_links", "warn", "A link runs a script.", page=2)
    sites = [Finding("external_links", "note", f"A link opens site {n}.") for n in (1, 2)]
    text = summarize(replace(report(*sites, script), not_listed={"external_links": 7}))
    assert "1. A link runs a script.\n" in text
    assert "2. A link opens site 1. There are 8 more like this." in text


def test_at_most_five_reasons_are_told() -> None:
    names = ["javascript", "xfa", "encrypted", "embedded_files", "audio_video", "too_large"]
    text = summarize(report(*(Finding(name, "reject", name) for name in names)))
    assert "5. audio_video" in text
    assert "too_large" not in text
    assert text.endswith("There is 1 more reason.")


@pytest.mark.parametrize(
    ("finding", "start"),
    [
        (Finding("not_pdf", "reject", "x"), "CM/ECF will refuse this file: it cannot be read"),
        (Finding("not_checked", "reject", "x"), "This file could not be checked completely."),
        (Finding("signed", "warn", "x"), "CM/ECF should accept this file, but please read"),
        (Finding("xfa", "reject", "x"), "CM/ECF will likely refuse this file, for one reason:"),
    ],
)
def test_each_verdict_has_its_words(finding: Finding, start: str) -> None:
    assert summarize(report(finding)).startswith(start)


def test_absent_values_are_left_out() -> None:
    assert Finding("xfa", "reject", "x").to_dict() == {
        "rule": "xfa", "severity": "reject", "message": "x"
    }  # fmt: skip


def test_a_profile_with_an_unknown_value_is_refused() -> None:
    with pytest.raises(ProfileError):
        Profile(forms="maybe")  # type: ignore[arg-type]
    with pytest.raises(ProfileError):
        Profile(size_limit_mb=0)
    with pytest.raises(ProfileError):
        Profile(hyperlinks="perhaps")  # type: ignore[arg-type]
    with pytest.raises(ProfileError):
        Profile(dpi=20)
    with pytest.raises(ProfileError):
        Profile(rules={"signed": "loud"})  # type: ignore[dict-item]
    assert Profile().size_limit_bytes is None


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (12, "12 bytes"),
        (1_500, "2 KB"),
        (35_000_000, "35.0 MB"),
        (35_010_000, "35.01 MB"),
    ],
)
def test_sizes_are_decimal(size: int, words: str) -> None:
    assert megabytes(size) == words
