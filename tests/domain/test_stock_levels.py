"""How long a shelf lasts, computed by hand: doses a day, the point to order at, the most to hold, days without stock."""

from datetime import timedelta

from tests.stores import CENTRE, SITE, a_shelf
from tests.visits import later
from tiemchung.domain import stock, vaccines
from tiemchung.domain.stock import ToShip, Waste
from tiemchung.domain.stock.levels import Level
from tiemchung.kit.db import Db


def a_level(**facts: int) -> Level:
    known = {"on_hand": 0, "coming": 0, "used": 280, "days": 28, "days_without": 0, "doses_per_vial": 5, "lead_days": 2}
    return Level(product="JAN", product_name="Janssen", interval_days=14, safety_percent=25, **(known | facts))


def test_ten_doses_a_day_every_fourteen_days_with_two_days_on_the_way_are_ordered_at_55_and_held_up_to_195():
    level = a_level(on_hand=55)

    # 10 a day: 2 days on the way are 20, a quarter of 14 days is 35; 14 days more are 140.
    assert (level.a_day, level.safety, level.reorder_point, level.maximum) == (10, 35, 55, 195)
    assert (level.days_left, level.to_order) == (5, 140)


def test_above_the_point_nothing_is_ordered_and_what_is_coming_counts():
    assert a_level(on_hand=56).to_order == 0
    assert a_level(on_hand=5, coming=60).to_order == 0
    assert a_level(on_hand=5, coming=20).to_order == 170


def test_what_is_ordered_are_whole_vials():
    assert a_level(on_hand=0, used=281).to_order % 5 == 0
    assert a_level(on_hand=0, used=281).to_order >= a_level(used=281).maximum


def test_where_nothing_is_used_nothing_is_ordered_and_the_shelf_lasts_for_ever():
    level = a_level(used=0, on_hand=40)
    assert (level.reorder_point, level.to_order, level.days_left) == (0, 0, None)


async def test_a_sites_four_weeks_are_those_computed_by_hand(db: Db):
    before = later(db, days=-27)
    lot_id = await a_shelf(before, 60)
    (unit,) = await stock.units(before, SITE)
    key = {"lot_id": lot_id, "unit_id": unit.unit_id}
    await stock.waste(later(db, days=-20), SITE, **key, doses=28, reason=Waste.broken)
    await stock.waste(later(db, days=-10), SITE, **key, doses=32, reason=Waste.expired)
    await stock.receive_from_maker(later(db, days=-6), place_id=SITE, lot_id=lot_id, doses=10)
    await stock.receive_from_maker(db, place_id=CENTRE, lot_id=lot_id, doses=25)
    await stock.ship(
        db,
        from_place=CENTRE,
        to_place=SITE,
        lines=[ToShip(lot_id=lot_id, doses=25)],
        decision="QĐ 1",
        expected_at=db.at + timedelta(hours=3),
    )

    (level,) = await stock.levels.levels(db, SITE)

    # 60 doses went in 28 days; nothing lay there from the tenth day back to the sixth: four evenings.
    assert (level.on_hand, level.coming, level.used, level.days, level.days_without) == (10, 25, 60, 28, 4)
    assert (level.lead_days, level.days_left) == (2, 4)


async def test_doses_that_may_not_be_used_do_not_count_as_stock(db: Db):
    lot_id = await a_shelf(db, 60)
    assert [level.on_hand for level in await stock.levels.levels(db, SITE)] == [60]

    await vaccines.recall(db, lot_id, reason="Thông báo")

    assert [level.on_hand for level in await stock.levels.levels(db, SITE)] == []
