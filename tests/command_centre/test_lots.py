"""Managers see that every dose is somewhere, lot by lot and place by place."""

from datetime import timedelta

from tests.arrange import Client
from tests.stores import NATION, PROVINCE, SITE, a_lot
from tiemchung.demo import tour
from tiemchung.domain import analytics, stock
from tiemchung.domain.stock import ToShip
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

PAGE = "/dieu-hanh/vac-xin"


async def test_the_nation_sees_each_lot_add_up_and_where_its_doses_are(client: Client):
    async with client.database.transaction() as db:
        lot_id = (await tour.prepare(db)).lot_id
    await client.staff("national_operator")

    listed, lot = (await client.get(PAGE)).text, (await client.get(f"{PAGE}/{lot_id}")).text

    assert "Tất cả các lô khớp" in listed
    assert "Lô XE423" in listed
    assert "Khớp ở mọi nơi" in lot
    assert "Kho vắc xin Quốc gia" in lot
    assert "Trạm Y tế phường Thuận Hòa" in lot


async def test_a_balance_that_somebody_changed_by_hand_is_seen(client: Client):
    async with client.database.transaction() as db:
        lot_id = (await tour.prepare(db)).lot_id
        await db.connection.execute(
            "update stock_account set balance = balance - 1 where state = 'on_hand' and place_id = %s", [SITE]
        )
    await client.staff("national_operator")

    assert "1 lô lệch" in (await client.get(PAGE)).text
    assert "Lệch ở 1 nơi" in (await client.get(f"{PAGE}/{lot_id}")).text


async def test_a_dose_without_stock_is_shown_to_those_who_manage_its_area(client: Client):
    async with client.database.transaction() as db:
        where = await tour.prepare(db)
        await stock.give_unexplained(
            db, place_id=SITE, lot_id=await a_lot(db), immunization_id=uuid7(), note="Thiết bị về muộn"
        )
        elsewhere = await db.value(
            int, Query("select area_id from area where code = '01' and level = 'province' limit 1")
        )
    await client.staff("province_officer", area_id=where.province_area_id)
    assert "Thiết bị về muộn" in (await client.get(PAGE)).text

    await client.staff("province_officer", area_id=elsewhere)
    assert "Thiết bị về muộn" not in (await client.get(PAGE)).text


async def test_a_lot_that_is_not_there_is_not_found(client: Client):
    await client.staff("national_operator")

    assert (await client.get(f"{PAGE}/{uuid7()}")).status_code == 404


async def test_use_waste_and_what_is_overdue_are_shown_and_raise_an_alert(client: Client):
    async with client.database.transaction() as db:
        lot_id = (await tour.prepare(db)).lot_id
        six_days_ago = Db(db.connection, actor=db.actor, at=db.at - timedelta(days=6), keys=db.keys, now={})
        await stock.ship(
            six_days_ago,
            from_place=NATION,
            to_place=PROVINCE,
            lines=[ToShip(lot_id=lot_id, doses=500)],
            decision="QĐ 1",
            expected_at=six_days_ago.at + timedelta(hours=8),
        )
        await analytics.alerts.raise_all(db)
        raised = {alert.rule: alert.severity for alert in await analytics.alerts.every_open(db)}
    await client.staff("national_operator")

    shown = (await client.get("/dieu-hanh/su-dung")).text

    assert "1 chuyến quá hạn" in shown
    assert "Thừa Thiên Huế" in shown
    assert "Vỡ trên đường" in shown
    assert raised["shipment_overdue"] == "serious"


async def test_what_followed_a_lot_stands_beside_the_other_lots_of_its_vaccine(client: Client):
    async with client.database.transaction() as db:
        lot_id = (await tour.prepare(db)).lot_id
    await client.staff("national_operator")

    shown = (await client.get(f"{PAGE}/{lot_id}")).text

    assert "Các lô khác, trên 100.000 mũi" in shown
    assert "Không nhiều hơn các lô khác" in shown
