"""Real PostgreSQL for every test: one embedded server a run, one migrated template, a copy for whoever commits."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
from argon2 import PasswordHasher

# Tests never touch the folder of a running platform. Set before any settings are read.
os.environ["TIEMCHUNG_FOLDER"] = tempfile.mkdtemp(prefix="tiemchung-test-")
os.environ.pop("TIEMCHUNG_DATABASE_URL", None)

from tests.arrange import Client
from tiemchung import follow_ups
from tiemchung.app import create
from tiemchung.domain import rulebook
from tiemchung.domain.access import actions, staffing
from tiemchung.kit import server
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db
from tiemchung.schema import load

# A tenth of a second for each password is there for those who guess: nobody guesses the accounts of tests.
HASHER = actions.hasher
actions.hasher = staffing.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TEMPLATE = "template_tiemchung"
MEMORY = Path("/dev/shm")  # noqa: S108 the folder made in it has a name nobody can guess
SERVER_BYTES = 4 * 2**30
# Most tests assemble the application anew: a hundred thousand objects that no full collection need walk in the middle.
gc.set_threshold(100_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: the browser's driver keeps an event loop of its own running in this thread until the end.

    Of them the way of one person is the first: it counts the day's first dose, and is the only one to be invited.
    """
    items.sort(key=lambda item: ("journeys" in item.path.parts, item.path.stem != "test_the_way_of_one_person"))


@pytest.fixture(scope="session")
def hasher() -> PasswordHasher:
    """What makes and checks passwords outside of tests."""
    return HASHER


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installation: another process that is started with it has the same keys."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="session")
def keys(installation: Path) -> Keys:
    return Keys(installation / "keys")


def memory() -> Path | None:
    """The folder that is memory, where a machine has one with room: the template's thousand files copy ten times faster."""
    room = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) if MEMORY.is_dir() else 0
    return MEMORY if room > SERVER_BYTES else None


@pytest.fixture(scope="session")
def postgres() -> Generator[Path]:
    """A server of this run's own, thrown away at its end.

    It need not outlive the machine, so it waits for no disk; and no vacuum of its own may hold the template while it is copied.
    """
    with tempfile.TemporaryDirectory(prefix="tiemchung-pg-", dir=memory(), ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "pg"
        server.start(path)
        with psycopg.connect(server.url(path, "postgres"), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "autovacuum"):
                connection.execute(f"alter system set {setting} = off".encode())
            connection.execute("select pg_reload_conf()")
        yield path
        server.stop(path, "immediate")


@pytest.fixture(scope="session")
async def template(postgres: Path, keys: Keys) -> str:
    """A database with the schema and the reference data, to be copied."""
    url = server.ensure_database(postgres, TEMPLATE)
    async with Database(url, keys, connections=3) as database:
        await load.everything(database, published=rulebook.tabulate)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze")
    return TEMPLATE


@pytest.fixture(scope="session")
async def shared(postgres: Path, template: str, keys: Keys) -> AsyncGenerator[Database]:
    """One database for all tests that roll back."""
    async with copy_of(postgres, template, keys) as database:
        yield database


@pytest.fixture
async def db(shared: Database) -> AsyncGenerator[Db]:
    """A transaction that is rolled back at the end of the test."""
    async with shared.pool.connection() as connection, connection.transaction(force_rollback=True):
        yield shared.on(connection)


@pytest.fixture
async def database(postgres: Path, template: str, keys: Keys) -> AsyncGenerator[Database]:
    """A database of the test's own, for what commits, races or follows."""
    async with copy_of(postgres, template, keys) as own:
        yield own


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[Client]:
    """A browser without JavaScript on the whole application, over the test's own database."""
    async with Client(create(database), database) as browser:
        yield browser


@asynccontextmanager
async def copy_of(postgres: Path, template: str, keys: Keys) -> AsyncGenerator[Database]:
    """A copy of the template, gone again before its pages reach the disk."""
    name = f"t_{uuid4().hex[:12]}"
    with psycopg.connect(server.url(postgres, "postgres"), autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template}" strategy file_copy'.encode())
        try:
            async with Database(server.url(postgres, name), keys, now=follow_ups.NOW, connections=6) as own:
                yield own
        finally:
            connection.execute(f'drop database "{name}" with (force)'.encode())
