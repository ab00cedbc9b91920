"""What the demonstration needs before anybody walks through it: people to be, vaccine at the site, a short observation."""

from tiemchung.demo import registry, tour, waiting
from tiemchung.demo.accounts import Account, accounts
from tiemchung.kit import sql
from tiemchung.kit.db import Database

queries = sql.load(__name__)

# Thirty minutes of observation would end the tour; pages of the demonstration say that it is shortened.
OBSERVATION_MINUTES = 1


async def prepare(database: Database) -> list[Account]:
    """Make it ready once; what to sign in with."""
    async with database.transaction() as db:
        people = await accounts(db)
        where = await tour.prepare(db)
        await registry.prepare(db, where.commune_area_id)
        await db.run(queries.shorten_observation, minutes=OBSERVATION_MINUTES)
    await waiting.prepare(database, where)
    return people
