"""Denominators of the demonstration: as many people as are made, so that its coverage is the campaign's true share."""

from collections.abc import Sequence

import msgspec

from tiemchung.demo.country import District
from tiemchung.domain.analytics import quality
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "denominators.sql")


async def scale(db: Db) -> None:
    """Count the generated people of each province and district, once; the source says that they are the demonstration's."""
    if not await db.value(bool, queries.scaled):
        await db.run(queries.count_people)
        await quality.count_people(db)


def expected(districts: Sequence[District]) -> str:
    """The people that a load will make, as JSON for `expect`: while it runs, shares are of them and not of the nation."""
    bands = [
        {
            "district": one.code,
            "province": one.province,
            "adults": one.adults,
            "teens": one.teens,
            "children": one.children,
        }
        for one in districts
    ]
    return msgspec.json.encode(bands).decode()
