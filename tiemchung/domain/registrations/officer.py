"""What an officer does with registrations: look through them, approve, assign, refuse, settle duplicates."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.people import PersonId
from tiemchung.domain.registrations.errors import OutsideReach
from tiemchung.domain.registrations.events import DuplicateSettled, RegistrationMoved
from tiemchung.domain.registrations.model import (
    Counts,
    Filters,
    PlaceChoice,
    RegistrationId,
    Row,
    Status,
    Tab,
    Worklist,
)
from tiemchung.domain.registrations.reading import queries
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import normal_code
from tiemchung.kit.vietnamese import search_name

PAGE = 25
_STATUSES = {
    Tab.waiting: [Status.registered],
    Tab.suspected: [Status.registered],
    Tab.approved: [Status.approved],
    Tab.assigned: [
        Status.assigned,
        Status.planned,
        Status.invited,
        Status.confirmed,
        Status.declined,
        Status.checked_in,
        Status.done,
    ],
    Tab.refused: [Status.refused],
}


async def counts(db: Db, province_code: str | None) -> Counts:
    """How many registrations stand in each tab."""
    rows = await db.all(_Count, queries.counts, province_code=province_code)
    return dict.fromkeys(Tab, 0) | {row.tab: row.number for row in rows}


async def worklist(db: Db, filters: Filters) -> Worklist:
    """A page of 25 registrations, the oldest first."""
    today = clock.day_of(db.at)
    rows = await db.all(
        _Counted,
        queries.worklist,
        province_code=filters.province_code,
        statuses=list(_STATUSES[filters.tab]),
        suspected=filters.tab is Tab.suspected,
        district_code=filters.district_code,
        group_code=filters.group_code,
        dose_role=filters.dose_role,
        born_from=_years_before(today, filters.age_to + 1) if filters.age_to is not None else None,
        born_to=_years_before(today, filters.age_from) if filters.age_from is not None else None,
        words=search_name(filters.words),
        code=normal_code(filters.words),
        indexes=_indexes(db, filters.words),
        most=PAGE,
        skipped=(filters.page - 1) * PAGE,
    )
    return Worklist(rows=list[Row](rows), total=rows[0].total if rows else 0)


async def approve(db: Db, registration_ids: Sequence[UUID], *, province_code: str | None) -> list[RegistrationId]:
    """Approve what waits and has no open doubt about its person; the ids that were approved."""
    return await _move_many(db, registration_ids, Status.approved, [Status.registered], province_code)


async def assign(
    db: Db, registration_ids: Sequence[UUID], place_id: UUID, *, province_code: str | None
) -> list[RegistrationId]:
    """Assign approved people to a district centre or site. Raises `OutsideReach`."""
    name = await db.value(str, queries.place_within, place_id=place_id, province_code=province_code)
    if name is None:
        raise OutsideReach
    was = [Status.approved, Status.assigned]
    return await _move_many(db, registration_ids, Status.assigned, was, province_code, place_id=place_id, place=name)


async def refuse(
    db: Db, registration_ids: Sequence[UUID], reason: str, *, province_code: str | None
) -> list[RegistrationId]:
    """Refuse with a reason, which the person is told."""
    was = [Status.registered, Status.approved]
    return await _move_many(db, registration_ids, Status.refused, was, province_code, reason=reason)


async def settle_duplicate(db: Db, registration_id: UUID, other_person_id: UUID, *, province_code: str | None) -> None:
    """Keep that two records are two people, so that the registration may be approved. Raises `NotFound`."""
    person_id = await db.value(
        UUID, queries.settle_duplicate, registration_id=registration_id, province_code=province_code
    )
    if person_id is None:
        raise NotFound
    await db.happened(
        DuplicateSettled(
            registration_id=RegistrationId(registration_id), other_person_id=other_person_id, person_id=person_id
        )
    )


async def district_centres(db: Db, province_code: str) -> list[PlaceChoice]:
    """The district centres of a province."""
    return await db.all(PlaceChoice, queries.places, area_code=province_code, kinds=["district_centre"])


async def sites(db: Db, district_code: str) -> list[PlaceChoice]:
    """The centre and the sites of a district."""
    kinds = ["district_centre", "station", "hospital", "clinic", "mobile_team"]
    return await db.all(PlaceChoice, queries.places, area_code=district_code, kinds=kinds)


async def _move_many(
    db: Db,
    registration_ids: Sequence[UUID],
    to: Status,
    was: Sequence[Status],
    province_code: str | None,
    *,
    place_id: UUID | None = None,
    place: str = "",
    reason: str | None = None,
) -> list[RegistrationId]:
    moved = await db.all(
        _Moved,
        queries.move_many,
        registration_ids=list(registration_ids),
        was=list(was),
        to_status=to,
        province_code=province_code,
        place_id=place_id,
        reason=reason,
        by=db.actor.id,
        at=db.at,
    )
    template = {
        Status.approved: "registration_approved",
        Status.assigned: "registration_assigned",
        Status.refused: "refused",
    }[to]
    for row in moved:
        await db.happened(
            RegistrationMoved(
                registration_id=row.registration_id,
                from_status=row.was,
                to=to,
                reason=reason,
                person_id=row.person_id,
                place_id=place_id,
            )
        )
        await messaging.tell(db, row.person_id, template, code=row.code, place=place, reason=reason or "")
    return [row.registration_id for row in moved]


def _indexes(db: Db, words: str) -> list[bytes]:
    """The blind indexes that typed digits may mean: a citizen number, or a phone as it is dialled."""
    digits = "".join(words.split()).replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        return []
    found = [db.keys.blind("national_id:VN", digits), db.keys.blind("insurance:VN", digits)]
    if digits.startswith("0") and len(digits) == 10:
        found.append(db.keys.blind("phone", f"+84{digits[1:]}"))
    return found


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


class _Count(msgspec.Struct):
    tab: Tab
    number: int


class _Counted(Row, frozen=True, kw_only=True):
    total: int


class _Moved(msgspec.Struct):
    person_id: PersonId
    registration_id: RegistrationId
    code: str
    was: Status
