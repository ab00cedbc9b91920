"""The two clocks of a unit, what goes with a vaccine, whom a lot is kept for, and a list of what a place begins with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NATION, SITE, a_lot
from tests.visits import later
from tiemchung.domain import stock, vaccines
from tiemchung.domain.stock import AlreadyPosted, BudgetSpent, NeverFreeze, NeverRefreeze, NoSuchStorage
from tiemchung.domain.stock.clocks import Clock, changed
from tiemchung.domain.vaccines import ExpiryDecided, StorageLimit
from tiemchung.domain.vaccines.rules import pieces
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7

AT = datetime(2021, 12, 1, 1, tzinfo=UTC)


def limit(state: str, days: int) -> StorageLimit:
    return StorageLimit(
        product="PF", state=state, temperature_c_min=None, temperature_c_max=None, days=Decimal(days), note=""
    )


PFIZER = {state: limit(state, days) for state, days in (("frozen", 270), ("minus20", 14), ("fridge", 31))}
MODERNA = {state: limit(state, days) for state, days in (("minus20", 213), ("fridge", 30))}
FROZEN = Clock(clock="frozen", usable_until=None, thawed_at=None, minus20_since=None, minus20_used=timedelta(0))


def test_the_budget_at_minus_20_pauses_and_goes_on_where_it_stood():
    out = changed(FROZEN, "minus20", AT, PFIZER)
    assert out.usable_until == AT + timedelta(days=14)

    back = changed(out, "frozen", AT + timedelta(days=5), PFIZER)
    assert (back.usable_until, back.minus20_used) == (None, timedelta(days=5))

    again = changed(back, "minus20", AT + timedelta(days=60), PFIZER)
    assert again.usable_until == AT + timedelta(days=69)


def test_a_spent_budget_does_not_come_back():
    out = changed(FROZEN, "minus20", AT, PFIZER)

    with pytest.raises(BudgetSpent) as refused:
        changed(out, "frozen", AT + timedelta(days=14), PFIZER)
    assert refused.value.facts["days"] == 14


def test_thawing_starts_31_days_and_is_never_undone():
    thawed = changed(FROZEN, "thawed", AT, PFIZER)
    assert (thawed.clock, thawed.usable_until, thawed.thawed_at) == ("thawed", AT + timedelta(days=31), AT)

    for way in ("frozen", "minus20", "fridge"):
        with pytest.raises(NeverRefreeze):
            changed(thawed, way, AT + timedelta(hours=1), PFIZER)


def test_what_is_kept_cold_is_never_frozen_and_a_makers_own_minus_20_is_no_budget():
    fridge = Clock(clock="fridge", usable_until=None, thawed_at=None, minus20_since=None, minus20_used=timedelta(0))
    with pytest.raises(NeverFreeze):
        changed(fridge, "frozen", AT, {"fridge": limit("fridge", 182)})
    stored = Clock(clock="minus20", usable_until=None, thawed_at=None, minus20_since=None, minus20_used=timedelta(0))
    with pytest.raises(NoSuchStorage):
        changed(stored, "frozen", AT, MODERNA)
    assert changed(stored, "thawed", AT, MODERNA).usable_until == AT + timedelta(days=30)


@given(st.lists(st.tuples(st.sampled_from(["frozen", "minus20", "thawed"]), st.integers(1, 20)), max_size=12))
def test_no_way_through_the_clocks_gives_a_unit_more_than_its_budget(ways: list[tuple[str, int]]):
    now, unit, at_minus20, thawed = AT, FROZEN, timedelta(0), False
    for to, days in ways:
        before, now = unit, now + timedelta(days=days)
        try:
            unit = changed(unit, to, now, PFIZER)
        except DomainError:
            continue
        assert not thawed, "a thawed unit went somewhere"
        if before.clock == "minus20":
            at_minus20 += timedelta(days=0) if before.minus20_since is None else now - before.minus20_since
        thawed = unit.clock == "thawed"
        if unit.clock == "frozen":
            assert at_minus20 < timedelta(days=14)
        if unit.clock == "minus20":
            assert unit.usable_until == now + timedelta(days=14) - at_minus20


async def test_a_unit_keeps_each_step_of_its_storage(db: Db):
    lot_id = await a_lot(db, "PF", "FM3289")
    unit_id = await stock.receive_from_maker(db, place_id=NATION, lot_id=lot_id, doses=60)

    await stock.clocks.change(db, NATION, unit_id, "minus20")
    await stock.clocks.change(later(db, days=2), NATION, unit_id, "thawed")

    (unit,) = await stock.units(db, NATION)
    assert (unit.clock, unit.use_before) == ("thawed", db.at + timedelta(days=33))
    steps = await stock.clocks.steps(db, NATION, unit_id)
    assert [(step.from_clock, step.to_clock) for step in steps] == [("minus20", "thawed"), ("frozen", "minus20")]
    with pytest.raises(NeverRefreeze):
        await stock.clocks.change(later(db, days=3), NATION, unit_id, "frozen")


def test_the_bundle_is_whos():
    assert pieces("ad_syringe", doses=600, vials=100, diluted=True) == 660
    assert pieces("rup_syringe", doses=600, vials=100, diluted=True) == 110
    assert pieces("safety_box", doses=600, vials=100, diluted=True) == 9  # 770 syringes / 100 × 1.1 = 8.47
    assert pieces("diluent", doses=600, vials=100, diluted=True) == 100
    assert pieces("rup_syringe", doses=600, vials=60, diluted=False) == 0
    assert pieces("ad_syringe", doses=1, vials=1, diluted=False) == 2


async def test_a_vaccine_goes_with_the_diluent_of_its_own_maker_and_no_other(db: Db):
    today = clock.day_of(db.at)
    diluents = {
        code: [need.code for need in await vaccines.bundle(db, code, 60, today) if need.kind == "diluent"]
        for code in ("PF", "PFC", "AZ")
    }
    assert diluents == {"PF": ["DIL-PF"], "PFC": ["DIL-PFC"], "AZ": []}


async def test_every_decision_on_an_expiry_stays_with_its_reason(db: Db):
    lot_id, today = await a_lot(db, "ABD"), clock.day_of(db.at)
    for days, why in ((30, "Ổn định 7 tháng"), (60, "Ổn định 9 tháng")):
        await vaccines.change_expiry(
            db,
            lot_id,
            from_on=today - timedelta(days=60 - days),
            expires_on=today + timedelta(days=180 + days),
            decision=f"QĐ {days}",
            reason=why,
        )

    assert [each.reason for each in await vaccines.expiries(db, lot_id)] == ["Ổn định 9 tháng", "Ổn định 7 tháng"]
    assert (await vaccines.lot(db, lot_id, today)).decision == "QĐ 60"
    with pytest.raises(ExpiryDecided):
        await vaccines.change_expiry(
            db, lot_id, from_on=today, expires_on=today, decision="QĐ khác", reason="Cùng ngày"
        )


async def test_a_lot_is_kept_for_a_group_until_it_is_not(db: Db):
    lot_id, today = await a_lot(db), clock.day_of(db.at)
    await vaccines.earmark(db, lot_id, "pregnant", reason="Công văn 1")
    assert (await vaccines.lot(db, lot_id, today)).earmark_words == "Phụ nữ mang thai"

    await vaccines.earmark(db, lot_id, None, reason="Hết đợt")
    assert (await vaccines.lot(db, lot_id, today)).earmark is None


async def test_a_list_is_looked_at_row_by_row_and_each_fault_is_named(db: Db):
    day = clock.day_of(db.at) + timedelta(days=180)
    await a_lot(db, "JAN", "XD955")
    rows = [
        ["JAN", "XD955", day, 100],
        ["JAN", "XD955", day, 50],
        ["NANO", "XD955", day, 5],
        ["JAN", "XD999", day, 5],
        ["JAN", "XD955", date(2020, 1, 1), 5],
        ["JAN", "XD955", "31/02/2022", 5],
        ["JAN", "XD955", day, -5],
        ["JAN", "XD955", day, 2.5],
        ["JAN", "XD955", day, None],
    ]

    found = await stock.opening.look(db, rows)

    wrong = [row.wrong for row in found]
    assert wrong == [None, "twice", "product", "lot", "expiry", "date", "doses", "doses", "empty"]
    assert [row.number for row in found] == list(range(2, 11))
    assert await stock.units(db, SITE) == []


async def test_a_list_is_posted_once(db: Db):
    day, list_id = clock.day_of(db.at) + timedelta(days=180), uuid7()
    await a_lot(db, "JAN", "XD955")
    rows = await stock.opening.look(db, [["JAN", "XD955", f"{day:%d/%m/%Y}", "100"]])

    assert await stock.opening.bring(db, SITE, list_id, rows) == 100
    with pytest.raises(AlreadyPosted):
        async with db.connection.transaction():
            await stock.opening.bring(db, SITE, list_id, rows)

    told = await stock.conservation(db, SITE)
    assert (told.received, told.on_hand, told.adds_up) == (100, 100, True)
    assert (await stock.prove(db)).ok
    assert isinstance((await stock.units(db, SITE))[0].unit_id, UUID)
