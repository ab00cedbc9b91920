"""The ledger: every dose somewhere, nothing below zero, both ends of a shipment see the difference."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_session, a_shelf
from tiemchung.domain import sites, stock, vaccines
from tiemchung.domain.stock import (
    AlreadyReceived,
    AlreadyReversed,
    EntryUnbalanced,
    Found,
    Line,
    LineDoesNotAddUp,
    NotEnoughDoses,
    ToShip,
    VialIsClosed,
    Waste,
    WrongProduct,
)
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7


def later(db: Db, **by: float) -> Db:
    """The same transaction at a later moment."""
    return Db(db.connection, actor=db.actor, at=db.at + timedelta(**by), keys=db.keys, now=db._now)


async def sent(db: Db, lot_id: UUID, doses: int, from_place: UUID = NATION, to_place: UUID = PROVINCE) -> UUID:
    return await stock.ship(
        db,
        from_place=from_place,
        to_place=to_place,
        lines=[ToShip(lot_id=lot_id, doses=doses)],
        decision="QĐ 99/QĐ-BYT",
        expected_at=db.at + timedelta(hours=5),
    )


async def test_what_a_maker_delivers_is_on_the_shelf_and_adds_up(db: Db):
    await a_shelf(db, 120)

    assert await stock.usable_doses(db, SITE, "JAN", db.at) == 120
    told = await stock.conservation(db, SITE)
    assert (told.received, told.shelf, told.adds_up) == (120, 120, True)


async def test_nobody_sends_more_than_there_is(db: Db):
    lot_id = await a_shelf(db, 10, NATION)

    with pytest.raises(NotEnoughDoses):
        await sent(db, lot_id, 11)


async def test_the_database_itself_refuses_to_go_below_zero(db: Db):
    lot_id = await a_shelf(db, 10)
    (unit,) = await stock.units(db, SITE)

    with pytest.raises(NotEnoughDoses):
        await stock.waste(db, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=11, reason=Waste.broken)


async def test_an_entry_that_does_not_sum_to_zero_is_refused(db: Db):
    lot_id = await a_shelf(db, 10)
    (unit,) = await stock.units(db, SITE)
    lines = [
        Line(place_id=SITE, lot_id=lot_id, unit_id=unit.unit_id, state=state, doses=doses)
        for state, doses in (("on_hand", -2), ("wasted", 1))
    ]

    with pytest.raises(EntryUnbalanced):
        await stock.post(db, "other", lines)


async def test_doses_on_the_way_are_the_senders_until_the_receiver_signs(db: Db):
    lot_id = await a_shelf(db, 100, NATION)
    shipment_id = await sent(db, lot_id, 60)

    assert (await stock.conservation(db, NATION)).in_transit == 60
    assert (await stock.conservation(db, PROVINCE)).received == 0
    (coming,) = await stock.on_the_way_to(db, PROVINCE)
    assert (coming.shipment_id, coming.doses, coming.number[-2:]) == (shipment_id, 60, "01")


async def test_both_ends_see_what_was_broken_and_what_was_missing(db: Db):
    lot_id = await a_shelf(db, 100, NATION)
    shipment_id = await sent(db, lot_id, 60)

    await stock.receive(db, PROVINCE, NATION, shipment_id, [Found(line=1, accepted=50, broken=6, missing=4)])

    sender, receiver = await stock.conservation(db, NATION), await stock.conservation(db, PROVINCE)
    assert (sender.delivered, sender.wasted, sender.lost, sender.in_transit, sender.adds_up) == (50, 6, 4, 0, True)
    assert (receiver.received, receiver.on_hand, receiver.adds_up) == (50, 50, True)
    assert (await stock.shipment(db, NATION, shipment_id)).difference == 10


async def test_a_receipt_that_does_not_add_up_to_what_was_sent_is_refused(db: Db):
    lot_id = await a_shelf(db, 100, NATION)
    shipment_id = await sent(db, lot_id, 60)

    with pytest.raises(LineDoesNotAddUp):
        await stock.receive(db, PROVINCE, NATION, shipment_id, [Found(line=1, accepted=50, broken=6, missing=5)])


async def test_a_shipment_is_signed_for_once_and_only_where_it_was_sent(db: Db):
    lot_id = await a_shelf(db, 100, NATION)
    shipment_id = await sent(db, lot_id, 60)
    all_well = [Found(line=1, accepted=60, broken=0, missing=0)]

    with pytest.raises(NotFound):
        await stock.receive(db, CENTRE, NATION, shipment_id, all_well)
    await stock.receive(db, PROVINCE, NATION, shipment_id, all_well)
    with pytest.raises(AlreadyReceived):
        await stock.receive(db, PROVINCE, NATION, shipment_id, all_well)


async def test_thawing_starts_a_clock_that_decides_before_the_printed_expiry(db: Db):
    lot_id = await a_lot(db, "PF", expires_on=clock.day_of(db.at) + timedelta(days=200))
    await stock.receive_from_maker(db, place_id=NATION, lot_id=lot_id, doses=60)
    shipment_id = await sent(db, lot_id, 60)

    await stock.receive(db, PROVINCE, NATION, shipment_id, [Found(line=1, accepted=60, broken=0, missing=0)])

    (unit,) = await stock.units(db, PROVINCE)
    assert (unit.clock, unit.why) == ("thawed", "thawed")
    assert unit.use_before == db.at + timedelta(days=31)


async def test_what_must_be_used_first_leaves_first(db: Db):
    day = clock.day_of(db.at)
    late = await a_lot(db, "AZ", "LATE", day + timedelta(days=90))
    soon = await a_lot(db, "AZ", "SOON", day + timedelta(days=20))
    for lot_id in (late, soon):
        await stock.receive_from_maker(db, place_id=SITE, lot_id=lot_id, doses=30)

    assert [unit.number for unit in await stock.units(db, SITE)] == ["SOON", "LATE"]


async def test_what_is_out_of_date_or_not_released_is_not_usable(db: Db):
    day = clock.day_of(db.at)
    old = await a_lot(db, number="OLD", expires_on=day - timedelta(days=1))
    waiting = await vaccines.add_lot(
        db, product="JAN", number="QC", manufacturer="M", expires_on=day + timedelta(days=90), status="in_qc"
    )
    for lot_id in (old, waiting):
        await stock.receive_from_maker(db, place_id=SITE, lot_id=lot_id, doses=10)

    assert await stock.usable_doses(db, SITE, "JAN", db.at) == 0


async def an_open_session(db: Db) -> UUID:
    session_id = await a_session(db)
    await sites.open_session(db, SITE, session_id)
    return session_id


async def test_an_opened_vial_has_six_hours_and_what_is_left_in_it_becomes_waste(db: Db):
    lot_id = await a_shelf(db, 100)
    session_id = await an_open_session(db)

    vial = await stock.open_vial(db, SITE, session_id, lot_id=lot_id)
    assert (vial.number, vial.doses_left, vial.use_by) == (1, 5, db.at + timedelta(hours=6))
    assert vial.usable(db.at)
    assert not vial.usable(db.at + timedelta(hours=6))

    assert await stock.close_vial(db, SITE, vial.vial_id, reason=Waste.session_end) == 5
    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.opened, told.wasted, told.adds_up) == (95, 0, 5, True)
    with pytest.raises(VialIsClosed):
        await stock.close_vial(db, SITE, vial.vial_id, reason=Waste.session_end)


async def test_an_extra_dose_in_a_vial_is_declared_with_its_reason(db: Db):
    lot_id = await a_shelf(db, 100)
    vial = await stock.open_vial(db, SITE, await an_open_session(db), lot_id=lot_id)

    await stock.declare_extra(db, SITE, vial.vial_id, doses=1, reason="Bơm tiêm khoảng chết nhỏ")

    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 6
    assert (await stock.conservation(db, SITE)).adds_up
    assert (await stock.prove(db)).ok


async def test_a_session_opens_vials_of_its_own_product_only(db: Db):
    await a_shelf(db, 100)
    other = await a_shelf(db, 100, product="AZ", number="ABX4417")
    session_id = await an_open_session(db)

    with pytest.raises(WrongProduct):
        await stock.open_vial(db, SITE, session_id, lot_id=other)


async def test_a_mistake_is_taken_back_once_by_its_mirror_image(db: Db):
    lot_id = await a_shelf(db, 100)
    (unit,) = await stock.units(db, SITE)
    entry = await stock.waste(db, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=5, reason=Waste.broken)

    await stock.reverse(later(db, minutes=1), entry, place_ids=[SITE], reason="Ghi nhầm lô")

    assert await stock.usable_doses(db, SITE, "JAN", db.at) == 100
    with pytest.raises(AlreadyReversed):
        await stock.reverse(later(db, minutes=2), entry, place_ids=[SITE], reason="Ghi nhầm lô")


async def test_the_proof_finds_a_balance_that_somebody_changed_by_hand(db: Db):
    await a_shelf(db, 100)
    assert (await stock.prove(db)).ok

    await db.connection.execute("update stock_account set balance = 99 where state = 'on_hand'")

    proof = await stock.prove(db)
    assert not proof.ok
    assert {difference.what for difference in proof.differences} == {"balances", "lots", "conservation"}


async def test_the_proof_finds_a_dose_given_that_no_register_knows(db: Db):
    lot_id = await a_shelf(db, 100)
    vial = await stock.open_vial(db, SITE, await an_open_session(db), lot_id=lot_id)
    line = {"place_id": SITE, "lot_id": lot_id, "unit_id": vial.unit_id}
    await stock.post(
        db,
        "dose",
        [Line(**line, state="opened", doses=-1), Line(**line, state="administered", doses=1)],
        entry_id=uuid7(db.at),
    )

    found = {difference.what: difference for difference in (await stock.prove(db)).differences}

    assert (found["administered"].expected, found["administered"].found) == (0, 1)


async def test_many_who_send_at_once_never_send_more_than_there_is(database: Database):
    async with database.transaction() as db:
        lot_id = await a_shelf(db, 55, NATION)

    async def one() -> bool:
        try:
            async with database.transaction() as db:
                await sent(db, lot_id, 10)
        except NotEnoughDoses:
            return False
        return True

    assert sum(await asyncio.gather(*(one() for _ in range(12)))) == 5
    async with database.transaction() as db:
        told = await stock.conservation(db, NATION)
        assert (told.on_hand, told.in_transit) == (5, 50)
        numbers = [shipment.number for shipment in await stock.on_the_way_to(db, PROVINCE)]
        assert len(set(numbers)) == 5
        assert (await stock.prove(db)).ok


async def test_tables_that_open_vials_at_once_get_numbers_of_their_own(database: Database):
    async with database.transaction() as db:
        lot_id = await a_shelf(db, 20)
        session_id = await an_open_session(db)

    async def one() -> int | None:
        try:
            async with database.transaction() as db:
                return (await stock.open_vial(db, SITE, session_id, lot_id=lot_id)).number
        except NotEnoughDoses:
            return None

    numbers = await asyncio.gather(*(one() for _ in range(6)))

    assert sorted(number for number in numbers if number) == [1, 2, 3, 4]
    async with database.transaction() as db:
        assert (await stock.prove(db)).ok


async def test_posting_and_taking_back_at_once_do_not_wait_for_each_other_for_ever(database: Database):
    async with database.transaction() as db:
        lot_id = await a_shelf(db, 100)
        (unit,) = await stock.units(db, SITE)
        keys = {"lot_id": lot_id, "unit_id": unit.unit_id, "doses": 1, "reason": Waste.broken}
        entries = [await stock.waste(db, SITE, **keys) for _ in range(10)]

    async def waste() -> None:
        async with database.transaction() as db:
            await stock.waste(db, SITE, **keys)

    async def take_back(entry: UUID) -> None:
        async with database.transaction() as db:
            await stock.reverse(db, entry, place_ids=[SITE], reason="Ghi nhầm")

    await asyncio.gather(*(act for entry in entries for act in (waste(), take_back(entry))))

    async with database.transaction() as db:
        told = await stock.conservation(db, SITE)
        assert (told.on_hand, told.wasted) == (90, 10)
