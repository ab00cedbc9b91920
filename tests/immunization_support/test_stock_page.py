"""The storekeeper's page: figures that add up, lots in order, a shipment signed for line by line."""

import re
from uuid import UUID

from tests.arrange import Client
from tests.stores import CENTRE, SITE
from tiemchung.demo import tour
from tiemchung.domain import stock
from tiemchung.kit.ids import uuid7

PAGE = "/diem-tiem/kho"


async def the_keeper(client: Client) -> stock.Shipment:
    """The tour's storekeeper in front of the page; the shipment that is on its way."""
    async with client.database.transaction() as db:
        await tour.prepare(db)
        (coming,) = await stock.on_the_way_to(db, SITE)
    await client.staff("storekeeper", place_id=SITE)
    return coming


def receiving(shipment: stock.Shipment) -> str:
    return f"{PAGE}/nhan/{shipment.place_id}/{shipment.shipment_id}"


async def on_hand(client: Client, place_id: UUID = SITE) -> int:
    async with client.database.transaction() as db:
        return (await stock.conservation(db, place_id)).on_hand


async def test_the_page_shows_balances_that_add_up_and_the_shipment_to_sign_for(client: Client):
    shipment = await the_keeper(client)

    shown = (await client.get(PAGE)).text

    assert "Khớp" in shown
    assert "Lô XE423" in shown
    assert "Rã đông ngày" in shown
    assert f"Nhận chuyến {shipment.number}" in shown
    assert re.search(r"Đã nhận</span><b class=\"num\">200<", shown)


async def test_a_receipt_with_a_broken_vial_is_seen_at_both_ends(client: Client):
    shipment = await the_keeper(client)

    answer = await client.write(receiving(shipment), line=1, accepted=95, broken=5, missing=0, counted="1")

    assert answer.status_code == 303
    assert await on_hand(client) == 295
    async with client.database.transaction() as db:
        assert (await stock.conservation(db, CENTRE)).wasted == 5
        assert (await stock.prove(db)).ok


async def test_the_same_receipt_sent_twice_is_received_once(client: Client):
    shipment = await the_keeper(client)
    key = uuid7()
    for _ in range(2):
        answer = await client.write(receiving(shipment), key, line=1, accepted=100, broken=0, missing=0, counted="1")
        assert answer.status_code == 303

    assert await on_hand(client) == 300


async def test_a_receipt_that_does_not_add_up_comes_back_with_what_was_typed(client: Client):
    shipment = await the_keeper(client)

    answer = await client.write(receiving(shipment), line=1, accepted=90, broken=5, missing=0, counted="1")

    assert answer.status_code == 422
    assert "phải cộng lại bằng số đã gửi" in answer.text
    assert 'value="90"' in answer.text
    assert await on_hand(client) == 200


async def test_an_empty_count_and_a_missing_confirmation_are_named(client: Client):
    shipment = await the_keeper(client)

    answer = await client.write(receiving(shipment), line=1, accepted="", broken=0, missing=0)

    assert answer.status_code == 422
    assert "Hãy nhập đủ ba số của từng dòng" in answer.text
    assert 'href="#counted"' in answer.text


async def test_only_keepers_see_the_store_and_only_their_own(client: Client):
    shipment = await the_keeper(client)
    await client.staff("nurse", place_id=SITE)
    assert (await client.get(PAGE)).status_code == 403

    await client.staff("storekeeper", place_id=CENTRE)
    answer = await client.write(receiving(shipment), line=1, accepted=100, broken=0, missing=0, counted="1")
    assert answer.status_code == 404
    assert await on_hand(client) == 200
