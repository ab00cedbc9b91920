"""Reactions after a dose: the diary, reports, cases and their clocks."""

import math
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from tests.arrange import a_member_of_staff
from tests.figures import doses, undone
from tests.stores import SITE
from tests.visits import later, vaccinated
from tiemchung.domain import aefi, analytics, immunizations
from tiemchung.domain.aefi import CaseChanged, DoseUnknown, Followed, Noticed, NotYet, rules
from tiemchung.domain.immunizations import Dose, DoseRecorded
from tiemchung.kit import clock
from tiemchung.kit.db import Actor, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

SERIOUS = Followed(
    status="contacted", serious="hospital", causality=None, council=None, decided_on=None, note="Đã đưa vào viện"
)


async def a_dose(db: Db) -> tuple[Db, Dose]:
    """Somebody vaccinated, and their dose."""
    nurse, _, visit, _ = await vaccinated(db)
    (dose,) = await immunizations.doses_of(db, visit.person_id)
    return nurse, dose


async def reported(db: Db, dose: Dose, *dangers: str) -> aefi.Case | None:
    noticed = Noticed(dangers=dangers, signs=["fever"], onset_on=clock.day_of(db.at))
    return await aefi.report(db, dose.person_id, dose.immunization_id, noticed, report_id=uuid7(db.at), channel="app")


async def test_a_common_sign_is_kept_and_opens_no_case(db: Db):
    _, dose = await a_dose(db)

    assert await reported(db, dose) is None

    assert [report.signs for report in await aefi.reports_of(db, dose.person_id)] == [["fever"]]
    assert await aefi.of_person(db, dose.person_id) == []


@pytest.mark.parametrize("danger", [sign.code for sign in aefi.DANGERS])
async def test_each_sign_of_danger_opens_a_case_at_the_site_of_the_dose(db: Db, danger: str):
    _, dose = await a_dose(db)

    case = await reported(db, dose, danger)

    assert case is not None
    assert (case.place_id, case.status, case.dangers) == (SITE, "open", [danger])
    assert [c.case_id for c in await aefi.cases(db, place_id=SITE, area_path=None, closed=False)] == [case.case_id]


async def test_a_second_report_within_a_week_joins_the_open_case(db: Db):
    _, dose = await a_dose(db)

    first = await reported(db, dose, "heart")
    again = await reported(later(db, days=2), dose, "breathing")

    assert first is not None
    assert again is not None
    assert first.case_id == again.case_id
    assert len(await aefi.reports_of(db, dose.person_id)) == 2


async def test_the_same_report_sent_twice_is_one(db: Db):
    _, dose = await a_dose(db)
    key = uuid7(db.at)
    noticed = Noticed(dangers=["skin"], onset_on=clock.day_of(db.at))

    for _ in range(2):
        await aefi.report(db, dose.person_id, dose.immunization_id, noticed, report_id=key, channel="app")

    assert len(await aefi.reports_of(db, dose.person_id)) == 1
    assert await db.value(int, Query("select count(*) from event where kind = 'aefi.reported'")) == 1


async def test_nobody_reports_on_a_dose_that_is_not_theirs(db: Db):
    _, dose = await a_dose(db)

    with pytest.raises(DoseUnknown):
        await aefi.report(
            db,
            dose.person_id,
            uuid7(),
            Noticed(signs=["pain"], onset_on=clock.day_of(db.at)),
            report_id=uuid7(),
            channel="app",
        )


async def test_a_serious_case_starts_both_clocks_and_tells_what_is_late(db: Db):
    _, dose = await a_dose(db)
    case = await reported(db, dose, "neuro")
    assert case is not None
    assert case.clocks is None

    followed = await aefi.follow(db, dose.person_id, case.case_id, 1, SERIOUS)

    assert followed.clocks is not None
    assert followed.clocks.investigate_by == db.at + timedelta(hours=24)
    assert followed.clocks.council_by == db.at + timedelta(days=5)
    assert followed.late(db.at + timedelta(hours=23)) == ""
    assert followed.late(db.at + timedelta(hours=25)) == "investigate"
    assert followed.late(db.at + timedelta(days=5, hours=1)) == "council"


async def test_an_overdue_serious_case_is_an_alert_until_it_is_investigated(db: Db):
    _, dose = await a_dose(db)
    case = await reported(db, dose, "neuro")
    assert case is not None
    await aefi.follow(db, dose.person_id, case.case_id, 1, SERIOUS)
    tomorrow = later(db, hours=25)

    await analytics.alerts.raise_all(tomorrow)
    late = [alert.rule for alert in await analytics.alerts.every_open(tomorrow)]
    await aefi.follow(
        tomorrow,
        dose.person_id,
        case.case_id,
        2,
        Followed(
            status="investigating",
            serious="hospital",
            causality=None,
            council=None,
            decided_on=None,
            note="Đoàn đã đến",
        ),
    )
    await analytics.alerts.raise_all(tomorrow)
    then = [alert.rule for alert in await analytics.alerts.every_open(tomorrow)]

    assert "reaction_late" in late
    assert "reaction_late" not in then


