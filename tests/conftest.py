"""What the tests share: a PostgreSQL, and the ledger on each of its stores."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chromium import NOT_RUN
from hypothesis import settings
from postgres_server import PostgresServer, postgres

from core.ledger import Ledger
from core.ledger.stores import store_for
from core.ledger.stores.base import Store

# A busy machine is no fault.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say loudly, and last, that the page was not tested, if it was not."""
    yield
    if any(NOT_RUN in str(report.longrepr) for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line(NOT_RUN, red=True, bold=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started once, and only if a test asks for it."""
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return await server.database()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The database, open, with the ledger's tables."""
    async with store_for(database_url) as store:
        await Ledger(store, ["slack"]).open()
        yield store


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """A ledger that looks after Slack."""
    return Ledger(store, ["slack"])


@pytest.fixture
async def other(database_url: str, store: Store) -> AsyncIterator[Ledger]:
    """A second ledger at the same database: another replica, where there can be one."""
    if not store.shared:
        yield Ledger(store, ["slack"])
        return
    async with store_for(database_url) as second:
        yield Ledger(second, ["slack"])
