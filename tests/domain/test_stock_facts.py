"""The facts of logistics that the ledger is built on, each by its number in the domain's list: 48 to 51."""

from datetime import timedelta

import pytest

from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_shelf, acting
from tests.visits import an_injection, an_open_session, an_open_vial, facts, later, ready
from tiemchung.domain import analytics, immunizations, stock, vaccines
from tiemchung.domain.stock import FinishedBeforeDecided, Found, Line, NotEnoughDoses, Waste
from tiemchung.domain.stock.corrections import DestroyedLine, Witness
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

TWO = [Witness(name="Lê Văn A", office="CDC"), Witness(name="Trần Thị B", office="Sở Y tế")]


async def sent(db: Db, lot_id, doses: int, *found: int, allocation_id=None):  # pyright: ignore
    """From the nation to the province; with `found`, received: accepted, broken, missing."""
    (unit,) = [unit for unit in await stock.units(db, NATION) if unit.lot_id == lot_id]
    shipment_id = await stock.dispatch(
        db,
        from_place=NATION,
        to_place=PROVINCE,
        picks=[stock.Pick(unit_id=unit.unit_id, doses=doses)],
        papers=stock.Papers(decision="QĐ 1", expected_at=db.at + timedelta(days=1), allocation_id=allocation_id),
    )
    if found:
        accepted, broken, missing = found
        line = Found(line=1, accepted=accepted, broken=broken, missing=missing)
        await stock.receive(db, PROVINCE, NATION, shipment_id, [line])


async def test_fact_48_received_is_on_hand_shipped_used_wasted_and_destroyed_for_every_lot_and_place(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await acting(db, "nurse", place=SITE)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))
    await stock.close_vial(nurse, SITE, vial.vial_id, reason=Waste.session_end)
    (unit,) = await stock.units(db, SITE)
    key = {"lot_id": unit.lot_id, "unit_id": unit.unit_id}
    await stock.waste(db, SITE, **key, doses=6, reason=Waste.broken)
    wasted = [DestroyedLine(**key, state="wasted", doses=6)]
    destroyed = {"protocol": "01/BB", "method": "Hấp", "witnesses": TWO, "weight_grams": 90, "note": None}
    await stock.corrections.destroy(nurse, SITE, lines=wasted, **destroyed)
    other = await a_shelf(db, 200, NATION, "JAN", "OTHER")
    await sent(db, other, 100, 92, 5, 3)

    # Received 100: one given, four left in the vial, six broken and destroyed, 89 on the shelf.
    site = await stock.conservation(db, SITE)
    assert (site.received, site.on_hand, site.administered, site.wasted, site.adds_up) == (100, 89, 1, 10, True)
    # Received 200: 92 taken over by the province, 5 broken and 3 lost on the way, 100 on the shelf.
    nation = await stock.conservation(db, NATION)
    assert (nation.received, nation.on_hand, nation.delivered) == (200, 100, 92)
    assert (nation.wasted, nation.lost, nation.adds_up) == (5, 3, True)
    for lot_id in (unit.lot_id, other):
        assert all(at.adds_up for at in await stock.at_places(db, lot_id, path=None))
    assert (await stock.prove(db)).differences == []


async def test_fact_48_no_account_goes_below_nothing(db: Db):
    lot_id = await a_shelf(db, 10)
    (unit,) = await stock.units(db, SITE)

    with pytest.raises(NotEnoughDoses):
        async with db.connection.transaction():
            await stock.waste(db, SITE, lot_id=lot_id, unit_id=unit.unit_id, doses=11, reason=Waste.broken)

    assert (await stock.conservation(db, SITE)).on_hand == 10


@pytest.mark.parametrize(
    ("product", "day", "doses"),
    [("AZ", "2021-05-01", 8), ("AZ", "2021-07-01", 10), ("PF", "2021-09-01", 6), ("PFC", "2022-05-01", 10),
     ("JAN", "2021-12-01", 5), ("ABD", "2021-12-01", 10)],
)  # fmt: skip
async def test_fact_49_a_pack_has_its_doses_per_vial_from_a_day_on(db: Db, product: str, day: str, doses: int):
    on = clock.day_of(db.at).fromisoformat(day)
    assert (await vaccines.pack(db, product, on)).doses_per_vial == doses


async def test_fact_49_a_shelf_is_told_in_doses_and_vials_and_extra_doses_come_with_a_reason(db: Db):
    session_id, _ = await an_open_session(db, 0, doses=60)
    (unit,) = await stock.units(db, SITE)
    assert (unit.on_hand, unit.vials, unit.doses_per_vial) == (60, 12, 5)
    vial = await an_open_vial(db, session_id)

    await stock.declare_extra(db, SITE, vial.vial_id, doses=1, reason="Bơm tiêm khoảng chết nhỏ")

    assert (await stock.vial(db, SITE, vial.vial_id)).doses_left == 6
    told = await stock.conservation(db, SITE)
    assert (told.received, told.opened, told.on_hand, told.adds_up) == (61, 6, 55, True)
    (event,) = await facts(db, "select body from event where kind = 'stock.extra_declared'")
    assert event["body"]["reason"] == "Bơm tiêm khoảng chết nhỏ"


