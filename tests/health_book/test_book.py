"""Choosing a half hour without a script: site, half hour, hold, confirmation, change and cancellation."""

import re

from tests.arrange import Client
from tests.places import an_open_session, people_of
from tests.stores import SITE
from tests.visits import facts, later
from tiemchung import worker
from tiemchung.domain import appointments, messaging
from tiemchung.kit.ids import uuid7

BOOK = "/so-suc-khoe/dat-lich"


async def test_a_person_books_changes_and_cancels(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        person, other = await people_of(db, account_id, 2)
        first, second = await an_open_session(db, places=1)

    sites = await client.get(BOOK, params={"nguoi": str(person)})
    assert f"diem={SITE}" in sites.text
    half_hours = await client.get(BOOK, params={"nguoi": str(person), "diem": str(SITE)})
    assert re.findall(r'name="slot" value="([^"]+)"', half_hours.text) == [first.slot, second.slot]

    taken = await client.write(BOOK, person_id=person, slot=first.slot)
    hold = taken.headers["location"]
    page = await client.get(hold)
    assert "Chỗ được giữ đến" in page.text
    full = await client.write(BOOK, person_id=other, slot=first.slot)
    assert (full.status_code, "vừa hết chỗ" in full.text) == (409, True)

    confirmed = await client.write(hold, act="confirm")
    assert confirmed.status_code == 303
    shown = await client.get(confirmed.headers["location"])
    assert "Đã đặt lịch." in shown.text
    assert "VX1:" in shown.text
    await worker.catch_up(client.database)
    async with client.database.transaction() as db:
        assert "appointment_booked" in {told.template for told in await messaging.inbox(db, "+84908100000")}

    appointment_id = hold.rsplit("/", 1)[1]
    one = f"/so-suc-khoe/lich-hen/{person}/{appointment_id}"
    calendar = await client.get(f"{one}/lich.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    moved = await client.write(f"{one}/doi", slot=second.slot)
    assert moved.status_code == 303
    new = moved.headers["location"].rsplit("=", 1)[1]
    cancelled = await client.write(f"/so-suc-khoe/lich-hen/{person}/{new}/huy")
    assert cancelled.status_code == 303
    async with client.database.transaction() as db:
        assert (
            await facts(db, "select taken, self_taken from slot order by starts_at")
            == [{"taken": 0, "self_taken": 0}] * 2
        )


async def test_a_hold_that_ran_out_and_one_of_somebody_else_are_told_so(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        first, *_ = await an_open_session(db)
    hold = (await client.write(BOOK, person_id=person, slot=first.slot)).headers["location"]
    async with client.database.transaction() as db:
        await db.connection.execute(b"update appointment set held_until = now() - interval '1 second'")
        await appointments.expire_holds(later(db, seconds=1))
    key = uuid7()

    refused = [await client.write(hold, key, act="confirm") for _ in range(2)]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert all("hết thời gian giữ chỗ" in answer.text for answer in refused)
    await client.citizen("+84900000077")
    assert (await client.get(hold)).status_code == 404
    assert (await client.write(hold, act="confirm")).status_code == 404
