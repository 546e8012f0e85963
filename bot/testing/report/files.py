"""Writes what an evaluation leaves on disk."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.testing.compare import KINDS, Comparison
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


def write_comparison(folder: Path, found: Comparison, old: str, new: str, when: str) -> None:
    """Write ``compare.html`` and ``compare.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    html = environment().get_template("compare.html").render(
        found=found, old=old, new=new, compared_on=when, kinds=KINDS
    )  # fmt: skip
    (folder / "compare.html").write_text(html, encoding="utf-8")
    content = {"summary": found.summary(), "changes": [c.to_dict() for c in found.changes]}
    (folder / "compare.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
