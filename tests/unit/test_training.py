"""When a model is trained anew: when what it is made from changed, and not because of a date."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assistant.spacy_entities import PATTERNS_FILE
from bot.run import train_if_needed
from bot.settings import ROOT, Settings, child_environment, load_settings
from bot.supervisor import StartError
from bot.training import content_hash, is_trained, mark_trained, model_path

MADE_FROM = (
    "domain.yml",
    "config.yml",
    "requirements.lock",
    "rasa.lock",
    "data/topics/mfa/topic.yml",
    "data/shared/entities.yml",
    "data/flows/fallback.yml",
    "bot/assistant/normalize.py",
)
NOT_MADE_FROM = ("data/court.yml", "data/topics/mfa/article.md", "README.md", "bot/settings.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small checkout with the files that count and some that do not."""
    for name in (*MADE_FROM, *NOT_MADE_FROM):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n", "utf-8")
    return tmp_path


@pytest.fixture
def digest(root: Path) -> Callable[[], str]:
    """The hash of the small checkout as it is now."""
    settings = replace(load_settings({}), data_dir=root / "data")
    return lambda: content_hash(settings, root)


@pytest.mark.parametrize("name", MADE_FROM)
def test_the_hash_changes_with_content(root: Path, digest: Callable[[], str], name: str) -> None:
    before = digest()
    (root / name).write_text("other\n", "utf-8")
    assert digest() != before
    (root / name).write_text(f"{name}\n", "utf-8")
    assert digest() == before


@pytest.mark.parametrize("name", NOT_MADE_FROM)
def test_what_the_model_is_not_made_from_does_not_matter(
    root: Path, digest: Callable[[], str], name: str
) -> None:
    before = digest()
    (root / name).write_text("other\n", "utf-8")
    assert digest() == before


def test_dates_and_places_do_not_matter(
    root: Path, digest: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = digest()
    for name in MADE_FROM:
        os.utime(root / name, (1, 1))
    assert digest() == before
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(root, elsewhere)
    moved = replace(load_settings({}), data_dir=elsewhere / "data")
    assert content_hash(moved, elsewhere) == before


def test_a_new_topic_matters(root: Path, digest: Callable[[], str]) -> None:
    before = digest()
    (root / "data" / "topics" / "new").mkdir()
    (root / "data" / "topics" / "new" / "topic.yml").write_text("new\n", "utf-8")
    assert digest() != before


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of this checkout with a folder of their own for models."""
    return replace(load_settings(), model_dir=tmp_path / "models")


def test_trained_means_a_model_of_the_present_content(elsewhere: Settings) -> None:
    assert not is_trained(elsewhere)
    elsewhere.model_dir.mkdir()
    model_path(elsewhere).write_bytes(b"model")
    assert not is_trained(elsewhere)
    mark_trained(elsewhere)
    assert is_trained(elsewhere)
    (elsewhere.model_dir / "helpdesk.hash").write_text("another\n", "ascii")
    assert not is_trained(elsewhere)


def test_a_model_that_is_not_whole_is_trained_anew(elsewhere: Settings) -> None:
    elsewhere.model_dir.mkdir()
    model_path(elsewhere).write_bytes(b"a whole model")
    mark_trained(elsewhere)
    model_path(elsewhere).write_bytes(b"a wh")
    assert not is_trained(elsewhere)


def test_the_command_says_little_and_the_log_says_all(elsewhere: Settings, tmp_path: Path) -> None:
    settings = replace(elsewhere, var_dir=tmp_path / "var")
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "train"],
        cwd=ROOT,
        env=child_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    said = done.stdout.splitlines()
    assert said[0] == "Training the assistant from data/ (about a minute)."
    assert re.fullmatch(rf"Trained in \d+ s: {re.escape(str(model_path(settings)))}", said[1])
    assert len(said) == 2
    assert "is trained and saved" in (tmp_path / "var" / "log" / "training.log").read_text("utf-8")
    assert is_trained(settings)


def test_a_training_that_is_stopped_says_so_and_leaves_the_model(
    elsewhere: Settings, tmp_path: Path
) -> None:
    elsewhere.model_dir.mkdir()
    model_path(elsewhere).write_bytes(b"the old model")
    stop = threading.Event()
    stop.set()
    with pytest.raises(StartError, match="Training was stopped"):
        train_if_needed(replace(elsewhere, var_dir=tmp_path / "var"), lambda _: None, stop)
    assert model_path(elsewhere).read_bytes() == b"the old model"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (b"version: '3.1'\nintents: [mfa]\nnlu:\n\t- intent: mfa\n", "line 4: a tab stands here"),
        (b"version: '3.1'\nintents: [mfa\nnlu:\n", "line 2: a list or braces begin here"),
        (b"version: '3.1'\n# \xe9\n", "is not written in UTF-8"),
    ],
)
def test_a_topic_that_cannot_be_read_is_named_with_its_line(
    elsewhere: Settings, tmp_path: Path, broken: bytes, says: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(elsewhere.data_dir, data)
    (data / "topics" / "mfa" / "topic.yml").write_bytes(broken)
    settings = replace(elsewhere, data_dir=data, var_dir=tmp_path / "var")
    with pytest.raises(StartError, match=rf"Training failed\..*topics/mfa/topic\.yml.*{says}"):
        train_if_needed(settings, lambda _: None)


@pytest.fixture(scope="module")
def edited_meanwhile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """Settings with data of their own, and what was said where a file of it was edited while the
    model was trained from it."""
    folder = tmp_path_factory.mktemp("edited")
    data = shutil.copytree(load_settings().data_dir, folder / "data")
    with (data / "shared" / "entities.yml").open("a", encoding="utf-8") as entities:
        entities.write("planet:\n  Pluto: [ninth planet]\n")
    settings = replace(
        load_settings(), data_dir=data, model_dir=folder / "models", var_dir=folder / "var"
    )

    def edit() -> None:
        log = settings.var_dir / "log" / "training.log"
        # Rasa speaks after the mark of what it trains from was taken
        while not (log.is_file() and log.stat().st_size):
            time.sleep(0.02)
        with (data / "topics" / "mfa" / "topic.yml").open("a", encoding="utf-8") as topic:
            topic.write("# one more word\n")

    editor = threading.Thread(target=edit, daemon=True)
    editor.start()
    with pytest.raises(StartError) as told:
        train_if_needed(settings, lambda _: None)
    editor.join()
    return settings, str(told.value)


def test_an_edit_while_a_model_is_trained_is_told_as_such(
    edited_meanwhile: tuple[Settings, str],
) -> None:
    settings, said = edited_meanwhile
    assert said.startswith(f"Something in {settings.data_dir}")
    assert not is_trained(settings)
    assert model_path(settings).is_file()


def test_entities_come_from_the_data_that_the_settings_name(
    edited_meanwhile: tuple[Settings, str],
) -> None:
    with tarfile.open(model_path(edited_meanwhile[0])) as model:
        (patterns,) = (m for m in model if Path(m.name).name == PATTERNS_FILE)
        found = model.extractfile(patterns)
        assert found is not None
        assert b"ninth planet" in found.read()


def test_the_files_that_count_are_there() -> None:
    assert [name for name in MADE_FROM if not (ROOT / name).is_file()] == []
