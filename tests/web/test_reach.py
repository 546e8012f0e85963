"""The way to a person: on every page, with the office's hours as they are at that moment."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from web_stack import Stack

from bot.settings import ROOT

# a Wednesday, 10:00 and 20:00 in Connecticut; Thanksgiving Day
OPEN = datetime(2026, 11, 18, 15)
LATE = datetime(2026, 11, 19, 1)
HOLIDAY = datetime(2026, 11, 26, 15)


@pytest.fixture
def stack_with_hours(make_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    profile = yaml.safe_load((ROOT / "data" / "court.yml").read_text("utf-8"))
    days = ("mon", "tue", "wed", "thu", "fri")
    profile["clerk"] |= {"hours": dict.fromkeys(days, "09:00-16:00"), "email": "clerk@ctb.example"}
    court = tmp_path / "court.yml"
    court.write_text(yaml.safe_dump(profile), "utf-8")
    return make_stack(court_file=court)


@pytest.mark.parametrize("path", ["/", "/requests", "/privacy", "/accessibility", "/nothing"])
def test_it_is_on_every_page_in_the_same_place(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("bot.web.site.utc_now", lambda: OPEN)
    with stack.client() as filer:
        page = filer.get(path).text
    header = page.split("</header>")[0]
    assert header.count('value="talk_to_a_person"') == 1
    assert page.count("860-240-3675") >= 1
    assert page.count("does not know the hours") == 1


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (OPEN, "is open now, until 4:00 p.m. (Eastern Time)", "abierta ahora, hasta las 4:00 p."),
        (
            LATE,
            "It opens on Thursday, November 19, at 9:00 a.m.",
            "Abre el jueves, 19 de noviembre",
        ),
        (HOLIDAY, "a federal holiday (Thanksgiving Day)", "feriado federal (Día de Acción"),
    ],
)
def test_the_hours_are_those_of_the_moment(
    stack_with_hours: Stack,
    monkeypatch: pytest.MonkeyPatch,
    moment: datetime,
    english: str,
    spanish: str,
) -> None:
    monkeypatch.setattr("bot.web.site.utc_now", lambda: moment)
    with stack_with_hours.client() as filer:
        assert english in filer.get("/?lang=en").text
        assert spanish in filer.get("/?lang=es").text


def test_an_outage_names_the_address_where_there_is_one(stack_with_hours: Stack) -> None:
    stack_with_hours.rasa.mode = "error"
    with stack_with_hours.client() as filer:
        page = filer.post("/messages", data={"text": "hello"})
        start = filer.get("/requests")
    assert "203-773-2009</a>, clerk@ctb.example" in page.text
    assert 'href="mailto:clerk@ctb.example"' in start.text
