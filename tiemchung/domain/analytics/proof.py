"""Proving the rollups: nation = Σ provinces = Σ districts = Σ sites = records, to the dose."""

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "proof.sql")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is not what its records say."""

    what: str
    key: str
    expected: int
    found: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How many doses were checked, and every difference (at most a hundred of a kind)."""

    ok: bool
    checked: int
    differences: list[Difference]


async def prove(db: Db) -> Proof:
    """Compare the rollups with the records at one moment; `db` reads one snapshot. What is not counted yet is left out."""
    total = await db.one(Difference, queries.total)
    differences = [total] if total.expected != total.found else []
    for what, query in queries:
        differences += await db.all(Difference, query) if what != "total" else []
    return Proof(ok=not differences, checked=total.expected, differences=differences)
