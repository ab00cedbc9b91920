"""Messages: two languages, encrypted, committed with the act, sent once."""

import pytest

from tests.citizens import PHONE, a_person
from tiemchung.domain import access, messaging
from tiemchung.domain.messaging import TemplateMissing
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query
from tiemchung.schema.load import rows


async def test_a_message_is_in_the_language_of_its_reader(db: Db):
    await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")
    await messaging.send(db, phone=PHONE, template="otp", lang="en", code="654321")

    bodies = {message.lang: message.body for message in await messaging.inbox(db, PHONE)}
    assert "mã xác nhận của bạn là 123456" in bodies["vi"]
    assert "confirmation code is 654321" in bodies["en"]


async def test_a_person_is_told_on_their_phone_in_the_language_of_its_account(db: Db):
    await access.account_of(db, phone=PHONE, lang="en")
    person = await a_person(db)

    await messaging.tell(db, person, "passport_ready")

    (message,) = await messaging.inbox(db, PHONE)
    assert "is ready" in message.body


async def test_who_has_no_phone_is_not_told(db: Db):
    person = await a_person(db, contacts=[])

    assert await messaging.tell(db, person, "passport_ready") is None


async def test_a_message_needs_a_text_in_force(db: Db):
    with pytest.raises(TemplateMissing):
        await messaging.send(db, phone=PHONE, template="no_such", lang="vi")


async def test_address_and_text_lie_encrypted(db: Db):
    await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")

    row = await (await db.connection.execute("select address_sealed, body_sealed from outbox_message")).fetchone()
    assert row is not None
    assert b"905000218" not in row["address_sealed"]
    assert b"123456" not in row["body_sealed"]


async def test_an_act_that_fails_sends_nothing(database: Database):
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as db:
            await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")
            raise ZeroDivisionError

    async with database.transaction() as db:
        assert await messaging.inbox(db, PHONE) == []


async def test_delivering_twice_sends_once(db: Db):
    await messaging.send(db, phone=PHONE, template="otp", lang="vi", code="123456")

    await messaging.deliver(db, [])
    await messaging.deliver(db, [])

    assert await db.value(int, Query("select sum(attempts) from outbox_message")) == 1


def test_every_text_has_the_same_facts_in_both_languages():
    for row in rows("message_template.csv"):
        vi, en = ({part.split("}")[0] for part in str(row[name]).split("{")[1:]} for name in ("body", "body_en"))
        assert vi == en, row["code"]
