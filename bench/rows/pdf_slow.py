"""How long the slower files take: the 95th of a hundred, and the slowest honest one."""

from bench.measure import Measured, Row, Say
from bench.pdf_samples import ms_per_file, samples
from bot.pdfcheck import Checker, Profile

MOST_MS = 100.0
SLOWEST_MS = 2_000.0


def measure(rounds: int, say: Say) -> Measured:
    """Each round: all samples, one after the other, with a warm worker."""
    files, profile = samples(), Profile()
    p95: list[float] = []
    slowest: list[float] = []
    with Checker(children=1) as checker:
        for number in range(rounds + 1):
            times = sorted(ms_per_file(lambda file: checker.check_sync(file, profile), files))
            if number:  # the first is not counted: caches fill
                p95.append(times[round(0.95 * (len(times) - 1))])
                slowest.append(times[-1])
                say(f"  round {number}: p95 {p95[-1]:.0f} ms, slowest {slowest[-1]:.0f} ms")
    verdict = "within" if max(slowest) <= SLOWEST_MS else "over"
    return Measured(
        tuple(p95), note=f"slowest file {max(slowest):.0f} ms, {verdict} {SLOWEST_MS:.0f} ms"
    )


ROW = Row(
    name="pdf_slow",
    title="PDF check, 95th percentile of the samples",
    unit="ms",
    most=MOST_MS,
    measure=measure,
)