async def test_fact_50_a_round_has_its_decision_what_came_of_it_and_its_two_days(db: Db):
    day = clock.day_of(db.at)
    lot_id = await a_shelf(db, 500, NATION)
    decision = {"product": "JAN", "decision": "QĐ 3971/QĐ-BYT", "decided_on": day, "shares": {PROVINCE: 300}}
    with pytest.raises(FinishedBeforeDecided):
        async with db.connection.transaction():
            await stock.orders.allocate(db, NATION, **decision, finish_by=day - timedelta(days=1))
    allocation_id = await stock.orders.allocate(db, NATION, **decision, finish_by=day + timedelta(days=20))

    await sent(db, lot_id, 200, 190, 10, 0, allocation_id=allocation_id)

    (here,), (there,) = await stock.orders.allocations(db, NATION), await stock.orders.allocated_to(db, PROVINCE)
    assert here == there
    (share,) = there.shares
    assert (there.decision, there.round, share.decided, share.received) == ("QĐ 3971/QĐ-BYT", 1, 300, 190)
    assert (there.due_on - day, there.finish_by) == (timedelta(days=5), day + timedelta(days=20))
    assert share.level(there.due_on, day + timedelta(days=5)) == "open"
    assert share.level(there.due_on, day + timedelta(days=6)) == "overdue"
    assert await stock.orders.allocated_to(db, CENTRE) == []


async def test_fact_50_doses_that_were_decided_and_did_not_come_in_five_days_are_told_to_the_nation(db: Db):
    day = clock.day_of(db.at)
    lot_id = await a_shelf(db, 500, NATION)
    decision = {"product": "JAN", "decision": "QĐ 3971/QĐ-BYT", "decided_on": day, "shares": {PROVINCE: 300}}
    allocation_id = await stock.orders.allocate(db, NATION, **decision, finish_by=day + timedelta(days=20))
    await sent(db, lot_id, 200, 190, 10, 0, allocation_id=allocation_id)

    async def raised(days: int) -> dict[str, int | None]:
        after = later(db, days=days)
        await analytics.alerts.raise_all(after)
        found = await analytics.alerts.every_open(after, topic="logistics")
        return {alert.rule: alert.value for alert in found if alert.rule in {"allocation_overdue", "round_unfinished"}}

    assert await raised(5) == {}
    assert await raised(6) == {"allocation_overdue": 110}
    assert await raised(21) == {"allocation_overdue": 110, "round_unfinished": 190}


async def test_fact_50_provinces_are_ranked_by_doses_given_per_dose_decided_too(db: Db):
    decision = {
        "product": "JAN",
        "decision": "QĐ 1/QĐ-BYT",
        "decided_on": clock.day_of(db.at),
        "shares": {PROVINCE: 400},
    }
    allocation_id = await stock.orders.allocate(db, NATION, **decision)
    await sent(db, await a_shelf(db, 500, NATION), 200, 200, 0, 0, allocation_id=allocation_id)
    (unit,) = await stock.units(db, PROVINCE)
    account = {"place_id": PROVINCE, "lot_id": unit.lot_id, "unit_id": unit.unit_id}
    lines = [Line(**account, state="on_hand", doses=-100), Line(**account, state="administered", doses=100)]
    await stock.post(db, "dose", lines, entry_id=uuid7())

    for by in stock.utilisation.RANKED_BY:
        (row,) = await stock.utilisation.ranking(db, by)
        assert (row.decided, row.received, row.administered) == (400, 200, 100)
        assert (str(row.usage_of_decided), str(row.usage)) == ("0.25", "0.5")


async def test_fact_51_the_days_of_warning_before_expiry_are_set_and_not_built_in(db: Db):
    operator = await acting(db, "national_operator")
    lot_id = await a_lot(db, expires_on=clock.day_of(db.at) + timedelta(days=20))
    await stock.receive_from_maker(db, place_id=SITE, lot_id=lot_id, doses=200)

    async def warned(days: int) -> bool:
        key = {"severity": "warning", "owner": "province_officer", "active": True}
        await analytics.alerts.change_rule(operator, "near_expiry", above=100, days=days, **key)
        await analytics.alerts.raise_all(db)
        return "near_expiry" in {alert.rule for alert in await analytics.alerts.every_open(db)}

    assert [await warned(days) for days in (7, 19, 20, 30)] == [False, False, True, True]


async def test_fact_51_the_printed_day_and_each_decided_one_stay_with_their_decision(db: Db):
    today = clock.day_of(db.at)
    printed, first, second = (today + timedelta(days=days) for days in (10, 100, 190))
    lot_id = await a_lot(db, "PF", "FK0112", printed)
    for number, expires_on in enumerate((first, second)):
        await vaccines.change_expiry(
            db,
            lot_id,
            from_on=today + timedelta(days=number),
            expires_on=expires_on,
            decision=f"QĐ {number}/QĐ-QLD",
            reason="Nhà sản xuất có dữ liệu ổn định",
        )

    lot = await vaccines.lot(db, lot_id, today + timedelta(days=1))
    assert (lot.printed_expires_on, lot.expires_on, lot.decision) == (printed, second, "QĐ 1/QĐ-QLD")
    history = await vaccines.expiries(db, lot_id)
    assert {(row.decision, row.expires_on) for row in history} == {("QĐ 0/QĐ-QLD", first), ("QĐ 1/QĐ-QLD", second)}
