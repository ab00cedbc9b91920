"""Asking the schedule in force about people, and keeping what it said: refreshed by events, by new schedules and by time."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import rulebook
from tiemchung.domain.recommendations.courses import Course, assess, course_of, courses_of, gate
from tiemchung.domain.recommendations.model import CourseCompleted, GivenDose, Known, Recommendation
from tiemchung.domain.rulebook import InForce
from tiemchung.domain.schedule.answers import Assessment, DoseStatus, Forecast, Reason, Stop
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.events import Logged
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)

DISEASE = "COVID-19"
AT_ONCE = 500


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A live answer: the schedule in force, what was known, and what it said."""

    force: InForce
    known: Known
    answer: Assessment

    @property
    def following(self) -> Forecast:
        """What comes next for the person."""
        return self.answer.next(self.force.ready.written.source.group)

    @property
    def state(self) -> str:
        """Where the person stands, by the words of `rulebook.STATES`."""
        return rulebook.state(self.following, self.answer.on)

    @property
    def basis(self) -> list[tuple[str, str | None]]:
        """What the next dose's days rest on: lengths of time such as "3 months" since the dose before, with their papers."""
        rows = {
            row.rule: row
            for series in self.force.ready.schedule.rules.series
            for dose in series.doses
            for row in dose.intervals
        }
        named = [rows[rule] for rule in self.following.rules if rule in rows]
        return [(str(row.minimum), row.paper) for row in named if row.minimum is not None]

    @property
    def state_words(self) -> str:
        """Where the person stands, in words."""
        return rulebook.STATES[self.state]

    @property
    def course(self) -> Course:
        """The basic course by the doses that somebody answers for: what the green card and the passport rest on."""
        return course_of(self.force, self.known, self.answer.on, self.answer)


async def ask(db: Db, person_id: UUID, *, on: date | None = None, trace: bool = False) -> Asked:
    """Ask the schedule in force about a person now, or as of a day; whoever calls has opened the record.

    Raises `NotFound`, `rulebook.NoSchedule`.
    """
    on = on or clock.day_of(db.at)
    force = await rulebook.in_force(db, on)
    for known in await known_of(db, [person_id]):
        return Asked(force=force, known=known, answer=assess(force, known, on, trace=trace))
    raise NotFound


async def after_dose(db: Db, person_id: UUID, product: str, on: date) -> Forecast:
    """What would come next for a person who gets a product on a day to come, by the schedule in force on that day.

    Raises `NotFound`, `rulebook.NoSchedule`.
    """
    force = await rulebook.in_force(db, on)
    for known in await known_of(db, [person_id]):
        dose = GivenDose(immunization_id=uuid7(db.at), source="recorded", product=product, on=on, recorded_at=db.at)
        doses = [*known.doses, dose]
        then = msgspec.structs.replace(known, doses=doses)
        return Asked(force=force, known=then, answer=assess(force, then, on)).following
    raise NotFound


async def role_of(db: Db, person_id: UUID, product: str, on: date) -> str:
    """The role of a dose that somebody had on a day and that is not kept yet: what it was worth in their history.

    One that counts for nothing has the role of the dose that was due when it was given. Raises `NotFound`.
    """
    force = await rulebook.in_force(db, clock.day_of(db.at))
    for known in await known_of(db, [person_id]):
        dose = GivenDose(immunization_id=uuid7(db.at), source="imported", product=product, on=on, recorded_at=db.at)
        before = [each for each in known.doses if each.on <= on]
        history = [*before, dose, *known.doses[len(before) :]]
        with_it = assess(force, msgspec.structs.replace(known, doses=history), clock.day_of(db.at))
        worth = next((each for each in with_it.evaluations if each.index == len(before)), None)
        if worth is not None and worth.status is DoseStatus.valid and worth.role is not None:
            return worth.role
        then = msgspec.structs.replace(known, doses=before)
        return Asked(force=force, known=then, answer=assess(force, then, on)).following.role or "basic"
    raise NotFound


async def courses(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, Course]:
    """The basic courses of some people by the schedule in force now; who was merged into another is left out."""
    today = clock.day_of(db.at)
    return courses_of(await rulebook.in_force(db, today), await known_of(db, person_ids), today)


async def known_of(db: Db, person_ids: Sequence[UUID]) -> list[Known]:
    """What is known of some people when a schedule is asked; who was merged into another is left out."""
    return await db.all(Known, queries.known, person_ids=list(person_ids), disease=DISEASE)


