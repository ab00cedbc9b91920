"""Periods computed by hand: usage, open and closed wastage, negative waste, both denominators; deadlines and ranking."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_session, a_shelf
from tests.visits import later
from tiemchung.domain import sites, stock
from tiemchung.domain.stock import Line, ToShip, Waste, utilisation
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7


async def give(db: Db, vial: stock.Vial, doses: int) -> None:
    """Doses out of a vial into arms, as the ledger sees them."""
    account = {"place_id": SITE, "lot_id": vial.lot_id, "unit_id": vial.unit_id}
    for _ in range(doses):
        lines = [Line(**account, state="opened", doses=-1), Line(**account, state="administered", doses=1)]
        await stock.post(db, "dose", lines, entry_id=uuid7())
    await db.connection.execute(
        "update vial set doses_left = doses_left - %s where vial_id = %s", [doses, vial.vial_id]
    )


async def month(db: Db) -> utilisation.Period:
    """The period from this moment on, at the site."""
    return await utilisation.of_period(
        db, place_id=SITE, product="JAN", from_at=db.at, until_at=db.at + timedelta(days=30)
    )


async def a_used_month(db: Db, *, extra: int = 0, given: int = 8) -> utilisation.Period:
    """60 doses before; 40 more received; two vials of 5 opened; 8 given, the rest put away; 6 closed doses broken."""
    lot_id = await a_shelf(later(db, days=-3), 60)
    await stock.receive_from_maker(later(db, days=1), place_id=SITE, lot_id=lot_id, doses=40)
    session_id = await a_session(db)
    await sites.open_session(db, SITE, session_id)
    during = later(db, days=2)
    vials = [await stock.open_vial(during, SITE, session_id, lot_id=lot_id) for _ in range(2)]
    if extra:
        await stock.declare_extra(during, SITE, vials[0].vial_id, doses=extra, reason="Bơm tiêm khoảng chết nhỏ")
    left = given
    for vial in vials:
        part = min(left, 5 + (extra if vial is vials[0] else 0))
        await give(during, vial, part)
        left -= part
        await stock.close_vial(later(during, minutes=1), SITE, vial.vial_id, reason=Waste.session_end)
    unit = next(unit for unit in await stock.units(db, SITE) if unit.on_hand > 6)
    await stock.waste(during, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=6, reason=Waste.broken)
    return await month(db)


async def test_a_months_usage_and_wastage_are_those_computed_by_hand(db: Db):
    period = await a_used_month(db)

    # 60 + 40 − 84 = 16 used: 8 given, 2 left in vials, 6 broken.
    assert (period.opening, period.received, period.closing, period.used) == (60, 40, 84, 16)
    assert (period.administered, period.in_opened, period.wasted_open, period.wasted_closed) == (8, 10, 2, 6)
    assert period.usage == Decimal("0.5")
    assert period.wastage == Decimal("0.5")
    assert period.wastage_factor == 2
    assert period.open_wastage == Decimal("0.2")
    assert period.closed_wastage == Decimal("0.06")
    assert period.usage_of_received == Decimal("0.08")
    # 0.94 of the closed doses pass each of four stores, 0.8 of the opened ones reach an arm: 1 − 0.78074896 × 0.8.
    assert period.combined_wastage == Decimal("0.375400832")


async def test_extra_doses_make_open_wastage_smaller_than_the_label_says(db: Db):
    period = await a_used_month(db, extra=2, given=12)

    # Twelve doses in vials labelled for ten: nothing of them was wasted, six closed ones were: 12 of 18 used.
    assert (period.in_opened, period.administered, period.wasted_open) == (12, 12, 0)
    assert period.open_wastage == 0
    assert period.usage == Decimal(12) / Decimal(18)


async def test_more_given_than_left_the_stock_is_negative_waste_and_told_as_it_is(db: Db):
    lot_id = await a_shelf(later(db, days=-3), 20)
    session_id = await a_session(db)
    await sites.open_session(db, SITE, session_id)
    vial = await stock.open_vial(later(db, days=1), SITE, session_id, lot_id=lot_id)
    await give(later(db, days=1), vial, 5)
    for _ in range(2):
        await stock.give_unexplained(
            later(db, days=1), place_id=SITE, lot_id=lot_id, immunization_id=uuid7(), note="Ghi muộn"
        )

    period = await month(db)

    # Five left the stock and seven were given: −40 %.
    assert (period.used, period.administered) == (5, 7)
    assert period.wastage == Decimal("-0.4")
    assert period.open_wastage == Decimal("-0.4")


async def test_a_period_without_movement_has_no_rate(db: Db):
    await a_shelf(later(db, days=-3), 20)

    period = await month(db)

    assert (period.opening, period.closing, period.used, period.usage, period.wastage) == (20, 20, 0, None, None)
    assert period.combined_wastage is None


async def test_waste_is_told_by_reason_open_and_closed_apart(db: Db):
    await a_used_month(db)

    rows = await utilisation.waste(db, place_id=SITE, from_at=db.at, until_at=db.at + timedelta(days=30))

    assert [(row.reason, row.opened, row.closed) for row in rows] == [("broken", 0, 6), ("session_end", 2, 0)]


async def sent(db: Db, from_place: UUID, to_place: UUID, number: str) -> None:
    lot_id = await a_lot(db, "JAN", number)
    await stock.receive_from_maker(db, place_id=from_place, lot_id=lot_id, doses=10)
    await stock.ship(
        db,
        from_place=from_place,
        to_place=to_place,
        lines=[ToShip(lot_id=lot_id, doses=10)],
        decision="QĐ 1",
        expected_at=db.at + timedelta(hours=6),
    )


async def test_a_province_has_its_doses_within_five_days_and_others_within_two(db: Db):
    for number, ends in (("A", (NATION, PROVINCE)), ("B", (PROVINCE, CENTRE))):
        await sent(later(db, days=-3), *ends, number)

    on_the_way = {row.from_name: row for row in await utilisation.in_transit(db)}

    assert {row.age_days(db.at) for row in on_the_way.values()} == {3}
    levels = {name: row.level(db.at) for name, row in on_the_way.items()}
    assert levels["Kho vắc xin Quốc gia"] == "late"
    assert sorted(levels.values()) == ["late", "overdue"]
    assert on_the_way["Kho vắc xin Quốc gia"].level(db.at + timedelta(days=2, minutes=1)) == "overdue"


async def test_provinces_are_ranked_by_doses_given_per_dose_received(db: Db):
    await a_used_month(db)
    elsewhere = await sites.by_code(db, "01CDC")
    await stock.receive_from_maker(db, place_id=elsewhere.place_id, lot_id=await a_lot(db, "AZ", "HN1"), doses=100)

    ranked = await utilisation.ranking(db)

    assert [(row.place, row.province_code, row.administered) for row in ranked] == [(1, "46", 8), (2, "01", 0)]
    assert ranked[0].usage == Decimal("0.08")
