"""Doses that are real and that no stock explains: posted from `unexplained`, never refused, never hidden, and reviewed."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.stock.actions import pick, post, reverse
from tiemchung.domain.stock.errors import ReviewSettled
from tiemchung.domain.stock.model import Line, Reason, State
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "reviews.sql")

WORDS = {
    "dose": "Mũi tiêm có thật, kho chưa biết nguồn",
    "surplus": "Kiểm kê thừa so với sổ",
    "extra": "Nhận thừa so với phiếu gửi",
    "wrong_lot": "Nhận lô khác với phiếu gửi",
    "recalled": "Đã tiêm từ lô bị thu hồi, ghi lại sau",
}


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Doses that wait for an explanation, and how it ended: found on a shelf, sent by another place, unknown, told."""

    place_id: UUID
    place_name: str
    review_id: UUID
    kind: str
    lot_id: UUID
    number: str
    product_name: str
    doses: int
    entry_id: UUID
    note: str
    opened_at: datetime
    settled_at: datetime | None
    outcome: str | None
    outcome_note: str | None

    @property
    def kind_words(self) -> str:
        """What has to be explained, in words."""
        return WORDS[self.kind]


class ReviewOpened(Event, frozen=True, kw_only=True, tag="stock.review_opened"):
    """Doses appeared that no stock explains."""

    review_id: UUID
    review_kind: str
    lot_id: UUID
    doses: int


class ReviewClosed(Event, frozen=True, kw_only=True, tag="stock.review_settled"):
    """Somebody has said where they came from."""

    review_id: UUID
    outcome: str


async def give_unexplained(
    db: Db,
    *,
    place_id: UUID,
    lot_id: UUID,
    immunization_id: UUID,
    device_at: datetime | None = None,
    note: str,
    kind: str = "dose",
) -> UUID:
    """Post one dose that was given although the place has no stock of it; the review that it opens.

    The entry is the immunization's, as for every dose; its unit is the lot itself. Raises `AlreadyPosted`.
    """
    account = {"place_id": place_id, "lot_id": lot_id, "unit_id": lot_id}
    lines = [
        Line(**account, state=State.unexplained, doses=-1),
        Line(**account, state=State.administered, doses=1),
    ]
    await post(db, Reason.dose, lines, entry_id=immunization_id, device_at=device_at)
    return await open_review(db, kind, place_id=place_id, lot_id=lot_id, doses=1, entry_id=immunization_id, note=note)


async def open_review(
    db: Db, kind: str, *, place_id: UUID, lot_id: UUID, doses: int, entry_id: UUID, note: str
) -> UUID:
    """Ask the place to explain doses of an entry; the review's id."""
    review_id = uuid7(db.at)
    await db.run(
        queries.insert_review,
        place_id=place_id,
        review_id=review_id,
        kind=kind,
        lot_id=lot_id,
        doses=doses,
        entry_id=entry_id,
        note=note,
        at=db.at,
        by=db.actor.id,
    )
    await db.happened(
        ReviewOpened(place_id=place_id, review_id=review_id, review_kind=kind, lot_id=lot_id, doses=doses)
    )
    return review_id


async def explain_from_shelf(db: Db, place_id: UUID, review_id: UUID, *, note: str) -> UUID:
    """The doses came from the place's own shelf after all: they leave it, and nothing stays unexplained; the entry.

    Raises `ReviewSettled`, `NotEnoughDoses` when the shelf does not have them, `NotFound`.
    """
    found = await review(db, place_id, review_id)
    lines: list[Line] = []
    for unit, doses in await pick(db, place_id, found.lot_id, found.doses):
        lines.append(
            Line(place_id=place_id, lot_id=found.lot_id, unit_id=unit.unit_id, state=State.on_hand, doses=-doses)
        )
    lines.append(
        Line(place_id=place_id, lot_id=found.lot_id, unit_id=found.lot_id, state=State.unexplained, doses=found.doses)
    )
    entry_id = await post(db, Reason.explained, lines)
    await settle(db, found, outcome="found", note=note, entry_id=entry_id)
    return entry_id


async def leave_unexplained(db: Db, place_id: UUID, review_id: UUID, *, note: str) -> None:
    """Nobody can say where the doses came from: they stay in the unexplained account, with who looked and what was found.

    Raises `ReviewSettled`, `NotFound`.
    """
    found = await review(db, place_id, review_id)
    await settle(db, found, outcome="told" if found.kind == "recalled" else "unknown", note=note, entry_id=None)


async def undo(db: Db, place_id: UUID, entry_id: UUID, *, note: str) -> None:
    """What was asked about did not happen: its questions fall away, and a shelf that answered has its doses back."""
    for asked in await db.all(_Asked, queries.of_entry, place_id=place_id, entry_id=entry_id):
        if asked.outcome_entry_id is not None:
            await reverse(db, asked.outcome_entry_id, place_ids=[place_id], reason=note)
        await db.run(queries.undo, place_id=place_id, review_id=asked.review_id, note=note, at=db.at, by=db.actor.id)
        await db.happened(ReviewClosed(place_id=place_id, review_id=asked.review_id, outcome="undone"))


async def settle(db: Db, found: Review, *, outcome: str, note: str, entry_id: UUID | None) -> None:
    """Close a review with its outcome. Raises `ReviewSettled`."""
    changed = await db.run(
        queries.settle,
        place_id=found.place_id,
        review_id=found.review_id,
        outcome=outcome,
        note=note,
        entry_id=entry_id,
        at=db.at,
        by=db.actor.id,
    )
    if not changed:
        raise ReviewSettled
    await db.happened(ReviewClosed(place_id=found.place_id, review_id=found.review_id, outcome=outcome))


async def review(db: Db, place_id: UUID, review_id: UUID) -> Review:
    """One review of a place. Raises `NotFound`."""
    return await db.one(Review, queries.reviews, place_id=place_id, review_id=review_id, open_only=False, path=None)


async def open_reviews(db: Db, *, place_id: UUID | None = None, path: str | None = None) -> list[Review]:
    """What still has to be explained at a place, in an area, or (neither) in the nation, the oldest first."""
    return await db.all(Review, queries.reviews, place_id=place_id, review_id=None, open_only=True, path=path)


class _Asked(msgspec.Struct):
    review_id: UUID
    outcome: str | None
    outcome_entry_id: UUID | None
