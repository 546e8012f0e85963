"""The whole PDF check with a warm worker against pdfid, which only counts keywords."""

from pathlib import Path
from statistics import fmean

from bench.measure import Measured, Row, Say
from bench.pdf_samples import ms_per_file, pdfid, samples
from bot.pdfcheck import Checker, Profile


def measure(rounds: int, say: Say) -> Measured:
    """Each round: for each sample ours and pdfid on the same file, one after the other; who goes
    first changes with each file and round. pdfid runs in this process, without its start.

    File by file, since a filer's file comes alone: a worker that is asked again and again without
    a pause shares its two cores with the children that it gets ready (row ``pdf_command``).
    """
    files, count, profile = samples(), pdfid(), Profile()
    our_means: list[float] = []
    bare_means: list[float] = []
    with Checker(children=1) as checker:

        def check(file: Path) -> object:
            return checker.check_sync(file, profile)

        for number in range(-1, rounds):
            ours: list[float] = []
            bare: list[float] = []
            for place, file in enumerate(files):
                turns = [(check, ours), (count, bare)]
                for work, times in turns if (place + number) % 2 else reversed(turns):
                    times += ms_per_file(work, [file])
            if number == -1:  # not counted: caches fill
                continue
            our_means.append(fmean(ours))
            bare_means.append(fmean(bare))
            say(f"  round {number + 1}: ours {our_means[-1]:.4g}, bare {bare_means[-1]:.4g}")
    return Measured(tuple(our_means), tuple(bare_means))


ROW = Row(
    name="pdf_check",
    title="whole PDF check, worker warm, mean per file / pdfid on the same file",
    unit="ms",
    limit=0.5,
    measure=measure,
)
