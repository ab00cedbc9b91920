"""Figures that always add up: whatever is recorded, corrected or entered late, every level says the same."""

import asyncio
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from tests.figures import counted, days_ago, doses, undone
from tiemchung.domain import analytics
from tiemchung.domain.analytics import FOLLOWER, Figures, areas, counting
from tiemchung.domain.analytics.model import Day
from tiemchung.domain.analytics.proof import Difference
from tiemchung.domain.analytics.rules import every_day, up_to
from tiemchung.kit import clock, events
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query

HUE, HUE_DISTRICT, ELSEWHERE = "46", "474", "00001"  # a commune of Hà Nội

# The two tables that migration 0383 found, made from what is counted now.
BEFORE_REACHED = """
    create table rollup_group as
    select ltree2text(subpath(a.path, 2, 1)) as province_code, priority_group_id, age_band, sex, dose_role, ordinal, completes,
           sum(doses)::int as doses
      from rollup_district_group r join area a on a.code = r.district_code and a.level = 'district' and a.valid_to = '2025-07-01'
     group by 1, 2, 3, 4, 5, 6, 7;
    create table rollup_equity as
    select area_code as province_code, kind, code, dose_role, ordinal, completes, doses
      from rollup_reached where kind in ('distance', 'ethnicity') and area_code <> 'VN';
    drop table rollup_reached;
"""


async def national(database: Database) -> Figures:
    async with database.transaction() as db:
        return await analytics.national(db)


async def proof(database: Database) -> analytics.Proof:
    async with database.transaction() as db:
        return await analytics.prove(db)


async def test_nation_provinces_districts_and_sites_hold_the_same_sum(database: Database):
    async with database.transaction() as db:
        await doses(db, 5)
        await doses(db, 3, area=ELSEWHERE, product="AZ", at=days_ago(2))
    await counted(database)

    figures = await national(database)
    async with database.transaction() as db:
        found = await analytics.province(db, HUE)
    assert found is not None
    assert figures.totals.doses == 8 == sum(area.doses for area in figures.areas)
    assert figures.totals.complete == 5, "one dose of Janssen ends the course, one of AstraZeneca does not"
    assert found[0].doses == 5 == sum(district.doses for district in found[1].areas)
    assert next(d for d in found[1].areas if d.code == HUE_DISTRICT).doses == 5
    proved = await proof(database)
    assert proved.ok and proved.checked == 8


async def test_a_dose_entered_in_error_is_taken_away_where_it_was_counted(database: Database):
    async with database.transaction() as db:
        given = await doses(db, 3, at=days_ago(1))
    await counted(database)
    async with database.transaction() as db:
        await undone(db, given[0])
    await counted(database)

    figures = await national(database)
    assert figures.totals.doses == 2
    assert [day.doses for day in figures.days] == [2]
    assert (await proof(database)).ok


async def test_a_late_entry_counts_on_the_day_it_was_given_and_stands_on_both_clocks(database: Database):
    async with database.transaction() as db:
        await doses(db, 2)
        await doses(db, 4, at=days_ago(9))
    await counted(database)

    async with database.transaction() as db:
        wall = await analytics.wall(db)
    assert wall is not None
    assert [day.doses for day in wall.figures.days if day.doses] == [4, 2]
    assert wall.today.today == 2
    assert (wall.late.recorded, wall.late.late) == (6, 4)
    assert (await proof(database)).ok


async def test_reading_the_log_again_from_a_lost_batch_counts_nothing_twice(database: Database):
    async with database.transaction() as db:
        await doses(db, 3)
    await counted(database)
    await counted(database)
    assert await events.advance(database, FOLLOWER) == 0
    assert (await national(database)).totals.doses == 3


async def test_a_batch_that_fails_leaves_no_part_of_itself(database: Database):
    async with database.transaction() as db:
        await doses(db, 3)
    await events.register(database, [FOLLOWER])

    async def breaks(db: Db, batch: list[events.Logged]) -> None:
        await counting.count(db, batch)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await events.advance(database, events.Follower(name=FOLLOWER.name, kinds=FOLLOWER.kinds, handle=breaks))
    assert (await national(database)).totals.doses == 0
    await counted(database)
    assert (await national(database)).totals.doses == 3


