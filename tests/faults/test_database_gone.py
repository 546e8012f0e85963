"""``helpdesk run`` while its database goes and comes back: it is said, nothing else is needed."""

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bot.db.engine import make_engine
from bot.settings import load_settings
from tests.faults.helpdesk_run import own_settings, start
from tests.unit.databases import fresh_postgres, postgres_server

QUESTION = "how do I upgrade my legacy PACER account"


def test_a_database_that_goes_and_comes_back_is_told_on_the_terminal(tmp_path: Path) -> None:
    with postgres_server(load_settings()) as server, fresh_postgres(server) as url:
        name = sa.engine.make_url(url).database
        admin = make_engine(server.render_as_string(hide_password=False)).execution_options(
            isolation_level="AUTOCOMMIT"
        )
        run = start(replace(own_settings(tmp_path / "var"), database_url=url))
        try:
            run.until(lambda: bool(run.said("Ready after")))
            assert run.answer(QUESTION)["outcome"] == "answered"
            with admin.connect() as connection:
                connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
                connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"
                    ),
                    {"n": name},
                )
            run.until(lambda: bool(run.said("The database does not answer any more")))
            assert run.answer(QUESTION)["outcome"] == "failed"
            with admin.connect() as connection:
                connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
            run.until(lambda: bool(run.said("The database answers again.")))
            assert run.answer(QUESTION)["outcome"] == "answered"
            assert run.said("The database does not answer any more") == 1
        finally:
            run.end()
            admin.dispose()
