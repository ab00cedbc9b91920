"""A demonstration starts with somebody on each list of an officer, and with half hours that people may book."""

from tests.places import open_slots
from tests.visits import facts
from tiemchung.demo import start
from tiemchung.kit.db import Database


async def test_every_list_has_somebody_and_a_second_start_adds_nobody(database: Database):
    await start.prepare(database)
    async with database.transaction() as db:
        first = await facts(db, "select status, count(*)::int as n from registration group by 1 order by 1")
        slots = await open_slots(db)
    await start.prepare(database)
    async with database.transaction() as db:
        again = await facts(db, "select status, count(*)::int as n from registration group by 1 order by 1")
        sessions = await facts(db, "select status from session order by starts_at")

    assert {row["status"]: row["n"] for row in first} == {"registered": 12, "approved": 6, "assigned": 8, "refused": 2}
    assert again == first
    assert len(slots) == 6 and all(slot.free == 3 for slot in slots)
    assert [row["status"] for row in sessions] == ["approved", "planned"]
