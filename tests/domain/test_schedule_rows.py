"""The rows beside each published schedule, and places that are given by the schedule's word: age, interval, course, product."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.domain.test_bookings import counted, target, took
from tests.domain.test_rulebook import SHIPPED, a_draft, officers, read_by
from tests.histories import a_dose
from tests.places import an_open_session
from tests.stores import SITE, people_assigned
from tests.visits import facts
from tiemchung.domain import appointments, recommendations, rulebook
from tiemchung.domain.appointments import NotDue, OtherVaccine, TooEarly, TooYoung
from tiemchung.domain.immunizations import imported
from tiemchung.domain.people import PersonId
from tiemchung.domain.schedule import tables
from tiemchung.domain.schedule.answers import Stop
from tiemchung.domain.schedule.dates import Duration, add
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.sql import Query


async def test_every_schedule_has_the_rows_that_its_engine_answers_with(db: Db):
    author, second = await officers(db)
    # Another answer about an age: Abdala from 20 years on.
    texts = SHIPPED | {
        "schedule.yaml": SHIPPED["schedule.yaml"].replace("at: 19 years", "at: 20 years"),
        "examples.yaml": SHIPPED["examples.yaml"].replace("born: 2002-10-01", "born: 2001-10-01"),
    }
    draft_id = await a_draft(author, texts)
    await rulebook.approve(second, draft_id, await read_by(second, draft_id))
    today = clock.day_of(db.at)
    await rulebook.publish(second, draft_id, today + timedelta(days=3))
    for published in await rulebook.history(db):
        engine = (await rulebook.ready(db, published.rule_set_id)).ready.schedule
        rows = await facts(
            db, f"select * from schedule_age where rule_set_id = '{published.rule_set_id}' order by product, since"
        )
        assert [(row["product"], row["since"], row["until"], row["from_months"], row["to_months"]) for row in rows] == [
            (each.product, each.since, each.until, each.from_age.months, each.to_age and each.to_age.months)
            for each in sorted(tables.ages(engine, "COVID-19"), key=lambda row: (row.product, row.since))
        ]
        courses = await facts(db, f"select * from schedule_course where rule_set_id = '{published.rule_set_id}'")
        assert {(row["product"], row["number"], row["completes"]) for row in courses} == {
            (each.product, each.number, each.completes) for each in tables.course_doses(engine)
        }
    born = date(today.year - 19, today.month, 1)
    said = [
        (await facts(db, f"select may_be_given('ABD', 'COVID-19', '{born}', 'day', '{on}') as may"))[0]["may"]
        for on in (today + timedelta(days=2), today + timedelta(days=3))
    ]
    assert said == [True, False]


async def test_the_database_counts_ages_as_the_engine_does(db: Db):
    engine = (await rulebook.in_force(db, date(2022, 6, 1))).ready.schedule
    chance = random.Random(7)
    days = [date(2004, 2, 29), date(2008, 2, 29)] + [
        date(1950, 1, 1) + timedelta(days=chance.randrange(26_000)) for _ in range(60)
    ]
    ages = tables.ages(engine, "COVID-19")
    asked: list[tuple[str, date, str, date]] = []
    answered: list[bool] = []
    for born in days:
        for row in ages:
            if row.product == "SPU2":
                continue  # nobody begins with it: the gate stops on that at any age
            # Around the very day on which the age is reached, where that day is one of these years.
            on = max(add(born, row.from_age), row.since) + timedelta(days=chance.randrange(-1, 2))
            precision = chance.choice(["day", "month", "year"])
            first = born.replace(day=1) if precision == "month" else born.replace(month=1, day=1)
            subject = recommendations.Known(
                person_id=UUID(int=0), birth_date=born if precision == "day" else first, birth_precision=precision,
                sex="female", area_code=None, doses=[], findings=[],
            ).subject  # fmt: skip
            verdict = engine.gate(subject, (), (), row.product, on=on, vaccine_group="COVID-19")
            asked.append((row.product, subject.born_on, precision, on))
            answered.append(not isinstance(verdict, Stop))
    said = await facts(
        db,
        """select may_be_given(product, 'COVID-19', born, precision, "on") as may
           from unnest(%(product)s::text[], %(born)s::date[], %(precision)s::text[], %(on)s::date[])
                with ordinality as asked (product, born, precision, "on", n)
           order by n""",
        **dict(zip(("product", "born", "precision", "on"), map(list, zip(*asked, strict=True)), strict=True)),
    )
    differ = [(*one, may) for one, may, row in zip(asked, answered, said, strict=True) if row["may"] != may]
    assert not differ


AGAINST: list[tuple[str, int, str, str, int, type[DomainError]]] = [
    ("PF", 19, "PF", "basic", 2, TooEarly),
    ("PF", 40, "AZ", "basic", 2, OtherVaccine),
    ("VC", 60, "MOD", "basic", 2, OtherVaccine),
    ("JAN", 200, "PF", "basic", 2, NotDue),  # a booster is due, not a second basic dose
    ("AZ", 70, "PFC", "basic", 2, OtherVaccine),
]


@pytest.mark.parametrize(("given", "days_ago", "product", "role", "ordinal", "error"), AGAINST)
async def test_who_had_a_dose_gets_a_place_only_for_what_the_engine_allows_on_that_day(
    db: Db, given: str, days_ago: int, product: str, role: str, ordinal: int, error: type[DomainError]
):
    slot, *_ = await an_open_session(db, product=product)
    (person,) = await people_assigned(db, 1)
    await vaccinated(db, person, given, days_ago, role, ordinal)
    with pytest.raises(error):
        await took(db, person, slot)
    assert (await counted(db))[0] == 0


@pytest.mark.parametrize(
    ("given", "days_ago", "product", "role", "ordinal"),
    [("PF", 20, "PF", "basic", 2), ("AZ", 70, "PF", "basic", 2), ("JAN", 200, "PF", "booster", 1)],
)
async def test_the_place_is_given_on_the_day_that_the_engine_allows(
    db: Db, given: str, days_ago: int, product: str, role: str, ordinal: int
):
    slot, *_ = await an_open_session(db, product=product)
    (person,) = await people_assigned(db, 1)
    await vaccinated(db, person, given, days_ago, role, ordinal)
    assert (await took(db, person, slot)).status == "booked"


async def test_a_place_is_moved_only_to_a_day_and_a_vaccine_that_the_engine_allows(db: Db):
    near, *_ = await an_open_session(db, days=3, product="PF")
    too_near, *_ = await an_open_session(db, days=1, number="XD956", product="PF")
    other, *_ = await an_open_session(db, days=4, number="XD957", product="AZ")
    far, *_ = await an_open_session(db, days=5, number="XD958", product="PF")
    (person,) = await people_assigned(db, 1)
    await vaccinated(db, person, "PF", 18, "basic", 2)
    booked = await took(db, person, near)
    for slot, error in ((too_near, TooEarly), (other, OtherVaccine)):
        with pytest.raises(error):
            await appointments.move(db, person, booked.appointment_id, target(slot))
    assert (await appointments.move(db, person, booked.appointment_id, target(far))).starts_at == far.starts_at


async def test_of_a_basic_dose_and_a_booster_of_the_same_number_the_one_asked_for_is_booked(db: Db):
    slot, *_ = await an_open_session(db, product="PF")
    (person,) = await people_assigned(db, 1)
    with pytest.raises(appointments.NotRegistered):
        await took(db, person, slot, dose_role="booster", ordinal=1)
    assert (await took(db, person, slot, dose_role="basic", ordinal=1)).dose_role == "basic"


async def test_who_was_told_to_wait_gets_no_place_before(db: Db):
    slot, *_ = await an_open_session(db, product="PF")
    (person,) = await people_assigned(db, 1)
    await recommendations.refresh(db, [person])
    await db.run(
        Query("update recommendation set deferred_until = %(on)s where person_id = %(id)s"),
        on=clock.day_of(slot.starts_at) + timedelta(days=1),
        id=person,
    )
    with pytest.raises(TooEarly):
        await took(db, person, slot)


async def test_an_age_above_the_licence_is_refused_as_one_below(db: Db):
    slot, *_ = await an_open_session(db, product="ABD")
    people = await people_assigned(db, 2)
    day = clock.day_of(slot.starts_at)
    for person, years in zip(people, (66, 18), strict=True):
        born = add(day.replace(day=1), Duration(-12 * years))
        await db.run(Query("update person set birth_date = %(on)s where person_id = %(id)s"), on=born, id=person)
        with pytest.raises(TooYoung):
            await took(db, person, slot)


async def vaccinated(db: Db, person: UUID, product: str, days_ago: int, role: str, ordinal: int) -> None:
    """A dose so many days ago of somebody aged 40, whose registration is for this dose now."""
    await a_dose(db, person, product=product, on=clock.day_of(db.at) - timedelta(days=days_ago))
    await db.run(Query("update person set birth_date = '1986-05-05' where person_id = %(id)s"), id=person)
    await db.run(
        Query("update registration set dose_role = %(role)s, ordinal = %(n)s where person_id = %(id)s"),
        id=person,
        role=role,
        n=ordinal,
    )


@pytest.mark.parametrize(
    ("told", "roles"),
    [
        ((("JAN", 300), ("PF", 100)), ["basic", "booster"]),
        ((("PF", 30), ("PF", 300)), ["basic", "basic"]),  # a list in any order
        ((("ABD", 200), ("ABD", 180), ("ABD", 160)), ["basic", "basic", "basic"]),
        ((("VC", 300), ("VC", 270), ("PF", 200)), ["basic", "basic", "additional"]),
        ((("VC", 300), ("AZ", 200)), ["basic", "basic"]),  # worth nothing: the role of the dose that was due
    ],
)
async def test_a_dose_of_a_list_gets_the_role_that_the_engine_gives_it(
    db: Db, told: tuple[tuple[str, int], ...], roles: list[str]
):
    (person,) = await people_assigned(db, 1)
    await db.run(Query("update person set birth_date = '1986-05-05' where person_id = %(id)s"), id=person)
    today = clock.day_of(db.at)
    doses = [
        imported.Told(product=product, on=today - timedelta(days=days), lot_number=None, place_id=SITE)
        for product, days in told
    ]
    assert await imported.keep(db, PersonId(person), doses) == len(told)
    rows = await facts(db, "select dose_role from immunization order by occurred_at")
    assert [row["dose_role"] for row in rows] == roles
