"""A simulator of the population registry, and said to be one: it answers match for everybody who registers with a number.

A number that was verified for somebody else already is the one case in which it answers no match.
"""

from tiemchung.domain import people
from tiemchung.domain.people import NumberClaimed, PersonId
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Logged
from tiemchung.settings import settings

NAME = "simulator"
queries = sql.load(__name__)


async def check(db: Db, events: list[Logged]) -> None:
    """Ask the registry about everybody who has just registered with a number; only in the demonstration."""
    if not settings().demo:
        return
    for event in events:
        person_id = event.person_id
        if person_id is not None and await db.value(bool, queries.is_unchecked, person_id=person_id):
            await _ask(db, PersonId(person_id))


async def _ask(db: Db, person_id: PersonId) -> None:
    try:
        async with db.connection.transaction():
            await people.keep_identity_check(db, person_id, registry=NAME, matches=True)
    except NumberClaimed:
        await people.keep_identity_check(db, person_id, registry=NAME, matches=False)
