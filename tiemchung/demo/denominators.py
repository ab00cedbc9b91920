"""Denominators of the demonstration: as many people as were made, so that its coverage is the campaign's true share."""

from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "denominators.sql")


async def scale(db: Db) -> None:
    """Count the generated people of each province and district, once; the source says that they are the demonstration's."""
    if not await db.value(bool, queries.scaled):
        await db.run(queries.count_people)
