"""A recall: the lot is frozen at once, everybody who had a dose of it is on one list, and everybody is told.

The freeze is the lot's status, which every opening, dose and shipment reads: it holds from the commit on. The list is
gathered after it, and again until nobody is missing: a dose that a device sends later, given before it heard of the
recall, is on the list with a mark.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import messaging, vaccines
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event, Logged
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "recalls.sql")

# People told in one go of the worker: at some seconds between two goes, 300,000 in an hour and a half.
TOLD_AT_ONCE = 500


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """A recall and how far it has come."""

    recall_id: UUID
    lot_id: UUID
    number: str
    product: str
    product_name: str
    reason: str
    instructions: str
    ordered_by_name: str | None
    ordered_at: datetime
    gathered_at: datetime | None
    people: int
    told: int
    after_recall: int
    on_hand: int
    opened: int
    in_transit: int
    quarantined: int


class AtPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A recalled lot at a place: doses to lock away or send back, and people who had one there."""

    place_id: UUID
    place_name: str
    on_hand: int
    opened: int
    in_transit: int
    quarantined: int
    administered: int
    people: int
    told: int


class Dosed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who had a dose of the lot."""

    person_id: UUID
    place_id: UUID
    given_at: datetime
    after_recall: bool
    told_at: datetime | None


class LotRecalled(Event, frozen=True, kw_only=True, tag="stock.lot_recalled"):
    """A lot must not be used any more."""

    recall_id: UUID
    lot_id: UUID


async def order(db: Db, lot_id: UUID, *, reason: str, instructions: str) -> UUID:
    """Recall a lot: from the commit on nothing of it is opened, given or sent on; the recall's id.

    Raises `RecalledBefore`, `NotFound`.
    """
    recall_id = uuid7(db.at)
    await vaccines.recall(db, lot_id, reason=reason)
    await db.run(
        queries.insert_recall,
        recall_id=recall_id,
        lot_id=lot_id,
        reason=reason,
        instructions=instructions,
        by=db.actor.id,
        at=db.at,
    )
    await db.happened(LotRecalled(recall_id=recall_id, lot_id=lot_id))
    return recall_id


async def gather(db: Db, recall_id: UUID) -> int:
    """Put everybody who had a dose of the lot on the list, those who are there already left alone; how many are new."""
    return await db.run(queries.gather, recall_id=recall_id, at=db.at)


async def follow(db: Db, logged: list[Logged]) -> None:
    """Gather for recalls that have just been ordered; a follower of `stock.lot_recalled`."""
    for event in logged:
        await gather(db, event.as_(LotRecalled).recall_id)


async def gather_all(db: Db) -> None:
    """Gather for every recall, as often as the worker likes: late doses appear by themselves."""
    for row in await db.all(_Id, queries.ids):
        await gather(db, row.recall_id)


async def tell_next(db: Db) -> None:
    """Tell the next people of the lists: each is marked in the transaction that queues the message."""
    for row in await db.all(_ToTell, queries.untold, most=TOLD_AT_ONCE):
        await messaging.tell(
            db,
            row.person_id,
            "lot_recalled",
            lot=row.number,
            day=f"{clock.day_of(row.given_at):%d/%m/%Y}",
            instructions=row.instructions,
        )
        await db.run(
            queries.mark_told,
            person_id=row.person_id,
            recall_id=row.recall_id,
            immunization_id=row.immunization_id,
            at=db.at,
        )


async def recalls(db: Db) -> list[Recall]:
    """Every recall with its figures, the newest first."""
    return await db.all(Recall, queries.recalls, recall_id=None)


async def recall(db: Db, recall_id: UUID) -> Recall:
    """One recall with its figures. Raises `NotFound`."""
    return await db.one(Recall, queries.recalls, recall_id=recall_id)


async def at_places(db: Db, recall_id: UUID, *, path: str | None) -> list[AtPlace]:
    """Where a recalled lot is and was given, within an area or the nation: first where most is still on the shelf."""
    return await db.all(AtPlace, queries.at_places, recall_id=recall_id, path=path)


async def dosed_at(db: Db, recall_id: UUID, place_id: UUID, *, after: UUID | None = None) -> list[Dosed]:
    """People who had a dose of the lot at a place, fifty after one that was shown; whoever shows them opens their records."""
    return await db.all(Dosed, queries.dosed_at, recall_id=recall_id, place_id=place_id, after=after)


class _Id(msgspec.Struct):
    recall_id: UUID


class _ToTell(msgspec.Struct):
    person_id: UUID
    recall_id: UUID
    immunization_id: UUID
    given_at: datetime
    number: str
    instructions: str
