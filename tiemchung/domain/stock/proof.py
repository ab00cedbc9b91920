"""Re-proving the ledger: balances, entries, lots, doses given, open vials, shipments and places, each from its own source."""

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "proof.sql")

CHECKS = (
    "balances", "negative", "entries", "lots", "administered", "vials", "transit", "receipts", "conservation", "reviews",
)  # fmt: skip


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Where two sources disagree: what was compared, for which key, and both numbers of doses."""

    what: str
    key: str
    expected: int
    found: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers were compared, and every difference (at most a hundred of a kind)."""

    ok: bool
    checked: int
    differences: list[Difference]


async def prove(db: Db) -> Proof:
    """Compare everything that must agree. Reads all postings: for the night, or for `make prove`."""
    differences: list[Difference] = []
    for what in CHECKS:
        found = await db.all(_Row, getattr(queries, what))
        differences += [Difference(what=what, key=row.key, expected=row.expected, found=row.found) for row in found]
    checked = await db.value(int, queries.checked)
    return Proof(ok=not differences, checked=checked or 0, differences=differences)


class _Row(msgspec.Struct):
    key: str
    expected: int
    found: int
