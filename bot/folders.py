"""The folders that the help desk writes to, tried before anything starts."""

import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.private_files import make_folder
from bot.settings import Settings


class FolderError(RuntimeError):
    """A folder cannot be written to; the message names it and its setting."""


def check_folders(settings: Settings) -> None:
    """Make the folders that are missing, and write into each: who starts the help desk is told,
    and not the filer who sends a file.

    Raises:
        FolderError: one cannot be made or written to.
    """
    wanted = [
        ("HELPDESK_VAR", settings.var_dir),
        ("HELPDESK_UPLOADS", settings.upload_dir),
        ("HELPDESK_MODELS", settings.model_dir),
    ]
    if settings.database_url.startswith("sqlite"):
        file = make_url(settings.database_url).database
        if file and not file.startswith((":", "file:")):
            wanted.append(("DATABASE_URL", Path(file).parent))
    for variable, folder in wanted:
        try:
            make_folder(folder)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
        except OSError as error:
            raise FolderError(
                f"The folder {folder} cannot be written to: {error.strerror}. See that it is a "
                f"folder of the user who runs the help desk, on a disk with room, or name another "
                f"with {variable}."
            ) from error
