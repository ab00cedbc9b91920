"""Booking over HTTP: one address, one key one answer, clear refusals, never more than the places there are."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.places import an_open_session, people_of
from tests.stores import SITE
from tests.visits import facts
from tiemchung.domain import appointments
from tiemchung.domain.appointments import OpenSlot
from tiemchung.kit.ids import uuid7

BOOK = "/so-suc-khoe/dat-lich"
JSON = {"accept": "application/json"}


class Family:
    """A signed-in account, its people, and half hours with two places each."""

    def __init__(self, client: Client, people: list[UUID], slots: list[OpenSlot]) -> None:
        self.client, self.people, self.slots = client, people, slots

    async def ask(self, person: UUID, slot: str, *, act: str = "book", key: UUID | None = None, **more: str):
        data = {"id": str(key or uuid7()), "person_id": str(person), "slot": slot, "act": act} | more
        return await self.client.post(BOOK, data=data, headers=JSON)


@pytest.fixture
async def family(client: Client) -> AsyncGenerator[Family]:
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        people = await people_of(db, account_id, 4)
        slots = await an_open_session(db, places=2)
    yield Family(client, people, slots)


async def taken(family: Family) -> tuple[int, int, int, int]:
    """Places taken in slots, of them by people themselves, live appointments, live claims."""
    async with family.client.database.transaction() as db:
        (row,) = await facts(
            db,
            "select (select sum(taken) from slot) as t, (select sum(self_taken) from slot) as s,"
            " (select count(*) from appointment where status in ('held', 'booked')) as a,"
            " (select count(*) from dose_claim) as c",
        )
    return row["t"], row["s"], row["a"], row["c"]


async def test_a_place_is_booked_and_the_registration_is_confirmed(family: Family):
    answer = await family.ask(family.people[0], family.slots[0].slot)

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "booked"
    async with family.client.database.transaction() as db:
        (booked,) = await appointments.of_person(db, family.people[0])
        (row,) = await facts(
            db, "select status, assigned_place_id from registration where person_id = %(p)s", p=family.people[0]
        )
    assert str(booked.appointment_id) == answer.json()["appointment_id"]
    assert (booked.status, booked.channel, booked.starts_at) == ("booked", "self", family.slots[0].starts_at)
    assert row == {"status": "confirmed", "assigned_place_id": SITE}


async def test_a_browser_is_sent_on_to_the_hold(family: Family):
    answer = await family.client.write(BOOK, person_id=family.people[0], slot=family.slots[0].slot)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/so-suc-khoe/giu-cho/{family.people[0]}/")


async def test_the_same_key_gets_the_same_answer_and_books_once(family: Family):
    key = uuid7()
    first = await family.ask(family.people[0], family.slots[0].slot, key=key)
    again = await family.ask(family.people[0], family.slots[0].slot, key=key)
    other = await family.ask(family.people[1], family.slots[1].slot, key=key)

    assert first.json() == again.json() == other.json()
    assert await taken(family) == (1, 1, 1, 1)


async def test_a_refusal_is_kept_under_its_key_too(family: Family):
    slot = family.slots[0].slot
    for person in family.people[:2]:
        assert (await family.ask(person, slot)).status_code == 200
    key = uuid7()
    refused = await family.ask(family.people[2], slot, key=key)
    async with family.client.database.transaction() as db:
        (booked,) = await appointments.of_person(db, family.people[0])
        await appointments.cancel(db, family.people[0], booked.appointment_id)

    again = await family.ask(family.people[2], slot, key=key)

    assert (refused.status_code, refused.json()["type"]) == (409, "/loi/slot_full")
    assert again.json()["type"] == "/loi/slot_full"
    assert (await family.ask(family.people[2], slot)).status_code == 200


async def test_one_person_has_one_place_for_one_dose(family: Family):
    assert (await family.ask(family.people[0], family.slots[0].slot)).status_code == 200

    refused = await family.ask(family.people[0], family.slots[1].slot)

    assert (refused.status_code, refused.json()["type"]) == (409, "/loi/already_booked")
    assert await taken(family) == (1, 1, 1, 1)


WRONG: list[tuple[dict[str, str], int, str]] = [
    ({"slot": "x"}, 422, "bad_input"),
    ({"person_id": "x"}, 422, "bad_input"),
    ({"id": "x"}, 422, "bad_input"),
    ({"act": "steal"}, 422, "bad_input"),
    ({"person_id": str(uuid7())}, 404, "not_found"),
    ({"slot": f"{SITE}.{uuid7()}.1790000000"}, 404, "not_found"),
]


async def test_what_does_not_fit_is_named_and_books_nothing(family: Family):
    for change, status, problem in WRONG:
        data = {"id": str(uuid7()), "person_id": str(family.people[0]), "slot": family.slots[0].slot} | change
        answer = await family.client.post(BOOK, data=data, headers=JSON)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/loi/{problem}"), answer.text
    data = {"id": str(uuid7()), "person_id": str(family.people[0]), "slot": family.slots[0].slot}
    answer = await family.client.post(BOOK, data=data, headers=JSON | {"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert await taken(family) == (0, 0, 0, 0)


async def test_a_stranger_and_another_account_book_nothing(family: Family):
    family.client.cookies.clear()
    assert (await family.ask(family.people[0], family.slots[0].slot)).status_code == 401
    family.client.cookies.set("tc_citizen", "forged")
    assert (await family.ask(family.people[0], family.slots[0].slot)).status_code == 401
    await family.client.citizen("+84900000077")
    assert (await family.ask(family.people[0], family.slots[0].slot)).status_code == 404
    assert await taken(family) == (0, 0, 0, 0)


async def test_a_crowd_gets_exactly_the_places_there_are(family: Family):
    async with family.client.database.transaction() as db:
        account_id = (await facts(db, "select account_id from account limit 1"))[0]["account_id"]
        people = family.people + await people_of(db, account_id, 36, first=10)
    places = sum(slot.free for slot in family.slots)

    answers = await asyncio.gather(
        *(family.ask(person, family.slots[k % len(family.slots)].slot) for k, person in enumerate(people))
    )

    counted = Counter(answer.json().get("type", answer.json().get("status")) for answer in answers)
    assert counted == {"booked": places, "/loi/slot_full": len(people) - places}
    assert await taken(family) == (places, places, places, places)


async def test_a_crowd_that_cancels_and_books_again_leaves_exactly_what_it_was_told(family: Family):
    async with family.client.database.transaction() as db:
        account_id = (await facts(db, "select account_id from account limit 1"))[0]["account_id"]
        people = family.people + await people_of(db, account_id, 12, first=10)

    async def churn(nth: int, person: UUID) -> bool:
        told = False
        for turn in range(4):
            answer = await family.ask(person, family.slots[(nth + turn) % len(family.slots)].slot)
            told = answer.status_code == 200
            if told and turn < 3:
                place = answer.json()["appointment_id"]
                cancelled = await family.client.write(f"/so-suc-khoe/lich-hen/{person}/{place}/huy")
                assert cancelled.status_code == 303, cancelled.text
        return told

    told = await asyncio.gather(*(churn(nth, person) for nth, person in enumerate(people)))

    kept = sum(told)
    assert 0 < kept <= sum(slot.free for slot in family.slots)
    assert await taken(family) == (kept, kept, kept, kept)
    async with family.client.database.transaction() as db:
        for person, has_place in zip(people, told, strict=True):
            live = [one for one in await appointments.of_person(db, person) if one.status == "booked"]
            assert len(live) == has_place


async def test_a_half_hour_that_has_begun_is_refused(family: Family):
    async with family.client.database.transaction() as db:
        await db.connection.execute(
            "update session set starts_at = now() - interval '2 hours', ends_at = now() + interval '1 day'"
        )
        (slot,) = await facts(
            db,
            "update slot set starts_at = date_trunc('hour', now()) - interval '1 hour' where starts_at = %(at)s"
            " returning place_id, session_id, starts_at",
            at=family.slots[0].starts_at,
        )

    begun = f"{slot['place_id']}.{slot['session_id']}.{int(slot['starts_at'].timestamp())}"
    refused = await family.ask(family.people[0], begun)

    assert (refused.status_code, refused.json()["type"]) == (409, "/loi/slot_past")
    assert await taken(family) == (0, 0, 0, 0)


async def test_a_crowd_of_requests_for_one_person_gets_one_place(family: Family):
    answers = await asyncio.gather(*(family.ask(family.people[0], slot.slot) for slot in family.slots * 5))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: len(answers) - 1}
    assert await taken(family) == (1, 1, 1, 1)


async def test_the_second_dose_is_reserved_on_its_page_and_the_key_counts_once(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        first, *_ = await an_open_session(db, product="PF")
        late, *_ = await an_open_session(db, days=22, number="XD956", product="PF")
    booked = uuid7()
    data = {"id": str(booked), "person_id": str(person), "slot": first.slot, "act": "book"}
    await client.post(BOOK, data=data, headers=JSON)
    page = f"/so-suc-khoe/lich-hen/{person}/{booked}/mui-sau"

    assert page in (await client.get("/so-suc-khoe/lich-hen")).text
    shown = (await client.get(page)).text
    assert late.slot in shown and first.slot not in shown
    early = await client.write(page, slot=first.slot)
    key = str(uuid7())
    answers = [await client.write(page, id=key, slot=late.slot) for _ in range(2)]

    assert early.status_code == 409 and "khoảng cách tối thiểu" in early.text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert page not in (await client.get("/so-suc-khoe/lich-hen")).text
    async with client.database.transaction() as db:
        assert [one.ordinal for one in await appointments.of_person(db, person) if one.live] == [1, 2]
