"""Nothing but the court's profile and examples of what filers write names the example court."""

import contextlib
import re
from pathlib import Path

import pytest
import yaml

from bot.court import CourtProfileError, load_court
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


OF_BANKRUPTCY = re.compile(
    r"bankrupt|trustee|creditor|proof of claim|adversary|epoc\b|\bJTA\b", re.IGNORECASE
)
GUIDE = (ROOT / "docs" / "another-court.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("article", sorted(ROOT.glob("data/topics/*/article.md")), ids=str)
def test_the_guide_names_each_article_that_only_a_bankruptcy_court_can_keep(article: Path) -> None:
    front, _, body = article.read_text(encoding="utf-8").partition("\n---\n")
    # titles of sources name courts, roles are no words that a filer reads
    short_answer = front.partition("sources:")[0]
    if OF_BANKRUPTCY.search(f"{short_answer}{body}"):
        listed = GUIDE.partition("**At a court that is no bankruptcy court**")[2].splitlines()[0]
        assert f"`{article.parent.name}`" in listed


def test_the_guide_names_what_may_be_null(tmp_path: Path) -> None:
    raw = yaml.safe_load(load_settings().court_file.read_text(encoding="utf-8"))
    optional = set()
    for section, entries in raw.items():
        for name in entries:
            changed = {**raw, section: {**entries, name: None}}
            file = tmp_path / "court.yml"
            file.write_text(yaml.safe_dump(changed), encoding="utf-8")
            with contextlib.suppress(CourtProfileError):
                load_court(file)
                optional.add((section, name))
    named = set(
        re.findall(r"`(\w+)`", GUIDE.partition("may be `null`:")[2].partition("; the help desk")[0])
    )
    shown = {"court", "clerk", "help_sessions", "pdf"}
    # what nobody is shown, and lists that may be left out
    silent = {"phones_checked_on", "closures", "rules"}
    assert {name for section, name in optional if section in shown} - silent <= named
