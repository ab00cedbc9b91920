"""`tiemchung appointments prove`: one JSON object; status 0: all agrees, 1: something differs, 2: it could not look."""

import sys

import msgspec
import psycopg
from psycopg_pool import PoolTimeout

from tiemchung.domain.appointments import audit
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

NO_HURRY = Query("set local statement_timeout = 0")
AGREES, DIFFERS, COULD_NOT_LOOK = 0, 1, 2


async def prove(url: str, keys: Keys) -> int:
    """Compare all places, appointments and claims of a database and print what was found; the exit status."""
    try:
        async with Database(url, keys, connections=2) as database, database.transaction() as db:
            await db.run(NO_HURRY)
            found = await audit.look(db, whole=True)
    except (psycopg.Error, PoolTimeout) as failed:
        sys.stderr.write(f"appointments prove: {failed}\n")
        return COULD_NOT_LOOK
    sys.stdout.write(msgspec.json.encode({"ok": found.ok} | msgspec.to_builtins(found)).decode() + "\n")
    return AGREES if found.ok else DIFFERS
