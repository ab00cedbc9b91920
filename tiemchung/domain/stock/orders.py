"""Who is to get what: decisions by round, compared with what was received; requests, and the other person who decides."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.stock import rules
from tiemchung.domain.stock.errors import DecidedBefore, NothingAllocated
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "orders.sql")

STATUSES = {"asked": "Chờ duyệt", "approved": "Đã duyệt, chờ xuất", "refused": "Không duyệt", "sent": "Đã xuất kho"}


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision gives to a place, what was sent on it and what came of that."""

    to_place_id: UUID
    to_name: str
    decided: int
    sent: int
    received: int

    @property
    def open(self) -> int:
        """Doses that were decided and not sent."""
        return max(0, self.decided - self.sent)

    def level(self, due_on: date, on: date) -> str:
        """done (all taken over); overdue (past the day of delivery); open."""
        if self.received >= self.decided:
            return "done"
        return "overdue" if on > due_on else "open"


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of a round by which a store divides a vaccine."""

    place_id: UUID
    from_name: str
    from_kind: str
    allocation_id: UUID
    round: int
    product: str
    product_name: str
    decision: str
    decided_on: date
    finish_by: date | None
    shares: Sequence[Share]

    @property
    def due_on(self) -> date:
        """The last day on which the doses should be with their receivers."""
        return self.decided_on + timedelta(days=rules.delivery_days(self.from_kind))

    @property
    def decided(self) -> int:
        """All doses of the decision."""
        return sum(share.decided for share in self.shares)

    @property
    def received(self) -> int:
        """All doses of it that were taken over."""
        return sum(share.received for share in self.shares)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Doses that a place asks another for."""

    place_id: UUID
    place_name: str
    request_id: UUID
    supplier_id: UUID
    supplier_name: str
    product: str
    product_name: str
    doses: int
    needed_on: date
    reason: str
    status: str
    asked_by: UUID
    asked_by_name: str | None
    asked_at: datetime
    approved_doses: int | None
    decided_by_name: str | None
    decision_note: str | None

    @property
    def status_words(self) -> str:
        """Where the request stands, in words."""
        return STATUSES[self.status]


class Allocated(Event, frozen=True, kw_only=True, tag="stock.allocated"):
    """A store divided a vaccine by a decision."""

    allocation_id: UUID
    product: str
    doses: int


class Requested(Event, frozen=True, kw_only=True, tag="stock.requested"):
    """A place asks for doses; `place_id` asks."""

    request_id: UUID
    supplier_id: UUID
    product: str
    doses: int


class RequestDecided(Event, frozen=True, kw_only=True, tag="stock.request_decided"):
    """Somebody else decided on a request."""

    request_id: UUID
    status: str
    doses: int


async def allocate(
    db: Db,
    place_id: UUID,
    *,
    product: str,
    decision: str,
    decided_on: date,
    finish_by: date | None = None,
    shares: Mapping[UUID, int],
) -> UUID:
    """Record a decision as the store's next round; its id. Raises `NothingAllocated`, `FinishedBeforeDecided`."""
    wanted = {place: doses for place, doses in shares.items() if doses > 0}
    if not wanted:
        raise NothingAllocated
    allocation_id = uuid7(db.at)
    key = {"place_id": place_id, "allocation_id": allocation_id}
    await db.run(
        queries.insert_allocation,
        **key,
        product=product,
        decision=decision,
        decided_on=decided_on,
        finish_by=finish_by,
        by=db.actor.id,
        at=db.at,
    )
    await db.run(queries.insert_shares, **key, to_place_ids=list(wanted), doses=list(wanted.values()))
    await db.happened(
        Allocated(place_id=place_id, allocation_id=allocation_id, product=product, doses=sum(wanted.values()))
    )
    return allocation_id


async def allocations(db: Db, place_id: UUID) -> list[Allocation]:
    """The decisions of a store, the newest round first, with what was sent and received on each."""
    return await db.all(Allocation, queries.allocations, place_id=place_id, to_place_id=None)


async def allocated_to(db: Db, place_id: UUID) -> list[Allocation]:
    """The decisions that give to a place, the newest first, each with that place's share alone."""
    return await db.all(Allocation, queries.allocations, place_id=None, to_place_id=place_id)


async def ask(
    db: Db, place_id: UUID, supplier_id: UUID, *, product: str, doses: int, needed_on: date, reason: str
) -> UUID:
    """Ask another place for doses; the request's id."""
    request_id = uuid7(db.at)
    await db.run(
        queries.insert_request,
        place_id=place_id,
        request_id=request_id,
        supplier_id=supplier_id,
        product=product,
        doses=doses,
        needed_on=needed_on,
        reason=reason,
        by=db.actor.id,
        at=db.at,
    )
    await db.happened(
        Requested(place_id=place_id, request_id=request_id, supplier_id=supplier_id, product=product, doses=doses)
    )
    return request_id


async def decide(db: Db, place_id: UUID, request_id: UUID, supplier_id: UUID, *, doses: int, note: str) -> None:
    """Approve so many doses of a request, or (0) refuse it; the one who asked does not decide.

    Raises `DecidedByAsker`, `DecidedBefore`.
    """
    status = "approved" if doses else "refused"
    changed = await db.run(
        queries.decide,
        place_id=place_id,
        request_id=request_id,
        supplier_id=supplier_id,
        status=status,
        doses=doses or None,
        note=note,
        by=db.actor.id,
        at=db.at,
    )
    if not changed:
        raise DecidedBefore
    await db.happened(RequestDecided(place_id=place_id, request_id=request_id, status=status, doses=doses))


async def mark_sent(db: Db, place_id: UUID, request_id: UUID, supplier_id: UUID) -> None:
    """A shipment went out on a request. Raises `DecidedBefore` for one that is not approved here, or was sent."""
    key = {"place_id": place_id, "request_id": request_id, "supplier_id": supplier_id}
    if not await db.run(queries.mark_sent, **key):
        raise DecidedBefore


async def requests(db: Db, place_id: UUID) -> list[Request]:
    """What a place has asked for and is asked for, what waits first."""
    return await db.all(Request, queries.requests, place_id=place_id)
