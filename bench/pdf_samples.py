"""The sample PDFs, and what the PDF check is compared with on them."""

import contextlib
import io
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pikepdf

from bench.places import CACHE, LOGS, ROOT, BenchError

SAMPLES = ROOT.parent / "shared" / "pdf-samples"
PDFID = "pdfid==1.1.3"
_PDFID_FOLDER = CACHE / "pdfid"


def samples() -> list[Path]:
    """All sample files.

    Raises:
        BenchError: they are not beside the checkout.
    """
    files = sorted(SAMPLES.glob("*.pdf"))
    if not files:
        raise BenchError(f"The sample PDFs are not there: {SAMPLES}")
    return files


def ms_per_file(work: Callable[[Path], object], files: list[Path]) -> list[float]:
    """Milliseconds that the work took for each file."""
    times: list[float] = []
    for file in files:
        begun = time.perf_counter()
        work(file)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def pdfid() -> Callable[[Path], object]:
    """pdfid's count of keywords, in this process; it is installed once, into the cache.

    Raises:
        BenchError: it cannot be installed.
    """
    if not _PDFID_FOLDER.is_dir():
        LOGS.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        with (LOGS / "pdfid.log").open("wb") as log:
            done = subprocess.run([*command, str(_PDFID_FOLDER), PDFID], stderr=log, check=False)
        if done.returncode:
            raise BenchError(f"{PDFID} cannot be installed; see {LOGS / 'pdfid.log'}")
    if str(_PDFID_FOLDER) not in sys.path:
        sys.path.append(str(_PDFID_FOLDER))
    module = import_module("pdfid.pdfid")

    def count(file: Path) -> object:
        with contextlib.redirect_stdout(io.StringIO()):
            return module.PDFiD(str(file))

    return count


def open_and_walk(file: Path) -> int:
    """What a plain script does: open the file with pikepdf and look at every reachable object."""
    try:
        pdf = pikepdf.open(file)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError):
        return 0
    seen: set[tuple[int, int]] = set()
    stack: list[Any] = [pdf.trailer]
    count = 0
    while stack:
        node = stack.pop()
        count += 1
        kids = list(node) if isinstance(node, pikepdf.Array) else [v for _, v in node.items()]
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
                objgen = kid.objgen
                if objgen[0] and objgen in seen:
                    continue
                seen.add(objgen)
                stack.append(kid)
    return count
