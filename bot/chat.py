"""``helpdesk chat``: the same conversation as on the page, in a terminal."""

import unicodedata
from pathlib import Path
from typing import Any

from bot.testing.client import Filer

_HELP = "Type your question. A number presses a button; /file PATH sends a PDF; Ctrl-D ends."


def chat(url: str) -> None:
    """Read lines and show replies until the end of the input."""
    print(_HELP)
    with Filer(url) as filer:
        while True:
            try:
                line = input("\nyou> ").strip()
            except EOFError:
                print()
                return
            if line:
                print(shown(_reply_to(filer, line)))


def _reply_to(filer: Filer, line: str) -> dict[str, Any]:
    if line.startswith("/file "):
        path = Path(line.removeprefix("/file ").strip()).expanduser()
        return filer.upload(path) if path.is_file() else {"text": f"There is no file {path}."}
    if line.isdecimal() and 0 < int(line) <= len(filer.choices):
        return filer.choose(filer.choices[int(line) - 1]["title"])
    return filer.say(line)


def shown(reply: dict[str, Any]) -> str:
    """A reply as text for the terminal; strings from files carry no control characters."""
    lines = [str(reply.get("text", ""))]
    lines += [
        f"  source: {source['title']}, {source['url']} (checked {source['checked_on']})"
        for source in reply.get("sources", ())
    ]
    choices = enumerate(reply.get("choices", ()), start=1)
    lines += [f"  [{number}] {choice['title']}" for number, choice in choices]
    return "".join(c for c in "\n".join(lines) if c == "\n" or unicodedata.category(c)[0] != "C")