async def test_sums_are_exact_while_many_write_and_the_log_is_read(database: Database):
    await events.register(database, [FOLLOWER])
    reading = True

    async def read() -> None:
        while reading:
            await events.advance(database, FOLLOWER)
            await asyncio.sleep(0)

    async def write(nth: int) -> None:
        async with database.transaction() as db:
            given = await doses(db, 3, at=days_ago(nth % 3), phone=nth)
        async with database.transaction() as db:
            await undone(db, given[0])

    reader = asyncio.create_task(read())
    await asyncio.gather(*(write(nth) for nth in range(12)))
    reading = False
    await reader
    assert (await proof(database)).ok
    await counted(database)
    proved = await proof(database)
    assert proved.ok and proved.checked == 24


async def test_the_proof_leaves_out_what_is_not_counted_yet(database: Database):
    async with database.transaction() as db:
        given = await doses(db, 2)
    await counted(database)
    async with database.transaction() as db:
        await doses(db, 4)
        await undone(db, given[0])
    proved = await proof(database)
    assert proved.ok and proved.checked == 2


async def test_the_proof_names_what_differs(database: Database):
    async with database.transaction() as db:
        await doses(db, 2)
    await counted(database)
    async with database.transaction() as db:
        await db.run(Query("update rollup_province_day set doses = doses + 1"))
    proved = await proof(database)
    assert not proved.ok
    assert {each.what for each in proved.differences} == {
        "national",
        "province",
        "province day",
        "age",
        "sex",
        "group",
        "distance",
        "ethnicity",
        "recorded",
    }
    assert proved.differences[0] == Difference(what="national", key="doses", expected=2, found=3)


async def test_coverage_of_adults_counts_adults_alone(database: Database):
    async with database.transaction() as db:
        await doses(db, 1)
        await doses(db, 2, born=clock.day_of(db.at).year - 14, product="PF")
    await counted(database)
    figures = await national(database)
    assert (figures.totals.first, figures.totals.adults_first) == (3, 1)
    assert sum(area.first for area in figures.areas) == 1


async def test_every_indicator_file_makes_the_number_that_is_shown(database: Database):
    async with database.transaction() as db:
        await doses(db, 3)
        await doses(db, 2, role="booster", product="PF")
    await counted(database)
    async with database.transaction() as db:
        figures, ledger = await analytics.national(db), await analytics.ledger(db)
        made = {
            code: await analytics.measure(db, indicator, day=figures.as_of)
            for code, indicator in analytics.INDICATORS.items()
        }
    assert made["doses"].numerator == figures.totals.doses == 5
    assert made["doses_today"].numerator == figures.totals.today
    assert made["booster"].numerator == figures.totals.booster + figures.totals.additional == 2
    assert made["adults_first"].share == figures.adults_first
    assert made["adults_complete"].share == figures.adults_complete
    assert made["people_complete"].share == figures.people_complete
    assert made["utilisation"].share == ledger.utilisation


async def test_more_doses_than_people_is_told_as_it_is_and_no_people_as_no_share(database: Database):
    async with database.transaction() as db:
        await doses(db, 3)
        await db.run(Query("update area_population set people = 2 where area_code = '46' and band = '18+'"))
        await db.run(Query("delete from area_population where area_code = '01'"))
    await counted(database)
    shares = {area.code: area.complete_share for area in (await national(database)).areas}
    assert shares["46"] == 1.5
    assert shares["01"] is None


async def test_minutes_older_than_a_day_are_forgotten(database: Database):
    async with database.transaction() as db:
        await doses(db, 2)
    await counted(database)
    async with database.transaction() as db:
        assert (await analytics.operations(db)).recent == 2
        assert (await analytics.operations(db, province="01")).recent == 0
    async with database.transaction(at=clock.now() + timedelta(days=2)) as db:
        await analytics.forget_minutes(db)
        assert await db.value(int, Query("select count(*) from rollup_minute")) == 0


def test_quiet_days_count_as_none_and_a_gap_of_months_is_not_drawn():
    day = days_ago(0).date()
    found = [Day(day=day - timedelta(days=n), doses=n) for n in (200, 4, 1)]
    assert [d.doses for d in every_day(found)] == [200, 4, 0, 0, 1]


