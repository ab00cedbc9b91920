"""People without an appointment here, and consent taken at the door: each has a reason, and somebody who allowed it."""

from uuid import UUID

import msgspec

from tiemchung.domain import appointments, people, recommendations, sites, vaccines
from tiemchung.domain.immunizations import prepared, rules
from tiemchung.domain.immunizations.actions import queries as visits
from tiemchung.domain.immunizations.actions import visit
from tiemchung.domain.immunizations.errors import ApproverNeeded, GuardianNeeded, SessionNotOpen
from tiemchung.domain.immunizations.model import CheckedIn, ConsentTaken, Visit, VisitId
from tiemchung.domain.people import NewPerson
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__, "walk_ins.sql")

__all__ = ["GIVEN_BY", "GuardianNeeded", "WalkIn", "agree", "receive"]

GIVEN_BY = {"self": "Người tiêm", "guardian": "Cha mẹ hoặc người giám hộ"}


class WalkIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who came without an appointment here: why they are received, who allowed it, and who agreed to the injection."""

    person: NewPerson
    given_by: str
    reason: str
    approved_by: UUID


async def receive(
    db: Db, walk_in: WalkIn, *, place_id: UUID, session_id: UUID, visit_id: UUID, asked_before: bool = True
) -> Visit:
    """Receive somebody without an appointment here; one that they have elsewhere for this dose is given back.

    `asked_before` is False for who was received without a line: then the rules speak at the dose, and a review opens.
    Raises `ApproverNeeded`, `people.IdentifierTaken`, `AlreadyCheckedIn`, `SessionNotOpen`, and
    `recommendations.Stopped`.
    """
    allowed = {one.staff_id for one in await prepared.allowers(db, place_id)} - {db.actor.id}
    if walk_in.approved_by not in allowed:
        raise ApproverNeeded
    if await db.value(str, visits.lock_session, place_id=place_id, session_id=session_id) != "open":
        raise SessionNotOpen
    person_id = await people.recognise(db, walk_in.person) or await people.introduce(db, walk_in.person)
    session = await sites.session(db, place_id, session_id)
    # Whom the session expects is received with their own appointment's code, never beside it.
    answer = (await prepared.answers(db, place_id, [person_id], session.product))[person_id]
    if asked_before and answer.stops:
        raise recommendations.Stopped(answer.stops)
    role, ordinal = await _due(db, person_id, session.product, answer.role)
    await _give_back_elsewhere(db, person_id, role, ordinal)
    await db.run(
        visits.insert_visit,
        place_id=place_id,
        visit_id=visit_id,
        session_id=session_id,
        person_id=person_id,
        appointment_id=None,
        dose_role=role,
        ordinal=ordinal,
        at=db.at,
        by=db.actor.id,
    )
    await db.run(
        queries.off_list, place_id=place_id, visit_id=visit_id, reason=walk_in.reason, approved_by=walk_in.approved_by
    )
    seen = await visit(db, place_id, VisitId(visit_id))
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


async def _due(db: Db, person_id: UUID, product: str, role: str | None) -> tuple[str, int]:
    """Role and ordinal of the next dose: the role by the schedule where it speaks, the ordinal after those of the role."""
    given = await db.all(_Given, queries.given, person_id=person_id, product=product)
    course = given[-1].course_doses if given else (await vaccines.product(db, product)).course_doses
    role = role or rules.next_role(len(given), course)
    return role, 1 + sum(dose.dose_role == role for dose in given)


async def _give_back_elsewhere(db: Db, person_id: UUID, role: str, ordinal: int) -> None:
    for other in await appointments.of_person(db, person_id):
        if other.live and (other.dose_role, other.ordinal) == (role, ordinal):
            await appointments.cancel(db, person_id, other.appointment_id)


class _Given(msgspec.Struct):
    dose_role: str
    course_doses: int
