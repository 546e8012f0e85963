"""`helpdesk check-pdf` over all samples against `qpdf --check` on each of them."""

import shutil
import subprocess
import time

from bench.measure import Measured, Row, Say, in_turns
from bench.ours import HELPDESK
from bench.pdf_samples import samples
from bench.places import BenchError


def measure(rounds: int, say: Say) -> Measured:
    """Each round: one command for all samples, and one qpdf for each.

    Raises:
        BenchError: qpdf is not installed.
    """
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        raise BenchError("qpdf is not installed: its package is called qpdf in most systems.")
    files = [str(file) for file in samples()]

    def per_file(commands: list[list[str]]) -> float:
        begun = time.perf_counter()
        for command in commands:
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
        return (time.perf_counter() - begun) * 1000 / len(files)

    def ours() -> float:
        return per_file([[HELPDESK, "check-pdf", "--json", *files]])

    def bare() -> float:
        return per_file([[qpdf, "--check", file] for file in files])

    ours(), bare()  # not counted: caches fill
    return in_turns(rounds, ours, bare, say)


ROW = Row(
    name="pdf_command",
    title="`helpdesk check-pdf` over all samples, per file / `qpdf --check`",
    unit="ms",
    limit=2.0,
    measure=measure,
)