def test_a_morning_is_compared_with_a_morning():
    hours = [0] * 8 + [60, 120] + [500] * 14
    assert up_to(hours, days_ago(0).replace(hour=9, minute=30)) == 60 + 60


async def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    async with database.transaction() as db:
        cursor = await db.connection.execute(statement.encode())
        return [tuple(row.values()) for row in await cursor.fetchall()]


async def test_a_correction_stands_beside_what_it_corrects(database: Database):
    async with database.transaction() as db:
        given = await doses(db, 2, at=days_ago(1))
    async with database.transaction() as db:
        await undone(db, given[0])
    await counted(database)

    entries = await rows(database, "select entry, sum(doses) from rollup_recorded group by 1 order by 1")
    assert entries == [("recorded", 2), ("taken_back", -1)]
    assert (await proof(database)).ok


async def test_communes_and_channels_hold_every_dose_of_the_nation(database: Database):
    async with database.transaction() as db:
        await doses(db, 2)
        await doses(db, 3, area=ELSEWHERE)
    await counted(database)

    assert await rows(database, "select sum(doses) from rollup_commune_day where commune_code = '00001'") == [(3,)]
    assert await rows(database, "select channel, sum(doses) from rollup_channel_day group by 1") == [("unknown", 5)]
    of_the_wall = ("rollup_nation", "rollup_province_total", "rollup_place_total")
    for table in ("rollup_commune_day", "rollup_channel_day", "rollup_district_group", "rollup_reached", *of_the_wall):
        async with database.transaction() as db:
            await db.run(Query(f"update {table} set doses = doses + 1"))
            assert not (await analytics.prove(db)).ok, table
            await db.run(Query(f"update {table} set doses = doses - 1"))


async def test_a_day_that_is_over_is_told_as_it_was_at_its_end(database: Database):
    async def site(db: Db, day: date) -> tuple[int, int, int, date | None]:
        (one,) = [site for site in await areas.sites(db, "VN", day=day, most=30_000) if site.doses]
        return one.doses, one.week, one.today, one.last_day

    async with database.transaction() as db:
        await doses(db, 4, at=days_ago(2))
        await doses(db, 3, area=ELSEWHERE, at=days_ago(2))
        await doses(db, 2)
    await counted(database)
    async with database.transaction() as db:
        yesterday, today = days_ago(1).date(), days_ago(0).date()
        then, now = await analytics.national(db, as_of=yesterday), await analytics.national(db)
        assert await site(db, yesterday) == (7, 7, 0, days_ago(2).date())
        assert await site(db, today) == (9, 9, 2, today)
        assert await site(db, today + timedelta(days=6)) == (9, 2, 0, today)
    assert (then.totals.doses, sorted(area.doses for area in then.areas if area.doses)) == (7, [3, 4])
    assert (now.totals.doses, sorted(area.doses for area in now.areas if area.doses)) == (9, [3, 6])


async def test_what_was_counted_before_there_were_sums_is_in_them(database: Database):
    async with database.transaction() as db:
        await doses(db, 4, at=days_ago(2))
        await doses(db, 3, area=ELSEWHERE)
    await counted(database)
    async with database.transaction() as db:
        await db.run(Query("truncate rollup_nation, rollup_province_total, rollup_place_total"))
        assert not (await analytics.prove(db)).ok
        for name in ("0382_sums_of_the_nation.sql", "0385_sites_in_all.sql"):
            text = (files("tiemchung.schema") / "migrations" / name).read_text(encoding="utf-8")
            await db.run(Query(text[text.index("insert into") :]))
        assert (await analytics.prove(db)).ok


async def test_what_two_tables_held_of_people_is_in_the_one_that_replaced_them(database: Database):
    async with database.transaction() as db:
        await doses(db, 4, at=days_ago(2))
        await doses(db, 3, area=ELSEWHERE, born=1950)
    await counted(database)
    told = "select area_code, kind, code, dose_role, ordinal, completes, doses from rollup_reached order by 1, 2, 3, 4, 5, 6"
    after = await rows(database, told)
    async with database.transaction() as db:
        await db.run(Query(BEFORE_REACHED))
        await db.run(Query((files("tiemchung.schema") / "migrations" / "0383_reached.sql").read_text(encoding="utf-8")))
    assert await rows(database, told) == after
    assert (await proof(database)).ok
