"""Sending: a row in the outbox with the act, carried out by a gateway afterwards."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.messaging import demo_inbox
from tiemchung.domain.messaging.model import Message, MessageQueued, TemplateMissing, Waiting
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Logged
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def send(db: Db, *, phone: str, template: str, lang: str, person_id: UUID | None = None, **facts: object) -> UUID:
    """Put a message for a phone (+84…) into the outbox, committed with the act; its id. Raises `TemplateMissing`."""
    text = await db.maybe(_Template, queries.template, code=template, today=clock.day_of(db.at))
    if text is None:
        raise TemplateMissing(template=template)
    message_id = uuid7(db.at)
    body = (text.body_en if lang == "en" else text.body).format(**facts)
    await db.run(
        queries.insert_message,
        message_id=message_id,
        person_id=person_id,
        template=template,
        lang=lang,
        address_sealed=db.keys.seal(phone, f"outbox_message.address.{message_id}"),
        address_index=db.keys.blind("phone", phone),
        body_sealed=db.keys.seal(body, f"outbox_message.body.{message_id}"),
        at=db.at,
    )
    await db.happened(MessageQueued(message_id=message_id, template=template, person_id=person_id))
    return message_id


async def tell(db: Db, person_id: UUID, template: str, **facts: object) -> UUID | None:
    """Send a message to a person's phone in their language; None for who has no phone."""
    reach = (await people.reach(db, [person_id])).get(person_id)
    if reach is None:
        return None
    return await send(db, phone=reach.phone, template=template, lang=reach.lang, person_id=person_id, **facts)


async def deliver(db: Db, _: list[Logged]) -> None:
    """Hand what waits to the gateway; a follower of `messaging.queued`. What is sent already is not sent again."""
    while rows := await db.all(_WaitingRow, queries.waiting):
        for row in rows:
            message = Waiting(
                message_id=row.message_id,
                channel=row.channel,
                address=db.keys.open(row.address_sealed, f"outbox_message.address.{row.message_id}"),
                body=db.keys.open(row.body_sealed, f"outbox_message.body.{row.message_id}"),
            )
            await db.run(queries.mark_sent, message_id=row.message_id, at=db.at, receipt=demo_inbox.carry(message))


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


class _WaitingRow(msgspec.Struct):
    message_id: UUID
    channel: str
    address_sealed: bytes
    body_sealed: bytes


class _InboxRow(msgspec.Struct):
    message_id: UUID
    template: str
    lang: str
    body_sealed: bytes
    state: str
    created_at: datetime
    sent_at: datetime | None
