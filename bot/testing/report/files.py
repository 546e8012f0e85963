"""Writes what an evaluation leaves on disk."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.testing.compare import KINDS, Comparison, grouped
from bot.testing.evaluate import Judged
from bot.testing.report.page import environment


def write_report(
    folder: Path, judged: Sequence[Judged], summary: dict[str, Any], html: str
) -> None:
    """Write ``report.html``, ``summary.json``, ``answers.jsonl`` and ``mistakes.tsv``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(html, encoding="utf-8")
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(one.to_dict(), ensure_ascii=False)}\n" for one in judged)
    (folder / "summary.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    with (folder / "mistakes.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["expected", "predicted", "outcome", "offered", "confidence", "text"])
        for one in judged:
            if one.predicted != one.expected:
                writer.writerow(
                    [
                        one.expected,
                        one.predicted or "",
                        one.outcome,
                        " ".join(one.offered),
                        one.confidence or "",
                        one.text,
                    ]
                )


@dataclass(frozen=True)
class Sides:
    """What was compared, for the head: both sides in words, whether they use the same model, and
    when."""

    old: str
    new: str
    same_model: bool
    when: str


def write_comparison(folder: Path, found: Comparison, sides: Sides) -> None:
    """Write ``compare.html`` and ``compare.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    html = environment().get_template("compare.html").render(
        found=found, sides=sides, kinds=KINDS, grouped=grouped
    )  # fmt: skip
    (folder / "compare.html").write_text(html, encoding="utf-8")
    content = {
        "old": sides.old,
        "new": sides.new,
        "summary": found.summary(),
        "changes": [change.to_dict() for change in found.changes],
        "failing": list(found.failing),
    }
    (folder / "compare.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
