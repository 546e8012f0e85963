"""Training the model only when what it is made from changed: a content hash, not a date."""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.settings import ROOT, Settings
from bot.yaml_file import problem_of_file

MODEL_NAME = "helpdesk.tar.gz"
_HASH_NAME = "helpdesk.hash"
_LOCK_NAME = "helpdesk.lock"
_UNFINISHED = ".training-"


class TrainingError(RuntimeError):
    """The model could not be trained; the message says which file to look at."""


def model_path(settings: Settings) -> Path:
    """Where the trained model lies."""
    return settings.model_dir / MODEL_NAME


def content_hash(settings: Settings, root: Path = ROOT) -> str:
    """Changes with the content of data/, domain.yml, config.yml, bot/assistant/ and the locks."""
    files = [root / "domain.yml", root / "config.yml"]
    files += [root / "requirements.lock", root / "rasa.lock"]
    data = (p for p in settings.data_dir.rglob("*") if p.suffix in {".yml", ".yaml"})
    files += sorted(p for p in data if p.name != "court.yml")
    files += sorted((root / "bot" / "assistant").glob("*.py"))
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_trained(settings: Settings) -> bool:
    """Whether a whole model lies there that was trained from the present content."""
    model, known = model_path(settings), settings.model_dir / _HASH_NAME
    if not (model.is_file() and known.is_file()):
        return False
    return known.read_bytes().split() == _mark(content_hash(settings), model).split()


def mark_trained(settings: Settings) -> None:
    """Note that the model lying there is whole and made from the present content."""
    _write_mark(settings, content_hash(settings), model_path(settings))


def _mark(digest: str, model: Path) -> bytes:
    with model.open("rb") as file:
        return f"{digest} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode()


def _write_mark(settings: Settings, digest: str, model: Path) -> None:
    unfinished = settings.model_dir / f"{_HASH_NAME}.new"
    unfinished.write_bytes(_mark(digest, model))
    unfinished.replace(settings.model_dir / _HASH_NAME)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One training in a folder at a time; the system frees the lock of a process that died."""
    with (folder / _LOCK_NAME).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _delete_unfinished(folder: Path) -> None:
    """What trainings that were killed have left; whoever calls holds the lock, so none goes on."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def train(settings: Settings, *, force: bool = True) -> Path:
    """Train and store the model; returns its path.

    The old model stays until the new one is whole. Without ``force``, a model that another
    process has trained in the meantime is taken.

    Raises:
        TrainingError: Rasa refused the data, or a component failed.
    """
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    with _alone(settings.model_dir):
        if not force and is_trained(settings):
            return model_path(settings)
        _delete_unfinished(settings.model_dir)
        with TemporaryDirectory(prefix=_UNFINISHED, dir=settings.model_dir) as unfinished:
            digest = content_hash(settings)
            made = _train_into(Path(unfinished), settings)
            made.replace(model_path(settings))
            # killed before this line, the old mark does not fit the model: it is trained anew
            _write_mark(settings, digest, model_path(settings))
    return model_path(settings)


def _broken_file(data_dir: Path) -> str | None:
    """The file that is no YAML, with the line and what to do: Rasa's own error names no file."""
    return next(filter(None, map(problem_of_file, sorted(data_dir.rglob("*.yml")))), None)


def _train_into(folder: Path, settings: Settings) -> Path:
    import rasa.model_training

    before = Path.cwd()
    os.chdir(ROOT)
    try:
        result = rasa.model_training.train(
            domain="domain.yml",
            config="config.yml",
            training_files=[str(settings.data_dir)],
            output=str(folder),
            force_training=True,
            fixed_model_name=MODEL_NAME.removesuffix(".tar.gz"),
        )
    except Exception as error:
        why = _broken_file(settings.data_dir) or " ".join(str(error).split())
        raise TrainingError(f"The model could not be trained: {why}") from error
    finally:
        os.chdir(before)
    if result.model is None:
        raise TrainingError("The model could not be trained. Rasa's own words stand above.")
    return Path(result.model)
