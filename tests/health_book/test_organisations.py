"""An organisation registers its people by a list: tried first, every bad cell named, registered once, nobody doubled."""

import io
import re
import zipfile
from html import unescape
from typing import Any

import httpx
import openpyxl
import pytest

from tests.arrange import Client
from tests.health_book.test_register import NEXT_WEEK, count
from tiemchung.domain import messaging
from tiemchung.health_book import organisation_rows
from tiemchung.health_book.organisation_rows import HEADS
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.web import sheets

HERE = "/so-suc-khoe/to-chuc"
RIGHT = [
    "Lê Văn Đúng",
    "03/09/1984",
    "Nam",
    "0905111222",
    "046084000111",
    "",
    "Công nhân",
    "6",
    "thuan hoa hue",
    "1 Lê Lợi",
]
ALSO = ["Trần Thị Năm", "1989", "Nữ", "0905111333", "046189000112", "", "Kế toán", "6", "19762", "2 Lê Lợi"]
OPENING = {"name": "Công ty Dệt Huế", "tax_code": "3300101011", "contact_name": "Trần Văn Phụ", "address": "9 Lê Lợi"}
WISH = {"wanted_on": NEXT_WEEK, "wanted_part": "day", "consent": "1"}


async def an_organisation(client: Client, phone: str = "+84900000009") -> None:
    await client.citizen(phone)
    opened = await client.write(HERE, **OPENING, commune="19762", action="open")
    assert opened.status_code == 303, opened.text


async def tried(client: Client, rows: list[list[str]], kind: str = "xlsx") -> str:
    """A list that was sent; its address."""
    body = sheets.xlsx(HEADS, rows) if kind == "xlsx" else sheets.text(HEADS, rows)
    sent = await sent_file(client, body, f"ds.{kind}")
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


async def sent_file(client: Client, body: bytes, name: str = "ds.xlsx") -> httpx.Response:
    return await client.post(f"{HERE}/danh-sach", data={"id": str(uuid7())}, files={"file": (name, body)})


def but(row: list[str], column: int, typed: str) -> list[str]:
    return [*row[:column], typed, *row[column + 1 :]]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_a_trial_registers_nobody_and_the_button_everybody_once(client: Client, kind: str):
    await an_organisation(client)
    at = await tried(client, [RIGHT, ALSO], kind)
    shown = await client.get(at)
    after_trial = await count(client, "registration")

    key = uuid7()
    first = await client.write(at, key, **WISH)
    await client.write(at, key, **WISH)
    await client.write(at, **WISH)

    assert "2 dòng đều đúng" in shown.text
    assert (after_trial, first.status_code) == (0, 303)
    assert (await count(client, "person"), await count(client, "registration"), await count(client, "consent")) == (
        2,
        2,
        2,
    )
    assert "Đã đăng ký 2 người" in (await client.get(at)).text
    assert at in (await client.get(HERE)).text
    async with client.database.transaction() as db:
        assert "đã nhận đăng ký" in (await messaging.inbox(db, "+84905111222"))[0].body


async def test_typed_lines_are_a_list_too(client: Client):
    await an_organisation(client)

    sent = await client.write(f"{HERE}/danh-sach", typed="\n".join([";".join(RIGHT), "\t".join(ALSO)]))

    assert "2 dòng đều đúng" in (await client.get(sent.headers["location"])).text


async def test_the_same_people_in_another_list_are_not_doubled(client: Client):
    await an_organisation(client)
    await client.write(await tried(client, [RIGHT]), **WISH)

    again = await tried(client, [RIGHT, ALSO, but(ALSO, 3, "0905111444")])
    shown = (await client.get(again)).text
    await client.write(again, **WISH)

    assert "Trùng người với dòng 2." in shown
    done = (await client.get(again)).text
    assert "Đã đăng ký 1 người" in done
    assert "Dòng 1: đã có đăng ký từ trước, không tạo thêm." in done
    assert (await count(client, "person"), await count(client, "registration")) == (2, 2)


async def test_an_employer_opens_and_changes_nobodys_record(client: Client):
    await an_organisation(client)
    await client.write(await tried(client, [RIGHT]), **WISH)
    await client.write(await tried(client, [but(RIGHT, 9, "Nơi Khác")]), **WISH)

    async with client.database.transaction() as db:
        linked = await db.value(int, Query("select count(*) from account_person"))
        address = await db.value(str, Query("select address from person"))
    assert (linked, address) == (0, "1 Lê Lợi")
    assert "Lê Văn Đúng" not in (await client.get("/so-suc-khoe/")).text


