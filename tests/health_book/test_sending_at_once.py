"""Sending a form for somebody new is one statement that writes what the long way writes, and recognises as strictly."""

import asyncio
from typing import Any
from uuid import UUID

from tests.arrange import Client
from tests.health_book.test_register import PAGES, count, filled, send
from tiemchung import follow_ups
from tiemchung.domain import access, registrations
from tiemchung.domain.messaging import MessageQueued
from tiemchung.domain.people import PersonId, PersonRegistered
from tiemchung.domain.people.model import FamilyLinked
from tiemchung.domain.registrations import RegistrationSubmitted, at_once, drafts
from tiemchung.domain.registrations.drafts import Owner
from tiemchung.health_book import register_forms, register_sent
from tiemchung.kit.db import Actor, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

PHONE = "+84900000001"
MADE_ANEW = {
    *("person_id", "contact_id", "registration_id", "consent_id", "message_id", "event_id", "code", "blind_index"),
    *("value_sealed", "address_sealed", "body_sealed", "name", "search_name", "sort_key", "recorded_at", "tx", "body"),
}
TABLES = (
    "person",
    "person_identifier",
    "contact",
    "registration",
    "consent",
    "account_person",
    "outbox_message",
    "event",
)


async def test_it_writes_what_the_long_way_writes(db: Db):
    account_id = await access.account_of(db, phone=PHONE)
    db.actor = Actor(kind="citizen", id=account_id, label="", request_id="one")

    assert await _sent_at_once(db, account_id, name="Nguyễn Thị Một", number="046186000301")
    long_way = await registrations.submit(
        db, await _form(db, name="Nguyễn Thị Hai", number="046186000302"), account_id=account_id, relation="relative"
    )

    new, old = [await _rows(db, person_id) for person_id in (await _named(db, "Một"), long_way.registration.person_id)]
    assert new == old
    assert [len(rows) for rows in new.values()] == [1, 1, 1, 1, 1, 1, 1, 4]


async def test_what_it_records_has_no_follower_in_the_act(db: Db):
    recorded = {PersonRegistered, FamilyLinked, RegistrationSubmitted, MessageQueued}

    assert recorded.isdisjoint(follow_ups.NOW)


async def test_who_may_be_known_takes_the_long_way_and_leaves_nothing_behind(db: Db):
    account_id = await access.account_of(db, phone=PHONE)
    db.actor = Actor(kind="citizen", id=account_id, label="")
    assert await _sent_at_once(db, account_id, name="Nguyễn Thị Một", number="046186000301")
    before = await _counts(db)

    assert not await _sent_at_once(db, account_id, name="Nguyễn Thị Khác", number="046186000301")
    assert not await _sent_at_once(db, account_id, name="Nguyễn Thị Một", number="046186000309")

    assert await _counts(db) == before


async def test_two_phones_that_send_the_same_new_person_at_once_make_one_person(client: Client):
    at: list[tuple[str, str]] = []
    for phone in ("+84900000001", "+84900000002"):
        client.cookies.clear()
        await client.citizen(phone)
        at.append((await filled(client), client.cookies["tc_citizen"]))

    async def press(address: str, token: str) -> int:
        other = Client(client.app, client.database)
        other.cookies.set("tc_citizen", token)
        return (await send(other, address)).status_code

    told = await asyncio.gather(*(press(*one) for one in at))

    assert sorted(told) == [303, 409]
    assert (await count(client, "person"), await count(client, "registration")) == (1, 1)


async def _form(db: Db, *, name: str, number: str) -> registrations.NewRegistration:
    answers = {field: value for page in PAGES.values() for field, value in page.items()}
    typed = answers | {"who": "relative", "registrant_name": "Nguyễn Văn Thử", "name": name, "number": number}
    complete = register_forms.read_all(typed, lambda sentence: sentence)
    assert not isinstance(complete, str), complete
    on = await at_once.grounds(db, complete.home.commune, complete.group.group)
    return register_sent.registration(
        complete,
        account_phone=PHONE,
        area_id=on.area_id,
        group_id=on.priority_group_id,
        consent_text_id=on.consent_text_id,
        channel="app",
    )


async def _sent_at_once(db: Db, account_id: UUID, *, name: str, number: str) -> bool:
    draft_id = uuid7(db.at)
    await drafts.keep(db, Owner(account_id=account_id), draft_id, {})
    form = await at_once.ready(db, account_id, draft_id)
    on = await at_once.grounds(db, "19762", 13)
    new = await _form(db, name=name, number=number)
    return await at_once.submit_new(
        db, new, on, form, relation="relative", command_id=uuid7(db.at), answer={"status": 200}
    )


async def _rows(db: Db, person_id: PersonId) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        rows = await db.connection.execute(f"select * from {table} where person_id = %s order by 1, 2", [person_id])
        kept = [_lasting(row) for row in await rows.fetchall()]
        found[table] = sorted(kept, key=str)
    return found


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """What two people have in common of a row: an event's body by its fields."""
    return {n: v for n, v in row.items() if n not in MADE_ANEW} | {"fields": sorted(row.get("body", {}))}


async def _named(db: Db, given: str) -> PersonId:
    rows = await db.connection.execute("select person_id from person where name like %s", [f"%{given}"])
    (row,) = await rows.fetchall()
    return PersonId(row["person_id"])


async def _counts(db: Db) -> list[int | None]:
    return [await db.value(int, Query(f"select count(*) from {table}")) for table in (*TABLES[:-1], "command")]
