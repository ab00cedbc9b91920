"""What a receiver found otherwise than it was sent: asked of the sender, answered by a day, seen at both ends."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.stock import reviews
from tiemchung.domain.stock.actions import pick, post
from tiemchung.domain.stock.errors import AnswerDoesNotFit, ClaimAnswered
from tiemchung.domain.stock.model import Line, Reason, Shipment, State
from tiemchung.domain.stock.shipments import moved, shipment
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "claims.sql")

ANSWER_WITHIN = timedelta(days=3)
WORDS = {
    "broken": "Vỡ trên đường",
    "missing": "Không thấy trong thùng",
    "warm": "Quá nhiệt độ, đã cách ly",
    "extra": "Thừa so với phiếu",
    "wrong_lot": "Khác lô so với phiếu",
}
ANSWERS = {
    "accepted": "Nhận là hao hụt của kho gửi",
    "found": "Tìm thấy ở kho gửi, nhập lại sổ",
    "sent": "Đúng là kho gửi đã xuất",
    "rejected": "Không đồng ý",
}
# What a sender can answer to what; only the answers that move doses are bound to a kind.
FITTING = {
    "broken": ("accepted", "rejected"),
    "warm": ("accepted", "rejected"),
    "missing": ("accepted", "found", "rejected"),
    "extra": ("sent", "rejected"),
    "wrong_lot": ("sent", "rejected"),
}


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between what was sent and what was found, and what the sender says to it."""

    place_id: UUID
    place_name: str
    claim_id: UUID
    shipment_id: UUID
    shipment_number: str
    line: int
    to_place_id: UUID
    to_place_name: str
    kind: str
    lot_id: UUID
    number: str
    product_name: str
    doses: int
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str | None
    answer_note: str | None
    review_id: UUID | None

    @property
    def words(self) -> str:
        """What differs, in words."""
        return WORDS[self.kind]

    @property
    def answer_words(self) -> str:
        """What the sender said, in words; empty before."""
        return ANSWERS[self.answer] if self.answer else ""

    @property
    def fitting(self) -> list[tuple[str, str]]:
        """The answers that fit, with their words."""
        return [(answer, ANSWERS[answer]) for answer in FITTING[self.kind]]

    def late(self, at: datetime) -> bool:
        """Not answered by its day."""
        return self.answered_at is None and at > self.due_at


class ClaimOpened(Event, frozen=True, kw_only=True, tag="stock.claim_opened"):
    """A receiver found a difference; `place_id` is the sender."""

    claim_id: UUID
    to_place_id: UUID
    claim_kind: str
    doses: int


class ClaimClosed(Event, frozen=True, kw_only=True, tag="stock.claim_answered"):
    """The sender has answered."""

    claim_id: UUID
    answer: str


async def open_claim(
    db: Db, sent: Shipment, line: int, kind: str, *, lot_id: UUID, doses: int, review_id: UUID | None = None
) -> UUID:
    """Ask a sender about a difference; the claim's id."""
    claim_id = uuid7(db.at)
    await db.run(
        queries.insert_claim,
        place_id=sent.place_id,
        claim_id=claim_id,
        shipment_id=sent.shipment_id,
        line=line,
        to_place_id=sent.to_place_id,
        kind=kind,
        lot_id=lot_id,
        doses=doses,
        at=db.at,
        due_at=db.at + ANSWER_WITHIN,
        review_id=review_id,
    )
    await db.happened(
        ClaimOpened(
            place_id=sent.place_id, claim_id=claim_id, to_place_id=sent.to_place_id, claim_kind=kind, doses=doses
        )
    )
    return claim_id


async def answer(db: Db, place_id: UUID, claim_id: UUID, *, answer: str, note: str) -> None:
    """The sender answers, and the ledger follows: doses found go back on its shelf, doses it did send leave it.

    Raises `ClaimAnswered`, `AnswerDoesNotFit`, `NotEnoughDoses` when the sender's shelf never had them, `NotFound`.
    """
    asked = await claim(db, place_id, claim_id)
    if answer not in FITTING[asked.kind]:
        raise AnswerDoesNotFit
    key = {"place_id": place_id, "claim_id": claim_id}
    if not await db.run(queries.answer, **key, answer=answer, note=note, at=db.at, by=db.actor.id):
        raise ClaimAnswered
    if answer == "found":
        await _put_back(db, asked)
    elif answer == "sent":
        await _hand_over(db, asked, note)
    await db.happened(ClaimClosed(place_id=place_id, claim_id=claim_id, answer=answer))


async def claim(db: Db, place_id: UUID, claim_id: UUID) -> Claim:
    """One claim against a sender. Raises `NotFound`."""
    return await db.one(Claim, queries.claims, place_id=place_id, claim_id=claim_id, open_only=False)


async def claims(db: Db, place_id: UUID, *, open_only: bool = False) -> list[Claim]:
    """The claims of a place, those it must answer and those it has opened; open ones first."""
    return await db.all(Claim, queries.claims, place_id=place_id, claim_id=None, open_only=open_only)


async def _put_back(db: Db, asked: Claim) -> None:
    """Doses that never left: lost becomes on hand in the unit they came from."""
    sent = await shipment(db, asked.place_id, asked.shipment_id)
    line = next(line for line in sent.lines if line.line == asked.line)
    back = moved(asked.place_id, line.lot_id, line.unit_id, {State.lost: -asked.doses, State.on_hand: asked.doses})
    await post(db, Reason.claim_found, back)


async def _hand_over(db: Db, asked: Claim, note: str) -> None:
    """Doses that left without a paper: from the sender's shelf to the receiver, who has them; and the lot that stayed."""
    lines: list[Line] = []
    for unit, doses in await pick(db, asked.place_id, asked.lot_id, asked.doses):
        lines += moved(asked.place_id, asked.lot_id, unit.unit_id, {State.on_hand: -doses})
    lines += moved(asked.to_place_id, asked.lot_id, asked.lot_id, {State.unexplained: asked.doses})
    entry_id = await post(db, Reason.claim_sent, lines)
    if asked.kind == "wrong_lot":
        await _put_back(db, asked)
    if asked.review_id:
        review = await reviews.review(db, asked.to_place_id, asked.review_id)
        await reviews.settle(db, review, outcome="sent", note=note, entry_id=entry_id)
