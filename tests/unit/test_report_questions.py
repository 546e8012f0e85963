"""Questions about the report on a PDF: what a few words ask, and what the report answers."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.court import load_court
from bot.knowledge.report_questions import Asked, asked_of_report, programs_for
from bot.pdfcheck import Checker, about_report
from bot.settings import ROOT

FILES = ROOT / "tests" / "conversations" / "files"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("which page", Asked.WHERE),
        ("where is it", Asked.WHERE),
        ("where?", Asked.WHERE),
        ("ok and on what page is that", Asked.WHERE),
        ("which field", Asked.WHERE),
        ("en qué página", Asked.WHERE),
        ("what does that mean", Asked.MEANING),
        ("why", Asked.MEANING),
        ("what's wrong with it", Asked.MEANING),
        ("what\N{RIGHT SINGLE QUOTATION MARK}s the problem", Asked.MEANING),
        ("is it ok to file now", Asked.FILING),
        ("can i file it anyway", Asked.FILING),
        ("will they accept it", Asked.FILING),
        ("so is it good", Asked.FILING),
        ("do i have to fix that", Asked.FILING),
        ("i made it in word", Asked.PROGRAM),
        ("how did that get in there", Asked.MEANING),
        ("how do i get it", Asked.COPY),
        ("where is the copy", Asked.COPY),
        ("will it still look the same", Asked.LOOKS),
        ("are my answers still there", Asked.LOOKS),
        ("i do know the password", Asked.UNLOCK),
        ("do i need acrobat", Asked.PROGRAM),
        ("it was scanned on my phone", Asked.PROGRAM),
        ("how do i link my accounts", None),
        ("where do i find my account number", None),
        ("thanks", None),
        ("", None),
        ("i made it in word " * 4, None),
    ],
)
def test_what_is_asked(text: str, asked: Asked | None) -> None:
    assert asked_of_report(text) is asked


def test_who_has_no_acrobat_hears_of_the_others() -> None:
    assert programs_for("and in acrobat") == ("Acrobat",)
    assert "Acrobat" not in programs_for("i dont have acrobat")
    assert len(programs_for("do i need acrobat")) > 1


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, Any]]:
    """Reports of real files, as they are stored."""
    names = ("form_not_flattened", "motion_with_script", "motion", "with_number", "empty")
    return asyncio.run(_check([FILES / f"{name}.pdf" for name in names]))


async def _check(files: list[Path]) -> dict[str, dict[str, Any]]:
    court = load_court(ROOT / "data" / "court.yml")
    checker = Checker()
    try:
        return {file.stem: (await checker.check(file, court.pdf)).to_dict() for file in files}
    finally:
        checker.close()


def test_where(reports: dict[str, dict[str, Any]]) -> None:
    said = about_report.where(reports["form_not_flattened"])
    assert "“case\\_number”" in said or "“case_number”" in said
    assert "On page 1 (object " in said
    assert "not to one page" in about_report.where(reports["motion_with_script"])
    assert "nothing" in about_report.where(reports["motion"])


def test_meaning(reports: dict[str, dict[str, Any]]) -> None:
    assert "Anybody could change the answers" in about_report.meaning(reports["form_not_flattened"])
    assert "There is no fault" in about_report.meaning({**reports["motion"], "findings": []})


def test_whether_it_may_be_filed(reports: dict[str, dict[str, Any]]) -> None:
    assert about_report.may_be_filed(reports["motion"]).startswith("As far as the file goes, yes")
    for name in ("form_not_flattened", "motion_with_script", "empty"):
        assert about_report.may_be_filed(reports[name]).startswith("Not as it is")
    warned = about_report.may_be_filed(reports["with_number"])
    assert warned.startswith("CM/ECF should take it. Look at this first")


def test_with_a_program(reports: dict[str, dict[str, Any]]) -> None:
    said = about_report.with_program(reports["form_not_flattened"], ("Word", "Chrome"))
    assert "**Word:**" in said
    assert "**Chrome:**" in said
    assert "Acrobat" not in said


def test_names_from_a_file_are_no_markdown(reports: dict[str, dict[str, Any]]) -> None:
    finding = {
        "rule": "form_fields",
        "severity": "reject",
        "message": "text field “[here](https://evil.example)”",
        "page": 1,
    }
    report = {**reports["motion"], "verdict": "reject", "findings": [finding]}
    assert "[here\\](https" in about_report.where(report)
    many = {**report, "findings": [finding] * 9, "not_listed": {"form_fields": 3}}
    assert "6 more of the same kind" in about_report.where(many)
