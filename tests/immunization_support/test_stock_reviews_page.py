"""The storekeeper explains doses that no stock explains."""

from uuid import UUID

from tests.arrange import Client
from tests.stores import CENTRE, SITE, a_lot, a_shelf
from tiemchung.domain import stock
from tiemchung.kit.ids import uuid7

PAGE = "/diem-tiem/kho/doi-chieu"


async def a_review(client: Client, *, on_the_shelf: bool = True) -> UUID:
    async with client.database.transaction() as db:
        lot_id = await a_shelf(db, 10) if on_the_shelf else await a_lot(db)
        return await stock.give_unexplained(
            db, place_id=SITE, lot_id=lot_id, immunization_id=uuid7(), note="Ghi từ thiết bị ngoại tuyến"
        )


async def unexplained(client: Client) -> int:
    async with client.database.transaction() as db:
        return (await stock.conservation(db, SITE)).unexplained


async def test_a_dose_that_came_from_this_shelf_is_explained(client: Client):
    review_id = await a_review(client)
    await client.staff("storekeeper", place_id=SITE)
    assert "Ghi từ thiết bị ngoại tuyến" in (await client.get(PAGE)).text

    answer = await client.write(f"{PAGE}/{review_id}", outcome="found", note="Lọ của đội lưu động")

    assert answer.status_code == 303
    assert await unexplained(client) == 0
    assert "Không có gì chờ đối chiếu" in (await client.get(PAGE)).text


async def test_a_shelf_without_the_doses_refuses_and_keeps_what_was_typed(client: Client):
    review_id = await a_review(client, on_the_shelf=False)
    await client.staff("storekeeper", place_id=SITE)

    answer = await client.write(f"{PAGE}/{review_id}", outcome="found", note="Lọ của đội lưu động")

    assert answer.status_code == 409
    assert "Không đủ số liều trong kho" in answer.text
    assert 'value="Lọ của đội lưu động"' in answer.text
    assert await unexplained(client) == -1


async def test_an_outcome_without_a_word_is_refused(client: Client):
    review_id = await a_review(client)
    await client.staff("storekeeper", place_id=SITE)

    answer = await client.write(f"{PAGE}/{review_id}", outcome="unknown", note="")

    assert answer.status_code == 422
    assert 'href="#note"' in answer.text


async def test_another_places_keeper_does_not_see_it(client: Client):
    review_id = await a_review(client)
    await client.staff("storekeeper", place_id=CENTRE)

    assert (await client.write(f"{PAGE}/{review_id}", outcome="unknown", note="Không rõ gì")).status_code == 404
