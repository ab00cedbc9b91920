"""How good the data are, as managers see it: each number is the rows behind it, within one's reach."""

from tests.arrange import Client
from tests.citizens import a_person
from tests.figures import counted, days_ago, doses, undone
from tiemchung.domain import analytics, geography
from tiemchung.kit import clock
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

HERE = "/dieu-hanh/chat-luong"


async def given(database: Database) -> None:
    async with database.transaction() as db:
        await doses(db, 3, at=days_ago(4))
        dropped = await doses(db, 2)
        await undone(db, dropped[0])
    await counted(database)


async def test_late_and_taken_back_doses_are_told_apart(database: Database):
    await given(database)
    async with database.transaction() as db:
        found = await analytics.quality.quality(db)
        elsewhere = await analytics.quality.quality(db, province="01", path="VN.RRD.01")
    assert (found.recorded, found.late, found.taken_back, found.corrected) == (5, 3, 1, 0)
    assert (elsewhere.recorded, elsewhere.taken_back) == (0, 0)


async def test_every_person_is_counted_in_one_state_of_identity(database: Database):
    await given(database)
    async with database.transaction() as db:
        await analytics.quality.count_people(db)
        await analytics.quality.count_people(db)
        counted_people = await analytics.quality.identities(db, province="46")
        nobody = await analytics.quality.identities(db, province="01")
    assert [(one.state, one.people) for one in counted_people] == [("unchecked", 1)]
    assert nobody == []


async def test_channels_hold_all_doses_of_the_reach(client: Client):
    await given(client.database)
    async with client.database.transaction() as db:
        assert [(one.channel, one.doses) for one in await analytics.quality.channels(db)] == [("unknown", 4)]
        assert await analytics.quality.channels(db, province="01") == []
        hanoi = (await geography.by_code(db, "01", clock.day_of(db.at).replace(year=2022))).area_id
    await client.staff("national_operator")
    assert "Người dân đến tiêm bằng cách nào" in (await client.get(HERE)).text
    await client.staff("province_officer", area_id=hanoi)
    page = (await client.get(HERE)).text
    assert "Chưa có mũi nào" in page and "Chưa đếm" in page


NEXT_DOOR, ELSEWHERE = "19756", "00001"  # another commune of Huế; a commune of Hà Nội


async def reached(database: Database, kind: str, province: str | None = None) -> dict[str, analytics.Reached]:
    async with database.transaction() as db:
        return {one.code: one for one in (await analytics.reached(db, province=province))[kind]}


async def test_doses_are_told_by_how_far_people_came_and_add_up(database: Database):
    async with database.transaction() as db:
        await doses(db, 9)
        await doses(db, 7, area=NEXT_DOOR)
        far = await doses(db, 6, area=ELSEWHERE)
    await counted(database)
    async with database.transaction() as db:
        await undone(db, far[0])
    await counted(database)

    found = await reached(database, "distance")
    assert {code: one.first for code, one in found.items()} == {"commune": 9, "0-5": 7, "50+": 5}
    assert {code: one.first for code, one in (await reached(database, "distance", "01")).items()} == {"50+": 5}
    async with database.transaction() as db:
        assert (await analytics.prove(db)).ok


async def test_doses_are_told_by_ethnic_group_over_the_people_on_record(database: Database):
    async with database.transaction() as db:
        await doses(db, 8, person=await a_person(db, ethnic_group="10", identifiers=[], contacts=[]))
        await doses(db, 5)
    await counted(database)
    async with database.transaction() as db:
        await analytics.quality.count_people(db)

    found = await reached(database, "ethnicity")
    assert (found["10"].first, found["10"].people, found["10"].name) == (8, 1, "Gia Rai")
    assert (found["unknown"].first, found["unknown"].people) == (5, 1)
    async with database.transaction() as db:
        assert (await analytics.prove(db)).ok
        await db.run(Query("update rollup_reached set doses = doses + 1 where code in ('10', 'commune')"))
        named = {each.what for each in (await analytics.prove(db)).differences}
    assert named == {"distance", "ethnicity"}


async def test_equity_is_shown_in_words_and_small_groups_stay_hidden(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 3, person=await a_person(db, ethnic_group="10", identifiers=[], contacts=[]))
        await doses(db, 20, area=ELSEWHERE)
    await counted(client.database)
    found = await reached(client.database, "ethnicity")
    assert (found["10"].first, found["unknown"].first) == (None, None), "three people, and what would give them away"
    await client.staff("national_operator")
    page = (await client.get(HERE)).text
    for words in ("Cùng xã, phường", "Từ 50 km", "Gia Rai", "Chưa khai dân tộc", "giữ kín vì số nhỏ"):
        assert words in page, words
    english = (await client.get(HERE, headers={"cookie": f"tc_staff={client.cookies['tc_staff']}; lang=en"})).text
    assert "The same commune" in english and "50 km and more" in english and "No ethnic group told" in english
