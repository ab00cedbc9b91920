"""Sums stay exact through whatever changes what was recorded: corrections, united records, late letters, a clock that jumps."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.arrange import Client
from tests.domain.test_corrections import a_dose
from tests.domain.test_merging import OTHER, TOLD, an_officer, two_records
from tests.figures import counted, days_ago, doses
from tests.immunization_support.test_site import a_site, somebody_ready
from tests.immunization_support.test_without_a_line import a_tablet, the_dose
from tiemchung.domain import analytics, immunizations
from tiemchung.domain.analytics import FOLLOWER
from tiemchung.domain.immunizations import DoseChange, imported, merging
from tiemchung.kit import clock, events
from tiemchung.kit.db import Database


async def national(database: Database, expected: int) -> None:
    """The nation's number once all is counted, and every level proved against the records."""
    await counted(database)
    async with database.transaction() as db:
        proved = await analytics.prove(db)
        assert (proved.differences, proved.checked) == ([], expected)
        assert (await analytics.national(db)).totals.doses == expected


@pytest.mark.parametrize("count_between", [True, False], ids=["counted in between", "counted at the end"])
async def test_uniting_two_records_and_parting_them_keeps_every_sum(database: Database, count_between: bool):
    async with database.transaction() as db:
        first, second = await two_records(db)
        await imported.keep(db, first, [TOLD])
        await imported.keep(db, second, [TOLD, OTHER])
    if count_between:
        await national(database, 3)
    async with database.transaction() as db:
        merge_id = await merging.merge(await an_officer(db), first, second, reason="Cùng một người")
        united = len(await immunizations.doses_of(db, first))
    if count_between:
        await national(database, united)
    async with database.transaction() as db:
        await merging.part(await an_officer(db), first, merge_id, reason="Hóa ra là hai chị em")
    await national(database, 3)


@pytest.mark.parametrize("count_between", [True, False], ids=["counted in between", "counted at the end"])
async def test_a_corrected_day_and_a_dose_that_was_not_given_keep_every_sum(database: Database, count_between: bool):
    async with database.transaction() as db:
        dose = await a_dose(db)
        await doses(db, 2, phone=7)
    if count_between:
        await national(database, 3)
    before = dose.occurred_at - timedelta(days=2)
    async with database.transaction() as db:
        moved = DoseChange(immunization_id=dose.immunization_id, version=1, occurred_at=before)
        version = await immunizations.correct(db, dose.person_id, moved, reason="Sổ giấy")
    await national(database, 3)
    async with database.transaction() as db:
        days = {day.day: day.doses for day in (await analytics.national(db)).days if day.doses}
    assert days == {clock.day_of(before): 1, clock.day_of(dose.occurred_at): 2}

    async with database.transaction() as db:
        gone = DoseChange(immunization_id=dose.immunization_id, version=version, not_given=True)
        await immunizations.correct(db, dose.person_id, gone, reason="Người này không tiêm")
    await national(database, 2)


async def test_letters_that_arrive_late_and_twice_while_the_log_is_read_count_once(client: Client):
    _, session_id, codes = await a_site(client, 3)
    ready = [await somebody_ready(client, session_id, code) for code in codes]
    device, nurse = await a_tablet(client)
    happened = datetime.now(UTC) - timedelta(minutes=50)
    letters = [
        device.letter("immunization.record", the_dose(session_id, visit, vial), nurse, at=happened)
        for visit, vial in ready
    ]
    await events.register(client.database, [FOLLOWER])
    sending = [asyncio.create_task(device.send(letter, letter)) for letter in letters]
    while not all(task.done() for task in sending):
        await events.advance(client.database, FOLLOWER)
        await asyncio.sleep(0)
    assert [answer["status"] for task in sending for answer in task.result()] == [200] * 6
    await national(client.database, 3)


async def test_a_clock_that_jumps_ahead_moves_no_figure_of_today_and_is_told(database: Database):
    ahead = clock.now() + timedelta(hours=5)
    async with database.transaction() as db:
        await doses(db, 4)
    async with database.transaction(at=ahead) as db:
        await doses(db, 2, at=days_ago(-3), phone=8)
    await counted(database)
    async with database.transaction() as db:
        figures, wall = await analytics.national(db), await analytics.wall(db)
        assert wall is not None
        assert (figures.as_of, figures.totals.doses) == (clock.day_of(db.at), 4)
        assert (wall.today.today, wall.operations.recent) == (4, 4), (
            "minutes that have not come are not the pace of now"
        )
        assert await analytics.behind_seconds(db) == 0
        await analytics.alerts.raise_all(db)
        (told,) = await analytics.alerts.every_open(db, topic="quality")
        assert (told.rule, told.value, told.province_code) == ("future_dated", 2, "46")
        proved = await analytics.prove(db)
    assert (proved.ok, proved.checked) == (True, 6), "the sum of all days holds them"
