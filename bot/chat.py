"""``helpdesk chat``: the same conversation as on the page, in a terminal."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.plain_text import plain_text
from bot.testing.client import Filer

_HELP = (
    "Type your question. A number presses a button; /file PATH sends a PDF; "
    "/save FOLDER saves its mended copy; Ctrl-D ends."
)
_DIGITS = 3  # of a number that can hardly be meant for a choice
Note = Callable[[str, str, dict[str, Any]], None]


def chat(url: str, note: Note | None = None) -> None:
    """Read lines and show replies until the end of the input. ``note`` is told each turn: user,
    choose or upload, what was said, and the reply."""
    print(_HELP)
    with Filer(url) as filer:
        while True:
            try:
                line = input("\nyou> ").strip()
            except EOFError:
                print()
                return
            if line:
                print(shown(_reply_to(filer, line, note or _forget)))


def _forget(kind: str, text: str, reply: dict[str, Any]) -> None:
    """Nobody wants to know."""


def _reply_to(filer: Filer, line: str, note: Note) -> dict[str, Any]:
    if line == "/save" or line.startswith("/save "):
        return {"text": _save(filer, _path(line.removeprefix("/save")))}
    kind, said = "user", line
    if line == "/file":
        return {"text": "Name the file: /file PATH"}
    if line.startswith("/file "):
        path = _path(line.removeprefix("/file "))
        try:
            kind, said, reply = "upload", str(path), filer.upload(path)
        except OSError as error:
            return {"text": f"The file {path} cannot be sent: {error.strerror}."}
    elif line.isdecimal() and 0 < int(line) <= len(filer.choices):
        kind, said = "choose", filer.choices[int(line) - 1]["title"]
        reply = filer.choose(said)
    elif line.isdecimal() and len(line) < _DIGITS and filer.choices:
        return {"text": f"There is no choice {line}. To say the number itself, add a word."}
    else:
        reply = filer.say(line)
    note(kind, said, reply)
    return reply


def _path(typed: str) -> Path:
    path = Path(typed.strip() or ".")
    with suppress(RuntimeError):  # there is no such home
        path = path.expanduser()
    return path


def _save(filer: Filer, folder: Path) -> str:
    try:
        path = filer.save_copy(folder)
    except OSError as error:
        return f"The copy cannot be saved in {folder}: {error.strerror}."
    if path is None:
        return "There is no mended copy yet: send a file with /file PATH and ask for a mended copy."
    return f"Saved: {path}"


def shown(reply: dict[str, Any]) -> str:
    """A reply as text for the terminal; strings from files carry no control characters."""
    lines = [plain_text(str(reply.get("text", "")))]
    lines += [
        f"  source: {source['title']}, {source['url']} (checked {source['checked_on']})"
        for source in reply.get("sources", ())
    ]
    choices = enumerate(reply.get("choices", ()), start=1)
    lines += [f"  [{number}] {choice['title']}" for number, choice in choices]
    return "".join(c for c in "\n".join(lines) if c == "\n" or unicodedata.category(c)[0] != "C")
