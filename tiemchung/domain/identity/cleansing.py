"""Cleaning commune by commune: the station lists, the police answer and sign, the station brings the records up to date."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import access, people
from tiemchung.domain.access import Staff
from tiemchung.domain.identity.actions import queries, want
from tiemchung.domain.identity.model import (
    LONGEST_BATCH,
    Answered,
    Batch,
    BatchLine,
    Correct,
    Figures,
    Finding,
    LineApplied,
    LinesLeft,
    ListHandedOver,
    ListSigned,
    NothingToApply,
    Page,
    Row,
    SiteFigures,
)
from tiemchung.domain.people import Identifier, PersonId
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

PAGE_ROWS = 25
MOST_EXPORTED = 20_000


async def worklist(db: Db, area_id: int, *, finding: Finding | None = None, page: int = 1) -> Page:
    """The records of a commune that wait, a page of them."""
    counted = await db.all(_Count, queries.counts, area_id=area_id)
    counts = {str(one.finding): one.people for one in counted}
    found = await db.all(
        Row, queries.worklist, area_id=area_id, finding=finding, most=PAGE_ROWS, skip=(page - 1) * PAGE_ROWS
    )
    return Page(rows=found, total=counts.get(finding, 0) if finding else sum(counts.values()), counts=counts)


async def rows_to_export(db: Db, area_id: int) -> list[Row]:
    """The whole worklist of a commune, for its file."""
    return await db.all(Row, queries.worklist, area_id=area_id, finding=None, most=MOST_EXPORTED, skip=0)


async def hand_over(db: Db, area_id: int, person_ids: Sequence[UUID]) -> UUID:
    """Make a list of a commune's records for its police; its id. Raises `AlreadyHandedOver`, `NotFound` for nobody."""
    batch_id = uuid7(db.at)
    await db.run(queries.insert_batch, batch_id=batch_id, area_id=area_id, at=db.at, made_by=db.actor.id)
    chosen = list(person_ids)[:LONGEST_BATCH]
    rows = await db.all(_Id, queries.insert_lines, batch_id=batch_id, area_id=area_id, person_ids=chosen)
    if not rows:
        raise NotFound
    await db.happened(ListHandedOver(batch_id=batch_id, people=[row.person_id for row in rows], area_id=area_id))
    return batch_id


async def batches(db: Db, area_id: int) -> list[Batch]:
    """The lists of a commune, the newest first."""
    return await db.all(Batch, queries.batches, area_id=area_id, batch_id=None)


async def batch(db: Db, area_id: int, batch_id: UUID) -> tuple[Batch, list[BatchLine]]:
    """One list of a commune with its lines. Raises `NotFound`."""
    found = await db.one(Batch, queries.batches, area_id=area_id, batch_id=batch_id)
    return found, [_opened(db, batch_id, line) for line in await db.all(_Line, queries.lines, batch_id=batch_id)]


async def answer(
    db: Db, member: Staff, area_id: int, batch_id: UUID, answers: Sequence[Answered], *, totp: str
) -> None:
    """The police answer every line and sign the list with a fresh code of their second factor.

    Raises `SecondFactorNeeded`, `LinesLeft`, `SameHands`, and `NotFound` for a list of elsewhere or one that is signed.
    """
    await db.one(Batch, queries.batches, area_id=area_id, batch_id=batch_id)
    await access.confirm_second_factor(db, member, totp)
    for one in answers:
        sealed = None
        if one.correct is not None:
            text = msgspec.json.encode(one.correct).decode()
            sealed = db.keys.seal(text, _where(batch_id, one.person_id))
        await db.run(
            queries.answer_line,
            batch_id=batch_id,
            person_id=one.person_id,
            answer=one.answer,
            correct_sealed=sealed,
        )
    left = await db.value(int, queries.lines_left, batch_id=batch_id)
    if left:
        raise LinesLeft(left=left)
    if not await db.run(queries.sign_batch, batch_id=batch_id, answered_by=member.id, at=db.at):
        raise NotFound
    await db.happened(ListSigned(batch_id=batch_id, area_id=area_id))


async def apply(db: Db, area_id: int, batch_id: UUID, person_id: UUID) -> None:
    """Bring a record up to what the police answered, and ask the registry again. Raises `NothingToApply`.

    Whose record says something else now loses the certificates that said it, in the same transaction.
    """
    row = await db.maybe(_Line, queries.take_line, area_id=area_id, batch_id=batch_id, person_id=person_id, at=db.at)
    if row is None:
        raise NothingToApply
    line, known = _opened(db, batch_id, row), PersonId(person_id)
    if line.correct is not None:
        await people.correct(
            db,
            known,
            name=line.correct.name,
            birth_date=line.correct.birth_date,
            birth_precision=line.correct.birth_precision,
            cause="police",
            reason="Công an xã đối chiếu giấy tờ",
        )
        if line.correct.number is not None:
            number = Identifier(kind="national_id", country="VN", value=line.correct.number)
            await people.replace_identifier(db, known, number)
    if line.answer != "not_found":
        await want(db, [person_id])
    await db.happened(LineApplied(batch_id=batch_id, answer=line.answer or "", person_id=known, area_id=area_id))


async def figures_of_communes(db: Db, path: str) -> list[Figures]:
    """The identity of people by commune under an area, those with most to clean first."""
    return await db.all(Figures, queries.figures_of_communes, path=path)


async def figures_of_sites(db: Db, path: str) -> list[SiteFigures]:
    """What keeps doses from becoming passports, by site under an area."""
    return await db.all(SiteFigures, queries.figures_of_sites, path=path, today=clock.start_of(clock.day_of(db.at)))


def _opened(db: Db, batch_id: UUID, line: "_Line") -> BatchLine:
    correct = None
    if line.correct_sealed is not None:
        text = db.keys.open(line.correct_sealed, _where(batch_id, line.person_id))
        correct = msgspec.json.decode(text, type=Correct)
    return BatchLine(
        person_id=line.person_id, finding=line.finding, answer=line.answer, correct=correct, done_at=line.done_at
    )


def _where(batch_id: UUID, person_id: UUID) -> str:
    return f"cleansing_line.correct.{batch_id}.{person_id}"


class _Count(msgspec.Struct):
    finding: Finding
    people: int


class _Id(msgspec.Struct):
    person_id: UUID


class _Line(msgspec.Struct):
    person_id: UUID
    finding: Finding
    answer: str | None
    correct_sealed: bytes | None
    done_at: datetime | None
