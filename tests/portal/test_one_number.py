"""One definition, one source: the same number on the portal, the wall, the bulletin, the open files and the API."""

import csv
import io
import re

from tests.arrange import Client
from tests.figures import counted, days_ago, doses, undone
from tiemchung.domain import analytics
from tiemchung.domain.analytics import bulletin


def number_at(html: str, label: str) -> str:
    """The number of a card by its label."""
    found = re.search(rf'<h2 class="l">{label}</h2><p class="v num"[^>]*>([^<]*)<', html)
    assert found is not None, label
    return found[1]


async def given(client: Client) -> None:
    async with client.database.transaction() as db:
        await doses(db, 40, at=days_ago(1))
        await doses(db, 31, product="AZ", area="00001")
        await doses(db, 9, product="PF", role="booster", area="00001")
        wrong = await doses(db, 1)
        await undone(db, wrong[0])
    await counted(client.database)


async def test_all_doses_are_the_same_number_at_every_door(client: Client):
    await given(client)
    portal = {path: (await client.get(path)).text for path in ("/", "/nhung/so-lieu", "/so-lieu/an-toan")}
    told = {
        number_at(portal["/"], "Tổng số mũi đã tiêm"),
        number_at(portal["/nhung/so-lieu"], "Tổng số mũi đã tiêm"),
        re.search(r"Sau (\d+) mũi tiêm", portal["/so-lieu/an-toan"])[1],  # type: ignore[index]
    }
    lines = csv.DictReader(io.StringIO((await client.get("/so-lieu/theo-ngay.csv")).text))
    api = (await client.get("/api/v1/so-lieu")).json()
    indicators = (await client.get("/so-lieu/chi-so.json")).json()["indicators"]
    report = (await client.get("/so-lieu/ban-tin.json")).json()
    months = re.findall(r'<td class="n">(\d+)</td></tr>', (await client.get("/so-lieu/tien-do")).text)
    async with client.database.transaction() as db:
        wall = await analytics.wall(db)
        assert wall is not None
        made = await bulletin.made(db)
    await client.staff("national_operator")
    screen = (await client.get("/dieu-hanh")).text
    assert re.search(r">80(?:<|\b)", screen), "the wall shows the doses"
    counts = {
        sum(int(line["doses"]) for line in lines),
        api["totals"]["doses"],
        api["indicators"]["doses"]["numerator"],
        indicators["doses"]["numerator"],
        report["totals"]["doses"],
        made.totals.doses,
        wall.figures.totals.doses,
        int(months[-1]),
    }
    assert told == {"80"} and counts == {80}


async def test_coverage_of_a_province_is_the_same_number_at_every_door(client: Client):
    await given(client)
    async with client.database.transaction() as db:
        await db.connection.execute("update area_population set people = 160 where band = '18+' and area_code = '46'")
    await counted(client.database)
    page = number_at((await client.get("/tinh/46")).text, "Đủ liều cơ bản")
    card = number_at((await client.get("/nhung/tinh/46")).text, "Đủ liều cơ bản")
    api = (await client.get("/api/v1/tinh/46")).json()
    among = next(one for one in (await client.get("/api/v1/tinh")).json()["provinces"] if one["code"] == "46")
    report = next(one for one in (await client.get("/so-lieu/ban-tin.json")).json()["provinces"] if one["code"] == "46")
    async with client.database.transaction() as db:
        wall = await analytics.wall(db, "46")
    assert wall is not None and wall.province is not None
    shares = {api["complete_share"], among["complete_share"], wall.province.complete_share, report["complete"] / 160}
    assert (page, card, shares) == ("25,0%", "25,0%", {0.25})


async def test_use_of_vaccine_is_the_same_number_at_every_door(client: Client):
    await given(client)
    supply = (await client.get("/so-lieu/phan-bo")).text
    overview = (await client.get("/")).text
    indicator = (await client.get("/so-lieu/chi-so.json")).json()["indicators"]["utilisation"]
    async with client.database.transaction() as db:
        ledger = await analytics.ledger(db)
    assert number_at(supply, "So với đã nhận") == number_at(overview, "Đã tiêm so với đã nhận")
    assert (indicator["numerator"], indicator["denominator"]) == (ledger.total.given, ledger.total.received)
    assert number_at(supply, "Đã tiêm") == str(indicator["numerator"])
