"""`tiemchung stock prove`: one JSON object; status 0 when all agrees, 1 when something differs, 2 when it could not look."""

import sys

import msgspec
import psycopg
from psycopg_pool import PoolTimeout

from tiemchung.domain.stock import proof
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

# All sources are read as they were at one moment, for as long as it takes.
ONE_MOMENT = Query("set transaction isolation level repeatable read, read only")
NO_HURRY = Query("set local statement_timeout = 0")
AGREES, DIFFERS, COULD_NOT_LOOK = 0, 1, 2
CONNECT_SECONDS = 10


async def prove(url: str, keys: Keys) -> int:
    """Prove the ledger of a database and print the proof; the exit status."""
    try:
        # A server that is not there says so at once, where a pool would go on trying.
        await (await psycopg.AsyncConnection.connect(url, connect_timeout=CONNECT_SECONDS)).close()
        async with Database(url, keys, connections=2) as database, database.transaction() as db:
            await db.run(ONE_MOMENT)
            await db.run(NO_HURRY)
            found = await proof.prove(db)
    except (psycopg.Error, PoolTimeout) as failed:
        sys.stderr.write(f"stock prove: {failed}\n")
        return COULD_NOT_LOOK
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    return AGREES if found.ok else DIFFERS
