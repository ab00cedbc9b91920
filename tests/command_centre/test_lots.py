"""Managers see that every dose is somewhere, lot by lot and place by place."""

from tests.arrange import Client
from tests.stores import SITE, a_lot
from tiemchung.demo import tour
from tiemchung.domain import stock
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
