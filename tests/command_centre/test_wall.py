"""The walls: who sees which, the same numbers as the portal, fresh within seconds, silent when the database is."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator

import psycopg
import pytest
from litestar.datastructures import State

from tests.arrange import Client
from tests.figures import counted, doses
from tests.stores import a_shelf
from tiemchung.command_centre import live as live_module
from tiemchung.command_centre.live import Live, live
from tiemchung.domain import geography
from tiemchung.kit import clock
from tiemchung.kit.db import Database
from tiemchung.kit.errors import NotFound
from tiemchung.portal import shelf


async def given(client: Client, count: int) -> None:
    async with client.database.transaction() as db:
        await doses(db, count)
    await counted(client.database)


async def province_of_hue(client: Client) -> int:
    async with client.database.transaction() as db:
        return (await geography.by_code(db, "46", clock.day_of(db.at).replace(year=2022))).area_id


async def test_the_nations_operator_sees_the_nation_and_any_province(client: Client):
    await given(client, 4)
    await client.staff("national_operator")
    nation = (await client.get("/dieu-hanh/")).text
    assert '<p class="v num" id="doses">4</p>' in nation
    assert '<p class="v num" id="today">4</p>' in nation
    assert 'href="/dieu-hanh/tinh/46"' in nation
    assert "Thừa Thiên Huế" in (await client.get("/dieu-hanh/tinh/46")).text
    assert (await client.get("/dieu-hanh/tinh/99")).status_code == 404
    assert (await client.get("/dieu-hanh/tinh/x")).status_code == 404


async def test_a_province_officer_sees_their_own_province_alone(client: Client):
    await given(client, 2)
    await client.staff("province_officer", area_id=await province_of_hue(client))
    wall = (await client.get("/dieu-hanh/")).text
    assert "Trung tâm điều hành: Thừa Thiên Huế" in wall
    assert 'id="wall-districts"' in wall
    assert (await client.get("/dieu-hanh/tinh/01")).status_code == 403
    assert (await client.get("/dieu-hanh/tinh/01/stream")).status_code == 403


async def test_others_are_sent_away(client: Client):
    assert (await client.get("/dieu-hanh/")).headers["location"] == "/diem-tiem/dang-nhap"
    await client.staff("nurse")
    assert (await client.get("/dieu-hanh/")).status_code == 403
    assert (await client.get("/dieu-hanh/stream")).status_code == 403


async def test_portal_wall_and_open_data_tell_the_same_number(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shelf, "FRESH", shelf.FRESH * 0)
    await given(client, 7)
    await client.staff("national_operator")
    rows = csv.DictReader(io.StringIO((await client.get("/so-lieu/theo-ngay.csv")).text))
    assert sum(int(row["doses"]) for row in rows) == 7
    assert sum(row["doses"] for row in (await client.get("/so-lieu/theo-ngay.json")).json()["rows"]) == 7
    assert 'id="doses">7<' in (await client.get("/")).text
    assert 'id="doses">7<' in (await client.get("/en/")).text
    assert 'id="doses">7<' in (await client.get("/dieu-hanh/")).text


async def test_the_wall_has_no_script_or_style_of_its_own_and_names_every_figure(client: Client):
    await client.staff("national_operator")
    wall = (await client.get("/dieu-hanh/")).text
    assert "style=" not in wall and "<script>" not in wall
    assert wall.count("<h1>") == 1
    assert "Chưa có mũi tiêm nào" in wall


async def read(stream: AsyncGenerator[bytes]) -> str:
    return (await asyncio.wait_for(anext(stream), 5)).decode()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live wall that looks and beats twenty times a second."""
    monkeypatch.setattr(live_module, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(live_module, "BEAT_SECONDS", 0.05)


async def test_a_dose_reaches_an_open_wall(database: Database, quick: None):
    view = Live(database, None, "vi")
    stream = view.stream()
    assert 'id="today">0<' in await read(stream)
    async with database.transaction() as db:
        await doses(db, 3)
    counting = asyncio.create_task(counted(database))
    async with asyncio.timeout(30):
        # Read on while it is counted: who reads slowly gets a whole wall, not what has changed.
        while 'id="today">3<' not in (message := await read(stream)):
            pass
    await counting
    assert 'id="wall-supply"' not in message, "what has not changed is not sent again"
    assert "trễ 0 giây" in await read(stream)
    await stream.aclose()


async def test_many_watchers_share_one_drawing(database: Database, quick: None, monkeypatch: pytest.MonkeyPatch):
    drawn = 0
    draw = live_module.panels.draw

    def counting(*given: object) -> dict[str, str]:
        nonlocal drawn
        drawn += 1
        return draw(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(live_module.panels, "draw", counting)
    state = State()
    view = live(state, database, None, "vi")
    assert live(state, database, None, "vi") is view
    streams = [view.stream() for _ in range(50)]
    messages = await asyncio.gather(*(read(stream) for stream in streams))
    assert len(set(messages)) == 1
    assert drawn == 1
    for stream in streams:
        await stream.aclose()
    assert view.watchers == 0


async def test_a_wall_whose_database_is_away_hears_nothing_and_then_the_news(
    database: Database, quick: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_module, "SILENT_SECONDS", 0.5)
    version = live_module.analytics.version

    async def away(*_: object) -> int:
        raise psycopg.OperationalError

    view = Live(database, None, "vi")
    stream = view.stream()
    await read(stream)
    monkeypatch.setattr(live_module.analytics, "version", away)
    heard = [message async for message in stream]
    assert len(heard) <= 1, "a stream without news ends, so that the browser asks again"

    monkeypatch.setattr(live_module.analytics, "version", version)
    again = view.stream()
    assert 'id="wall-figures"' in await read(again)
    await again.aclose()


async def test_a_province_that_is_none_has_no_wall(database: Database):
    with pytest.raises(NotFound):
        await Live(database, "99", "vi").panels()


async def test_vaccine_for_years_is_not_counted_in_days(client: Client):
    async with client.database.transaction() as db:
        await a_shelf(db, 100)
        await doses(db, 1)
    await counted(client.database)
    await client.staff("national_operator")
    wall, areas = (await client.get("/dieu-hanh/")).text, (await client.get("/dieu-hanh/vung")).text
    assert "hơn 1 năm" in wall and "700 ngày" not in wall
    assert "dưới 1 liều mỗi ngày" in areas
