"""The two sides of a comparison: a model, a commit, or this folder as it is. Each runs in processes
of its own with its own code, so that an old commit is judged by what it was."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from bot.settings import ROOT, Settings, child_environment
from bot.testing.evaluate import Question
from bot.training import MODEL_NAME, mark_trained

_HERE = "."
_SAY_EVERY_SECONDS = 10.0
_TOOLS, _ASSETS = ".tools", ".assets"  # by make setup: the sentence encoder and uv; styles
_MAKES_SETUP = ("requirements.lock", "rasa.lock", "bot/assistant/make_encoder.py")
"""Where one of these differs, a commit runs with packages and an encoder of its own."""
_MISTAKE = re.compile(r"^(.+?\.yml):\d+: ", re.MULTILINE)
Say = Callable[[str], None]


class SideError(RuntimeError):
    """A side cannot be had or run; the message says why."""


@dataclass(frozen=True)
class Side:
    """``name`` as it was given, ``label`` the same with what it stands for; ``root``: the code and
    data that it runs, with ``python``."""

    name: str
    label: str
    root: Path
    environment: dict[str, str]
    python: str = sys.executable

    def topics(self) -> set[str]:
        """The topics that it knows."""
        return {file.parent.name for file in (self.root / "data" / "topics").glob("*/topic.yml")}

    def fingerprint(self) -> str:
        """Of its model, once it has answered: the same for the same file."""
        model = Path(self.environment["HELPDESK_MODELS"]) / MODEL_NAME
        return hashlib.sha256(model.read_bytes()).hexdigest()[:12] if model.is_file() else ""

    def answers(self, questions: Path, say: Say) -> list[dict[str, Any]]:
        """Ask labelled questions, as ``helpdesk evaluate``."""
        return self._read(self._run(say, "questions asked", "evaluate", str(questions)))

    def scripts(self, files: Sequence[Path], say: Say) -> list[dict[str, Any]]:
        """Play scripts, as ``helpdesk talk``. Files that this side cannot read are left out."""
        done = self._run(say, "scripts played", "talk", *map(str, files))
        if done.returncode == 2:
            unread = {Path(name) for name in _MISTAKE.findall(done.stderr)}
            left = [file for file in files if file not in unread]
            if not unread or not left:
                raise SideError(f"{self.name} cannot read the scripts: {_last(done.stderr)}")
            say(f"{self.name} cannot read {len(unread)} files of scripts; they are left out.")
            return self._read(self._run(say, "scripts played", "talk", *map(str, left)))
        return self._read(done)

    def _run(self, say: Say, deed: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the side's own; says now and then how many results have come."""
        lines: list[str] = []
        said = time.monotonic()
        with TemporaryFile("w+", encoding="utf-8") as errors:
            with subprocess.Popen(
                [self.python, "-m", "bot.cli", *command, "--json"],
                cwd=self.root,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process:
                for line in process.stdout or ():
                    lines.append(line)
                    summary = line.startswith(('{"n"', '{"passed"'))
                    if not summary and time.monotonic() - said > _SAY_EVERY_SECONDS:
                        said = time.monotonic()
                        say(f"{self.name}: {len(lines)} {deed}.")
            errors.seek(0)
            return subprocess.CompletedProcess(
                command, process.returncode, "".join(lines), errors.read()
            )

    def _read(self, done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
        """Its lines without the summary, which must be there."""
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if not lines or not {"n", "passed"} & set(lines[-1]) or "name" in lines[-1]:
            raise SideError(f"{self.name} could not be run: {_last(done.stderr)}")
        here = f"{ROOT}/"
        named = [{**one, "file": one["file"].removeprefix(here)} for one in lines if "file" in one]
        return named or lines[:-1]


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:400]


@contextmanager
def open_side(name: str, settings: Settings, folder: Path, say: Say) -> Iterator[Side]:
    """A model file, a folder with one, a commit, or ``.`` for this folder; ends with the block.

    Raises:
        SideError: it is none of these, or a commit cannot be set up.
    """
    folder.mkdir()
    models = folder / "models"
    models.mkdir()
    if name == _HERE:
        environment = _environment(settings, ROOT, folder, settings.model_dir)
        yield Side(name, _label_of_here(), ROOT, environment)
    elif (model := _model_file(Path(name))) is not None:
        shutil.copy(model, models / MODEL_NAME)
        # the model is what is compared: the private copy shall take it as it is
        mark_trained(replace(settings, model_dir=models))
        label = f"{name} (a model, with the code and articles of this folder)"
        yield Side(name, label, ROOT, _environment(settings, ROOT, folder, models))
    else:
        with _worktree(name, folder / "tree") as tree:
            python = _set_up(name, tree, settings, say)
            for file in settings.model_dir.glob("helpdesk.*"):  # of use where nothing changed
                shutil.copy(file, models / file.name)
            say(f"{name} is trained from its own data, if that differs from the present one.")
            environment = _environment(settings, tree, folder, models)
            yield Side(name, f"{name} ({_commit_words(tree)})", tree, environment, python)


def _label_of_here() -> str:
    changed = _git("status", "--porcelain").stdout.strip()
    words = _commit_words(ROOT)
    return f"this folder ({words}{', with changes not committed' if changed else ''})"


def _commit_words(tree: Path) -> str:
    """Number and day of the commit that is checked out in ``tree``."""
    said = _git("log", "-1", "--format=commit %h of %cs", folder=tree)
    return said.stdout.strip() or "of no commit"


def _set_up(name: str, tree: Path, settings: Settings, say: Say) -> str:
    """Give a checked-out commit what ``make setup`` makes; returns the Python that runs it. Code
    and encoder belong together: an old commit cannot read the encoder of today."""
    (tree / _ASSETS).symlink_to(ROOT / _ASSETS)
    if all(_same(tree / file, ROOT / file) for file in _MAKES_SETUP):
        (tree / _TOOLS).symlink_to(ROOT / _TOOLS)
        return sys.executable
    say(f"{name} has other packages or another encoder: it is set up by itself (a minute or two).")
    (tree / _TOOLS).mkdir()
    if (ROOT / _TOOLS / "uv").is_dir():
        (tree / _TOOLS / "uv").symlink_to(ROOT / _TOOLS / "uv")
    # its own `bot` is the one to make the encoder: the environment of this process names ours
    environment = {
        **child_environment(settings),
        "HELPDESK_VENV": ".venv",
        "PYTHONPATH": str(tree),
    }
    done = subprocess.run(
        ["sh", "scripts/setup.sh"],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    python = tree / ".venv" / "bin" / "python"
    if done.returncode or not python.is_file():
        raise SideError(f"{name} could not be set up: {_last(done.stderr)}")
    return str(python)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _model_file(path: Path) -> Path | None:
    if path.is_dir() and (path / MODEL_NAME).is_file():
        return path / MODEL_NAME
    return path if path.is_file() and path.name.endswith(".tar.gz") else None


def _environment(settings: Settings, root: Path, var: Path, models: Path) -> dict[str, str]:
    return {
        **child_environment(settings),
        "HELPDESK_DATA": str(root / "data"),
        "HELPDESK_COURT_FILE": str(root / "data" / "court.yml"),
        "HELPDESK_VAR": str(var / "var"),
        "HELPDESK_MODELS": str(models),
        "PYTHONPATH": str(root),
    }


@contextmanager
def _worktree(commit: str, tree: Path) -> Iterator[Path]:
    known = _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if known.returncode:
        raise SideError(f"{commit} is neither a model (.tar.gz) nor a commit.")
    made = _git("worktree", "add", "--quiet", "--detach", str(tree), known.stdout.strip())
    if made.returncode:
        raise SideError(f"{commit} cannot be checked out: {_last(made.stderr)}")
    try:
        yield tree
    finally:
        _git("worktree", "remove", "--force", str(tree))


def _git(*command: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", *command], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip


def known_to_all(
    questions: Iterable[Question], sides: Sequence[Side], file: Path
) -> tuple[Path, int]:
    """Write the questions on topics that every side knows; returns the file and how many are left
    out."""
    topics = set.intersection(*(side.topics() for side in sides))
    asked = list(questions)
    kept = [one for one in asked if one.topic in topics]
    lines = ["text\ttopic\tbefore", *(f"{q.text}\t{q.topic}\t{q.before}" for q in kept)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file, len(asked) - len(kept)
