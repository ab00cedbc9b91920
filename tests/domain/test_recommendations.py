"""What the schedule says of people, stored: with its rule set and moment, beside what was said before, renewed on change."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.citizens import a_new_person
from tests.histories import a_dose
from tests.stores import SITE, acting
from tests.visits import a_nurse, later
from tiemchung.domain import people, recommendations, rulebook
from tiemchung.domain.recommendations import FindingUnknown
from tiemchung.domain.schedule import read
from tiemchung.follow_ups import RECOMMENDS
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.worker import catch_up


async def somebody(db: Db) -> UUID:
    return (await people.register_person(db, await a_new_person(db, identifiers=[], contacts=[]))).person_id


async def with_course(db: Db, *days_ago: int, product: str = "AZ") -> UUID:
    """Somebody whose doses of one product lie so many days back."""
    person_id = await somebody(db)
    for ordinal, days in enumerate(days_ago, 1):
        await a_dose(db, person_id, product=product, on=clock.day_of(db.at) - timedelta(days=days), ordinal=ordinal)
    return person_id


async def test_an_answer_names_its_rule_set_and_what_was_known_when(db: Db):
    person_id = await with_course(db, 150, 90)
    await recommendations.refresh(db, [person_id])
    stored = await recommendations.current(db, person_id)
    assert stored is not None
    force = await rulebook.in_force(db, clock.day_of(db.at))
    assert (stored.rule_set_id, stored.known_at, stored.assessed_on) == (force.rule_set_id, db.at, clock.day_of(db.at))
    assert (stored.dose_role, stored.ordinal, stored.basic_complete) == ("booster", 1, True)
    assert stored.earliest is not None
    assert stored.status == ("due" if stored.earliest <= stored.assessed_on else "later")


async def test_the_same_answer_is_not_told_twice(db: Db):
    person_id = await with_course(db, 10, product="PF")
    await recommendations.refresh(db, [person_id])
    await recommendations.refresh(later(db, hours=1), [person_id])
    assert len(await recommendations.versions(db, person_id)) == 1


async def test_another_dose_makes_another_answer_beside_the_old(db: Db):
    person_id = await with_course(db, 30, product="PF")
    await recommendations.refresh(db, [person_id])
    await a_dose(db, person_id, product="PF", on=clock.day_of(db.at), ordinal=2)
    after = later(db, hours=1)
    await recommendations.refresh(after, [person_id])
    newest, oldest = await recommendations.versions(after, person_id)
    assert (oldest.dose_role, oldest.basic_complete) == ("basic", False)
    assert (newest.dose_role, newest.basic_complete) == ("booster", True)
    assert (await recommendations.courses(after, [person_id]))[person_id].complete


async def test_another_schedule_makes_another_answer_beside_the_old(db: Db):
    person_id = await with_course(db, 10, product="PF")
    await recommendations.refresh(db, [person_id])
    author, second = await acting(db, "national_operator"), await acting(db, "national_operator")
    texts = read.shipped(rulebook.COVID)
    draft_id = await rulebook.write(
        author, texts | {"schedule.yaml": texts["schedule.yaml"] + "# ghi chú\n"}, "Ghi chú"
    )
    await rulebook.compare_waiting(db)
    await rulebook.approve(second, draft_id, (await rulebook.open_comparison(second, draft_id)).digest)
    published = await rulebook.publish(second, draft_id, clock.day_of(db.at))
    after = later(db, hours=1)
    await recommendations.put_in_line(after)
    await recommendations.refresh_due(after)
    newest, oldest = await recommendations.versions(after, person_id)
    assert (newest.rule_set_id, newest.dose_role) == (published, oldest.dose_role)
    assert oldest.rule_set_id != published


async def test_the_day_alone_puts_somebody_in_line(db: Db):
    person_id = await with_course(db, 10, product="PF")
    await recommendations.refresh(db, [person_id])
    stored = await recommendations.current(db, person_id)
    assert stored is not None and stored.next_change is not None
    assert (stored.status, stored.next_change) == ("later", clock.day_of(db.at) + timedelta(days=11))
    on_the_day = later(db, days=11)
    await recommendations.put_in_line(on_the_day)
    await recommendations.refresh_due(on_the_day)
    renewed = await recommendations.current(db, person_id)
    assert renewed is not None
    assert (renewed.status, renewed.assessed_on) == ("due", stored.next_change)


async def test_doses_and_findings_put_their_person_in_line(database: Database):
    async with database.transaction() as db:
        nurse = await a_nurse(db)
        person_id = await somebody(nurse)
        await recommendations.findings.record(nurse, person_id, "allergy", source="staff")
    await catch_up(database)
    async with database.transaction() as db:
        await recommendations.refresh_due(db)
        stored = await recommendations.current(db, person_id)
    assert stored is not None
    assert "immunization.recorded" in RECOMMENDS
    assert {"rule_set.published", "people.corrected", "people.merged", "people.parted"} <= set(RECOMMENDS)


async def test_what_the_doctor_hears_is_kept_and_what_is_denied_later_has_ended(db: Db):
    person_id = await somebody(db)
    today = clock.day_of(db.at)
    await recommendations.findings.screened(db, person_id, {"allergy": True, "acute-illness": True}, ["JAN"])
    (known,) = await recommendations.known_of(db, [person_id])
    assert {(f.code, f.ended_on) for f in known.findings} == {("allergy", None), ("acute-illness", today)}
    again = later(db, days=30)
    await recommendations.findings.screened(again, person_id, {"allergy": False, "acute-illness": False}, ["JAN"])
    (known,) = await recommendations.known_of(again, [person_id])
    ended = {f.code: f.ended_on for f in known.findings}
    assert ended == {"allergy": today + timedelta(days=30), "acute-illness": today}


async def test_a_finding_that_no_schedule_asks_about_is_refused(db: Db):
    with pytest.raises(FindingUnknown):
        await recommendations.findings.record(db, await somebody(db), "left-handed", source="staff")


async def test_nobody_is_named_as_waiting_before_the_interval_is_over(db: Db):
    """Domain fact 17: not invite anyone whose minimum interval is not reached on the session's day."""
    early, due = await with_course(db, 19, product="PF"), await with_course(db, 20, product="PF")
    tomorrow = clock.day_of(db.at) + timedelta(days=1)
    against = await recommendations.obstacles(db, [early, due], "PF", on=tomorrow, place_id=SITE)
    assert {person: [each.code for each in reasons] for person, reasons in against.items()} == {early: ["too_soon"]}
