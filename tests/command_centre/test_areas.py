"""From the nation down to the rows: every level says the same, within one's reach, in both geographies."""

from datetime import date, timedelta

import pytest

from tests.arrange import Client
from tests.figures import counted, days_ago, doses
from tests.stores import SITE
from tiemchung.domain import analytics, geography
from tiemchung.domain.analytics.rules import forecast
from tiemchung.kit import clock
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

HERE = "/dieu-hanh/vung"
ELSEWHERE = "00001"  # a commune of Hà Nội


async def given(database: Database) -> date:
    async with database.transaction() as db:
        await doses(db, 3)
        await doses(db, 4, area=ELSEWHERE, at=days_ago(1))
    await counted(database)
    return clock.day_of(clock.now())


async def test_each_level_is_the_sum_of_the_one_below(database: Database):
    day = await given(database)
    areas = analytics.areas
    async with database.transaction() as db:
        for province in [row for row in await areas.provinces(db, day=day) if row.doses]:
            districts = await areas.below(db, await areas.area(db, province.code), day=day)
            assert sum(row.doses for row in districts) == province.doses
            assert sum(row.complete for row in districts) == province.complete
            for district in [row for row in districts if row.doses]:
                communes = await areas.below(db, await areas.area(db, district.code), day=day)
                assert sum(row.doses for row in communes) == district.doses


async def test_both_geographies_hold_the_same_nation(database: Database):
    day = await given(database)
    async with database.transaction() as db:
        old = await analytics.areas.provinces(db, day=day)
        new = await analytics.areas.provinces_since_2025(db, day=day)
    assert (len(old), len(new)) == (63, 34)
    for field in ("people", "adults", "doses", "first", "complete", "week", "today"):
        assert sum(getattr(row, field) for row in old) == sum(getattr(row, field) for row in new), field
    assert sum(row.doses for row in old) == 7


async def test_a_manager_walks_down_to_a_site(client: Client):
    await given(client.database)
    await client.staff("national_operator")
    assert "Thừa Thiên Huế" in (await client.get(HERE)).text
    assert "34 tỉnh" in (await client.get(f"{HERE}?geography=34")).text
    province = (await client.get(f"{HERE}/46")).text
    assert f"/dieu-hanh/diem/{SITE}" in province and f"{HERE}/474" in province
    assert (await client.get(f"{HERE}/474")).status_code == 200
    assert "Không có phiên nào trong tháng" in (await client.get(f"/dieu-hanh/diem/{SITE}")).text
    assert (await client.get(f"{HERE}/99999")).status_code == 404


async def test_an_area_without_people_and_one_with_fewer_than_its_doses_are_labelled(client: Client):
    await given(client.database)
    async with client.database.transaction() as db:
        await db.run(Query("update area_population set people = 2 where area_code = '46' and band = '18+'"))
        await db.run(Query("delete from area_population where area_code = '01'"))
    await client.staff("national_operator")
    rows = {
        row.split("</a>")[0].rsplit(">", 1)[1]: row
        for row in (await client.get(HERE)).text.split("<tr>")
        if HERE in row
    }
    assert "150,0%<small>nhiều hơn số dân đã biết</small>" in rows["Thừa Thiên Huế"]
    assert rows["Hà Nội"].count('<td class="n">–</td>') == 2 and "<b>–</b>" in rows["Hà Nội"]
    assert "Chưa biết số dân" in (await client.get(f"{HERE}/01")).text


async def test_an_officer_stays_within_the_province(client: Client):
    async with client.database.transaction() as db:
        hanoi = (await geography.by_code(db, "01", clock.day_of(db.at).replace(year=2022))).area_id
    await client.staff("province_officer", area_id=hanoi)
    own = (await client.get(HERE)).text
    assert "Hà Nội" in own and "Thừa Thiên Huế" not in own
    assert (await client.get(f"{HERE}/01")).status_code == 200
    assert (await client.get(f"{HERE}/46")).status_code == 403
    assert (await client.get(f"/dieu-hanh/diem/{SITE}")).status_code == 403


def test_a_goal_lies_its_missing_people_over_the_pace_away():
    told = forecast(400, 1_000, [50] * 14, date(2021, 10, 1))
    assert (told.missing, told.on, told.earliest, told.latest) == (600, *[date(2021, 10, 13)] * 3)


def test_an_uneven_pace_widens_the_interval():
    today = date(2021, 10, 1)
    told = forecast(0, 1_000, [0, 100] * 7, today)
    assert told.on == today + timedelta(days=20)
    assert told.on is not None and told.earliest is not None and told.latest is not None
    assert told.earliest < told.on < told.latest


@pytest.mark.parametrize(
    ("done", "goal", "days", "reached"),
    [
        (10, 10, [1] * 14, True),
        (10, 0, [1] * 14, False),
        (0, 10, [], False),
        (0, 10, [0] * 14, False),
        (0, 10**9, [1] * 14, False),
    ],
    ids=["reached", "no population", "no days", "standing still", "beyond ten years"],
)
def test_a_goal_without_a_way_to_it_has_no_day(done: int, goal: float, days: list[int], reached: bool):
    told = forecast(done, goal, days, date(2021, 10, 1))
    assert (told.reached, told.on) == (reached, None)