@pytest.mark.parametrize(
    ("column", "typed", "told"),
    [
        (0, "", "Còn thiếu"),
        (0, "<script>", "chỉ gồm chữ cái"),
        (0, "=HYPERLINK(1)", "chỉ gồm chữ cái"),
        (0, "Lan\u202eVăn", "ký tự ẩn"),
        (0, "L" * 200, "tối đa 100"),
        (1, "30/02/1990", "không có ngày"),
        (1, "01/01/2015", "giám hộ đăng ký"),
        (2, "x", "không có trong danh mục"),
        (3, "12", "số điện thoại Việt Nam"),
        (4, "0461840001", "8, 9 hoặc 12 chữ số"),
        (5, "ZZ", "không có trong danh mục"),
        (6, "", "Còn thiếu"),
        (7, "17", "không có trong danh mục"),
        (8, "Xã Không Có", "Không rõ là xã, phường nào"),
        (8, "46", "Không rõ là xã, phường nào"),
        (9, "x" * 300, "tối đa 200"),
    ],
)
async def test_a_bad_cell_is_named_by_its_column_and_right_lines_go_on(
    client: Client, column: int, typed: str, told: str
):
    await an_organisation(client)
    at = await tried(client, [but(RIGHT, column, typed), ALSO])

    shown = unescape((await client.get(at)).text)
    await client.write(at, **WISH)

    assert f"<b>{HEADS[column]}</b>: " in shown
    assert told in shown
    assert await count(client, "registration") == 1


async def test_the_error_file_holds_the_lines_at_fault_as_text(client: Client):
    await an_organisation(client)
    at = await tried(client, [but(RIGHT, 0, "=1+1"), ALSO])

    sheet = openpyxl.load_workbook(io.BytesIO((await client.get(f"{at}/loi/xlsx")).content)).worksheets[0]
    as_text = (await client.get(f"{at}/loi/csv")).text

    assert (sheet.max_row, sheet["A2"].value, sheet["A2"].data_type) == (2, "=1+1", "s")
    assert "Họ và tên: " in sheet["K2"].value
    assert "'=1+1" in as_text


async def test_decomposed_accents_are_kept_composed(client: Client):
    await an_organisation(client)
    await client.write(await tried(client, [but(RIGHT, 0, "Le\u0302 Va\u0306n \u0110u\u0301ng")]), **WISH)

    async with client.database.transaction() as db:
        assert await db.value(str, Query("select name from person")) == "Lê Văn Đúng"


def a_bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to fifty megabytes."""
    out = io.BytesIO(sheets.xlsx(HEADS, [RIGHT]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/x.xml", b"0" * 50_000_000)
    return out.getvalue()


REFUSED: dict[str, Any] = {
    "a bomb": a_bomb,
    "fifty megabytes": lambda: b"PK" + b"0" * 50_000_000,
    "no workbook": lambda: b"PK no workbook",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
    "nothing": lambda: b"",
    "too many people": lambda: sheets.text(HEADS, [RIGHT] * 501),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_list_is_refused_at_its_field(client: Client, name: str):
    await an_organisation(client)

    refused = await sent_file(client, REFUSED[name]())

    assert refused.status_code == 422
    assert re.search(r'id="file-error">.*?tối đa 1 MB và 500 người', refused.text, re.DOTALL)
    assert await count(client, "organisation_list") == 0


async def test_without_consent_or_a_day_nobody_is_registered(client: Client):
    await an_organisation(client)
    at = await tried(client, [RIGHT])

    refused = await client.write(at, wanted_on="30/02/2027", wanted_part="day")

    assert refused.status_code == 422
    assert 'id="consent-error"' in refused.text
    assert 'value="30/02/2027"' in unescape(refused.text)
    assert await count(client, "registration") == 0


async def test_a_list_belongs_to_its_organisation_alone(client: Client):
    await an_organisation(client)
    at = await tried(client, [RIGHT])
    await client.citizen("+84900000008")

    assert (await client.get(at)).status_code == 404
    assert (await client.get(f"{at}/loi/xlsx")).status_code == 404
    taken = await client.write(HERE, **OPENING, commune="19762", action="open")
    assert (taken.status_code, "Mã số thuế này đã có tài khoản" in taken.text) == (409, True)


async def test_the_example_of_the_template_is_a_right_line(client: Client):
    await an_organisation(client)

    sent = await sent_file(client, (await client.get(f"{HERE}/mau/xlsx")).content)

    assert "1 dòng đều đúng" in (await client.get(sent.headers["location"])).text
    assert len(organisation_rows.EXAMPLE) == len(HEADS)
