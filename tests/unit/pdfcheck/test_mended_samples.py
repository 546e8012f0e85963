"""Mended copies of real files, judged by parsers that made neither the check nor the copy."""

from __future__ import annotations

import csv
import logging
import re
import statistics
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pdfminer.high_level import extract_text
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from bot.pdfcheck import Checker, Consent, Profile, Repair, Report, offer

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "pdf-samples"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="The labelled sample PDFs are not beside the project."
)

#: Files with an offer but no copy, each with the reason. Those that need a password, are dynamic
#: XFA, no PDF or damaged beyond opening get no offer.
NOT_HANDED_OUT = {
    "9676f28b3a11.pdf": "portfolio: the one page is a cover, so the documents in it are offered",
    "d9df431840ab.pdf": "attack: a picture over the text, which pdfium misses and qpdf recovers",
}
_ACTIONS = frozenset(
    "/JavaScript /Launch /GoToR /GoToE /ImportData /SubmitForm /Movie /Sound /RichMediaExecute"
    " /GoTo3DView".split()
)
_ANNOTATIONS = frozenset("/Widget /Movie /Sound /RichMedia /3D /FileAttachment".split())
_MOST_OBJECTS = 100_000

Mended = dict[str, tuple[Path, Repair]]


@pytest.fixture(scope="module")
def mended(checker: Checker, tmp_path_factory: pytest.TempPathFactory) -> Mended:
    """All samples for which the report leads to an offer."""
    folder = tmp_path_factory.mktemp("mended")
    found: Mended = {}
    for path in sorted(SAMPLES.glob("*.pdf")):
        report: Report = checker.check_sync(path, Profile())
        if offer(report).reason is None:
            copy = folder / path.name
            repair = checker.mend_sync(
                path, copy, folder / f"{path.name}.files", Profile(), consent=Consent(True, True)
            )
            found[path.name] = (copy, repair)
    return found


def test_all_but_a_few_are_handed_out(mended: Mended) -> None:
    refused = {name for name, (_, repair) in mended.items() if repair.copy is None}
    assert refused == set(NOT_HANDED_OUT)
    assert len(mended) > 100
    # Nobody can mend these: a cover without documents, and a file with two different pages in one.
    assert len(refused) / len(mended) < 0.02


def test_no_offer_only_where_nothing_can_be_mended(checker: Checker, mended: Mended) -> None:
    with (SAMPLES / "labels.tsv").open(newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["file"] in mended or row["enc_kind"] == "password" or row["unreadable"] != "0":
                continue
            report = checker.check_sync(SAMPLES / row["file"], Profile())
            assert report.verdict == "accept" or offer(report).reason is not None, row["file"]


def test_the_originals_are_untouched(mended: Mended) -> None:
    import hashlib

    with (SAMPLES / "labels.tsv").open(newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["file"] in mended:
                data = (SAMPLES / row["file"]).read_bytes()
                assert hashlib.sha256(data).hexdigest() == row["sha256"]


def test_our_rules_refuse_no_copy(mended: Mended) -> None:
    for name, (_, repair) in mended.items():
        if repair.copy is not None:
            assert repair.copy.report.verdict == "accept", name
            assert repair.changes, name


def test_pypdf_finds_nothing_refused_in_a_copy(mended: Mended) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for name, (path, repair) in mended.items():
        if repair.copy is not None:
            assert list(refused_things(path)) == [], name


def refused_things(path: Path) -> Iterator[str]:
    """What CM/ECF refuses, by a walk over every object of the table with pypdf."""
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted:
        yield "encrypted"
    root: Any = reader.trailer["/Root"]
    yield from (key for key in ("/AcroForm", "/Collection", "/NeedsRendering") if key in root)
    stack: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while stack:
        assert len(seen) < _MOST_OBJECTS
        node = stack.pop()
        if isinstance(node, IndirectObject):
            if (node.idnum, node.generation) in seen:
                continue
            seen.add((node.idnum, node.generation))
            node = node.get_object()
        if isinstance(node, ArrayObject):
            stack.extend(node)
        if not isinstance(node, DictionaryObject):
            continue
        stack.extend(dict.values(node))
        yield from _refused_in(node)


def _refused_in(node: DictionaryObject) -> Iterator[str]:
    kind = node.get("/S")
    if kind in _ACTIONS or (kind == "/Rendition" and "/R" in node):
        yield f"action {kind}"
    if kind == "/Thread" and "/F" in node:
        yield "action /Thread"
    if node.get("/Subtype") in _ANNOTATIONS and "/Rect" in node:
        yield f"annotation {node['/Subtype']}"
    if isinstance(node.get("/JS"), (str, bytes, StreamObject)):
        yield "script"
    for key in ("/EF", "/XFA", "/AF"):
        if key in node:
            yield key
    if isinstance(node, StreamObject):
        if isinstance(node.get("/F"), (str, DictionaryObject)):
            yield "external stream"
        if isinstance(node.get("/Ref"), DictionaryObject):
            yield "reference XObject"


def test_pdfminer_finds_every_word_of_the_original_in_a_copy(mended: Mended) -> None:
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    lost: dict[str, list[str]] = {}
    for name, (path, repair) in mended.items():
        if repair.copy is None:
            continue
        after = squeezed(text_of(path))
        before = re.split(r"\s+", text_of(SAMPLES / name))
        missing = [word for word in before if squeezed(word) not in after]
        if missing:
            lost[name] = missing[:5]
    assert lost == {}


def text_of(path: Path) -> str:
    try:
        return extract_text(path, maxpages=20)
    except Exception:  # pdfminer raises whatever a damaged original leads it to
        return ""


def squeezed(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def test_the_values_of_fields_are_words_of_the_copy(mended: Mended) -> None:
    """Values as pypdf reads them, in the text that pdfminer reads."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    looked_at = 0
    for name, (path, repair) in mended.items():
        if repair.copy is None:
            continue
        values = values_of(SAMPLES / name)
        if not values:
            continue
        # what pdfminer writes for a letter without a meaning, here a tab character
        after = squeezed(extract_text(path).replace("(cid:9)", ""))
        for value in values:
            looked_at += 1
            assert squeezed(value) in after, (name, value)
    assert looked_at > 20


def values_of(path: Path) -> list[str]:
    try:
        fields = pypdf.PdfReader(path).get_form_text_fields() or {}
    except Exception:  # as above
        return []
    return [str(value) for value in fields.values() if value and squeezed(str(value))]


def test_a_copy_takes_a_few_times_what_a_check_takes(checker: Checker, mended: Mended) -> None:
    # seconds would judge the machine, and what else runs on it; alone a copy takes 8 checks
    names = sorted(mended)[::5]
    copying = statistics.median(mended[name][1].mended_in_ms for name in names)
    checking = statistics.median(
        checker.check_sync(SAMPLES / name, Profile()).checked_in_ms for name in names
    )
    print(f"middle of {len(names)} files: copied in {copying} ms, checked in {checking} ms")
    assert copying < 30 * checking + 100
