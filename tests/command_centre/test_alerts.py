"""Alerts: raised once, settled when they come right, claimed by one person, ended with words."""

import re
from datetime import timedelta
from uuid import UUID

from tests.arrange import Client
from tests.stores import SITE, a_session, a_shelf, acting, morning
from tiemchung.domain import access, analytics, geography, sites, stock
from tiemchung.domain.analytics.alerts import look, measures
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

PAGE = "/dieu-hanh/canh-bao"


def later(db: Db, **by: float) -> Db:
    return Db(db.connection, actor=db.actor, at=db.at + timedelta(**by), keys=db.keys, now=db._now)  # pyright: ignore[reportPrivateUsage]


async def a_forgotten_session(db: Db) -> UUID:
    """A session that was opened and not closed, seen the day after."""
    await a_shelf(db)
    session_id = await a_session(db)
    head = later(await acting(db, "site_head", place=SITE), days=1)
    await sites.open_session(head, SITE, session_id)
    return session_id


async def raised(database: Database) -> None:
    async with database.transaction() as db:
        await a_forgotten_session(db)
        await analytics.alerts.raise_all(later(db, days=3))


async def test_a_session_left_open_is_one_alert_however_often_one_looks(db: Db):
    await a_forgotten_session(db)
    for days in (3, 4):
        await analytics.alerts.raise_all(later(db, days=days))
    found = await analytics.alerts.every_open(db)
    assert [alert.rule for alert in found] == ["session_not_closed"]
    assert found[0].province_code == "46"
    assert (await analytics.alerts.counts(db)).warning == 1
    assert await analytics.alerts.every_open(db, "VN.RRD.01") == []


async def test_what_has_come_right_is_settled_by_itself(db: Db):
    session_id = await a_forgotten_session(db)
    await analytics.alerts.raise_all(later(db, days=3))
    await db.run(Query("update session set status = 'closed' where session_id = %(id)s"), id=session_id)
    await analytics.alerts.raise_all(later(db, days=3))
    assert await analytics.alerts.every_open(db) == []


async def test_a_rule_that_holds_everywhere_is_one_alert_about_the_rule(db: Db):
    await db.run(Query("""
        insert into rollup_place_hour (place_id, day, hour, product, doses)
        select place_id, %(day)s, 23, 'JAN', 9 from place limit 150"""), day=clock.day_of(db.at))  # fmt: skip
    (night,) = [rule for rule in await analytics.alerts.rules(db) if rule.rule == "at_night"]
    await look(db, night)
    found = await analytics.alerts.every_open(db)
    assert [alert.detail for alert in found] == ["Hơn 100 nơi"]


async def test_every_rule_has_a_measure_of_its_name_and_every_measure_a_rule(db: Db):
    await analytics.alerts.raise_all(db)
    rules = {rule.rule for rule in await analytics.alerts.rules(db)}
    assert rules == {name for name, _ in measures}


async def test_a_rule_holds_above_its_limit_and_the_limit_can_be_moved(db: Db):
    await a_forgotten_session(db)
    after = later(db, days=3)
    operator = await acting(after, "national_operator")
    (rule,) = [rule for rule in await analytics.alerts.rules(db) if rule.rule == "session_not_closed"]
    hours = (await analytics.alerts.measured(after, rule))[0].value
    assert hours is not None
    change = analytics.alerts.change_rule
    await change(operator, rule.rule, above=hours + 1, days=None, severity="serious", owner=rule.owner, active=True)
    await analytics.alerts.raise_all(after)
    assert await analytics.alerts.every_open(db) == []
    await change(operator, rule.rule, above=hours - 1, days=None, severity="serious", owner=rule.owner, active=True)
    await analytics.alerts.raise_all(after)
    (alert,) = await analytics.alerts.every_open(db, topic="operations")
    assert (alert.severity, alert.value, alert.unit) == ("serious", hours, "giờ")


async def test_a_rule_that_is_ended_settles_what_it_raised(db: Db):
    await a_forgotten_session(db)
    after = later(db, days=3)
    await analytics.alerts.raise_all(after)
    operator = await acting(after, "national_operator")
    await analytics.alerts.change_rule(
        operator, "session_not_closed", above=2, days=None, severity="warning", owner="province_officer", active=False
    )
    await analytics.alerts.raise_all(after)
    assert await analytics.alerts.every_open(db) == []


async def test_a_sign_of_fraud_stays_until_somebody_has_looked(db: Db):
    day = clock.day_of(db.at)
    night = Query(
        "insert into rollup_place_hour (place_id, day, hour, product, doses) values (%(p)s, %(d)s, 3, 'JAN', 9)"
    )
    await db.run(night, p=SITE, d=day)
    await analytics.alerts.raise_all(db)
    raised_by = {alert.rule for alert in await analytics.alerts.every_open(db, topic="fraud")}
    assert raised_by == {"at_night", "ghost_session"}, "doses at night, on a day without a session"
    await db.run(Query("delete from rollup_place_hour where place_id = %(p)s"), p=SITE)
    await analytics.alerts.raise_all(db)
    assert {alert.rule for alert in await analytics.alerts.every_open(db, topic="fraud")} == raised_by


async def test_a_fall_against_the_week_before_is_told_of_the_province(db: Db):
    today = clock.day_of(db.at)
    a_day = Query("""
        insert into rollup_province_day (province_code, day, product, dose_role, ordinal, band, completes, doses)
        values ('46', %(day)s, 'JAN', 'basic', 1, '18+', true, %(doses)s)
    """)
    for days, given in ((1, 40), (8, 200)):
        await db.run(a_day, day=today - timedelta(days=days), doses=given)
    await analytics.alerts.raise_all(db)
    (alert,) = await analytics.alerts.every_open(db)
    assert (alert.rule, alert.province_code, alert.value, alert.whose) == ("doses_fall", "46", 80, "national_operator")
    hanoi, hue = "VN.RRD.01", str((await geography.by_code(db, "46", today.replace(year=2022))).path)
    assert await analytics.alerts.every_open(db, hanoi) == []
    assert len(await analytics.alerts.every_open(db, hue)) == 1


