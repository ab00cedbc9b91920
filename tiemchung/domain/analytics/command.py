"""`tiemchung analytics prove`: the rollups against the records they were made from."""

import sys

import msgspec
import psycopg

from tiemchung.domain.analytics.actions import FOLLOWER, queries
from tiemchung.kit import events
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query


class Difference(msgspec.Struct, frozen=True):
    """A figure that is not what its records say."""

    what: str
    key: str
    expected: int
    found: int


class Proof(msgspec.Struct, frozen=True):
    """What was compared and what differs."""

    ok: bool
    checked: int
    differences: list[Difference]


async def prove(database: Database) -> Proof:
    """Nation = Σ provinces = Σ districts = Σ sites = records: the log read to its end, then one snapshot."""
    await events.register(database, [FOLLOWER])
    while await events.advance(database, FOLLOWER):
        continue
    differences: list[Difference] = []
    async with database.transaction() as db:
        await db.run(Query("set transaction isolation level repeatable read, read only"))
        await db.run(Query("set local statement_timeout = 0"))
        total = await db.one(Difference, queries.prove_total)
        if total.expected != total.found:
            differences.append(total)
        for query in (queries.prove_provinces, queries.prove_districts, queries.prove_places):
            differences += await db.all(Difference, query)
    return Proof(ok=not differences, checked=total.expected, differences=differences)


async def run_prove(database: Database) -> int:
    """Print the proof as JSON; 0 when it holds, 1 when not, 2 when it could not look."""
    try:
        proof = await prove(database)
    except psycopg.Error as failed:
        sys.stderr.write(f"analytics prove: {failed}\n")
        return 2
    sys.stdout.write(msgspec.json.encode(proof).decode() + "\n")
    return 0 if proof.ok else 1
