"""Proof that the scripts can fail: breaks one thing at a time in a copy and plays scripts there.

.venv/bin/python scripts/mutations.py

Each change must make at least one script fail, and not most of them, which would mean that the copy
is broken and not the one thing. The first copy is changed in nothing and must pass.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_COPIED = ("bot", "actions", "data", "models")
_FILES = (
    "domain.yml",
    "config.yml",
    "endpoints.yml",
    "credentials.yml",
    "requirements.lock",
    "rasa.lock",
)
_MADE = (".tools", ".assets")  # by make setup: the sentence encoder, styles
_SCRIPTS = (
    "answers/the_facts_that_matter.yml",
    "follow_ups/the_answer_did_not_help.yml",
    "unclear/courtesy_and_bare_words.yml",
    "uploads/filer_sends_a_file_that_is_refused.yml",
)
_AT_ONCE = 2
_SHOWN = 3


def change(file: Path, pattern: str, new: str) -> None:
    """Change every place in ``file`` that matches; there must be one."""
    text, found = re.subn(pattern, new, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if not found:
        raise LookupError(f"{file.name} has no place like {pattern}: mend scripts/mutations.py.")
    file.write_text(text, encoding="utf-8")


def change_model(copy: Path, member: str, mutate: Callable[[Any], Any]) -> None:
    """Change one JSON file in the trained model."""
    model = copy / "models" / "helpdesk.tar.gz"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(model) as archive:
            archive.extractall(folder, filter="data")
        (file,) = folder.rglob(member)
        content = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(mutate(content)), encoding="utf-8")
        with tarfile.open(model, "w:gz") as archive:
            archive.add(folder, arcname="")
    # else it would count as broken, and be trained anew
    mark = model.with_name("helpdesk.hash")
    trained_from = mark.read_text(encoding="ascii").split()[0]
    changed = hashlib.sha256(model.read_bytes()).hexdigest()
    mark.write_text(f"{trained_from} {changed}\n", encoding="ascii")


def swap_intents(content: Any) -> Any:
    """The classifier takes each of two topics for the other."""
    other = {"pacer_fees": "mfa", "mfa": "pacer_fees"}
    content["labels"] = [other.get(label, label) for label in content["labels"]]
    return content


def remove_rule(content: Any) -> Any:
    """Nothing says goodbye any more."""
    rules = content["lookup"]["rules"]
    kept = {key: action for key, action in rules.items() if '"goodbye"' not in key}
    if len(kept) == len(rules):
        raise LookupError("The model has no rule on goodbye: mend scripts/mutations.py.")
    content["lookup"]["rules"] = kept
    return content


def wrong_article(copy: Path) -> None:
    """PACER suddenly costs twice as much."""
    change(copy / "data" / "topics" / "pacer_fees" / "article.md", r"\$0\.10", "$0.20")


def swapped_intent(copy: Path) -> None:
    change_model(copy, "topic_model.json", swap_intents)


def removed_rule(copy: Path) -> None:
    change_model(copy, "rule_policy.json", remove_rule)


def broken_action(copy: Path) -> None:
    """The action on "that did not work" fails."""
    change(
        copy / "actions" / "not_solved.py",
        r"(class ActionNotSolved(?:.|\n)*?def act\(.*\n)",
        r'\1        raise RuntimeError("broken on purpose")\n',
    )


def disabled_pdf_rule(copy: Path) -> None:
    """The check looks for no script in a file."""
    rules = copy / "bot" / "pdfcheck" / "rules" / "__init__.py"
    change(rules, r"if isinstance\(rule, Rule\)", r'\g<0> and rule.id != "javascript"')


@dataclass(frozen=True)
class Mutation:
    """A change, and how it is called."""

    name: str
    make: Callable[[Path], None]


MUTATIONS = (
    Mutation("nothing", lambda copy: None),
    Mutation("a wrong article", wrong_article),
    Mutation("a swapped intent", swapped_intent),
    Mutation("a removed rule", removed_rule),
    Mutation("a broken action", broken_action),
    Mutation("a disabled PDF rule", disabled_pdf_rule),
)


def play(mutation: Mutation) -> tuple[bool, list[str]]:
    """Whether scripts noticed as they should, and lines that say so."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-mutation-") as name:
        copy = Path(name)
        for part in _COPIED:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for file in _FILES:
            shutil.copy(ROOT / file, copy)
        for made in _MADE:
            (copy / made).symlink_to(ROOT / made)
        try:
            mutation.make(copy)
        except LookupError as error:
            return False, [f"NOT  {mutation.name}: {error}"]
        scripts = [str(ROOT / "tests" / "conversations" / script) for script in _SCRIPTS]
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "talk", *scripts, "--json", "--workers", "2"],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
    played = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    failed = [one for one in played if not one["passed"]]
    if not played:
        good, said = False, f"nothing was played: {done.stderr.strip()[-300:]}"
    elif mutation is MUTATIONS[0]:
        good, said = not failed, f"all {len(played)} scripts pass" if not failed else "scripts fail"
    else:
        good = 0 < len(failed) < len(played) / 2
        said = f"{len(failed)} of {len(played)} scripts fail"
    lines = [f"{'ok  ' if good else 'NOT '} {mutation.name}: {said}"]
    for one in failed[:_SHOWN]:
        file = Path(one["file"]).relative_to(ROOT)
        lines.append(f"       {file}:{one['failed_at']}: {one['name']}; {one['got'][:90]}")
    if len(failed) > _SHOWN:
        names = (one["name"] for one in failed[_SHOWN:])
        lines.append(f"       and: {'; '.join(names)}")
    return good, lines


def main() -> int:
    """Try all mutations; 0 when scripts noticed each. A model that does not fit the data would be
    trained anew in every copy, over what was changed in it."""
    trained = subprocess.run(
        [sys.executable, "-m", "bot.cli", "train"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if trained.returncode:
        print(f"The assistant could not be trained: {trained.stderr.strip()[-300:]}")
        return 1
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = list(pool.map(play, MUTATIONS))
    for _, lines in results:
        print("\n".join(lines))
    noticed = sum(good for good, _ in results[1:])
    print(f"{noticed} of {len(MUTATIONS) - 1} changes were noticed")
    return 0 if all(good for good, _ in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
