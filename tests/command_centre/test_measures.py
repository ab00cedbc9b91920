"""What alerts measure: each sign is seen where it is, above its limit, and nothing is seen below it."""

from datetime import timedelta
from uuid import UUID

from tests.citizens import a_person, an_area
from tests.domain.test_corrections import a_ticket
from tests.domain.test_stock_papers import received
from tests.figures import counted, days_ago, doses
from tests.stores import NATION, PROVINCE, SITE, a_lot, a_session, a_shelf, acting, morning
from tests.visits import an_open_session, arrived, later
from tiemchung.domain import analytics, stock
from tiemchung.domain.analytics.alerts import Found
from tiemchung.domain.stock import Papers, Pick
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query

HANOI = "00001"
AT_HOUR = Query("""
    insert into rollup_place_hour (place_id, day, hour, product, doses) values (%(place)s, %(day)s, 9, 'JAN', %(doses)s)""")
RECORDED = Query("""
    insert into rollup_recorded (province_code, recorded_on, day, entry, doses)
    values ('46', %(on)s, %(day)s, 'recorded', %(doses)s)""")
ONE_MOVES = Query("""
    update immunization set area_id = %(area)s
     where immunization_id = (select immunization_id from immunization where area_id <> %(area)s limit 1)""")


async def found(db: Db, rule: str) -> list[tuple[UUID | str | None, int | None]]:
    """Where a rule's measure finds something now, and how much."""
    (one,) = [each for each in await analytics.alerts.rules(db) if each.rule == rule]
    told: list[Found] = await analytics.alerts.measured(db, one)
    return [(each.place_id or each.province_code, each.value) for each in told]


async def test_more_doses_an_hour_than_hands_can_give_are_a_sign_of_fraud(db: Db):
    await db.run(AT_HOUR, place=SITE, day=clock.day_of(db.at), doses=40)
    assert await found(db, "impossible_pace") == []
    await db.run(Query("update rollup_place_hour set doses = 41"))
    assert await found(db, "impossible_pace") == [(SITE, 41)]


async def test_a_session_of_people_from_another_province_is_a_sign_of_fraud(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    on_the_day = db.moved(morning(db)[0])
    await doses(db, 10)
    await doses(db, 10, area=HANOI)
    await db.run(Query("update immunization set session_id = %(id)s"), id=session_id)
    assert await found(on_the_day, "far_from_home") == [], "half of them is not most"
    await db.run(ONE_MOVES, area=await an_area(db, HANOI))
    assert await found(on_the_day, "far_from_home") == [(SITE, 55)]


async def test_many_doses_entered_for_a_week_ago_are_a_sign_of_fraud_and_late_ones_are_told(db: Db):
    today = clock.day_of(db.at)
    await db.run(RECORDED, on=today, day=today - timedelta(days=8), doses=20)
    assert await found(db, "back_dated") == []
    await db.run(RECORDED, on=today, day=today - timedelta(days=9), doses=5)
    assert await found(db, "back_dated") == [("46", 25)]
    await db.run(RECORDED, on=today, day=today, doses=75)
    assert await found(db, "entered_late") == [("46", 25)]


async def test_a_session_out_of_stock_silent_or_overloaded_is_told(db: Db):
    session_id, codes = await an_open_session(db, 1)
    start, _ = morning(db)
    within = db.moved(start + timedelta(minutes=90))
    assert await found(within, "site_silent") == [(SITE, 90)]
    assert await found(within, "out_of_stock") == []
    (unit,) = await stock.units(db, SITE)
    await stock.monitors.look(db, SITE, unit.unit_id, stage=3)
    assert await found(within, "out_of_stock") == [(SITE, 90)]

    nurse = await acting(within, "registrar", place=SITE)
    await arrived(nurse, session_id, codes[0])
    assert await found(within, "site_silent") == []
    assert await found(later(within, minutes=61), "long_wait") == [(SITE, 61)]
    assert await found(within, "site_overloaded") == []
    await db.run(Query("update alert_rule set above = 0 where rule = 'site_overloaded'"))
    assert await found(within, "site_overloaded") == [(SITE, 1)]


async def test_a_delivery_past_its_hour_is_told(db: Db):
    await stock.receive_from_maker(db, place_id=NATION, lot_id=await a_lot(db), doses=100)
    (unit,) = await stock.units(db, NATION)
    papers = Papers(decision="QĐ 1", expected_at=db.at + timedelta(hours=5))
    picks = [Pick(unit_id=unit.unit_id, doses=100)]
    await stock.dispatch(db, from_place=NATION, to_place=PROVINCE, picks=picks, papers=papers)
    assert await found(later(db, hours=4), "shipment_late") == []
    assert await found(later(db, hours=7), "shipment_late") == [(PROVINCE, 2)]


async def test_a_claim_that_the_sender_has_not_answered_is_told(db: Db):
    await received(db, accepted=80, missing=20)
    assert await found(later(db, days=2), "claim_overdue") == []
    assert await found(later(db, days=3, hours=2), "claim_overdue") == [(NATION, 2)], "of who must answer"


async def test_tickets_past_their_day_are_told_of_their_province(db: Db):
    await a_ticket(db, await a_person(db))
    assert await found(later(db, hours=1), "correction_late") == []
    assert await found(later(db, days=30), "correction_late") == [("46", 1)]


async def test_a_vaccine_runs_out_on_the_day_that_its_pace_says(database: Database):
    async with database.transaction() as db:
        await a_shelf(db, 100)
        await doses(db, 70, at=days_ago(1))
    await counted(database)
    async with database.transaction() as db:
        day = clock.day_of(db.at)
        (janssen,) = await analytics.areas.supply(db, day=day)
        assert (janssen.doses, janssen.a_day, janssen.days) == (100, 10, 10)
        assert janssen.runs_out(day) == day + timedelta(days=10)
