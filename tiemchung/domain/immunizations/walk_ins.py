"""People without an appointment here, and consent taken at the door: each has a reason, and somebody who allowed it."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.domain import access, appointments, people, recommendations, sites
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import prepared
from tiemchung.domain.immunizations.actions import queries as visits
from tiemchung.domain.immunizations.actions import visit
from tiemchung.domain.immunizations.errors import ApproverNeeded, GuardianNeeded, PossibleDuplicate, SessionNotOpen
from tiemchung.domain.immunizations.model import CheckedIn, ConsentTaken, Visit, VisitId
from tiemchung.domain.people import NewPerson
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "walk_ins.sql")

__all__ = [
    "GIVEN_BY",
    "Alike",
    "GuardianNeeded",
    "PossibleDuplicate",
    "WalkIn",
    "agree",
    "agreed_of",
    "alike",
    "has_agreed",
    "receive",
]

COMPARED = "So sánh hồ sơ khi tiếp đón"
GIVEN_BY = {"self": "Người tiêm", "guardian": "Cha mẹ hoặc người giám hộ"}


class WalkIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who came without an appointment here: why they are received, who allowed it, and who agreed to the injection.

    `given_by` is None where a paper holds no consent: then the gate says so at the dose.
    `same_as`: whom of the people alike they turned out to be, that they are somebody new, or "unsure" where nobody can be
    asked any more; None while nobody has asked.
    """

    person: NewPerson
    given_by: str | None
    reason: str
    approved_by: UUID
    same_as: UUID | Literal["new", "unsure"] | None = None


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody known who may be the one at the door, as much of them as a comparison needs."""

    person_id: UUID
    name: str
    birth: str
    area_name: str
    document: str | None


async def alike(db: Db, described: NewPerson) -> list[Alike]:
    """Who is known by the name, sex and birth of somebody at the door; each of them sees who compared."""
    found = [one for one in await people.suspects(db, described) if not one.same_identifier]
    documents = await people.masked_documents(db, [one.person_id for one in found])
    await access.note_looks(db, [one.person_id for one in found], purpose=Purpose.care, page=COMPARED)
    return [
        Alike(
            person_id=one.person_id,
            name=one.name,
            birth=people.birth_words(one.birth_date, one.birth_precision),
            area_name=one.area_name,
            document=document.masked if (document := documents.get(one.person_id)) else None,
        )
        for one in found
    ]


async def receive(
    db: Db, walk_in: WalkIn, *, place_id: UUID, session_id: UUID, visit_id: UUID, held_to_schedule: bool = True
) -> Visit:
    """Receive somebody without an appointment here, on a place of the session; one that they have elsewhere for this dose is
    given back.

    `held_to_schedule` is False for who came in on paper or without a line and may have the dose already: then the schedule
    speaks at the dose, and a review opens; where no place is left, they are kept without one. Who is new but "unsure" is
    received with the suspicion. Raises `ApproverNeeded`, `people.IdentifierTaken`, `PossibleDuplicate`, `AlreadyCheckedIn`,
    `SessionNotOpen`, `appointments.SlotsFull`, `appointments.AlreadyBooked`, and `recommendations.Stopped`.
    """
    allowed = {one.staff_id for one in await prepared.allowers(db, place_id)} - {db.actor.id}
    if walk_in.approved_by not in allowed:
        raise ApproverNeeded
    if await db.value(str, visits.lock_session, place_id=place_id, session_id=session_id) != "open":
        raise SessionNotOpen
    person_id, suspected = await _who(db, walk_in)
    session = await sites.session(db, place_id, session_id)
    # Whom the session expects is received with their own appointment's code, never beside it.
    answer = (await prepared.answers(db, place_id, [person_id], session.product))[person_id]
    if held_to_schedule and answer.stops:
        raise recommendations.Stopped(answer.stops)
    role, ordinal = await _due(db, person_id, session.product, answer.role)
    await _give_back_elsewhere(db, person_id, role, ordinal)
    try:
        appointment_id = await appointments.seat(db, session, person_id, role, ordinal)
    except (appointments.SlotsFull, appointments.AlreadyBooked):
        if held_to_schedule:
            raise
        appointment_id = None
    await db.run(
        visits.insert_visit,
        place_id=place_id,
        visit_id=visit_id,
        session_id=session_id,
        person_id=person_id,
        appointment_id=appointment_id,
        dose_role=role,
        ordinal=ordinal,
        at=db.at,
        by=db.actor.id,
    )
    await db.run(
        queries.off_list,
        place_id=place_id,
        visit_id=visit_id,
        reason=walk_in.reason,
        approved_by=walk_in.approved_by,
        suspected_person_id=suspected,
    )
    seen = await visit(db, place_id, VisitId(visit_id))
    if walk_in.given_by is not None:
        await agree(db, seen, given_by=walk_in.given_by)
    await db.happened(
        CheckedIn(
            person_id=person_id, place_id=place_id, session_id=session_id, visit_id=visit_id, off_list=walk_in.reason
        )
    )
    return seen


async def agree(db: Db, seen: Visit, *, given_by: str) -> None:
    """Keep that the person, or a guardian for them, agreed at the site to the text in force; once is enough."""
    kept = await db.run(
        queries.agree, person_id=seen.person_id, consent_id=uuid7(db.at), given_by=given_by, at=db.at,
        today=clock.day_of(db.at),
    )  # fmt: skip
    if kept:
        await db.happened(
            ConsentTaken(
                person_id=seen.person_id, place_id=seen.place_id, session_id=seen.session_id, given_by=given_by
            )
        )


async def has_agreed(db: Db, person_id: UUID) -> bool:
    """Whether somebody has agreed to be vaccinated; whoever calls has opened the record."""
    return bool(await db.value(bool, queries.agreed, person_id=person_id))


async def agreed_of(db: Db, person_ids: Sequence[UUID]) -> set[UUID]:
    """Who of some people has agreed to be vaccinated."""
    return {one.person_id for one in await db.all(_Agreed, queries.agreed_of, person_ids=list(person_ids))}


async def _who(db: Db, walk_in: WalkIn) -> tuple[people.PersonId, people.PersonId | None]:
    """Who came: known for sure, one of the people alike whom somebody has chosen, or somebody new, and who that may be."""
    if known := await people.recognise(db, walk_in.person):
        return known, None
    others = await people.suspects(db, walk_in.person)
    chosen = next((one.person_id for one in others if one.person_id == walk_in.same_as), None)
    if chosen is not None:
        await people.supplement(db, chosen, walk_in.person)
        return chosen, None
    if others and walk_in.same_as not in {"new", "unsure"}:
        raise PossibleDuplicate(count=len(others))
    suspected = others[0].person_id if others and walk_in.same_as == "unsure" else None
    return await people.introduce(db, walk_in.person), suspected


async def _due(db: Db, person_id: UUID, product: str, role: str | None) -> tuple[str, int]:
    """Role and ordinal of the next dose: the role that the schedule allows, or else has next; the ordinal after those of it."""
    given = await db.all(_Given, queries.given, person_id=person_id, product=product)
    role = role or (await recommendations.ask(db, person_id)).following.role or "basic"
    return role, 1 + sum(dose.dose_role == role for dose in given)


async def _give_back_elsewhere(db: Db, person_id: UUID, role: str, ordinal: int) -> None:
    for other in await appointments.of_person(db, person_id):
        if other.live and (other.dose_role, other.ordinal) == (role, ordinal):
            await appointments.cancel(db, person_id, other.appointment_id)


class _Agreed(msgspec.Struct):
    person_id: UUID


class _Given(msgspec.Struct):
    dose_role: str
