"""``helpdesk staff`` as an administrator calls it on the server."""

import json
import os
import pty
import subprocess
import sys

import pytest

from bot.db.engine import make_engine
from bot.settings import ROOT, child_environment, load_settings
from bot.staff.accounts import all_accounts, secrets_of
from bot.staff.passwords import Passwords

PASSWORD = "quiet lamp orbit walnut"
COMMAND = [sys.executable, "-W", "ignore", "-m", "bot.cli", "staff"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    settings = load_settings({"HELPDESK_VAR": str(tmp_path_factory.mktemp("var"))})
    return {**os.environ, **child_environment(settings)}


def staff(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def typed(environment: dict[str, str], words: list[str], answers: list[str]) -> tuple[int, str]:
    """Call it in a terminal and type ``answers`` at its prompts; returns the end and the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execve(COMMAND[0], [*COMMAND, *words], environment)  # noqa: S606
    screen = ""
    with os.fdopen(terminal, "rb", buffering=0) as output:
        for answer in answers:
            shown = ""
            # typed ahead of its prompt it would be thrown away
            while not shown.endswith(": "):
                shown += output.read(1000).decode()
            screen += shown
            os.write(terminal, f"{answer}\n".encode())
        while True:
            try:
                piece = output.read(1000)
            except OSError:  # the terminal is gone with its program
                break
            if not piece:
                break
            screen += piece.decode()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), screen


def test_the_first_administrator_types_a_password(environment: dict[str, str]) -> None:
    answers = ["too short", "too short", PASSWORD, "another one", PASSWORD, PASSWORD]
    code, screen = typed(environment, ["add", "ada.admin", "--role", "administrator"], answers)
    assert code == 0, screen
    for said in ("9 characters", "The two differ", "can sign in at /desk as administrator"):
        assert said in screen
    assert PASSWORD not in screen
    engine = make_engine(environment["DATABASE_URL"])
    _, known = secrets_of(engine, "ada.admin")
    engine.dispose()
    assert Passwords().matches(known.password_hash, PASSWORD)


def test_without_a_terminal_it_prints_a_link(environment: dict[str, str]) -> None:
    done = staff(environment, "add", "bo.clerk")
    assert done.returncode == 0
    assert "/desk/set-password/" in done.stdout
    again = staff(environment, "add", "bo.clerk")
    assert (again.returncode, again.stdout) == (1, "")
    assert "There is an account with the name bo.clerk" in again.stderr
    reset = staff(environment, "reset", "bo.clerk")
    assert "/desk/set-password/" in reset.stdout
    assert reset.stdout != done.stdout


def test_accounts_are_listed_disabled_and_enabled(environment: dict[str, str]) -> None:
    staff(environment, "add", "cy.clerk", "--full-name", "Cy Clerk")
    assert staff(environment, "disable", "cy.clerk").returncode == 0
    listed = [json.loads(line) for line in staff(environment, "list", "--json").stdout.splitlines()]
    (cy,) = (one for one in listed if one["name"] == "cy.clerk")
    assert (cy["full_name"], cy["role"], cy["state"]) == ("Cy Clerk", "clerk", "disabled")
    staff(environment, "enable", "cy.clerk")
    assert "cy.clerk             clerk          active" in staff(environment, "list").stdout
    assert staff(environment, "disable", "nobody.here").returncode == 2
    assert staff(environment, "add", "x", "--role", "king").returncode == 2


def test_the_last_administrator_cannot_be_disabled(environment: dict[str, str]) -> None:
    staff(environment, "add", "root.admin", "--role", "administrator")
    staff(environment, "disable", "root.admin")
    engine = make_engine(environment["DATABASE_URL"])
    active = [
        a.name for a in all_accounts(engine) if a.role == "administrator" and not a.disabled_at
    ]
    engine.dispose()
    for name in active:
        done = staff(environment, "disable", name)
    assert done.returncode == 1
    assert "is the last administrator" in done.stderr


def test_no_password_can_be_given_in_the_command(environment: dict[str, str]) -> None:
    done = staff(environment, "add", "dee.clerk", "--password", PASSWORD)
    assert done.returncode == 2
