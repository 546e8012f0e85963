"""Which part may know which other, and what no file of the project may hold."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.settings import ROOT, child_environment, load_settings

PLAIN = (
    "bot/knowledge",
    "bot/pdfcheck",
    "bot/triage",
    "bot/privacy",
    "bot/questions",
    "bot/retention",
    "bot/staff",
    "bot/db",
    "bot/clock.py",
    "bot/figures",
    "bot/outcomes.py",
    "bot/ratings.py",
    "bot/conversations.py",
    "bot/court.py",
    "bot/court_entries.py",
    "bot/yaml_file.py",
    "bot/spreadsheet.py",
    "bot/switches.py",
    "bot/room.py",
    "bot/uploads.py",
    "bot/outbox.py",
    "bot/mail.py",
)
CODE = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("actions/**/*.py")])
MOST_LINES = 400
MOST_BYTES = 500_000
# names of package registries, in parts, so that this file does not hold them
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "files.python" + "hosted.org",
            "pypi" + ".org",
            "registry.npm" + "js.org",
            "registry.yarn" + "pkg.com",
            "proxy.golang" + ".org",
            "index.docker" + ".io",
            "deb.debian" + ".org",
            "artifact" + "ory",
        )
    )
)
FOREIGN = re.compile(
    r"""(?:src|href|action|poster|data|srcset)\s*=\s*["']?\s*(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import\s""",
    re.IGNORECASE,
)
# a link is followed by a person; what loads by itself must be ours
LINK = re.compile(r"<a\s[^>]*>", re.IGNORECASE | re.DOTALL)


def files_of(*places: str) -> list[Path]:
    """All Python files of folders and files named from the root."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


@cache
def tree_of(file: Path) -> ast.Module:
    """The file's syntax."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports_of(file: Path) -> Iterator[str]:
    """Full names of everything that a file imports, also inside functions."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(files: list[Path], forbidden: tuple[str, ...]) -> list[str]:
    """``file imports module`` for each import of a forbidden package."""
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imports_of(file)
        if any(name == package or name.startswith(f"{package}.") for package in forbidden)
    ]


@cache
def committed() -> tuple[Path, ...]:
    """Every file that git knows, or would know with the next ``git add``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("This is no git checkout, so nobody knows which files are committed.")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def test_plain_packages_know_no_framework() -> None:
    assert breaches(files_of(*PLAIN), ("rasa", "rasa_sdk", "starlette", "sanic", "actions")) == []


def test_plain_packages_know_neither_web_nor_assistant() -> None:
    assert breaches(files_of(*PLAIN), ("bot.web", "bot.assistant", "bot.testing")) == []


def test_actions_hold_no_sql_and_open_no_pdf() -> None:
    allowed = "sqlalchemy.engine.Engine"
    found = breaches(files_of("actions"), ("sqlalchemy", "sqlite3", "psycopg2", "pikepdf"))
    assert [breach for breach in found if not breach.endswith(f" {allowed}")] == []


def test_web_knows_no_rasa() -> None:
    assert breaches(files_of("bot/web"), ("rasa", "rasa_sdk", "actions", "bot.assistant")) == []


def test_only_the_pdf_check_opens_pdfs() -> None:
    others = [file for file in CODE if not file.is_relative_to(ROOT / "bot" / "pdfcheck")]
    assert breaches(others, ("pikepdf",)) == []


def test_only_settings_reads_the_environment() -> None:
    found: list[str] = []
    for file in CODE:
        if file == ROOT / "bot" / "settings.py":
            continue
        found += [
            f"{file.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree_of(file))
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
        ]
        names = ("os.environ", "os.environb", "os.getenv", "dotenv")
        found += breaches([file], names)
    assert found == []


def test_no_file_is_long() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in CODE}
    assert {str(f.relative_to(ROOT)): n for f, n in lengths.items() if n > MOST_LINES} == {}


def test_no_test_stories_are_trained_on() -> None:
    # Rasa trains on every story file under data/, also on those that it calls test stories
    data = ROOT / "data"
    assert [*data.rglob("test_*"), *data.rglob("*_test.yml"), *data.rglob("tests")] == []


