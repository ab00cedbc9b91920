"""Who was reached, by age, sex and group: for everybody, and small numbers for nobody."""

import re

from tests.arrange import Client
from tests.figures import counted, doses


async def given(client: Client, count: int, *, born: int) -> None:
    async with client.database.transaction() as db:
        await doses(db, count, born=born)
    await counted(client.database)


def cells(html: str, head: str) -> list[str]:
    row = re.search(rf'<th scope="row">{head}</th>(.*?)</tr>', html, re.DOTALL)
    assert row is not None
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row[1], re.DOTALL)]


async def test_people_are_counted_by_the_age_of_their_year(client: Client):
    await given(client, 6, born=1980)
    page = (await client.get("/so-lieu/nhom")).text
    assert cells(page, "18–49 tuổi")[:2] == ["6", "6"]
    assert cells(page, "Nữ")[:2] == ["6", "6"]


async def test_a_small_number_is_withheld_with_the_one_beside_it(client: Client):
    await given(client, 6, born=1980)
    await given(client, 20, born=1970)
    await given(client, 2, born=1940)
    page = (await client.get("/so-lieu/nhom")).text
    assert cells(page, "65\\+ tuổi")[0] == "•••"
    assert cells(page, "18–49 tuổi")[0] == "•••"
    assert cells(page, "50–64 tuổi")[0] == "20"


async def test_the_page_stands_in_english_and_without_figures(client: Client):
    page = (await client.get("/en/so-lieu/nhom")).text
    assert "By age, sex and priority group" in page
