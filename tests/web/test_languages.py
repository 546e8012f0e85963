"""The page in another language: every text, switched in mid-chat, and what stays English."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from web_stack import Stack

from bot.languages import LOCALE, languages
from bot.settings import ROOT
from bot.web.bot_texts import BUTTONS, SENTENCES
from bot.web.catalogue import collected

FILES = sorted(LOCALE.glob("*/LC_MESSAGES/messages.po"))
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>|\*\*")
# said the same in both languages
SAME = {"Cookies", "No"}


def read(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source)


def texts(message: Message, part: str) -> list[str]:
    value = getattr(message, part)
    return list(value) if isinstance(value, (tuple, list)) else [value]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.parent.name)
def test_every_text_is_translated_and_nothing_else_is_there(file: Path) -> None:
    catalog, wanted = read(file), collected()
    assert {m.id for m in wanted if m.id} == {m.id for m in catalog if m.id}
    for message in catalog:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        ids, strings = texts(message, "id"), texts(message, "string")
        for text in strings:
            assert text.strip(), message.id
            assert text not in ids or text in SAME
            assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(ids[-1])), message.id
            assert text[-1:] in ".?!:" or ids[-1][-1:] not in ".?", message.id
        assert len(strings) == len(ids)


def test_there_is_spanish() -> None:
    assert list(languages()) == ["en", "es"]


def test_the_language_is_switched_in_mid_chat_and_kept(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hello"})
        english = filer.get("/")
        switched = filer.get("/?lang=es")
        filer.post("/messages", data={"text": "hola"})
        later = filer.get("/")
        stranger = filer.post("/requests", data={"code": "AAAAA-AAAAA"})
        back = filer.get("/?lang=en")
    # it goes with a help request, and so to the clerks and into e-mails
    assert [body["metadata"]["language"] for body in stack.rasa.seen] == ["en", "es"]
    assert '<html lang="en">' in english.text
    assert "Español" in english.text
    for page in (switched, later):
        assert '<html lang="es">' in page.text
        assert page.headers["content-language"] == "es"
        assert "Hablar con una persona" in page.text
        assert "You said: hello" in page.text
        assert "revisado el 1 de noviembre de 2026" in page.text
    assert "Ninguna solicitud de ayuda tiene este código" in stranger.text
    assert "Talk to a person" in back.text


def test_an_answer_in_english_says_so_and_is_marked(stack: Stack) -> None:
    stack.rasa.messages = [{"custom": {"text": "Sign in at PACER.", "outcome": "answered"}}]
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hola"})
        spanish, english = filer.get("/?lang=es").text, filer.get("/?lang=en").text
    assert "Esta respuesta está en inglés" in spanish
    assert '<div class="said" lang="en">' in spanish
    assert "This answer is in English" not in english


def test_what_the_assistant_says_in_fixed_words_is_spanish_too(stack: Stack) -> None:
    stack.rasa.messages = [
        {
            "custom": {
                "text": "Is there a deadline? Tell me the day and the hour in the court's time "
                "(Eastern Time), for example: tomorrow 5 p.m.",
                "outcome": "asked",
                "choices": [
                    {"id": "n", "title": "No deadline", "payload": "No deadline"},
                    {"id": "t", "title": "A topic of an article", "payload": "/x"},
                ],
            }
        }
    ]
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hola"})
        filer.post("/messages", data={"choice": "n"})
        page = filer.get("/?lang=es").text
    assert "¿Hay una fecha límite?" in page
    assert "(hora oriental)" in page
    assert "Esta respuesta está en inglés" not in page
    assert page.count("Sin fecha límite") == 2  # the button, and what was said by it
    assert 'value="t" lang="en">A topic of an article' in page
    assert stack.rasa.seen[1]["text"] == "No deadline"


def test_a_spanish_page_says_in_spanish_what_was_removed(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "ssn 123-45-6789"})
        filer.post("/messages", data={"text": "ssn 123-45-6789, pasaporte C03005988, clave: Sol9"})
        page = filer.get("/?lang=es").text
    assert "Quit\u00e9 de su mensaje un n\u00famero de Seguro Social y no lo guard\u00e9;" in page
    assert "de otro documento de identidad y una contrase\u00f1a o un c\u00f3digo y no lo" in page
    assert "I removed" not in page


def test_an_outage_speaks_spanish(stack: Stack) -> None:
    stack.rasa.mode = "error"
    with stack.client() as filer:
        response = filer.post("/messages?lang=es", data={"text": "hola"})
        api = filer.post("/api/messages", json={"text": "hola"})
    assert "La ayuda no puede responder en este momento" in response.text
    assert "860-240-3675" in response.text
    assert api.json()["text"].startswith("La ayuda no puede responder")


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"Accept-Language": "es-MX,es;q=0.9,en;q=0.8"}, "es"),
        ({"Accept-Language": "fr,es;q=0.5"}, "es"),
        ({"Accept-Language": "fr, de"}, "en"),
        ({"Accept-Language": "../../etc/passwd"}, "en"),
        ({"Cookie": "helpdesk_language=es", "Accept-Language": "en"}, "es"),
        ({"Cookie": "helpdesk_language=<script>"}, "en"),
    ],
)
def test_whose_wish_counts(stack: Stack, headers: dict[str, str], language: str) -> None:
    with stack.client() as filer:
        page = filer.get("/?lang=xx", headers=headers)
    assert f'<html lang="{language}">' in page.text
    assert "helpdesk_language" not in page.headers.get("set-cookie", "")


def test_the_assistant_still_says_what_is_translated_here() -> None:
    """A sentence that was changed in the assistant must be changed here too."""
    places = [
        "actions/*.py",
        "bot/knowledge/*.py",
        "bot/pdfcheck/*.py",
        "bot/privacy/__init__.py",
        "bot/triage/form.py",
        "bot/triage/notices.py",
    ]
    files = [file for place in places for file in ROOT.glob(place)]
    files += sorted(ROOT.glob("data/flows/*.yml"))
    said = " ".join(file.read_text("utf-8") for file in files)
    # strings broken over lines, in Python and in YAML
    said = re.sub(r'"\s*f?"', "", re.sub(r"\s+", " ", said))
    for text in (*BUTTONS, *SENTENCES):
        longest = max(re.split(r"\{\w+\}", text), key=len)
        for sentence in re.split(r"(?<=[.?!]) ", longest):
            assert sentence.strip("*") in said, text
