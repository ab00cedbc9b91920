"""The portal's figures: for everybody, without script, in two languages, from memory, and when the database is away."""

import csv
import io

import psycopg
import pytest

from tests.arrange import Client
from tests.figures import counted, doses
from tiemchung.kit.db import Database
from tiemchung.portal import shelf
from tiemchung.portal.shelf import Shelf

PAGES = ("/", "/tinh/46", "/so-lieu/cach-tinh", "/tro-giup", "/tim-diem-tiem?q=thuan+hoa")


async def given(database: Database, count: int, **facts: object) -> None:
    async with database.transaction() as db:
        await doses(db, count, **facts)  # type: ignore[arg-type]
    await counted(database)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_needs_no_script_and_stands_in_both_languages(client: Client, path: str):
    await given(client.database, 2)
    vietnamese, english = await client.get(path), await client.get(f"/en{path}")
    assert vietnamese.status_code == english.status_code == 200
    assert '<html lang="vi"' in vietnamese.text and '<html lang="en"' in english.text
    for page in (vietnamese.text, english.text):
        # The finder offers to use where one stands; without the script the button is not shown.
        assert "<script" not in page.replace('<script type="module"', "") and "style=" not in page
        assert page.count("<h1") == 1


async def test_each_figure_of_the_overview_leads_to_its_definition(client: Client):
    await given(client.database, 2)
    overview, definitions = (await client.get("/")).text, (await client.get("/so-lieu/cach-tinh")).text
    for code in ("doses", "doses_today", "adults_first", "booster", "utilisation"):
        assert f'href="/so-lieu/cach-tinh#{code}"' in overview
        assert f'id="{code}"' in definitions


async def test_a_share_above_one_is_labelled(client: Client):
    async with client.database.transaction() as db:
        await doses(db, 3)
        await db.connection.execute("update area_population set people = 0 where band = '18+'")
        await db.connection.execute("update area_population set people = 2 where band = '18+' and area_code = '46'")
    await counted(client.database)
    shown = (await client.get("/so-lieu/cach-tinh")).text
    assert "150,0%" in shown
    assert "Tử số lớn hơn mẫu số" in shown


async def test_a_province_that_is_none_is_not_found(client: Client):
    assert (await client.get("/tinh/99")).status_code == 404
    assert (await client.get("/tinh/abc")).status_code == 404


async def test_who_has_the_page_gets_no_second_copy(client: Client):
    first = await client.get("/")
    assert first.headers["age"] == "0"
    again = await client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("path", ["/", "/en/", "/nhung/so-lieu"])
async def test_a_page_that_is_sent_at_once_carries_the_headers_of_the_guard(client: Client, path: str):
    await given(client.database, 2)
    made, at_once = [await client.get(path) for _ in range(2)]
    # Only what passes the guard is logged, and has the id of its line.
    assert "x-request-id" in made.headers and "x-request-id" not in at_once.headers
    first, second = (
        [pair for pair in each.headers.multi_items() if pair[0] != "x-request-id"] for each in (made, at_once)
    )
    assert sorted(first) == sorted(second)
    assert len(second) == len(dict(second))
    assert at_once.text == made.text


async def test_the_page_is_made_again_when_the_figures_change_and_only_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shelf, "FRESH", shelf.FRESH * 0)
    monkeypatch.setattr(shelf, "USABLE", shelf.USABLE * 0)
    pages = Shelf()
    await given(database, 1)
    first = await pages.page(database, "/", "vi")
    again = await pages.page(database, "/", "vi")
    await given(database, 1)
    changed = await pages.page(database, "/", "vi")
    assert first is not None and again is not None and changed is not None
    assert again.etag == first.etag
    assert changed.etag != first.etag


async def test_the_last_page_is_served_while_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shelf, "FRESH", shelf.FRESH * 0)
    monkeypatch.setattr(shelf, "USABLE", shelf.USABLE * 0)
    await given(client.database, 3)
    before = await client.get("/")

    def away(*_: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(client.database.pool, "connection", away)
    during = await client.get("/")
    assert during.status_code == 200
    assert during.text == before.text
    never_made = await client.get("/tinh/01")
    assert never_made.status_code == 503
    assert "gián đoạn" in never_made.text
    assert never_made.headers["retry-after"] == "5"


async def test_the_site_finder_needs_no_marks(client: Client):
    found = (await client.get("/tim-diem-tiem", params={"q": "thuan hoa"})).text
    assert "P. Thuận Hòa, TP Huế, Thừa Thiên Huế" in found
    narrower = (await client.get("/tim-diem-tiem", params={"q": "phuong thuan hoa hue"})).text
    assert 1 <= narrower.count('class="place card"') < found.count('class="place card"')
    nothing = (await client.get("/tim-diem-tiem", params={"q": "khongcodau123"})).text
    assert "Không có điểm tiêm nào" in nothing
    assert (await client.get("/tim-diem-tiem")).status_code == 200
    assert (await client.get("/tim-diem-tiem", params={"q": "<script>'\"%_\\"})).status_code == 200


async def test_denominators_are_open_with_their_sources(client: Client):
    rows = list(csv.DictReader(io.StringIO((await client.get("/so-lieu/dan-so.csv")).text)))
    hue = next(row for row in rows if row["area_code"] == "46" and row["band"] == "18+")
    assert hue["level"] == "province"
    assert int(hue["people"]) > 0
    assert hue["source"]
