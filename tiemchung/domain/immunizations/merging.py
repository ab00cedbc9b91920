"""Two records of one person: found by a score, looked at side by side, united with all doses, and parted again exactly.

The record that stays takes over the other's doses and numbers and the accounts that may open it; the other stays as it was.
A dose moves by versions: the old record's copy is entered in error with the merge as its reason, the staying record gets the
same dose as a new version. Of two doses that claim the same place in a course both stay, and the second is flagged as a copy.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.immunizations.doses import doses_of
from tiemchung.domain.immunizations.errors import MergeBusy, MergeGone
from tiemchung.domain.immunizations.model import Dose, PersonsMerged, PersonsParted
from tiemchung.domain.people import PersonId
from tiemchung.kit import sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "merging.sql")

MOST = 100


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two records that may be one person. `score`: 100 for the same number, less for likeness alone."""

    person_id: UUID
    name: str
    birth_date: date
    birth_precision: str
    other_id: UUID
    other_name: str
    other_birth_date: date
    other_birth_precision: str
    sex: str
    score: int
    same_number: bool
    same_phone: bool


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The doses as they would stand together, the oldest first, and those that claim one place in a course."""

    doses: list[Dose]
    conflicts: list[Dose]


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A merge that was done."""

    person_id: UUID
    merge_id: UUID
    merged_id: UUID
    name: str
    reason: str
    merged_at: datetime


async def pairs(db: Db, area_path: str) -> list[Pair]:
    """Records of an area that may be one person, the likeliest first; pairs that were decided on are left out."""
    return await db.all(Pair, queries.pairs, path=area_path, most=MOST)


async def preview(db: Db, person_id: UUID, merged_id: UUID) -> Preview:
    """What uniting two records would give; nothing is changed, and whoever calls has opened both."""
    own, other = await doses_of(db, person_id), await doses_of(db, merged_id)
    taken = {(dose.disease, dose.dose_role, dose.ordinal) for dose in own}
    return Preview(
        doses=sorted([*own, *other], key=lambda dose: dose.occurred_at),
        conflicts=[dose for dose in other if (dose.disease, dose.dose_role, dose.ordinal) in taken],
    )


async def merge(db: Db, person_id: UUID, merged_id: UUID, *, reason: str) -> UUID:
    """Unite two records under the first one; the merge's id.

    Raises `MergeBusy` while the other has an appointment or is at a site, `MergeGone` when it was united already.
    """
    if not await db.run(queries.lock, person_ids=sorted([person_id, merged_id])):
        raise MergeGone
    if await db.value(bool, queries.busy, person_id=merged_id):
        raise MergeBusy
    if not await db.run(queries.mark, person_id=person_id, merged_id=merged_id):
        raise MergeGone
    merge_id = uuid7(db.at)
    both = {"person_id": person_id, "merged_id": merged_id, "at": db.at, "by": db.actor.id}
    doses = await db.all(_Moved, queries.doses, person_id=merged_id)
    for dose in doses:
        await _move(db, dose, merged_id, person_id, reason)
    missing = await db.all(_Number, queries.missing_numbers, person_id=person_id, merged_id=merged_id)
    for number in await people.identifiers(db, PersonId(merged_id)):
        if (number.kind, number.country) in {(one.kind, one.country) for one in missing}:
            await people.add_identifier(db, PersonId(person_id), number)
    accounts = await db.all(_Account, queries.take_accounts, **both)
    moved = {"doses": [dose.immunization_id for dose in doses], "numbers": missing, "accounts": accounts}
    await db.run(queries.insert, **both, merge_id=merge_id, reason=reason, moved=json(moved))
    await db.happened(PersonsMerged(person_id=person_id, merge_id=merge_id, merged_id=merged_id, doses=len(doses)))
    return merge_id


async def part(db: Db, person_id: UUID, merge_id: UUID, *, reason: str) -> None:
    """Undo a merge: what it moved goes back, what came afterwards stays. Raises `MergeGone`."""
    done = await db.maybe(
        _Done, queries.undo, person_id=person_id, merge_id=merge_id, at=db.at, by=db.actor.id, reason=reason
    )
    if done is None:
        raise MergeGone
    current = {dose.immunization_id: dose for dose in await db.all(_Moved, queries.doses, person_id=person_id)}
    for immunization_id in done.moved.doses:
        # A dose that was found wrong after the merge stays wrong.
        if immunization_id in current:
            await _move(db, current[immunization_id], person_id, done.merged_id, reason)
    await db.run(
        queries.give_back_accounts, person_id=person_id, accounts=[one.account_id for one in done.moved.accounts]
    )
    await db.run(
        queries.give_back_numbers, person_id=person_id, indexes=[one.blind_index for one in done.moved.numbers]
    )
    await db.run(queries.unmark, merged_id=done.merged_id)
    await db.happened(PersonsParted(person_id=person_id, merge_id=merge_id, merged_id=done.merged_id))


async def keep_apart(db: Db, one: UUID, other: UUID) -> None:
    """Say that two records are two people: they are not asked about again."""
    first, second = sorted([one, other])
    await db.run(queries.keep_apart, person_id=first, other_id=second, at=db.at, by=db.actor.id)


async def merges(db: Db, area_path: str) -> Sequence[Merge]:
    """The merges of an area that stand, the newest first."""
    return await db.all(Merge, queries.merges, path=area_path, most=MOST)


async def _move(db: Db, dose: "_Moved", from_id: UUID, to_id: UUID, reason: str) -> None:
    """One dose from a record to another: a version that ends it there, and one that begins it here."""
    key = {"immunization_id": dose.immunization_id, "from_id": from_id, "to_id": to_id}
    await db.run(queries.end_here, **key, reason=reason, at=db.at, by=db.actor.id)
    await db.run(queries.begin_there, **key, reason=reason, at=db.at, by=db.actor.id)
    await db.run(queries.move_claim, **key, at=db.at)


class _Moved(msgspec.Struct):
    immunization_id: UUID


class _Number(msgspec.Struct):
    kind: str
    country: str
    blind_index: str


class _Account(msgspec.Struct):
    account_id: UUID


class _What(msgspec.Struct):
    doses: list[UUID]
    numbers: list[_Number]
    accounts: list[_Account]


class _Done(msgspec.Struct):
    merged_id: UUID
    moved: _What
