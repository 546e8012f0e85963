"""Nothing but the court's profile and examples of what filers write names the example court."""

import re
from pathlib import Path

import pytest

from bot.court import load_court
from bot.settings import ROOT, load_settings

COURT = load_court(load_settings().court_file)
ITS_OWN = [
    COURT.name,
    COURT.short_name,
    COURT.name.rsplit(" ", 1)[-1],
    *(word for office in COURT.clerk_phones for word in office),
]
NAMED = re.compile("|".join([*map(re.escape, ITS_OWN), rf"\b{COURT.code}\b"]), re.IGNORECASE)
# what runs or is shown, without tests, documents and the profile itself
SHOWN = [
    *ROOT.glob("bot/**/*.py"),
    *ROOT.glob("actions/**/*.py"),
    *ROOT.glob("bot/web/templates/**/*"),
    *ROOT.glob("bot/web/static/*"),
    *ROOT.glob("bot/web/locale/**/*.po"),
    *ROOT.glob("data/**/article.md"),
    *ROOT.glob("data/flows/**/*.yml"),
    *ROOT.glob("data/shared/**/*.yml"),
    *(ROOT / name for name in ("domain.yml", "config.yml")),
]


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in SHOWN if p.is_file()]
)
def test_this_court_is_named_by_its_profile_only(path: Path) -> None:
    named = NAMED.findall(path.read_text(encoding="utf-8"))
    assert not named
