"""Sending: a row in the outbox with the act, carried out by a gateway afterwards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.messaging.model import Message, MessageQueued, TemplateMissing
from tiemchung.domain.messaging.web_push import Subscription
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def send(db: Db, *, phone: str, template: str, lang: str, person_id: UUID | None = None, **facts: object) -> UUID:
    """Put a message for a phone (+84…) into the outbox, committed with the act; its id. Raises `TemplateMissing`."""
    body = await _text(db, template, lang, facts)
    return await _queue(db, "sms", phone, db.keys.blind("phone", phone), template, lang, body, person_id)


async def tell(db: Db, person_id: UUID, template: str, **facts: object) -> UUID | None:
    """Tell a person in their language: by push where a browser of theirs wants it, else by SMS; by e-mail as well, if known.

    The id of one of the messages; None for who cannot be reached.
    """
    reach = (await people.reach(db, [person_id])).get(person_id)
    lang = reach.lang if reach else "vi"
    body = await _text(db, template, lang, facts)
    sent: UUID | None = None
    browsers = await db.all(_Browser, queries.subscriptions, person_id=person_id, at=db.at)
    for browser in browsers:
        address = db.keys.open(browser.sealed, _sealed_as(browser.sign_in_id))
        sent = await _queue(db, "push", address, browser.endpoint_index, template, lang, body, person_id)
    for email in await people.emails(db, person_id):
        sent = await _queue(db, "email", email, db.keys.blind("email", email), template, lang, body, person_id)
    if not browsers:
        return await _by_sms(db, person_id, reach, template, lang, body) or sent
    return sent


async def by_sms_instead(db: Db, person_id: UUID, template: str, lang: str, body: str) -> None:
    """The same message by SMS, because the browser that it was for is gone; nothing while another browser has it."""
    if not await db.all(_Browser, queries.subscriptions, person_id=person_id, at=db.at):
        reach = (await people.reach(db, [person_id])).get(person_id)
        await _by_sms(db, person_id, reach, template, lang, body)


async def _by_sms(
    db: Db, person_id: UUID, reach: people.Reach | None, template: str, lang: str, body: str
) -> UUID | None:
    if reach is None:
        return None
    return await _queue(db, "sms", reach.phone, db.keys.blind("phone", reach.phone), template, lang, body, person_id)


async def subscribe(db: Db, sign_in_id: bytes, subscription: Subscription) -> None:
    """Send messages about the people of an account to the browser of this sign-in, as long as it lasts."""
    await db.run(
        queries.subscribe,
        sign_in_id=sign_in_id,
        sealed=db.keys.seal(msgspec.json.encode(subscription).decode(), _sealed_as(sign_in_id)),
        endpoint_index=db.keys.blind("push", subscription.endpoint),
        at=db.at,
    )


async def unsubscribe(db: Db, sign_in_id: bytes) -> None:
    """Send messages by SMS again instead of to the browser of this sign-in."""
    await db.run(queries.unsubscribe, sign_in_id=sign_in_id, at=db.at)


async def is_subscribed(db: Db, sign_in_id: bytes) -> bool:
    """Whether messages go to the browser of this sign-in."""
    return bool(await db.value(bool, queries.is_subscribed, sign_in_id=sign_in_id))


async def stop_email(db: Db, person_id: UUID) -> None:
    """Send nothing that waits to a person's e-mail addresses, which are being erased."""
    await db.run(queries.stop_email, person_id=person_id)


async def forget(db: Db, person_id: UUID) -> None:
    """Delete all messages to somebody who is erased, those that wait as well: their address and text say who it was."""
    await db.run(queries.forget, person_id=person_id)


async def reached_by_push(db: Db, person_ids: Sequence[UUID]) -> set[UUID]:
    """Who of these people is told by push."""
    found = await db.all(_Reached, queries.reached_by_push, person_ids=list(person_ids), at=db.at)
    return {one.person_id for one in found}


def _sealed_as(sign_in_id: bytes) -> str:
    return f"push_browser.{sign_in_id.hex()}"


async def _text(db: Db, template: str, lang: str, facts: dict[str, object]) -> str:
    text = await db.maybe(_Template, queries.template, code=template, today=clock.day_of(db.at))
    if text is None:
        raise TemplateMissing(template=template)
    return (text.body_en if lang == "en" else text.body).format(**facts)


async def _queue(
    db: Db, channel: str, address: str, index: bytes, template: str, lang: str, body: str, person_id: UUID | None
) -> UUID:
    message_id = uuid7(db.at)
    row = message_row(db, message_id, channel, address, index, template, lang, body)
    await db.run(queries.insert_message, person_id=person_id, **row, at=db.at)
    await db.happened(MessageQueued(message_id=message_id, template=template, person_id=person_id))
    return message_id


def message_row(
    db: Db, message_id: UUID, channel: str, address: str, index: bytes, template: str, lang: str, body: str
) -> dict[str, object]:
    """A message as the outbox keeps it: address and text sealed."""
    return {
        "message_id": message_id,
        "channel": channel,
        "template": template,
        "lang": lang,
        "address_sealed": db.keys.seal(address, f"outbox_message.address.{message_id}"),
        "address_index": index,
        "body_sealed": db.keys.seal(body, f"outbox_message.body.{message_id}"),
    }


async def inbox(db: Db, phone: str) -> list[Message]:
    """The newest messages to a phone, for the demonstration's inbox."""
    rows = await db.all(_InboxRow, queries.inbox, address_index=db.keys.blind("phone", phone))
    return [
        Message(
            message_id=row.message_id,
            template=row.template,
            lang=row.lang,
            body=db.keys.open(row.body_sealed, f"outbox_message.body.{row.message_id}"),
            state=row.state,
            created_at=row.created_at,
            sent_at=row.sent_at,
        )
        for row in rows
    ]


class _Template(msgspec.Struct):
    code: str
    body: str
    body_en: str


class _Browser(msgspec.Struct):
    sign_in_id: bytes
    sealed: bytes
    endpoint_index: bytes


class _Reached(msgspec.Struct):
    person_id: UUID


class _InboxRow(msgspec.Struct):
    message_id: UUID
    template: str
    lang: str
    body_sealed: bytes
    state: str
    created_at: datetime
    sent_at: datetime | None
