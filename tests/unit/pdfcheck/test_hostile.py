"""Hostile files get a verdict within the limits, and are never accepted when they hide a script."""

from __future__ import annotations

import os
import signal
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from bot.pdfcheck import Checker, Limits, Profile, Report
from bot.pdfcheck.examine import TEXT_NOT_READ
from bot.pdfcheck.repair.reasons import REASONS
from bot.pdfcheck.rules.fixes import CHECK_AGAIN

from . import hostile_files
from .conftest import Check
from .pdf_files import assemble, blanks, document, pack, stream, with_object_stream

PLAIN = {
    1: "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
    2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> >>",
}
PACKED = {4: hostile_files.SCRIPT}
DATA = zlib.compress(pack(PACKED)[0])
WHOLE = with_object_stream(PLAIN, PACKED)


@pytest.fixture(scope="module", autouse=True)
def figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prints what each hostile file took, at the end."""
    FIGURES.clear()
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\nhostile file: bytes, milliseconds, verdict, most memory")
        for line in FIGURES:
            print(f"  {line}")


FIGURES: list[str] = []


def measured(check: Check, make: Callable[[], bytes]) -> Report:
    data = make()
    report = check(data)
    FIGURES.append(
        f"{make.__name__}: {len(data):,} B, {report.checked_in_ms:,} ms, {report.verdict}, "
        f"{report.peak_mb or 0:,} MB"
    )
    return report


@pytest.mark.parametrize("make", hostile_files.NEVER_ACCEPTED, ids=lambda make: make.__name__)
def test_a_hostile_file_is_not_accepted(check: Check, make: Callable[[], bytes]) -> None:
    report = measured(check, make)
    assert report.verdict != "accept"
    assert report.checked_in_ms < 21_000
    assert len(report.findings) <= 14 * 100


@pytest.mark.parametrize("make", hostile_files.SCRIPT_FOUND, ids=lambda make: make.__name__)
def test_a_script_that_is_hidden_by_shape_is_found(check: Check, make: Callable[[], bytes]) -> None:
    report = measured(check, make)
    assert report.verdict == "reject"
    # On a busy machine the largest may run into the processor limit, which is an honest answer.
    assert {finding.rule for finding in report.findings} & {"javascript", "not_checked"}
    assert report.checked_in_ms < 21_000


@pytest.mark.parametrize(
    "data",
    [
        with_object_stream(PLAIN, PACKED, data=DATA[:-12]),
        with_object_stream(PLAIN, PACKED, data=DATA[:20]),
        with_object_stream(PLAIN, PACKED, data=bytes(50)),
        with_object_stream(PLAIN, PACKED, data=zlib.compress(b"7 0" + pack(PACKED)[0][3:])),
        with_object_stream(PLAIN, PACKED, entries="/DecodeParms [<< /Predictor 12 >>]"),
        WHOLE.replace(b"[/FlateDecode] ", b"[/JBIG2Decode] "),
        WHOLE.replace(b"[/FlateDecode] ", b"[/Unknown]     "),
        WHOLE.replace(b"/N 1 ", b"/N 0 "),
        WHOLE.replace(b"/First 4 ", b"/Xirst 4 "),
        # The cross-reference stream is lost, so repair does not know what the object stream holds.
        WHOLE.replace(b"/Type /XRef", b"/Type /Lost").replace(
            b"%%EOF", b"trailer << /Root 1 0 R >>\n%%EOF"
        ),
        document(catalog="/OpenAction 4 0 R", objects={4: "<< /S /JavaScript /JS (x "}),
        document(
            catalog="/OpenAction 4 0 R",
            objects={4: "<< " + "] " * 20 + "/S /JavaScript /JS (x) >>"},
        ),
    ],
)
def test_objects_that_read_as_nothing_are_not_taken_for_clean(check: Check, data: bytes) -> None:
    report = check(data)
    assert report.verdict == "reject"
    assert {finding.rule for finding in report.findings} & {"not_checked", "javascript"}


@pytest.mark.parametrize("megabytes", [300, 1_500])
def test_a_page_that_fills_the_memory_does_not_touch_the_verdict(
    check: Check, megabytes: int
) -> None:
    contents = stream(blanks(megabytes), "/Filter /FlateDecode")
    report = check(document(page="/Contents 4 0 R", objects={4: contents}))
    assert report.verdict == "accept"
    assert report.checked_in_ms < 21_000
    if megabytes > 1_000:
        assert TEXT_NOT_READ in report.notes


def test_a_script_of_an_earlier_revision_does_not_decide(check: Check) -> None:
    old = document(catalog="/OpenAction 4 0 R", objects={4: hostile_files.SCRIPT})
    offset = len(old)
    update = (
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"xref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\n"
        b"startxref\n%d\n%%%%EOF\n"
    )
    size = len(b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
    data = old + update % (offset, old.rindex(b"xref\n0"), offset + size)
    report = check(data)
    assert report.verdict == "accept"
    assert "javascript" not in {finding.rule for finding in report.findings}


def not_checked(check: Check, data: bytes, limits: Limits) -> str | None:
    report = check(data, limits=limits)
    hits = [finding for finding in report.findings if finding.rule == "not_checked"]
    assert report.verdict == ("reject" if hits else "accept")
    return hits[0].detail if hits else None


def pages(count: int) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    objects: dict[int, str | bytes] = dict.fromkeys(range(3, count + 3), PLAIN[3])
    objects[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"
    return assemble(objects)


def test_limits_hold_just_over_and_not_just_under(check: Check) -> None:
    assert not_checked(check, pages(20), Limits(pages=20)) is None
    assert "20 pages" in (not_checked(check, pages(21), Limits(pages=20)) or "")

    # Catalog, page tree and pages: 22 objects.
    assert not_checked(check, pages(20), Limits(objects=22)) is None
    assert "22 objects" in (not_checked(check, pages(21), Limits(objects=22)) or "")

    array = document(catalog="/X [" + "1 " * 1_000 + "]")
    assert not_checked(check, array, Limits(items=1_100)) is None
    assert "900 entries" in (not_checked(check, array, Limits(items=900)) or "")

    inner = document(catalog="/X [[" + "1 " * 1_000 + "]]")
    assert not_checked(check, inner, Limits(items=1_100)) is None
    assert "900 entries" in (not_checked(check, inner, Limits(items=900)) or "")

    size = len(array)
    assert not_checked(check, array, Limits(input_bytes=size)) is None
    assert "too large" in (not_checked(check, array, Limits(input_bytes=size - 1)) or "")


def test_a_deep_field_tree_is_not_cut_in_silence(check: Check) -> None:
    def tree(levels: int) -> bytes:
        objects: dict[int, str | bytes] = {
            number: f"<< /T (f) /FT /Sig /Kids [{number + 1} 0 R] >>"
            for number in range(4, 4 + levels)
        }
        objects[4 + levels] = "<< /T (last) /FT /Sig >>"
        return document(catalog="/AcroForm << /Fields [4 0 R] >>", objects=objects)

    assert not_checked(check, tree(10), Limits(depth=10)) is None
    assert "10 levels" in (not_checked(check, tree(11), Limits(depth=10)) or "")


def test_findings_beyond_the_limit_are_counted(check: Check) -> None:
    kids = " ".join(f"{number} 0 R" for number in range(4, 109))
    fields: dict[int, str | bytes] = {
        number: f"<< /FT /Tx /T (f{number}) >>" for number in range(4, 109)
    }
    report = check(document(catalog=f"/AcroForm << /Fields [{kids}] >>", objects=fields))
    assert len([one for one in report.findings if one.rule == "form_fields"]) == 100
    assert report.not_listed == {"form_fields": 5}
    assert report.to_dict()["not_listed"] == {"form_fields": 5}


def test_the_wall_clock_kills_from_outside(check: Check) -> None:
    slow = hostile_files.no_table_and_many_objects()
    report = check(slow, limits=Limits(wall_seconds=0.3), profile=Profile(size_limit_mb=500))
    assert report.verdict == "reject"
    assert [finding.rule for finding in report.findings] == ["not_checked"]
    assert report.checked_in_ms < 3_000
    assert report.sha256
    assert report.bytes == len(slow)


def test_a_busy_computer_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    """The child is held while it works, as by other programs that take the processor."""
    file = tmp_path / "slow.pdf"
    file.write_bytes(hostile_files.no_table_and_many_objects())
    copy = tmp_path / "copy.pdf"
    limits = Limits(wall_seconds=3.0)
    with Checker() as checker:
        checker.check_sync(file, Profile(), limits=Limits(wall_seconds=0.3))
        worker = checker.worker_pid
        assert worker is not None
        with ThreadPoolExecutor(1) as others:
            held = others.submit(hold_who_works, worker)
            report = checker.check_sync(file, Profile(size_limit_mb=500), limits=limits)
            held.result()
            held = others.submit(hold_who_works, worker)
            repair = checker.mend_sync(file, copy, tmp_path / "files", Profile(), limits=limits)
            held.result()
    assert [finding.rule for finding in report.findings] == ["not_checked"]
    assert "too busy" in report.findings[0].message
    assert report.findings[0].fix == CHECK_AGAIN
    assert repair.copy is None
    assert repair.why_not == REASONS["busy"].why_not


def hold_who_works(worker: int) -> None:
    """Stop the first child that takes more processor time than one takes to get ready. Where none
    gets as much within its time, something else holds them already."""
    before = {pid: ticks(pid) for pid in children_of(worker)}
    until = time.monotonic() + 3.0
    while time.monotonic() < until:
        for pid in children_of(worker):
            with suppress(OSError):
                if ticks(pid) - before.get(pid, 0) >= 20:
                    os.kill(pid, signal.SIGSTOP)
                    return
        time.sleep(0.001)


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def test_the_processor_limit_kills(check: Check) -> None:
    report = check(
        hostile_files.huge_array(), limits=Limits(cpu_seconds=1, walk_seconds=60, items=10**9)
    )
    assert report.verdict == "reject"
    assert "not_checked" in {finding.rule for finding in report.findings}


def test_the_memory_limit_holds_without_the_parser_limit(check: Check) -> None:
    report = check(
        hostile_files.object_stream_bomb(),
        limits=Limits(memory_bytes=250_000_000, decoded_bytes=2_000_000_000),
    )
    assert report.verdict == "reject"
    assert "not_checked" in {finding.rule for finding in report.findings}
