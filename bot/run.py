"""``helpdesk run``: train if needed, prepare the database, start everything, say where it is."""

import asyncio
import contextlib
import fcntl
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.children import web_url, with_secret
from bot.clock import utc_now
from bot.court import load_court
from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.folders import check_folders
from bot.knowledge.seed import check_court, seed
from bot.log_files import last_line
from bot.private_files import make_folder, open_own, own_folder
from bot.processes import end_with_parent, signal_group
from bot.settings import ROOT, Settings, child_environment
from bot.supervisor import StartError, Supervisor, check_ports
from bot.training import is_trained
from bot.triage.ranking import rank_all
from bot.watch import watch


def prepare_database(settings: Settings) -> int:
    """Create or migrate the database and seed the articles; returns how many articles changed.

    Raises:
        CourtProfileError, ArticleError: the court profile or an article cannot be used, or the
            profile lacks what an article names; then the database is not touched.
    """
    court = load_court(settings.court_file)
    check_court(court, settings.topics_dir)
    engine = make_engine(settings.database_url)
    try:
        migrate(engine)
        rank_all(engine, utc_now(), court.triage)
        return seed(engine, settings.topics_dir)
    finally:
        engine.dispose()


def train_if_needed(
    settings: Settings, say: Callable[[str], None], stop: threading.Event | None = None
) -> None:
    """Train unless the model is of the present content; ``stop`` breaks it off.

    Raises:
        StartError: training failed or was stopped.
    """
    if is_trained(settings):
        return
    say("Training the assistant from data/ (about a minute, only when something changed).")
    train(settings, stop=stop)


def train(settings: Settings, *, force: bool = False, stop: threading.Event | None = None) -> None:
    """Train in a process of its own, so that its memory is given back; what Rasa says goes to
    ``training.log``. Without ``force``, a model that another process trains meanwhile is taken.

    Raises:
        StartError: training failed or was stopped, or what it trains from was changed meanwhile.
    """
    command = [sys.executable, "-m", "bot.trainer", *(["--force"] if force else [])]
    log = settings.var_dir / "log" / "training.log"
    own_folder(log.parent)
    environment = child_environment(settings)
    del environment["OMP_NUM_THREADS"], environment["OPENBLAS_NUM_THREADS"]
    with open(log, "wb", opener=open_own) as output:
        trainer = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
    try:
        while trainer.poll() is None and not (stop and stop.is_set()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                trainer.wait(0.1)
    finally:
        stopped = trainer.poll() is None
        if stopped:
            signal_group(trainer.pid, signal.SIGKILL)
            trainer.wait()
    if stopped:
        raise StartError("Training was stopped. The model is as it was; the next start trains.")
    if trainer.returncode < 0:
        raise StartError(
            f"Training was ended from outside (signal {-trainer.returncode}), most likely for want "
            "of memory. The model is as it was; the next start trains."
        )
    if trainer.returncode:
        raise StartError(f"Training failed. {last_line(log)[:400]} The whole log: {log}")
    if not is_trained(settings):
        raise StartError(
            f"Something in {settings.data_dir}, or in the assistant itself, was changed while the "
            "model was trained from it. The next start trains from what is there now."
        )


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder's help desk: a second one would overwrite where the first one's
    servers find each other.

    Raises:
        StartError: another one holds it.
    """
    make_folder(folder)
    with open(folder / "run.lock", "w", opener=open_own) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(
                f"A help desk runs in {folder} already. End it, or give this one a folder of its "
                "own with HELPDESK_VAR."
            ) from error
        yield


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Run the whole help desk until Ctrl-C or SIGTERM.

    Raises:
        StartError, FolderError, CourtProfileError, ArticleError, DatabaseUnreachableError
    """
    check_court(load_court(settings.court_file), settings.topics_dir)
    check_folders(settings)
    with alone_in(settings.var_dir):
        # after the lock: it is what a second start in the same folder should be told
        check_ports(settings)
        await _run(with_secret(settings), say)


async def _run(settings: Settings, say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    loop, stop, ended = asyncio.get_running_loop(), threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await asyncio.to_thread(train_if_needed, settings, say, stop)
    if stop.is_set():
        say("Ended before anything was started.")
        return
    say("Starting the page, the assistant and its actions.")
    supervisor = Supervisor(settings, say)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.end)

    def prepare() -> None:
        changed = prepare_database(settings)
        if changed:
            say(f"{changed} articles are new or changed.")

    def ready() -> None:
        say(f"Ready after {time.monotonic() - begun:.1f} s: {web_url(settings)}")
        say("Ctrl-C ends it.")
        threading.Thread(target=watch, args=(settings, say, ended), daemon=True).start()

    try:
        await supervisor.run(prepare, ready, without_model=True)
    finally:
        ended.set()
    say("Ended.")
