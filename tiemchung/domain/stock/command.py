"""`tiemchung stock prove`: one JSON object; status 0 when all agrees, 1 when something differs, 2 when it could not look."""

import sys

import msgspec
import psycopg

from tiemchung.domain.stock.proof import prove
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

# All sources are read as they were at one moment, for as long as it takes.
ONE_MOMENT = Query("set transaction isolation level repeatable read, read only")
NO_HURRY = Query("set local statement_timeout = 0")
AGREES, DIFFERS, COULD_NOT_LOOK = 0, 1, 2


async def run_prove(database: Database) -> int:
    """Prove the ledger of an open database and print the proof; the exit status."""
    try:
        async with database.transaction() as db:
            await db.run(ONE_MOMENT)
            await db.run(NO_HURRY)
            proof = await prove(db)
    except psycopg.Error as failed:
        sys.stderr.write(f"stock prove: {failed}\n")
        return COULD_NOT_LOOK
    sys.stdout.write(msgspec.json.encode(proof).decode() + "\n")
    return AGREES if proof.ok else DIFFERS
