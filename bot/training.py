"""Training the model only when what it is made from changed: a content hash, not a date."""

import hashlib
import os
import sys
from pathlib import Path

from bot.settings import ROOT, Settings

MODEL_NAME = "helpdesk.tar.gz"
_HASH_NAME = "helpdesk.hash"


class TrainingError(RuntimeError):
    """The model could not be trained; the message says which file to look at."""


def model_path(settings: Settings) -> Path:
    """Where the trained model lies."""
    return settings.model_dir / MODEL_NAME


def content_hash(settings: Settings, root: Path = ROOT) -> str:
    """Changes with the content of data/, domain.yml, config.yml, bot/assistant/ and the locks."""
    files = [root / "domain.yml", root / "config.yml"]
    files += [root / "requirements.lock", root / "rasa.lock"]
    files += sorted(p for p in settings.data_dir.rglob("*.yml") if p.name != "court.yml")
    files += sorted((root / "bot" / "assistant").glob("*.py"))
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in files:
        digest.update(file.name.encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_trained(settings: Settings) -> bool:
    """Whether a model lies there that was trained from the present content."""
    known = settings.model_dir / _HASH_NAME
    return (
        model_path(settings).is_file()
        and known.is_file()
        and known.read_text(encoding="ascii").strip() == content_hash(settings)
    )


def train(settings: Settings) -> Path:
    """Train and store the model; returns its path.

    Raises:
        TrainingError: Rasa refused the data, or a component failed.
    """
    import rasa.model_training

    digest = content_hash(settings)
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        result = rasa.model_training.train(
            domain="domain.yml",
            config="config.yml",
            training_files=[str(settings.data_dir)],
            output=str(settings.model_dir),
            force_training=True,
            fixed_model_name=MODEL_NAME.removesuffix(".tar.gz"),
        )
    except Exception as error:
        raise TrainingError(f"The model could not be trained: {error}") from error
    finally:
        os.chdir(before)
    if result.model is None:
        raise TrainingError("The model could not be trained. Rasa's own words stand above.")
    (settings.model_dir / _HASH_NAME).write_text(digest, encoding="ascii")
    return model_path(settings)