async def test_doses_set_aside_for_heat_are_told_until_they_are_settled(db: Db):
    await a_shelf(db, 50)
    (unit,) = await stock.units(db, SITE)
    await stock.monitors.look(db, SITE, unit.unit_id, stage=3)
    await analytics.alerts.raise_all(db)
    (alert,) = await analytics.alerts.every_open(db, topic="logistics")
    assert (alert.rule, alert.value, alert.severity) == ("set_aside", 50, "serious")
    assert "lô XD955" in alert.detail
    await stock.discard(db, SITE, lot_id=unit.lot_id, unit_id=unit.unit_id, doses=50, reason=stock.Waste.vvm)
    await analytics.alerts.raise_all(db)
    assert await analytics.alerts.every_open(db) == []


async def test_a_device_that_sends_nothing_in_an_open_session_is_told_and_counted_on_the_wall(db: Db):
    await a_shelf(db)
    session_id = await a_session(db)
    start, _ = morning(db)
    head = await acting(db, "site_head", place=SITE)
    opening, soon, long_after = (later(head, seconds=(start - db.at).total_seconds() + 60 * m) for m in (0, 20, 90))
    device_id, key = uuid7(), b"\x04" + bytes(64)
    await access.devices.enrol(opening, place_id=SITE, device_id=device_id, name="Máy bàn 2", public_key=key)
    await sites.open_session(opening, SITE, session_id)
    (rule,) = [rule for rule in await analytics.alerts.rules(db) if rule.rule == "device_silent"]
    assert await analytics.alerts.measured(soon, rule) == []
    (found,) = await analytics.alerts.measured(long_after, rule)
    assert "Máy bàn 2" in found.detail and (found.value or 0) > 60
    await analytics.count_operations(long_after)
    assert (await analytics.operations(long_after)).sites_unsent == 1

    await access.devices.saw(long_after, device_id)
    assert await analytics.alerts.measured(long_after, rule) == []
    await analytics.count_operations(long_after)
    assert (await analytics.operations(long_after)).sites_unsent == 0


async def test_one_person_claims_and_ends_an_alert(client: Client):
    await raised(client.database)
    await client.staff("national_operator")
    page = (await client.get(PAGE)).text
    claim = re.search(rf"{PAGE}/[\w-]+/nhan", page)
    assert claim is not None
    assert (await client.write(claim[0])).status_code == 303
    taken = (await client.get(PAGE)).text
    assert "đã nhận lúc" in taken and "Nhận xử lý sau" in taken

    note = claim[0].replace("/nhan", "/ghi-chu")
    assert (await client.write(note, comment="Đã gọi, trạm đang đóng phiên")).status_code == 303
    assert "Đã gọi, trạm đang đóng phiên" in (await client.get(PAGE)).text
    short = await client.write(note, comment="a")
    assert short.status_code == 422 and "cần ít nhất 3 ký tự" in short.text

    end = claim[0].replace("/nhan", "/xong")
    empty = await client.write(end, outcome="")
    assert empty.status_code == 422
    assert "Hãy nhập hoặc chọn kết quả xử lý." in empty.text

    first = client.cookies["tc_staff"]
    await client.staff("national_operator")
    assert (await client.write(claim[0])).status_code == 409
    assert (await client.write(end, outcome="Đã gọi điểm tiêm")).status_code == 409
    client.cookies.clear()
    client.cookies.set("tc_staff", first)
    assert (await client.write(end, outcome="Đã gọi điểm tiêm")).status_code == 303
    ended = (await client.get(PAGE)).text
    assert "Không có cảnh báo nào" in ended
    assert "Đã xử lý trong 7 ngày qua" in ended and "Đã gọi điểm tiêm" in ended


async def test_only_the_nation_sets_a_rule_and_a_wrong_limit_changes_nothing(client: Client):
    await client.staff("national_operator")
    rule = f"{PAGE}/quy-tac/long_wait"
    assert "Có người chờ tiêm quá lâu" in (await client.get(f"{PAGE}/quy-tac")).text
    wrong = await client.write(rule, above="-5", severity="serious", owner="province_officer", active="1")
    assert wrong.status_code == 422 and 'value="-5"' in wrong.text
    assert (await client.write(rule, above="45", severity="serious", owner="province_officer")).status_code == 303
    async with client.database.transaction() as db:
        (now,) = [each for each in await analytics.alerts.rules(db) if each.rule == "long_wait"]
    assert (now.above, now.severity, now.active) == (45, "serious", False)
    assert (
        await client.write(f"{PAGE}/quy-tac/none", above="1", severity="notice", owner="province_officer")
    ).status_code == 404
    await client.staff("province_officer")
    assert (await client.write(rule, above="1", severity="notice", owner="province_officer")).status_code == 403


async def test_an_officer_of_another_province_neither_sees_nor_claims(client: Client):
    await raised(client.database)
    async with client.database.transaction() as db:
        hanoi = (await geography.by_code(db, "01", clock.day_of(db.at).replace(year=2022))).area_id
        alert = (await analytics.alerts.every_open(db))[0]
    await client.staff("province_officer", area_id=hanoi)
    assert "Không có cảnh báo nào" in (await client.get(PAGE)).text
    assert (await client.write(f"{PAGE}/{alert.alert_id}/nhan")).status_code == 409