async def test_every_version_of_a_case_stays_with_its_author(db: Db):
    _, dose = await a_dose(db)
    case = await reported(db, dose, "gut")
    assert case is not None
    staff_id, _ = await a_member_of_staff(db, "province_officer")
    officer = Db(
        db.connection,
        actor=Actor(kind="staff", id=staff_id, label="Cán bộ"),
        at=db.at,
        keys=db.keys,
        now=db._now,  # pyright: ignore[reportPrivateUsage]
    )
    closed = Followed(
        status="closed",
        serious="hospital",
        causality="C",
        council="Hội đồng tỉnh",
        decided_on=date(2026, 1, 5),
        note="Trùng hợp ngẫu nhiên",
    )

    await aefi.follow(officer, dose.person_id, case.case_id, 1, SERIOUS)
    await aefi.follow(officer, dose.person_id, case.case_id, 2, closed)

    versions = await aefi.versions(db, dose.person_id, case.case_id)
    assert [version.status for version in versions] == ["closed", "contacted", "open"]
    assert versions[0].by_name is not None
    assert await aefi.cases(db, place_id=SITE, area_path=None, closed=False) == []
    with pytest.raises(CaseChanged):
        await aefi.follow(officer, dose.person_id, case.case_id, 2, closed)


async def test_the_diary_takes_the_days_that_have_come_and_the_first_answer_stays(db: Db):
    _, dose = await a_dose(db)
    key = (dose.person_id, dose.immunization_id)
    third = later(db, days=3)

    with pytest.raises(NotYet):
        await aefi.answer_check(third, *key, 7, "fine")
    await aefi.answer_check(third, *key, 3, "fine")
    await aefi.answer_check(third, *key, 3, "something")

    assert [(check.day, check.feeling) for check in await aefi.checks(db, dose.person_id)] == [(3, "fine")]


@pytest.mark.parametrize(
    ("after", "answered", "due"),
    [(0, [], []), (1, [], [1]), (2, [1], []), (3, [1], [3]), (30, [], [28]), (42, [28], [42]), (60, [], [])],
)
def test_one_day_of_the_diary_is_due_at_a_time(after: int, answered: list[int], due: list[int]):
    given = date(2026, 3, 1)
    assert aefi.due_checks(given, given + timedelta(days=after), answered) == due


async def test_a_sampled_dose_is_asked_about_once_on_its_days_and_not_after_it_was_taken_back(db: Db):
    _, dose = await a_dose(db)
    await db.run(
        Query(
            "insert into reaction_check (person_id, immunization_id, day, due_on, sampled)"
            " values (%(p)s, %(i)s, 1, %(d)s, true), (%(p)s, %(i)s, 3, %(e)s, true)"
        ),
        p=dose.person_id,
        i=dose.immunization_id,
        d=clock.day_of(db.at) + timedelta(days=1),
        e=clock.day_of(db.at) + timedelta(days=3),
    )

    async def asked() -> int:
        return await db.value(int, Query("select count(*) from outbox_message where template = 'reaction_check'")) or 0

    await aefi.ask(db)
    assert await asked() == 0
    for _ in range(2):
        await aefi.ask(later(db, days=1))
    assert await asked() == 1
    await db.run(Query("update immunization set status = 'entered_in_error' where version = 1"))
    await aefi.ask(later(db, days=3))
    assert await asked() == 1


async def test_a_lot_with_more_serious_cases_than_chance_would_bring_must_be_looked_at(db: Db):
    staff_id, _ = await a_member_of_staff(db, "site_head", place_id=SITE)
    db.actor = Actor(kind="staff", id=staff_id, label="")
    suspect, other = await doses(db, 4, phone=1), await doses(db, 3, phone=2)
    for dose in (*suspect, *other[:2]):
        await _followed_by(db, dose, "heart", SERIOUS)
    await _followed_by(db, other[2], "heart", msgspec.structs.replace(SERIOUS, serious="no"))
    given = {_lot(suspect[0]): 400, _lot(other[0]): 4_000}

    marked, calm = [await aefi.among_lots(db, lot_id, product="JAN", given=given) for lot_id in given]

    assert (marked.reports, marked.serious, marked.other_reports, marked.other_serious) == (4, 4, 3, 2)
    assert (marked.serious_rate, marked.other_serious_rate) == (1_000, 50)
    assert marked.must_be_looked_at and not calm.must_be_looked_at

    await undone(db, suspect[0])
    assert (await aefi.among_lots(db, _lot(suspect[0]), product="JAN", given=given)).serious == 3


async def test_a_lot_without_any_other_of_its_vaccine_has_nothing_to_be_compared_with(db: Db):
    staff_id, _ = await a_member_of_staff(db, "site_head", place_id=SITE)
    db.actor = Actor(kind="staff", id=staff_id, label="")
    (dose,) = await doses(db)
    await _followed_by(db, dose, "heart", SERIOUS)

    alone = await aefi.among_lots(db, _lot(dose), product="JAN", given={_lot(dose): 0})

    assert (alone.serious, alone.serious_rate, alone.other_serious_rate) == (1, None, None)
    assert not alone.must_be_looked_at


def test_chance_is_the_tail_of_poissons_distribution():
    # P(X = 0) = exp(-m); P(X <= 2) = exp(-m) (1 + m + m²/2).
    assert rules.chance_of(1, 1.0) == pytest.approx(1 - math.exp(-1))
    assert rules.chance_of(3, 4.0) == pytest.approx(1 - math.exp(-4) * 13)
    assert (rules.chance_of(0, 0.0), rules.chance_of(1, 0.0)) == (1.0, 0.0)


def _lot(dose: DoseRecorded) -> UUID:
    assert dose.lot_id is not None
    return dose.lot_id


async def _followed_by(db: Db, dose: DoseRecorded, danger: str, known: Followed) -> None:
    assert dose.person_id is not None
    noticed = Noticed(dangers=[danger], onset_on=clock.day_of(db.at))
    case = await aefi.report(db, dose.person_id, dose.immunization_id, noticed, report_id=uuid7(), channel="app")
    assert case is not None
    await aefi.follow(db, case.person_id, case.case_id, 1, known)
