"""Alerts: raised once, settled when they come right, claimed by one person, ended with words."""

import re
from datetime import timedelta
from uuid import UUID

from tests.arrange import Client
from tests.stores import SITE, a_session, a_shelf, acting
from tiemchung.domain import analytics, geography, sites
from tiemchung.domain.analytics.alerts import RULES, Rule, look
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query

PAGE = "/dieu-hanh/canh-bao"


def later(db: Db, **by: float) -> Db:
    return Db(db.connection, actor=db.actor, at=db.at + timedelta(**by), keys=db.keys, now=db._now)


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
    every_place = Query("select place_id::text as subject, place_id, name as detail from place limit %(most)s")
    await look(db, Rule("test", "warning", "Phiên quá giờ chưa đóng", every_place))
    found = await analytics.alerts.every_open(db)
    assert [alert.detail for alert in found] == ["Hơn 100 nơi"]


def test_every_rule_has_a_severity_that_alerts_know():
    assert {rule.severity for rule in RULES} <= {"serious", "warning", "notice"}


async def test_one_person_claims_and_ends_an_alert(client: Client):
    await raised(client.database)
    await client.staff("national_operator")
    page = (await client.get(PAGE)).text
    claim = re.search(rf"{PAGE}/[\w-]+/nhan", page)
    assert claim is not None
    assert (await client.write(claim[0])).status_code == 303
    assert "đã nhận lúc" in (await client.get(PAGE)).text

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
    assert "Không có cảnh báo nào" in (await client.get(PAGE)).text


async def test_an_officer_of_another_province_neither_sees_nor_claims(client: Client):
    await raised(client.database)
    async with client.database.transaction() as db:
        hanoi = (await geography.by_code(db, "01", clock.day_of(db.at).replace(year=2022))).area_id
        alert = (await analytics.alerts.every_open(db))[0]
    await client.staff("province_officer", area_id=hanoi)
    assert "Không có cảnh báo nào" in (await client.get(PAGE)).text
    assert (await client.write(f"{PAGE}/{alert.alert_id}/nhan")).status_code == 409
