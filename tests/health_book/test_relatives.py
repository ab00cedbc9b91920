"""The family: adding somebody needs their own code, or guardianship; and the record with what comes next."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.arrange import Client
from tests.citizens import PHONE, a_new_person, a_person
from tests.health_book.test_declaration_and_reactions import a_vaccinated_member
from tests.health_book.test_register_drafts import newest_code
from tiemchung.domain import people
from tiemchung.domain.people import Contact, Identifier
from tiemchung.kit import clock
from tiemchung.kit.sql import Query

HERE = "/so-suc-khoe/gia-dinh"
MOTHER = {"number": "046154001306", "born_on": "03/09/1954", "relation": "parent"}


async def test_somebody_is_added_with_the_code_that_went_to_their_own_phone(client: Client):
    async with client.database.transaction() as db:
        await a_person(db)
    await client.citizen("+84905000777")

    asked = await client.write(HERE, **MOTHER)
    wrong = await client.write(f"{HERE}/ma", code="000000")
    added = await client.write(f"{HERE}/ma", code=await newest_code(client, PHONE))

    assert asked.headers["location"] == f"{HERE}/ma"
    assert wrong.status_code == 422
    assert added.status_code == 303
    page = unescape((await client.get(HERE)).text)
    assert "Trần Thị Lan" in page
    assert "Xác nhận bằng mã" in page


@pytest.mark.parametrize("changes", [{"number": "046154009999"}, {"born_on": "04/09/1954"}])
async def test_an_unknown_person_gets_the_same_answer_and_no_code(client: Client, changes: dict[str, str]):
    async with client.database.transaction() as db:
        await a_person(db)
    await client.citizen("+84905000777")

    asked = await client.write(HERE, **(MOTHER | changes))
    page = await client.get(asked.headers["location"])
    refused = await client.write(f"{HERE}/ma", code="123456")

    assert asked.headers["location"] == f"{HERE}/ma"
    assert page.status_code == 200
    assert refused.status_code == 422
    async with client.database.statement() as db:
        assert await db.value(int, Query("select count(*) from outbox_message where template = 'family_code'")) == 0
        assert await db.value(int, Query("select count(*) from account_person")) == 0


async def test_a_guardian_adds_the_child_without_a_code(client: Client):
    born = clock.day_of(clock.now()) - timedelta(days=3000)
    async with client.database.transaction() as db:
        child = await a_new_person(
            db,
            name="Nguyễn Bình An",
            birth_date=born,
            identifiers=[Identifier(kind="personal_code", country="VN", value="046218001111")],
            contacts=[Contact(kind="phone", relation="guardian", holder_name="Mẹ", value="+84905000777")],
        )
        await people.register_person(db, child)
    await client.citizen("+84905000777")

    added = await client.write(HERE, number="046218001111", born_on=born.strftime("%d/%m/%Y"), relation="child")

    assert added.headers["location"] == f"{HERE}?them=xong"
    assert "Người giám hộ" in (await client.get(HERE)).text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": ""}, "số giấy tờ"),
        ({"number": "x\u202ey"}, "ký tự ẩn"),
        ({"born_on": "31/02/1954"}, "không có ngày 31/02/1954"),
        ({"relation": "self"}, "danh sách"),
    ],
)
async def test_bad_input_is_told_on_its_field(client: Client, changes: dict[str, str], told: str):
    await client.citizen("+84905000777")

    refused = await client.write(HERE, **(MOTHER | changes))

    assert refused.status_code == 422
    assert told in unescape(refused.text).lower() or told in unescape(refused.text)


async def test_somebody_is_let_go_but_not_oneself(client: Client):
    account = await client.citizen(PHONE)
    async with client.database.transaction() as db:
        me = await a_person(db)
        other = await a_person(db, name="Nguyễn Bình An", identifiers=[])
        await people.link(db, account, me, relation="self", proof="phone_code")
        await people.link(db, account, other, relation="child", proof="guardianship")

    assert (await client.write(f"{HERE}/{other}/bo")).status_code == 303
    assert (await client.write(f"{HERE}/{me}/bo")).status_code == 404
    assert "Nguyễn Bình An" not in (await client.get(HERE)).text


async def test_the_record_tells_type_source_and_what_comes_next_with_its_reason(client: Client):
    await a_vaccinated_member(client)

    page = unescape((await client.get("/so-suc-khoe/ho-so")).text)

    assert "Mũi 1 cơ bản: " in page
    assert "Ghi tại điểm tiêm" in page
    assert "Mũi nhắc lại 1" in page
    assert re.search(r"sớm nhất từ \d\d/\d\d/\d{4}", page)
    assert "Tính từ mũi gần nhất" in page


async def test_the_history_is_taken_as_a_pdf(client: Client):
    await a_vaccinated_member(client)

    taken = await client.get("/so-suc-khoe/ho-so.pdf")

    assert taken.headers["content-type"] == "application/pdf"
    assert taken.content.startswith(b"%PDF")


async def test_the_nearest_sites_come_first_with_places_and_the_time_of_counting(client: Client):
    async with client.database.statement() as db:
        row = await (await db.connection.execute("select lat, lon from place where code = '46005'")).fetchone()
    assert row is not None

    page = unescape((await client.get("/tim-diem-tiem", params={"vi-do": row["lat"], "kinh-do": row["lon"]})).text)
    nowhere = (await client.get("/tim-diem-tiem", params={"vi-do": "0", "kinh-do": "x"})).text

    found = [float(km.replace(",", ".")) for km in re.findall(r"cách khoảng ([\d,]+) km", page)]
    assert found == sorted(found)
    assert found
    assert re.search(r"chỗ trống tính lúc \d\d:\d\d", page)
    assert "cách khoảng" not in nowhere
