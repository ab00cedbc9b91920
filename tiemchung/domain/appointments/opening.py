"""An opening day as its operator runs it: the waiting room, and the mode of service when demand is beyond what can be served."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.appointments import places
from tiemchung.domain.appointments.places import Ask
from tiemchung.domain.appointments.room import Order, Room
from tiemchung.kit import sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "opening.sql")
_AT_ONCE = 256


class Mode(StrEnum):
    """How bookings are served."""

    normal = "normal"
    accept_and_queue = "accept_and_queue"
    read_only = "read_only"
    static = "static"


MODE_WORDS = {
    Mode.normal: "Bình thường",
    Mode.accept_and_queue: "Nhận và xếp hàng",
    Mode.read_only: "Chỉ xem",
    Mode.static: "Chỉ trang tĩnh",
}


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator has set: the mode, whether it may switch by itself, and the waiting room."""

    mode: Mode = Mode.normal
    by_itself: bool = True
    room: Room | None = None


class ModeChanged(Event, frozen=True, kw_only=True, tag="opening.mode_changed"):
    """An operator set the mode of service."""

    mode: str
    by_itself: bool


class RoomOpened(Event, frozen=True, kw_only=True, tag="opening.room_set"):
    """An operator set a waiting room, or ended it (no opening)."""

    room_id: UUID | None
    opens_at: datetime | None


class OnlyReading(DomainError):
    """Bookings are not taken now; what is booked stands."""

    sentence = "Hệ thống tạm chỉ cho xem, chưa nhận đặt lịch mới. Lịch đã đặt vẫn giữ nguyên. Hãy thử lại sau ít phút."
    status = 503
    rule = "read_only"


async def service(db: Db) -> Service:
    """What is set now."""
    found = {row.name: row.value for row in await db.all(_Setting, queries.settings)}
    mode = found.get("service_mode") or {}
    room = found.get("waiting_room")
    return Service(
        mode=Mode(str(mode.get("mode", Mode.normal))),
        by_itself=bool(mode.get("by_itself", True)),
        room=msgspec.convert(room, Room) if room else None,
    )


async def set_mode(db: Db, mode: Mode, *, by_itself: bool) -> None:
    """Serve in another mode from the next second on."""
    await db.run(queries.set, name="service_mode", value=json({"mode": mode, "by_itself": by_itself}))
    await db.happened(ModeChanged(mode=mode, by_itself=by_itself))


async def set_room(db: Db, opens_at: datetime | None, people_a_second: float) -> None:
    """Open a waiting room, with an order of its own; without a time, everybody books at once again."""
    if opens_at is None:
        await db.run(queries.unset, name="waiting_room")
        await db.happened(RoomOpened(room_id=None, opens_at=None))
        return
    room = Room(room_id=uuid7(db.at), opens_at=opens_at, people_a_second=people_a_second)
    await db.run(queries.set, name="waiting_room", value=json(room))
    await db.happened(RoomOpened(room_id=room.room_id, opens_at=opens_at))


async def count_arrivals(db: Db, room: Room, counted: Mapping[int, int]) -> Order:
    """Add what one process counted, and read what all have counted."""
    if counted:
        await db.run(
            queries.count_arrivals, room_id=room.room_id, tenths=list(counted), arrivals=list(counted.values())
        )
    rows = await db.all(_Arrivals, queries.arrivals, room_id=room.room_id)
    return Order((row.tenth, row.arrivals) for row in rows)


async def accept(db: Db, ask: Ask) -> None:
    """Take a booking on for later, on disk before the answer; the same key is taken on once."""
    kept = msgspec.to_builtins(ask)
    await db.run(queries.accept, command_id=ask.command_id, person_id=ask.person_id, ask=json(kept), at=db.at)


async def answer_accepted(db: Db) -> None:
    """Answer what was taken on, in order, with the same commit; who is refused is told so."""
    while rows := await db.all(_Accepted, queries.accepted, most=_AT_ONCE):
        asks = [msgspec.convert(row.ask, Ask) for row in rows]
        told = await places.take_here(db, asks)
        answered = {key: answer for key, answer in told.items() if answer.outcome != "again"}
        outcomes = [answer.outcome for answer in answered.values()]
        await db.run(queries.answered, command_ids=list(answered), outcomes=outcomes, at=db.at)
        for ask in asks:
            refusal = told[ask.command_id].refusal
            if refusal is not None and ask.command_id in answered:
                await messaging.tell(db, ask.person_id, "booking_refused", reason=refusal.sentence)
        if not answered:
            return


async def backlog(db: Db) -> int:
    """How many bookings are taken on and wait."""
    return await db.value(int, queries.backlog) or 0


class _Setting(msgspec.Struct):
    name: str
    value: dict[str, object]


class _Arrivals(msgspec.Struct):
    tenth: int
    arrivals: int


class _Accepted(msgspec.Struct):
    command_id: UUID
    ask: dict[str, object]
