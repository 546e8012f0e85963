"""The report on labelled questions: right figures, and a page that needs nothing else."""

import json
import re
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.testing.evaluate import Judged, read_questions, summarize
from bot.testing.limits import FOLLOW_UP_LIMITS, LIMITS, limits_for, missed
from bot.testing.report import figures, pictures
from bot.testing.report.files import write_report
from bot.testing.report.nearest import nearest, read_examples
from bot.testing.report.page import About, page
from bot.testing.report.thresholds import read_config, unsure_with

TOPICS = [folder.name for folder in (ROOT / "data" / "topics").iterdir() if folder.is_dir()]
FOREIGN = re.compile(r"""(?:src|href|data|srcset)\s*=\s*["']?\s*(?:https?:)?//|url\(\s*["']?http""")


def _asked(
    text: str, expected: str, predicted: str | None, sure: float, *, offered: tuple[str, ...] = ()
) -> Judged:
    outcome = "answered" if predicted else "offered"
    first = predicted or (offered[0] if offered else expected)
    guesses = ((first, sure), ("greet", 0.01))
    return Judged(text, expected, predicted, offered, outcome, sure, guesses)


JUDGED = [
    *(_asked(f"how do I get a code {n}", "mfa", "mfa", 0.97) for n in range(6)),
    _asked("<b>what</b> does pacer cost me for a code", "pacer_fees", "mfa", 0.62),
    _asked("what is it about the money then", "pacer_fees", None, 0.3, offered=("pacer_fees",)),
]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # compared with the tables of Newcombe 1998, Statistics in Medicine 17, 857-872
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    share = figures.Share(part, whole)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_shares_of_nothing() -> None:
    assert (figures.Share(0, 0).low, figures.Share(0, 0).high) == (0.0, 1.0)


def test_figures_agree_with_the_summary() -> None:
    summary, shares = summarize(JUDGED), figures.headline(JUDGED)
    assert shares["right"].value == summary["right"] == 0.75
    assert shares["right, or among the first three choices"].part == 7
    assert shares["wrong: another topic was answered"].part == 1
    f1 = sum(row.f1 for row in figures.by_topic(JUDGED)) / 2
    assert round(f1, 4) == summary["macro_f1"]


def test_the_weakest_topic_stands_first() -> None:
    first, second = figures.by_topic(JUDGED)
    assert (first.topic, first.recall.part, first.recall.whole) == ("pacer_fees", 0, 2)
    assert (second.precision.part, second.precision.whole) == (6, 7)


def test_calibration_counts_each_guess_once() -> None:
    bins, error = figures.calibration(JUDGED)
    assert [(b.low, b.right.part, b.right.whole) for b in bins] == [
        (0.3, 1, 1),
        (0.6, 0, 1),
        (0.9, 6, 6),
    ]
    assert error == pytest.approx((0.7 + 0.62 + 6 * 0.03) / 8)


def test_wrong_answers_stand_before_choices() -> None:
    rows = [(meant, came, len(ones)) for meant, came, ones in figures.confusions(JUDGED)]
    assert rows == [("pacer_fees", "mfa", 1), ("pacer_fees", figures.OFFERED, 1)]


def test_costs_come_from_the_component_itself() -> None:
    config = read_config(ROOT / "config.yml")
    assert config["threshold"] < 0.62
    topics = {"mfa", "pacer_fees"}
    is_unsure = unsure_with(config, "threshold")
    low, high, all_back = figures.costs(JUDGED, is_unsure, [0.35, 0.7, 0.99], topics)
    assert (low.right, low.wrong, low.asked_back, low.offered_right) == (6, 1, 1, 1)
    assert (high.right, high.wrong, high.asked_back, high.lost) == (6, 0, 2, 1)
    assert all_back.asked_back == 8


def test_the_nearest_example_is_of_the_topic_that_shares_the_meaning() -> None:
    examples = read_examples(ROOT / "data")
    assert len(examples) > 1000
    assert not [text for _, text in examples if "](" in text]
    ((likeness, (topic, _)), *_) = nearest(["what does a page on pacer cost"], examples)[0]
    assert topic == "pacer_fees"
    assert 0.5 < likeness <= 1.0001
    assert nearest([], examples) == []


def test_the_page_is_whole_and_loads_nothing(tmp_path: Path) -> None:
    about = About("questions.tsv", "2026-11-25 at 12:00", "abc")
    summary = summarize(JUDGED)
    html = page(JUDGED, summary, about, ROOT / "data", ROOT / "config.yml")
    assert FOREIGN.search(html) is None
    assert "<script" not in html
    assert "<b>what</b>" not in html
    assert "&lt;b&gt;what&lt;/b&gt;" in html
    assert "75.0% right" in html
    assert html.count("<figure") == html.count("<svg") == 7
    for part in ("mistakes", "confusion", "topics", "calibration", "confidence", "thresholds"):
        section = html.split(f'<section id="{part}">')[1].split("</section>")[0]
        assert "<table" in section
    write_report(tmp_path, JUDGED, summary, html)
    lines = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [json.loads(line) for line in lines]
    assert [one["predicted"] for one in kept].count("mfa") == 7
    assert "pacer_fees\tmfa" in (tmp_path / "mistakes.tsv").read_text(encoding="utf-8")


def test_without_guesses_the_page_says_what_cannot_be_seen() -> None:
    bare = [
        Judged("a b", "mfa", "mfa", (), "answered", 0.9),
        Judged("c", "mfa", None, (), "not_understood", None),
    ]
    about = About("q.tsv", "now", "behind https://x")
    html = page(bare, summarize(bare), about, ROOT / "data", ROOT / "config.yml")
    assert "run this without --url" in html


def test_pictures_have_their_title_and_ids_of_their_own() -> None:
    bins, _ = figures.calibration(JUDGED)
    one, two = pictures.calibration(bins), pictures.topics(figures.by_topic(JUDGED))
    for picture in (one, two):
        assert 'role="img"' in picture
        assert "<title>" in picture
    ids = [set(re.findall(r'id="(\w{11,})"', picture)) for picture in (one, two)]
    assert ids[0] & ids[1] == set()


def test_words_after_an_answer_are_held_against_the_limits_of_their_own() -> None:
    questions = read_questions(ROOT / "tests" / "follow_ups.tsv", TOPICS)
    own = limits_for([question.before for question in questions])
    assert own == FOLLOW_UP_LIMITS
    assert limits_for(["", "what is mfa"]) == limits_for([]) == LIMITS
    # three of four right is little for first messages, and enough here
    summary = summarize(JUDGED)
    assert missed(summary)
    assert missed(summary, own) == []
    about = About("follow_ups.tsv", "now", "abc", own)
    html = page(JUDGED, summary, about, ROOT / "data", ROOT / "config.yml")
    assert "at least 58%" in html
    assert "at least 88%" not in html
