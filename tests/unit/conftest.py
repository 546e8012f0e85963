"""The database of the unit tests: every test that asks for ``engine`` runs on both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL

from bot.court import CourtProfile, load_court
from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.db.tables import metadata
from bot.settings import Settings, load_settings

from .databases import emptied, fresh_database, postgres_server


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of this checkout."""
    return load_settings()


@pytest.fixture(scope="session")
def court(settings: Settings) -> CourtProfile:
    """The court profile of this checkout."""
    return load_court(settings.court_file)


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[URL]:
    """A PostgreSQL server; skips, or fails in CI, where there is none."""
    with postgres_server(settings) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A new, empty database for each test module."""
    folder: Path = tmp_path_factory.mktemp("database")
    with fresh_database(request.param, folder, lambda: request.getfixturevalue("server")) as url:
        yield url


@pytest.fixture(scope="module")
def module_engine(database_url: str) -> Iterator[Engine]:
    """An engine on the module's database, with all tables."""
    engine = make_engine(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(module_engine: Engine) -> Engine:
    """The module's engine, with empty tables."""
    emptied(module_engine, metadata)
    return module_engine
