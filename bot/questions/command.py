"""The command ``helpdesk questions``: what the desk shows, and the comparing that web starts."""

import argparse
import os
from pathlib import Path

from bot.questions import store
from bot.questions.grouping import Encode, middles
from bot.questions.review import export
from bot.questions.training_file import FILE_NAME
from bot.settings import Settings
from bot.terminal import OK, say, show


def add_questions(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``helpdesk questions``."""
    parser.add_argument("--group", action="store_true", help="put those that ask alike together")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help=f"write the new training examples as DIR/<topic>/{FILE_NAME}",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def questions(parsed: argparse.Namespace, settings: Settings, encode: Encode) -> int:
    """List the unanswered questions in groups; or group, or export them."""
    from bot.db.engine import make_engine

    engine = make_engine(settings.database_url)
    try:
        if parsed.group:
            os.nice(10)  # filers come first
            found = store.open_questions(engine)
            places = middles([question.text for question in found], encode)
            store.set_groups(
                engine, {q.turn_id: found[p].turn_id for q, p in zip(found, places, strict=True)}
            )
        if parsed.export:
            for topic, text in export(engine, settings.topics_dir).items():
                file = parsed.export / topic / FILE_NAME
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                say(f"Written: {file}")
            return OK
        groups = store.open_groups(engine)
        if not groups and not parsed.group:
            say("No question waits for an answer.")
        for group in groups:
            if parsed.json:
                show(
                    {
                        "group": group.number,
                        "question": group.title,
                        "count": len(group.questions),
                        "kinds": group.kinds,
                        "guesses": group.guesses,
                        "first_at": f"{group.first_at.isoformat(timespec='seconds')}Z",
                        "last_at": f"{group.last_at.isoformat(timespec='seconds')}Z",
                    }
                )
            elif not parsed.group:
                print(f"{len(group.questions):>5}  {group.title[:90]}")
    finally:
        engine.dispose()
    return OK
