"""Regions, provinces and districts: map, chart and table for everybody; small numbers for nobody."""

import re

import pytest

from tests.arrange import Client
from tests.figures import counted, doses

PAGES = ("/vung/NCC", "/tinh/46", "/huyen/474", "/tinh/46/nhom")


async def given(client: Client, count: int, *, area: str | None = None) -> None:
    async with client.database.transaction() as db:
        await doses(db, count, area=area)
    await counted(client.database)


def row(html: str, head: str) -> list[str]:
    found = re.search(rf'<th scope="row">(?:<a [^>]+>)?{head}(?:</a>)?</th>(.*?)</tr>', html, re.DOTALL)
    assert found is not None, head
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


@pytest.mark.parametrize("path", PAGES)
async def test_an_area_stands_in_both_languages_without_script(client: Client, path: str):
    await given(client, 6)
    for address, lang in ((path, "vi"), (f"/en{path}", "en")):
        page = await client.get(address)
        assert page.status_code == 200
        assert f'<html lang="{lang}"' in page.text
        assert "<script" not in page.text and "style=" not in page.text
        assert page.text.count("<h1") == 1 and "<table" in page.text
        assert path.endswith("/nhom") or '<svg class="map"' in page.text


async def test_one_goes_down_from_the_nation_to_a_district(client: Client):
    await given(client, 6)
    assert 'href="/vung/NCC"' in (await client.get("/")).text
    assert 'href="/tinh/46"' in (await client.get("/vung/NCC")).text
    province = (await client.get("/tinh/46")).text
    assert 'href="/huyen/474"' in province and "vị trí gần đúng" in province
    assert 'href="/tinh/46"' in (await client.get("/huyen/474")).text


@pytest.mark.parametrize("path", ["/vung/XX", "/huyen/000", "/huyen/46", "/tinh/99/nhom", "/vung/ncc"])
async def test_a_code_of_nothing_is_not_found(client: Client, path: str):
    assert (await client.get(path)).status_code == 404


async def test_a_commune_of_few_doses_is_withheld_with_the_smallest_beside_it(client: Client):
    for count, commune in ((3, "19750"), (7, "19753"), (30, "19756")):
        await given(client, count, area=commune)
    page = (await client.get("/huyen/474")).text
    shown = re.findall(r'<td class="n" data-label="Mũi đã tiêm">(.*?)</td>', page)
    told = [re.sub(r"<[^>]+>", "", cell) for cell in shown]
    assert told.count("•••") == 2 and "30" in told
    assert not {"3", "7"} & set(told)
    assert '<p class="v num" id="doses">40</p>' in page


async def test_a_district_of_few_doses_gives_no_share_away(client: Client):
    await given(client, 2)
    province, api = (await client.get("/tinh/46")).text, (await client.get("/api/v1/tinh/46")).json()
    told = row(province, "Thành phố Huế")
    assert told[0] == "•••" and told[1:] == ["–", "–"]
    hue = next(one for one in api["districts"] if one["code"] == "474")
    assert hue["doses"] is hue["complete_share"] is None


async def test_both_archipelagos_stand_on_the_maps(client: Client):
    for path in ("/", "/vung/MKD"):
        page = (await client.get(path)).text
        assert "Quần đảo Hoàng Sa" in page and "Quần đảo Trường Sa" in page
    assert ">Huyện Hoàng Sa</text>" in (await client.get("/tinh/48")).text
    assert ">Huyện Trường Sa</text>" in (await client.get("/tinh/56")).text
