"""Proving certificates again: every live one rests on a dose that counts, in a version that its site has signed."""

import msgspec

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "proof.sql")


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How many live certificates there are and how many break a promise; `ok` when none does.

    outdated: a newer version of the dose counts · unsigned: no site signature over the version · twice: an identifier that two
    certificates carry · unlogged: no audit row · foreign_key: signed by a key that was never published.
    """

    live: int
    outdated: int
    unsigned: int
    twice: int
    unlogged: int
    foreign_key: int

    @property
    def ok(self) -> bool:
        """Whether every promise holds."""
        return not (self.outdated or self.unsigned or self.twice or self.unlogged or self.foreign_key)


async def prove(db: Db) -> Proof:
    """Look at all certificates."""
    return await db.one(Proof, queries.prove)
