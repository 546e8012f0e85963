"""One checker for all tests of the PDF check, and ways to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.pdfcheck import Checker, Limits, Profile, Report

Check = Callable[..., Report]


@pytest.fixture(scope="session")
def checker() -> Iterator[Checker]:
    with Checker() as checker:
        yield checker


@pytest.fixture
def check(checker: Checker, tmp_path: Path) -> Check:
    """Checks bytes: `check(data, profile=..., limits=...)`."""

    def run(
        data: bytes,
        *,
        profile: Profile = Profile(),
        limits: Limits = Limits(),
        name: str = "motion.pdf",
    ) -> Report:
        path = tmp_path / "file.pdf"
        path.write_bytes(data)
        return checker.check_sync(path, profile, limits=limits, name=name)

    return run
