"""The tour's stock: came down the chain by real acts, adds up everywhere, is brought once."""

from datetime import timedelta

from tiemchung.demo import tour
from tiemchung.domain import stock
from tiemchung.kit.db import Db


async def test_two_hundred_doses_lie_at_the_site_and_a_shipment_is_on_its_way(db: Db):
    where = await tour.prepare(db)

    assert await stock.usable_doses(db, where.place_id, "JAN", db.at) == 200
    (coming,) = await stock.on_the_way_to(db, where.place_id)
    assert coming.doses == 100
    assert not coming.late(db.at)
    assert coming.late(db.at + timedelta(hours=5))
    (unit,) = await stock.units(db, where.place_id)
    assert unit.why == "thawed"
    for place in (where.place_id, where.centre_id):
        assert (await stock.conservation(db, place)).adds_up
    assert (await stock.prove(db)).ok


async def test_the_second_call_brings_nothing(db: Db):
    assert await tour.prepare(db) == await tour.prepare(db)

    assert len(await stock.on_the_way_to(db, (await tour.prepare(db)).place_id)) == 1
