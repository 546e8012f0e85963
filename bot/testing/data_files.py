"""The YAML files of ``data/``, as testers' reports read them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.yaml_file import problem_of_file

# also the one in C makes nothing but plain values, which ruff's S506 does not know
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DataFileError(ValueError):
    """A file of ``data/`` cannot be read; the message names it."""


def read_data_file(file: Path) -> dict[str, Any]:
    """The entries of a file; none where it holds something else.

    Raises:
        DataFileError: it is no YAML.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8-sig"), _LOADER)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DataFileError(problem_of_file(file) or f"{file} cannot be read: {error}") from error
    return content if isinstance(content, dict) else {}


def read_data_files(data_dir: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each file below ``data_dir`` with its entries.

    Raises:
        DataFileError: one is no YAML.
    """
    for file in sorted(data_dir.rglob("*.yml")):
        yield file, read_data_file(file)
