"""The file ``.env``: names and values of settings. What would have no effect is refused."""

import io
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import parse_stream

_OURS = ("HELPDESK_", "SMTP_")


class EnvFileError(ValueError):
    """``.env`` cannot be used as it stands; the message names the line, and never a value."""


def read_env_file(path: Path, known: Collection[str]) -> dict[str, str]:
    """The settings of the file, none where there is no file. Values are taken as they stand:
    ``$`` in a password is a ``$``. Names that are neither ours nor like ours may be there.

    Raises:
        EnvFileError: it cannot be read, or a line is no setting, is misspelled or there twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EnvFileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise EnvFileError(f"{path} is not written in UTF-8: save it so.") from error
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is None and not binding.error:
            continue  # a comment or an empty line
        string = binding.original.string
        empty = len(string) - len(string.lstrip())
        where = f"{path}, line {binding.original.line + string.count(chr(10), 0, empty)}"
        if binding.error or binding.key is None or binding.value is None:
            raise EnvFileError(f"{where}: a line looks like NAME=value, a quote is closed again.")
        _check_name(binding.key, known, where)
        if binding.key in found:
            raise EnvFileError(f"{where}: {binding.key} stands here a second time. Take one out.")
        found[binding.key] = binding.value
    return found


def _check_name(name: str, known: Collection[str], where: str) -> None:
    if name in known:
        return
    like = get_close_matches(name.upper(), known, 1, 0.8)
    if like or name.upper().startswith(_OURS):
        hint = f" Did you mean {like[0]}?" if like else ""
        raise EnvFileError(f"{where}: {name} is no setting.{hint} .env.example lists all.")
