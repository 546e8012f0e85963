"""The rules without those on text against a bare walk over all objects, both in this process."""

from pathlib import Path
from statistics import fmean

from bench.measure import Measured, Row, Say, in_turns
from bench.pdf_samples import ms_per_file, open_and_walk, samples
from bot.pdfcheck import Limits, Profile
from bot.pdfcheck.examine import examine

_WITHOUT_TEXT = Limits(text_seconds=0, walk_seconds=1e9)


def measure(rounds: int, say: Say) -> Measured:
    """Each round: all samples one after the other."""
    files, profile = samples(), Profile()

    def check(file: Path) -> None:
        with file.open("rb") as stream:
            list(examine(stream, file.stat().st_size, profile, _WITHOUT_TEXT))

    def ours() -> float:
        return fmean(ms_per_file(check, files))

    def bare() -> float:
        return fmean(ms_per_file(open_and_walk, files))

    ours(), bare()  # not counted: caches fill
    return in_turns(rounds, ours, bare, say)


ROW = Row(
    name="pdf_walk",
    title="PDF check without the text rules, mean per file / open with pikepdf and walk",
    unit="ms",
    limit=2.5,
    measure=measure,
)
