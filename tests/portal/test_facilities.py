"""A facility asks to become a site: sent, returned, mended, approved, and found by everybody; each with its code alone."""

import re
from html import unescape
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.citizens import an_area
from tiemchung.domain import sites
from tiemchung.kit.ids import uuid7

FACILITY = {
    "kind": "clinic",
    "name": "Phòng khám Đa khoa An Cựu",
    "licence": "00123/TTH-GPHĐ",
    "head": "Bác sĩ Lê Minh Châu",
    "phone": "0234 382 5001",
    "commune": "phuong thuan hoa hue",
    "address": "12 Hùng Vương",
    "tables": "3",
    "seats": "30",
    "opening": "07:30–16:30, thứ Hai đến thứ Bảy",
}


def code_of(html: str, id_: str = "code") -> str:
    found = re.search(rf'id="{id_}">([0-9A-Z-]{{14}})<', html)
    assert found is not None
    return found[1]


async def sent(client: Client, key: UUID | None = None, **changes: str) -> str:
    answer = await client.write("/dang-ky-co-so", key, **(FACILITY | changes))
    assert answer.status_code == 200, answer.text
    return code_of(answer.text)


async def an_officer(client: Client, province: str = "46") -> None:
    async with client.database.transaction() as db:
        area_id = await an_area(db, province)
    await client.staff("province_officer", area_id=area_id)


async def the_one(client: Client) -> str:
    page = (await client.get("/diem-tiem/co-so")).text
    found = re.search(r'href="(/diem-tiem/co-so/[0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


async def test_an_application_is_returned_mended_approved_and_found(client: Client):
    code = await sent(client)
    waiting = (await client.post("/dang-ky-co-so/tra-cuu", data={"code": code})).text
    assert "Chờ cán bộ xem xét" in waiting
    await an_officer(client)
    here = await the_one(client)
    shown = unescape((await client.get(here)).text)
    assert "+842343825001" in shown and "00123/TTH-GPHĐ" in shown
    assert (await client.write(here, outcome="returned")).status_code == 422
    assert (await client.write(here, outcome="returned", message="Thiếu giấy phép còn hạn.")).status_code == 303

    returned = (await client.post("/dang-ky-co-so/tra-cuu", data={"code": code.lower()})).text
    assert "Trả lại để bổ sung" in returned and "Thiếu giấy phép còn hạn." in returned
    form = (await client.post("/dang-ky-co-so/gui-lai", data={"code": code})).text
    assert 'value="Phòng khám Đa khoa An Cựu"' in form and "3825001" not in form
    again = FACILITY | {"licence": "00456/TTH-GPHĐ", "code": code, "action": "send"}
    assert code_of((await client.write("/dang-ky-co-so/gui-lai", None, **again)).text) == code
    assert (await client.write("/dang-ky-co-so/gui-lai", None, **again)).status_code == 409

    assert (await client.write(here, outcome="approved")).status_code == 303
    assert (await client.write(here, outcome="approved")).status_code == 409
    approved = (await client.post("/dang-ky-co-so/tra-cuu", data={"code": code})).text
    site = re.search(r'href="(/tim-diem-tiem/(46[0-9A-Z]{3}))"', approved)
    assert site is not None
    page = (await client.get(site[1])).text
    assert "Phòng khám Đa khoa An Cựu" in page and "Bác sĩ Lê Minh Châu" in page and "geo:" in page
    assert "3825001" not in page
    found = (await client.get("/tim-diem-tiem", params={"q": "phong kham da khoa an cuu"})).text
    assert site[1] in found
    async with client.database.transaction() as db:
        place = await sites.by_code(db, site[2])
        assert (place.tables, place.seats, place.parent_name) == (3, 30, "Trung tâm Y tế TP Huế")


async def test_the_same_form_twice_is_one_application(client: Client):
    key = uuid7()
    assert await sent(client, key) == await sent(client, key)
    await an_officer(client)
    assert (await client.get("/diem-tiem/co-so")).text.count("/diem-tiem/co-so/0") == 1


async def test_an_officer_sees_the_own_province_alone(client: Client):
    await sent(client)
    await an_officer(client)
    here = await the_one(client)
    await an_officer(client, "01")
    assert "Không có hồ sơ nào" in (await client.get("/diem-tiem/co-so")).text
    assert (await client.get(here)).status_code == 404
    assert (await client.write(here, outcome="approved")).status_code == 404
    await client.staff("national_operator")
    assert (await client.get(here)).status_code == 200


async def test_only_officers_decide(client: Client):
    await sent(client)
    async with client.database.transaction() as db:
        area_id = await an_area(db, "46")
    await client.staff("district_officer", area_id=area_id)
    assert (await client.get("/diem-tiem/co-so")).status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Tên cơ sở"),
        ("kind", "national_store", "Loại cơ sở"),
        ("phone", "12", "Số điện thoại liên hệ"),
        ("tables", "0", "Số bàn tiêm"),
        ("seats", "nhiều", "Số ghế theo dõi sau tiêm"),
        ("commune", "khongcodau123", "Không tìm thấy phường, xã này"),
        ("commune", "tan", "hãy chọn đúng phường, xã"),
        ("licence", "x" * 61, "Số giấy phép hoạt động"),
    ],
)
async def test_a_wrong_field_is_named_and_what_was_typed_stays(client: Client, field: str, typed: str, told: str):
    answer = await client.write("/dang-ky-co-so", None, **(FACILITY | {field: typed}))
    assert answer.status_code == 422
    assert told in answer.text and f'id="{field}-error"' in answer.text
    assert 'value="Bác sĩ Lê Minh Châu"' in answer.text
    await an_officer(client)
    assert "Không có hồ sơ nào" in (await client.get("/diem-tiem/co-so")).text


async def test_where_several_communes_fit_one_chooses(client: Client):
    several = (await client.write("/dang-ky-co-so", None, **(FACILITY | {"commune": "thuan hoa"}))).text
    codes = re.findall(r'name="commune_code" value="(\d{5})"', several)
    assert len(codes) > 1
    await sent(client, commune="thuan hoa", commune_code=codes[0])


async def test_the_directory_pages_through_a_province(client: Client):
    first, second = [(await client.get(f"/danh-ba-diem-tiem?tinh=46&trang={n}")).text for n in (1, 2)]
    codes = re.findall(r"/tim-diem-tiem/(46[0-9A-Z]{3})", first)
    assert len(codes) == 25
    assert not set(codes) & set(re.findall(r"/tim-diem-tiem/(46[0-9A-Z]{3})", second))


@pytest.mark.parametrize(
    "query",
    [
        "trang=0",
        "trang=-1",
        "trang=99999999999999999999",
        "trang=١",
        "trang=1;drop",
        "tinh=' or 1=1",
        "tinh=99&trang=2000",
    ],
)
async def test_a_hostile_page_is_answered_plainly(client: Client, query: str):
    assert (await client.get(f"/danh-ba-diem-tiem?{query}")).status_code == 200
    assert (await client.get("/tim-diem-tiem/khong-co")).status_code == 404