async def obstacles(
    db: Db, person_ids: Sequence[UUID], product: str, *, on: date, place_id: UUID
) -> dict[UUID, tuple[Reason, ...]]:
    """What stands against giving a product to each of some people on a day at a place; who is not named may have it."""
    if not person_ids:
        return {}
    force = await rulebook.in_force(db, on)
    province = await province_of(db, place_id)
    found: dict[UUID, tuple[Reason, ...]] = {}
    for known in await known_of(db, person_ids):
        verdict = gate(force, msgspec.structs.replace(known, area_code=province), product, on)
        if isinstance(verdict, Stop):
            found[known.person_id] = verdict.reasons
    return found


async def province_of(db: Db, place_id: UUID) -> str | None:
    """The province of a place, by its code."""
    return await db.value(str, queries.province_of, place_id=place_id)


async def current(db: Db, person_id: UUID) -> Recommendation | None:
    """The stored answer that stands for a person; None until the first was made."""
    return await db.maybe(Recommendation, queries.current, person_id=person_id, disease=DISEASE)


async def versions(db: Db, person_id: UUID) -> list[Recommendation]:
    """Every answer that was stored for a person, the newest first."""
    return await db.all(Recommendation, queries.versions, person_id=person_id, disease=DISEASE)


async def follow(db: Db, logged: list[Logged]) -> None:
    """Doses, findings and people's own data put their person in line, a new schedule everybody; a second time changes nothing.

    Of two records that were united or parted both stand in line.
    """
    people = {each.person_id for each in logged if each.person_id is not None}
    people |= {UUID(str(each.body["merged_id"])) for each in logged if "merged_id" in each.body}
    await db.run(queries.wait, person_ids=sorted(people), at=db.at)
    if any(each.person_id is None for each in logged):
        await put_in_line(db)


async def put_in_line(db: Db) -> None:
    """Whose answer is another schedule's than today's, or changes today by time alone; done again, it changes nothing."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    await db.run(queries.no_timeout)
    await db.run(queries.wait_for_time, on=today, at=db.at)
    await db.run(queries.wait_for_rules, rule_set_id=force.rule_set_id, disease=DISEASE, at=db.at)


async def refresh_due(db: Db) -> None:
    """Look again at the people who have waited longest. Two at once take different people."""
    rows = await db.all(_Due, queries.take_due, most=AT_ONCE)
    if rows:
        await refresh(db, [row.person_id for row in rows])


async def refresh(db: Db, person_ids: Sequence[UUID]) -> None:
    """Ask about some people now and keep what is new; equal histories are asked about once."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    known = await known_of(db, person_ids)
    # Away from the loop, so that the process's other followers go on meanwhile.
    rows = await asyncio.to_thread(_rows, force, known, today, db.at)
    completed = await db.all(_Completed, queries.keep, answers=msgspec.json.encode(rows).decode())
    await db.all_happened(
        [CourseCompleted(person_id=one.person_id, recommendation_id=one.recommendation_id) for one in completed]
    )


def _rows(force: InForce, known: Sequence[Known], on: date, at: datetime) -> list[dict[str, object]]:
    answers: dict[bytes, dict[str, object]] = {}
    rows: list[dict[str, object]] = []
    for each in known:
        key = each.history
        if key not in answers:
            answers[key] = _row(force, each, on, at)
        rows.append(answers[key] | {"person_id": each.person_id, "recommendation_id": uuid7(at)})
    return rows


def _row(force: InForce, known: Known, on: date, at: datetime) -> dict[str, object]:
    group = force.ready.written.source.group
    answer = assess(force, known, on)
    following = answer.next(group)
    return {
        "disease": DISEASE,
        "rule_set_id": force.rule_set_id,
        "assessed_on": on,
        "known_at": at,
        "next_change": force.ready.schedule.next_change(
            known.subject,
            known.given,
            known.present,
            on=on,
            place=force.ready.place_of(known.area_code),
            vaccine_group=group,
        ),
        "status": rulebook.state(following, on),
        "basic_complete": course_of(force, known, on, answer).complete,
        "dose_role": following.role,
        "ordinal": following.ordinal,
        "earliest": following.earliest,
        "recommended": following.recommended,
        "past_due": following.past_due,
        "deferred_until": following.deferred_until,
        "answer": {"evaluations": answer.evaluations, "next": following},
    }


class _Completed(msgspec.Struct):
    person_id: UUID
    recommendation_id: UUID


class _Due(msgspec.Struct):
    person_id: UUID