def test_pages_load_nothing_from_elsewhere() -> None:
    files = [
        file
        for ending in ("*.html", "*.css", "*.js", "*.svg", "*.jinja")
        for file in ROOT.glob(f"bot/web/**/{ending}")
    ]
    assert files
    found = {
        str(file.relative_to(ROOT)): FOREIGN.findall(
            LINK.sub("", file.read_text(encoding="utf-8")).replace("http://www.w3.org/2000/svg", "")
        )
        for file in files
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ('<script src="https://example.com/a.js">', True),
        ("<img src=//example.com/a.png>", True),
        ('<link rel="stylesheet" href="https://example.com/a.css">', True),
        ("a { background: url(https://example.com/a.png) }", True),
        ("@import 'a.css';", True),
        ('<a class="x" href="https://example.com">', False),
        ('<img src="/static/a.png">', False),
        ("a { background: url('/static/a.png') }", False),
    ],
)
def test_the_search_for_foreign_hosts_finds_them(text: str, loads: bool) -> None:
    assert bool(FOREIGN.search(LINK.sub("", text))) is loads


def test_committed_files_name_no_registry() -> None:
    found = []
    for file in committed():
        text = file.read_bytes().decode("utf-8", "replace")
        found += [f"{file.relative_to(ROOT)}: {host}" for host in set(REGISTRIES.findall(text))]
    assert found == []


def test_no_committed_file_is_large() -> None:
    sizes = {str(file.relative_to(ROOT)): file.stat().st_size for file in committed()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


# run in a fresh process; says what our modules open, start or connect to while they are imported
_AUDIT = """
import importlib.util, json, os, sys

root, names = sys.argv[1], sys.argv[2].split(",")
ours = tuple(os.path.join(root, part, "") for part in ("bot", "actions"))
libraries = os.path.dirname(importlib.util.find_spec("yaml").submodule_search_locations[0])
events = ("open", "socket.", "sqlite3.connect", "subprocess.Popen", "os.system", "os.fork")
importing, seen = "", []

def is_ours():
    # whose doing it is: the innermost file that is neither Python's own nor the import system's
    frame = sys._getframe(2)
    while frame:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib") or file.startswith(libraries):
            return False
        if file.startswith(ours):
            return True
        frame = frame.f_back
    return False

def in_project(event, args):
    # a library may read its own files while it is imported, but none of the project's
    path = os.fsdecode(args[0]) if event == "open" and isinstance(args[0], (str, bytes)) else ""
    path = os.path.abspath(path) if path else ""
    inside = path.startswith(os.path.join(root, "")) and not path.startswith(libraries)
    return inside and not path.endswith((".py", ".pyc")) and "__pycache__" not in path

def watch(event, args):
    if importing and event.startswith(events) and (is_ours() or in_project(event, args)):
        seen.append(f"{importing}: {event} {args}")

sys.addaudithook(watch)
for importing in names:
    importlib.import_module(importing)
importing = ""
print(json.dumps(seen))
"""
_SCRIPTS = {"bot.db.migrations.env"}  # Alembic runs it, with a connection at hand


def module_names() -> list[str]:
    """Every module of ours that is imported by name."""
    names = []
    for file in CODE:
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name not in _SCRIPTS and not any(part[0].isdigit() for part in parts):
            names.append(name)
    return names


def imported(names: list[str], root: Path) -> list[str]:
    """What the modules below ``root`` did while a fresh process imported them."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _AUDIT, str(root), ",".join(names)],
        cwd=root,
        env={**child_environment(load_settings()), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_importing_opens_nothing_and_connects_to_nothing() -> None:
    assert imported(module_names(), ROOT) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from pathlib import Path; Path('notes.txt').read_text()",
        "import sqlite3; sqlite3.connect(':memory:')",
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('127.0.0.1', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import yaml; yaml.safe_load(open('notes.txt'))",
    ],
)
def test_the_watch_over_imports_sees(tmp_path: Path, statement: str) -> None:
    # not "bot": the stand-in for TensorFlow has imported that one in every process
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "__init__.py").touch()
    (tmp_path / "notes.txt").write_text("a: b\n", "utf-8")
    (tmp_path / "actions" / "busy.py").write_text(f"{statement}\n", "utf-8")
    assert imported(["actions.busy"], tmp_path) != []


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [note.name[:4] for note in (ROOT / "docs" / "decisions").glob("*.md")]
    assert all(number.isdecimal() for number in numbers)
    assert len(numbers) == len(set(numbers))
