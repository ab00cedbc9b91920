"""Opening day over HTTP: a line that survives a reload, modes that an operator switches, nothing accepted that is lost."""

import time
from datetime import timedelta

from tests.arrange import Client
from tests.places import an_open_session, people_of
from tests.visits import facts
from tiemchung.domain import appointments
from tiemchung.domain.appointments import opening
from tiemchung.domain.appointments.opening import Mode
from tiemchung.kit import clock
from tiemchung.kit.db import SYSTEM, Database
from tiemchung.kit.ids import uuid7
from tiemchung.web.service import LATER_FOR_SECONDS, SLOW_SECONDS, Watch

BOOK = "/so-suc-khoe/dat-lich"
JSON = {"accept": "application/json"}


async def test_a_line_keeps_its_order_and_only_who_was_let_in_books(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        slot, *_ = await an_open_session(db)
        await opening.set_room(db, clock.now() + timedelta(hours=1), 10.0)
    first = await client.get("/phong-cho")
    assert "Phòng chờ đặt lịch" in first.text and 'http-equiv="refresh"' in first.text
    ticket = client.cookies["tc_ve"]
    again = await client.get("/phong-cho")
    assert again.cookies["tc_ve"] == ticket

    form = {"id": str(uuid7()), "person_id": str(person), "slot": slot.slot, "act": "book"}
    refused = await client.post(BOOK, data=form, headers=JSON)
    assert (refused.status_code, refused.json()["type"]) == (429, "/loi/not_yet_let_in")
    client.cookies.delete("tc_ve")
    client.cookies.set("tc_ve", ticket[:-1] + ("0" if ticket[-1] != "0" else "1"))
    forged = await client.post(BOOK, data=form, headers=JSON)
    assert (forged.status_code, forged.json()["type"]) == (403, "/loi/ticket_forged")
    sent_back = await client.post(BOOK, data=form)
    assert (sent_back.status_code, sent_back.headers["location"]) == (303, "/phong-cho")


async def test_an_operator_switches_modes_and_nothing_that_was_accepted_is_lost(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        first, second = await people_of(db, account_id, 2)
        slot, *_ = await an_open_session(db, places=1)
        await opening.set_mode(db, Mode.accept_and_queue, by_itself=False)
    await client.get("/phong-cho")

    for person in (first, second):
        form = {"id": str(uuid7()), "person_id": str(person), "slot": slot.slot, "act": "book"}
        for _ in range(2):
            accepted = await client.post(BOOK, data=form, headers=JSON)
            assert (accepted.status_code, accepted.json()["status"]) == (202, "queued")
    async with client.database.transaction(SYSTEM) as db:
        assert await opening.backlog(db) == 2
        await opening.answer_accepted(db)
        assert await opening.backlog(db) == 0
        outcomes = await facts(db, "select outcome from booking_request order by asked_at")
        assert [row["outcome"] for row in outcomes] == ["taken", "slot_full"]
        assert len(await appointments.of_person(db, first)) == 1
        assert await facts(db, "select 1 as n from outbox_message where template = 'booking_refused'")


async def test_reading_goes_on_when_bookings_are_not_taken(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        slot, *_ = await an_open_session(db)
        await opening.set_mode(db, Mode.read_only, by_itself=True)
    await client.get("/phong-cho")

    form = {"id": str(uuid7()), "person_id": str(person), "slot": slot.slot}
    refused = await client.post(BOOK, data=form, headers=JSON)

    assert (refused.status_code, refused.json()["type"]) == (503, "/loi/only_reading")
    assert (await client.get("/so-suc-khoe/lich-hen")).status_code == 200
    staff = await client.staff("national_operator")
    page = await client.get("/dieu-hanh/ngay-mo")
    assert (page.status_code, bool(staff)) == (200, True)
    assert (await client.write("/dieu-hanh/ngay-mo/che-do", mode="static")).status_code == 303


async def test_bookings_that_grow_slow_are_taken_on_for_later_and_soon_tried_again(database: Database):
    watch = Watch()
    assert watch.mode(database) is Mode.normal
    watch.took(SLOW_SECONDS + 0.1)
    assert watch.mode(database) is Mode.accept_and_queue

    again = Watch()
    again.took(SLOW_SECONDS + 0.1, at=time.monotonic() - LATER_FOR_SECONDS)
    assert again.mode(database) is Mode.normal
    for each in (watch, again):
        await each.look_now(database)
