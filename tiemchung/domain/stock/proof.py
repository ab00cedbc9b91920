"""Re-proving the ledger: balances, entries, lots, doses given, open vials and shipments, each from its own source."""

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "proof.sql")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Where two sources disagree: what was compared, for which key, and both numbers of doses."""

    what: str
    key: str
    expected: int
    found: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked, how much of it, and every difference (at most a hundred of a kind)."""

    ok: bool
    checked: dict[str, int]
    differences: list[Difference]


async def prove(db: Db) -> Proof:
    """Compare everything that must agree. Reads all postings: for the night, or for `make prove`."""
    differences: list[Difference] = []
    for what in ("balances", "entries", "lots", "administered", "vials", "transit"):
        found = await db.all(_Row, getattr(queries, what))
        differences += [Difference(what=what, key=row.key, expected=row.expected, found=row.found) for row in found]
    checked = msgspec.to_builtins(await db.one(_Checked, queries.checked))
    return Proof(ok=not differences, checked=checked, differences=differences)


class _Row(msgspec.Struct):
    key: str
    expected: int
    found: int


class _Checked(msgspec.Struct):
    accounts: int
    entries: int
    lots: int
    administered: int
    vials: int
    shipments: int
