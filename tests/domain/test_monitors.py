"""Vial monitors: stage 2 goes first, stage 3 is set aside, and no stage goes back."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_shelf, acting
from tests.visits import facts
from tiemchung.domain import stock
from tiemchung.domain.stock import Found, MonitorGoesForward, OverrideNeedsReason, Papers, Pick, Waste
from tiemchung.kit import clock
from tiemchung.kit.db import Db


async def two_trays(db: Db, place: UUID) -> tuple[stock.Unit, stock.Unit]:
    """One that expires soon, and one that expires late."""
    day = clock.day_of(db.at)
    for number, days in (("SOON", 20), ("LATE", 90)):
        lot_id = await a_lot(db, "JAN", number, day + timedelta(days=days))
        await stock.receive_from_maker(db, place_id=place, lot_id=lot_id, doses=50)
    soon, late = await stock.units(db, place)
    return soon, late


async def test_a_tray_at_stage_two_goes_before_one_that_expires_earlier(db: Db):
    soon, late = await two_trays(db, NATION)
    assert [unit.number for unit in await stock.units(db, NATION)] == ["SOON", "LATE"]

    await stock.monitors.look(db, NATION, late.unit_id, stage=2)

    assert [unit.number for unit, _ in await stock.suggest(db, NATION, "JAN", 60)] == ["LATE", "SOON"]
    papers = Papers(decision="QĐ 1", expected_at=db.at + timedelta(hours=5))
    with pytest.raises(OverrideNeedsReason) as refused:
        picks = [Pick(unit_id=soon.unit_id, doses=10)]
        await stock.dispatch(db, from_place=NATION, to_place=PROVINCE, picks=picks, papers=papers)
    assert refused.value.facts["lot"] == "LATE"


async def test_from_stage_three_on_closed_doses_are_set_aside_and_not_usable(db: Db):
    lot_id = await a_shelf(db, 50)
    (unit,) = await stock.units(db, SITE)

    await stock.monitors.look(db, SITE, unit.unit_id, stage=3)

    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.quarantined, told.adds_up) == (0, 50, True)
    key = {"lot_id": lot_id, "unit_id": unit.unit_id}
    await stock.release(db, SITE, **key, doses=10)
    assert await stock.usable_doses(db, SITE, "JAN", db.at) == 0, "released by mistake, it still may not be opened"
    await stock.discard(db, SITE, **key, doses=40, reason=Waste.vvm)
    assert (await stock.conservation(db, SITE)).wasted == 40
    assert (await stock.prove(db)).ok


async def test_a_stage_never_goes_back_and_each_look_is_kept(db: Db):
    keeper = await acting(db, "storekeeper", place=SITE)
    await a_shelf(db, 50)
    (unit,) = await stock.units(db, SITE)
    for stage in (1, 2, 2):
        await stock.monitors.look(keeper, SITE, unit.unit_id, stage=stage)

    with pytest.raises(MonitorGoesForward):
        await stock.monitors.look(keeper, SITE, unit.unit_id, stage=1)

    looks = await facts(db, "select stage, by from vvm_look order by stage")
    assert [(look["stage"], look["by"]) for look in looks] == [(stage, keeper.actor.id) for stage in (1, 2, 2)]


async def test_doses_take_their_stage_to_the_place_that_receives_them(db: Db):
    await a_shelf(db, 50, PROVINCE)
    (unit,) = await stock.units(db, PROVINCE)
    await stock.monitors.look(db, PROVINCE, unit.unit_id, stage=2)
    papers = Papers(decision="QĐ 1", expected_at=db.at + timedelta(hours=5))
    picks = [Pick(unit_id=unit.unit_id, doses=20)]
    shipment_id = await stock.dispatch(db, from_place=PROVINCE, to_place=CENTRE, picks=picks, papers=papers)

    await stock.receive(db, CENTRE, PROVINCE, shipment_id, [Found(line=1, accepted=20, broken=0, missing=0)])

    assert [unit.vvm_stage for unit in await stock.units(db, CENTRE)] == [2]


async def test_a_keeper_notes_what_the_monitors_show_and_a_stage_back_is_refused(client: Client):
    async with client.database.transaction() as db:
        await a_shelf(db, 50)
        (unit,) = await stock.units(db, SITE)
    await client.staff("storekeeper", place_id=SITE)
    path = f"/diem-tiem/kho/khay/{unit.unit_id}/vvm"

    assert (await client.write(path, stage="7")).status_code == 422
    assert (await client.write(path, stage="3")).status_code == 303
    back = await client.write(path, stage="1")
    assert (back.status_code, "không bao giờ lùi" in back.text) == (409, True)
    shown = (await client.get("/diem-tiem/kho/khay")).text
    assert "3 – không dùng" in shown
    async with client.database.transaction() as db:
        assert (await stock.conservation(db, SITE)).quarantined == 50
    await client.staff("storekeeper", place_id=CENTRE)
    assert (await client.write(path, stage="4")).status_code == 404
