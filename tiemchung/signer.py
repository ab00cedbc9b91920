"""The signing process: the only one that holds certificate keys. It takes dose-record ids from a queue in the database.

There is no other way in: no address, no argument, no typed name; the codes of posters rest on approved sessions alone. It also
makes the keys that are due, publishes them, and signs the lists for verifiers. Several may run: each takes what no other holds.
"""

import asyncio
import signal
from pathlib import Path

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from tiemchung import follow_ups
from tiemchung.domain import certificates
from tiemchung.domain.certificates import Files, Ring, Store
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.logs import set_up_logs
from tiemchung.settings import settings

PAUSE_SECONDS = 0.5
ROUNDS_BETWEEN_LISTS, ROUNDS_BETWEEN_POSTERS = 60, 4
log = structlog.get_logger()


def run() -> None:
    """Sign until told to stop."""
    set_up_logs()
    asyncio.run(_until_stopped(store()))


def store() -> Store:
    """Where this installation's certificate keys lie: in files, or in the security module that it names."""
    folder, library = settings().keys_folder / "signer", settings().pkcs11_library
    if not library:
        return Files(folder)
    # Only who has a security module needs the package for it (pip install tiemchung[hsm]).
    from tiemchung.domain.certificates.hsm import Module  # noqa: PLC0415

    pin = Path(settings().pkcs11_pin_file).read_text(encoding="utf-8").strip()
    return Module(library, settings().pkcs11_token, pin, folder)


async def keep_house(database: Database, store: Store, ring: Ring) -> None:
    """Make and publish keys that are due, replace what withdrawn keys signed, and sign the lists whose content changed."""
    async with database.transaction() as db:
        await certificates.tend(db, store)
        await ring.refresh(db)
        await certificates.lists.publish(db, ring)
    while True:
        async with database.transaction() as db:
            if not await certificates.withdraw.replace_withdrawn(db):
                return


async def sign_all(database: Database, ring: Ring) -> int:
    """Sign until the queue is empty; how many certificates. Each batch is one transaction: killed, it leaves nothing behind."""
    total = 0
    while True:
        async with database.transaction() as db:
            await ring.refresh(db)
            taken, signed = await certificates.sign_due(db, ring)
        total += signed
        if not taken:
            return total


async def sign_posters(database: Database, ring: Ring) -> None:
    """Sign the codes of approved sessions that have none."""
    while True:
        async with database.transaction() as db:
            if not await certificates.posters.sign_due(db, ring):
                return


async def _until_stopped(store: Store) -> None:
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    ring, turn = Ring(store), 0
    async with Database(settings().database_url, Keys(settings().keys_folder), now=follow_ups.NOW) as database:
        while not stop.is_set():
            try:
                if turn % ROUNDS_BETWEEN_LISTS == 0:
                    await keep_house(database, store, ring)
                await sign_all(database, ring)
                if turn % ROUNDS_BETWEEN_POSTERS == 0:
                    await sign_posters(database, ring)
                turn += 1
            except (psycopg.OperationalError, PoolTimeout) as away:
                log.warning("database unavailable", error=type(away).__name__)
            try:
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            except TimeoutError:
                continue
