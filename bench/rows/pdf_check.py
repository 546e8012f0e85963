"""The whole PDF check with a warm worker against pdfid, which only counts keywords."""

from statistics import fmean

from bench.measure import Measured, Row, Say, in_turns
from bench.pdf_samples import ms_per_file, pdfid, samples
from bot.pdfcheck import Checker, Profile


def measure(rounds: int, say: Say) -> Measured:
    """Each round: all samples in turn. pdfid runs in this process, without its start."""
    files, count, profile = samples(), pdfid(), Profile()
    with Checker(children=1) as checker:

        def ours() -> float:
            return fmean(ms_per_file(lambda file: checker.check_sync(file, profile), files))

        def bare() -> float:
            return fmean(ms_per_file(count, files))

        ours(), bare()  # not counted: caches fill
        return in_turns(rounds, ours, bare, say)


ROW = Row(
    name="pdf_check",
    title="whole PDF check, worker warm, mean per file / pdfid",
    unit="ms",
    limit=0.5,
    measure=measure,
)
