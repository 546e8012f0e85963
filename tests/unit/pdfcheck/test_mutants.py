"""Damaged copies of real files: each gets a verdict, and the worker lives on.

The seeds are printed; one mutant is made again by `mutant(SEED)`. Where the labelled samples are
not beside the project, the files are the ones that these tests make.
"""

from __future__ import annotations

import random
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import pytest

from bot.pdfcheck import Checker, Limits, Profile, Report
from bot.pdfcheck.forkserver import SPARES

from .pdf_files import document, stream, with_object_stream
from .test_samples import SAMPLES

COUNT = 5_000
FIRST_SEED = 20_261_125
#: Larger samples would only make copying slower.
LARGEST = 60_000
LIMITS = Limits(text_seconds=0.5)


@lru_cache(maxsize=1)
def originals() -> list[bytes]:
    found = [path.read_bytes() for path in sorted(SAMPLES.glob("*.pdf"))]
    found = [data for data in found if 100 < len(data) <= LARGEST]
    if not found:
        script = "<< /S /JavaScript /JS (x) >>"
        text = stream("BT /F 12 Tf 9 9 Td (words) Tj ET")
        found = [
            document(catalog=f"/OpenAction {script}"),
            document(page="/Contents 4 0 R", objects={4: text}),
            document(
                catalog="/AcroForm << /Fields [4 0 R] >>",
                page="/Annots [4 0 R]",
                objects={4: "<< /Subtype /Widget /FT /Tx /T (a) /Rect [0 0 9 9] >>"},
            ),
            with_object_stream(
                {1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"},
                {
                    2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
                    4: script,
                },
            ),
        ]
    return found


def mutant(seed: int) -> bytes:
    """A damaged copy: bits flipped, a part cut out, a part of another file put in, or all."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(originals()))
    kind = chance.choice(("flips", "cut", "end", "splice", "swap", "all"))
    if kind in ("flips", "all"):
        for _ in range(chance.choice((1, 4, 16, 64))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    if kind in ("cut", "all"):
        start = chance.randrange(len(data))
        del data[start : start + chance.randrange(1, 2_000)]
    if kind == "end":
        del data[chance.randrange(len(data)) :]
    if kind in ("splice", "all"):
        other = chance.choice(originals())
        start = chance.randrange(len(other))
        part = other[start : start + chance.randrange(1, 4_000)]
        at = chance.randrange(len(data) + 1)
        data[at : at + chance.choice((0, len(part)))] = part
    if kind == "swap":
        one, two = (chance.randrange(len(data)) for _ in range(2))
        size = chance.randrange(1, 200)
        data[one : one + size], data[two : two + size] = (
            data[two : two + size],
            data[one : one + size],
        )
    return bytes(data)


def test_each_mutant_gets_a_verdict_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    with Checker(children=2) as checker, ThreadPoolExecutor(2) as threads:
        checker.check_sync(_write(tmp_path, document()), Profile())
        worker = checker.worker_pid

        def verdict(seed: int) -> Report:
            path = _write(tmp_path, mutant(seed), f"{seed % 8}.pdf")
            return checker.check_sync(path, Profile(), limits=LIMITS)

        # Files are written under one name by one thread at a time.
        halves = [range(FIRST_SEED + at, FIRST_SEED + COUNT, 2) for at in (0, 1)]
        done = list(threads.map(lambda seeds: [(s, verdict(s)) for s in seeds], halves))
        reports = dict(pair for half in done for pair in half)
        assert checker.worker_pid == worker, "the worker died"
        # the folder has no name any more
        assert list(Path(f"/proc/{worker}/cwd").iterdir()) == []
        # some children wait for the next files, with two descriptors each
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        assert len(children) <= SPARES + 2
        assert len(list(Path(f"/proc/{worker}/fd").iterdir())) <= 6 + 2 * SPARES
    assert len(reports) == COUNT
    assert {report.verdict for report in reports.values()} <= {"accept", "reject", "unreadable"}
    slowest = max(reports, key=lambda seed: reports[seed].checked_in_ms)
    killed = [seed for seed, report in reports.items() if _was_ended(report)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(
            f"\n{COUNT:,} mutants, seeds {FIRST_SEED} to {FIRST_SEED + COUNT - 1}, in "
            f"{seconds:.0f} s; slowest {reports[slowest].checked_in_ms} ms (seed {slowest}); child "
            f"ended for {len(killed)} {killed[:5]}; this process {peak} MB"
        )


def _was_ended(report: Report) -> bool:
    return any(
        finding.rule == "not_checked" and finding.detail and "gave up" in finding.detail
        for finding in report.findings
    ) or any("could not be looked at" in note for note in report.notes)


def _write(folder: Path, data: bytes, name: str = "file.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
