"""A passport rests on the basic course as the schedule in force evaluates it, and so does the green card: one answer for both."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.certificates_issued import a_dose, a_ring, the_registry_knows, the_site_signs
from tests.citizens import a_person
from tests.histories import a_dose as an_earlier_dose
from tests.visits import facts, later
from tiemchung.domain import certificates, immunizations, recommendations
from tiemchung.domain.certificates import Ring
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query
from tiemchung.worker import catch_up


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signer")


async def signed(db: Db, ring: Ring, *before: tuple[str, int], product: str = "PF", ordinal: int = 2) -> UUID:
    """A person with a signed dose of today, recorded as this basic dose, and earlier doses: products, days ago."""
    nurse, visit, dose_id = await a_dose(db)
    await db.run(
        Query("update immunization set product = %(product)s, ordinal = %(n)s where immunization_id = %(id)s"),
        product=product,
        n=ordinal,
        id=dose_id,
    )
    await db.run(Query("update person set birth_date = '1990-04-12' where person_id = %(id)s"), id=visit.person_id)
    for n, (earlier, days) in enumerate(before, 1):
        await an_earlier_dose(
            db, visit.person_id, product=earlier, on=clock.day_of(db.at) - timedelta(days=days), ordinal=n
        )
    await the_registry_knows(db, visit.person_id)
    await the_site_signs(db, nurse, visit)
    await certificates.sign_due(db, ring)
    return visit.person_id


async def card_and_passports(db: Db, person_id: UUID) -> tuple[str, int]:
    course = (await recommendations.courses(db, [person_id]))[person_id]
    held = await certificates.passports(db, person_id)
    return certificates.card_of(await immunizations.doses_of(db, person_id), held, course).colour, len(held)


@pytest.mark.parametrize(
    ("before", "product", "ordinal", "expected"),
    [
        ((("PF", 30),), "PF", 2, ("green", 1)),
        ((("AZ", 70),), "PF", 2, ("green", 1)),
        ((), "JAN", 1, ("green", 1)),
        ((("ABD", 30), ("ABD", 15)), "ABD", 3, ("green", 1)),
        ((("ABD", 15),), "ABD", 2, ("yellow", 0)),
        ((), "SPU2", 2, ("yellow", 0)),  # component II alone
        ((("VC", 60),), "AZ", 2, ("yellow", 0)),  # no schedule mixes these, whatever the record calls the dose
        ((("AZ", 200), ("AZ", 130)), "PF", 3, ("green", 1)),  # recorded as basic, but it is a booster
    ],
)
async def test_the_card_is_green_and_the_passport_issued_when_the_schedule_says_complete(
    db: Db, folder: Path, before: tuple[tuple[str, int], ...], product: str, ordinal: int, expected: tuple[str, int]
):
    person_id = await signed(db, await a_ring(db, folder), *before, product=product, ordinal=ordinal)
    assert await card_and_passports(db, person_id) == expected


async def test_a_booster_counts_over_all_doses_whatever_the_record_calls_it(db: Db, folder: Path):
    person_id = await signed(db, await a_ring(db, folder), ("AZ", 200), ("AZ", 130), product="PF", ordinal=3)
    (passport,) = await certificates.passports(db, person_id)
    said = (await certificates.sheet(db, person_id, passport.certificate_id)).payload["v"][0]
    assert (said["dn"], said["sd"]) == (3, 3)


async def test_a_declared_dose_completes_nothing(db: Db, folder: Path):
    ring = await a_ring(db, folder)
    person_id = await signed(db, ring, ("PF", 30))
    declare = Query("update immunization set source = 'self_declared' where person_id = %(id)s and ordinal = 1")
    await db.run(Query("delete from certificate"))
    await db.run(declare, id=person_id)
    await certificates.queue_person(db, person_id)
    assert await certificates.sign_due(db, ring) == (1, 0)
    assert await card_and_passports(db, person_id) == ("yellow", 0)
    await recommendations.refresh(db, [person_id])
    stored = await recommendations.current(db, person_id)
    assert stored is not None
    # What comes next knows of it all the same: nobody is asked to come for a dose that they say they have had.
    assert (stored.basic_complete, stored.dose_role) == (False, "booster")


async def test_a_dose_that_comes_to_light_brings_the_passport_of_a_later_one(database: Database, folder: Path):
    async with database.transaction() as db:
        ring = await a_ring(db, folder)
        person_id = await signed(db, ring)
        await recommendations.refresh(db, [person_id])
        assert await certificates.passports(db, person_id) == []
    await catch_up(database)
    async with database.transaction() as db:
        await an_earlier_dose(db, person_id, product="PF", on=clock.day_of(db.at) - timedelta(days=30))
        await recommendations.refresh(later(db, seconds=1), [person_id])
        (event,) = await facts(
            db, "select person_id from event where kind = 'recommendation.course_completed' and person_id is not null"
        )
        assert event["person_id"] == person_id
        # Only the dose whose session is signed waits for the signer.
        assert len(await facts(db, "select * from certificate_due")) == 1
        assert await certificates.sign_due(later(db, seconds=2), ring) == (1, 1)


async def test_equal_histories_are_asked_about_once_and_each_dose_keeps_its_place(db: Db):
    people = [await a_person(db, birth_date=date(1990, 4, 12), identifiers=[], contacts=[]) for _ in range(2)]
    for person_id in people:
        for n, days in enumerate((60, 30), 1):
            await an_earlier_dose(db, person_id, product="PF", on=clock.day_of(db.at) - timedelta(days=days), ordinal=n)
    found = await recommendations.courses(db, people)
    for person_id in people:
        doses = await immunizations.doses_of(db, person_id)
        assert [found[person_id].steps[dose.immunization_id].number for dose in doses] == [2, 1]
