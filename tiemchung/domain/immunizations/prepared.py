"""A session as a device takes it along: who is expected, what the rules answer for each of them, lots and forms.

Everything that has to be decided is decided here, by the server, for this product and this day. A device without a line
shows these answers; a stranger's age it holds to days of birth that the engine gave, and the server looks again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import people, recommendations, rulebook, sites, stock, vaccines
from tiemchung.domain.access import Purpose
from tiemchung.domain.immunizations import gate, screening
from tiemchung.domain.schedule import outcomes
from tiemchung.domain.schedule.answers import Reason, Stop
from tiemchung.domain.schedule.read import Ready
from tiemchung.domain.vaccines import Product
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "prepared.sql")

PAGE = "Chuẩn bị phiên trên thiết bị"


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier dose as a screen shows it."""

    product: str
    product_name: str
    ordinal: int
    lot: str | None
    place: str
    on: date


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a session expects: the code of their appointment (none for who came without), and their doses."""

    person_id: UUID
    code: str | None
    starts_at: datetime | None
    status: str
    dose_role: str
    ordinal: int
    name: str
    search_name: str
    sex: str
    birth_date: date
    birth_precision: str
    area_name: str
    consented: bool
    doses: list[Earlier]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the schedule in force says to somebody's dose today: what stops it, what has to be read, millilitres.

    `role` is that of the dose that is due, None where it stops. Health is the doctor's to ask and is left out.
    """

    stops: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    role: str | None
    volume_ml: float | None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the screening form and what a yes means for this person today."""

    id: str
    words: str
    outcome: str


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A vital sign, its normal range (both ends normal, None where there is none) and what a value outside means."""

    id: str
    words: str
    least: float | None
    most: float | None
    outcome: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A screening form of the day with every answer's meaning worked out."""

    paper: str
    questions: list[Question]
    signs: list[Sign]


class Allower(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may allow a person without an appointment."""

    staff_id: UUID
    name: str


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """All that a device takes along for a session; `answers` and `sheets` are keyed by person.

    `of_strangers`: the forms for somebody under 18 and for somebody older whom nobody expected; `births`: who of them may be
    given the product today, as far as the age is asked.
    """

    session: sites.Session
    product: Product
    people: list[Expected]
    answers: dict[UUID, Answer]
    sheets: dict[UUID, Sheet]
    of_strangers: tuple[Sheet, Sheet]
    births: list[rulebook.Births]
    lots: list[stock.Unit]
    allowers: list[Allower]


async def prepare(db: Db, place_id: UUID, session_id: UUID) -> Prepared:
    """A session to take along; each person in it sees in their log who took it. Raises `NotFound`."""
    session = await sites.session(db, place_id, session_id)
    product = await vaccines.product(db, session.product)
    expected = await db.all(Expected, queries.expected, place_id=place_id, session_id=session_id)
    await note(db, [one.person_id for one in expected], page=PAGE)
    today = clock.day_of(db.at)
    ready = (await rulebook.in_force(db, today)).ready
    ages = {people.age(one.birth_date, today): one.birth_date for one in expected}
    kind = (await sites.place(db, place_id)).kind
    of_age = {age: sheet(ready, born_on, today, session.product, kind) for age, born_on in ages.items()}
    child, adult = (
        sheet(ready, today.replace(year=today.year - age, day=1), today, session.product, kind) for age in (17, 40)
    )
    return Prepared(
        session=session,
        product=product,
        people=expected,
        answers=await answers(db, place_id, [one.person_id for one in expected], session.product),
        sheets={one.person_id: of_age[people.age(one.birth_date, today)] for one in expected},
        of_strangers=(child, adult),
        births=await rulebook.births(db, session.product, today),
        lots=await stock.usable_units(db, place_id, session.product, db.at),
        allowers=await allowers(db, place_id),
    )


async def note(db: Db, person_ids: Sequence[UUID], *, page: str) -> None:
    """Let each of a session's people see in their log who took them along."""
    await db.run(
        queries.log_prepared,
        person_ids=list(person_ids),
        at=db.at,
        actor_id=db.actor.id,
        actor_label=db.actor.label,
        purpose=Purpose.care,
        page=page,
        request_id=db.actor.request_id,
    )


async def allowers(db: Db, place_id: UUID) -> list[Allower]:
    """Who may allow a person without an appointment at a place."""
    return await db.all(Allower, queries.approvers, place_id=place_id, today=clock.day_of(db.at))


async def answers(db: Db, place_id: UUID, person_ids: Sequence[UUID], product: str) -> dict[UUID, Answer]:
    """What the schedule in force says to giving a product to each of some people today at a place."""
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    province = await recommendations.province_of(db, place_id)
    found: dict[UUID, Answer] = {}
    for known in await recommendations.known_of(db, person_ids):
        verdict = recommendations.gate(force, msgspec.structs.replace(known, area_code=province), product, today)
        stopped = isinstance(verdict, Stop)
        stops = gate.stops_of(verdict, overridden=False)
        found[known.person_id] = Answer(
            stops=tuple(each for each in stops if each.code not in gate.HEALTH),
            warnings=tuple(gate.to_answer(verdict)),
            role=None if stopped else verdict.role,
            volume_ml=None
            if stopped
            else force.ready.schedule.volume_ml(known.subject, product, role=verdict.role, on=today),
        )
    return found


def sheet(ready: Ready, born_on: date, on: date, product: str, kind: str) -> Sheet:
    """The screening form for somebody on a day, with what each answer means alone at a kind of place.

    Raises `screening.NoForm`.
    """
    form = screening.form_for(people.age(born_on, on), on)

    def meaning(finding: str) -> str:
        found = outcomes.of(
            ready.written.source, born_on=born_on, on=on, findings=[finding], signs={}, products=[product]
        )
        return screening.here(outcomes.gravest(found), kind)

    rows = [row for row in ready.written.source.vital_signs if (row.since or on) <= on <= (row.until or on)]
    signs = {row.sign: row for row in rows}
    return Sheet(
        paper=form.paper,
        questions=[Question(id=item.id, words=item.words, outcome=meaning(item.finding)) for item in form.asked],
        signs=[
            Sign(
                id=name,
                words=words,
                least=signs[name].least,
                most=signs[name].most,
                outcome=screening.here(signs[name].outcome, kind),
            )
            for name, words in screening.VITALS.items()
            if name in signs
        ],
    )
