"""How good the data are, as managers see it: each number is the rows behind it, within one's reach."""

from tests.arrange import Client
from tests.figures import counted, days_ago, doses, undone
from tiemchung.domain import analytics, geography
from tiemchung.kit import clock
from tiemchung.kit.db import Database

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
        await analytics.quality.count_identities(db)
        await analytics.quality.count_identities(db)
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
