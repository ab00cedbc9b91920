"""Carrying the outbox out: each message by its channel's gateway, within quiet hours and budgets, tried again when not taken."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.messaging import rules
from tiemchung.domain.messaging.actions import by_sms_instead, queries
from tiemchung.domain.messaging.gateway import Gateway, configured
from tiemchung.domain.messaging.model import Gone, NotTaken, ReplyReceived, Waiting
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.events import Logged
from tiemchung.kit.ids import uuid7

_AT_ONCE = 50
DAY = timedelta(days=1)


async def deliver(db: Db, _: list[Logged]) -> None:
    """Hand what is due to the gateways; a follower of `messaging.queued`. What is sent already is not sent again."""
    await deliver_due(db)


async def deliver_due(db: Db, gateways: dict[str, Gateway] | None = None) -> None:
    """The same for messages whose next try has come."""
    carriers = configured(db.keys) if gateways is None else gateways
    left = await _budget_left(db)
    while rows := await db.all(_Due, queries.due, at=db.at, most=_AT_ONCE, channels=list(carriers)):
        for row in rows:
            left -= await _deliver(db, row, carriers[row.channel], left)


async def received(db: Db, receipt: str, *, delivered: bool) -> bool:
    """A provider's report about a message; False for a receipt that nobody knows."""
    state = "delivered" if delivered else "failed"
    return bool(await db.run(queries.received, receipt=receipt, state=state, at=db.at))


async def replied(db: Db, phone: str, text: str) -> str | None:
    """Somebody answered one of our messages: stop, start, or "not me"; what it was, or None.

    Until a start, who said stop gets codes alone; who said "not me" gets none about that person until a new contact is proven.
    """
    kind = rules.reply_kind(text)
    if kind is None:
        return None
    await db.run(
        queries.insert_reply, reply_id=uuid7(db.at), address_index=db.keys.blind("phone", phone), kind=kind, at=db.at
    )
    await db.happened(ReplyReceived(kind_of_reply=kind))
    return kind


async def _deliver(db: Db, row: "_Due", gateway: Gateway, left: int) -> int:
    """One message; how much of the hour's budget it took."""
    urgent = row.template in rules.URGENT
    if not urgent and row.last_reply in {"stop", "not_me"}:
        await db.run(queries.stopped, message_id=row.message_id, failure=row.last_reply)
        return 0
    not_before = rules.not_before(row.template, db.at)
    if not urgent and left <= 0:
        not_before = max(not_before, db.at + timedelta(hours=1))
    if not urgent and row.today >= rules.MOST_A_DAY:
        not_before = max(not_before, clock.start_of(clock.day_of(db.at) + DAY))
    if not_before > db.at:
        await db.run(queries.put_off, message_id=row.message_id, next_at=not_before)
        return 0
    try:
        receipt = await gateway.carry(row.opened(db))
    except NotTaken as wrong:
        await db.run(
            queries.not_taken,
            message_id=row.message_id,
            next_at=rules.next_try(row.attempts + 1, db.at),
            failure=str(wrong)[:200],
        )
        return 0
    except Gone as gone:
        await db.run(queries.not_taken, message_id=row.message_id, next_at=None, failure=str(gone)[:200])
        if row.channel == "push":
            await db.run(queries.end_subscription, endpoint_index=row.address_index, at=db.at)
            if row.person_id is not None:
                await by_sms_instead(db, row.person_id, row.template, row.lang, row.opened(db).body)
        return 0
    await db.run(queries.mark_sent, message_id=row.message_id, at=db.at, receipt=receipt, gateway=gateway.name)
    return 0 if urgent else 1


async def _budget_left(db: Db) -> int:
    """How many messages that are not urgent may still go this hour: a setting, without bound at first."""
    budget = await db.value(int, queries.budget)
    if budget is None:
        return 1_000_000_000
    return budget - (await db.value(int, queries.sent_since, since=db.at - timedelta(hours=1)) or 0)


class _Due(msgspec.Struct):
    message_id: UUID
    person_id: UUID | None
    channel: str
    template: str
    lang: str
    address_sealed: bytes
    address_index: bytes
    body_sealed: bytes
    attempts: int
    today: int
    last_reply: str | None

    def opened(self, db: Db) -> Waiting:
        """The message as a gateway takes it."""
        return Waiting(
            message_id=self.message_id,
            channel=self.channel,
            lang=self.lang,
            address=db.keys.open(self.address_sealed, f"outbox_message.address.{self.message_id}"),
            body=db.keys.open(self.body_sealed, f"outbox_message.body.{self.message_id}"),
        )
