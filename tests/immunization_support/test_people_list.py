"""The official list: every bad cell named by its column, right rows kept, nothing doubled, nothing kept by a trial."""

import io
from datetime import date
from html import unescape
from typing import Any

import openpyxl
import pytest

from tests.arrange import Client
from tests.stores import CENTRE, SITE
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, arrived, facts, ready
from tiemchung.domain import immunizations, people
from tiemchung.domain.immunizations import imported
from tiemchung.immunization_support import people_rows
from tiemchung.immunization_support.people_rows import HEADS
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

HERE = "/diem-tiem/danh-sach"
RIGHT = [
    "1",
    "Lê Văn Đúng",
    "03/09/1954",
    "0",
    "9",
    "",
    "0905111222",
    "046054000111",
    "",
    "",
    "",
    "",
    "",
    "",
    "19762",
    "1 Lê Lợi",
]
AZ = ["AZ", "01/06/2021", "ABX3771", "46005"]


def a_row(**changes: str) -> list[str]:
    """A row in which nothing is wrong, with some cells changed by the number of their column."""
    row = RIGHT + [""] * (len(HEADS) - len(RIGHT))
    for column, text in changes.items():
        row[int(column.removeprefix("c"))] = text
    return row


def with_dose(row: list[str], *dose: str) -> list[str]:
    """A row with a first dose."""
    return row[:16] + list(dose) + row[20:]


async def sent(client: Client, rows: list[list[str]], **fields: str) -> Any:
    """A list, tried or imported."""
    book = people_rows.workbook(HEADS, rows, {})
    return await client.post(HERE, data={"id": str(uuid7())} | fields, files={"file": ("danh-sach.xlsx", book)})


async def kept(client: Client) -> tuple[int, int]:
    """How many people and imported doses there are."""
    async with client.database.transaction() as db:
        (people,) = await facts(db, "select count(*) as n from person")
        (doses,) = await facts(db, "select count(*) as n from immunization where source = 'imported'")
    return people["n"], doses["n"]


async def test_a_trial_keeps_nothing_an_import_keeps_once(client: Client):
    await client.staff("site_head", place_id=SITE)
    rows = [with_dose(a_row(), *AZ), a_row(c1="Trần Thị Năm", c2="1949", c3="1", c6="0905111333", c7="")]

    tried = await sent(client, rows, action="try")
    after_trial = await kept(client)
    await sent(client, rows, action="import")
    once = await kept(client)
    await sent(client, rows, action="import")

    assert "2 dòng đều đúng" in tried.text
    assert after_trial == (0, 0)
    assert once == (2, 1) == await kept(client)
    async with client.database.transaction() as db:
        (dose,) = await facts(db, "select * from immunization")
        (year,) = await facts(db, "select birth_precision from person where name = 'Trần Thị Năm'")
    assert (dose["dose_role"], dose["ordinal"], dose["product"]) == ("basic", 1, "AZ")
    assert "ABX3771" in dose["reason"]
    assert year["birth_precision"] == "year"


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (a_row(c1=""), "Họ và tên", "Còn thiếu."),
        (a_row(c1="<b>x</b>"), "Họ và tên", "chỉ gồm chữ cái"),
        (a_row(c2="31/02/1960"), "Ngày sinh", "không có ngày 31/02/1960"),
        (a_row(c3="2"), "Giới tính (0 nam, 1 nữ)", "Mã 2 không có trong danh mục."),
        (a_row(c4="17"), "Mã nhóm ưu tiên", "Mã 17 không có trong danh mục."),
        (a_row(c6="12345"), "Số điện thoại", "10 chữ số"),
        (a_row(c6="", c7=""), "Số điện thoại", "Còn thiếu."),
        (a_row(c7="0460540001"), "Số CCCD, CMND, hộ chiếu", "8, 9 hoặc 12 chữ số"),
        (a_row(c8="123"), "Số thẻ BHYT", "10 hoặc 15 ký tự"),
        (a_row(c14="99999"), "Mã xã", "Mã 99999 không có trong danh mục."),
        (with_dose(a_row(), "AZ", "", "", "46005"), "Ngày tiêm mũi 1", "Còn thiếu."),
        (with_dose(a_row(), "XYZ", "01/06/2021", "", "46005"), "Vắc xin mũi 1", "Mã XYZ không có trong danh mục."),
        (with_dose(a_row(), "AZ", "01/06/2121", "", "46005"), "Ngày tiêm mũi 1", "không thể ở tương lai"),
    ],
)
async def test_a_bad_cell_is_named_and_the_other_rows_are_kept(client: Client, row: list[str], column: str, why: str):
    await client.staff("registrar", place_id=SITE)

    answer = await sent(client, [row, a_row(c1="Người Đúng", c7="046054000999", c6="0905000999")], action="import")

    assert f"<b>{column}</b>" in answer.text
    assert why in unescape(answer.text)
    assert (await kept(client))[0] == 1


async def test_the_same_person_twice_in_a_file_is_one_and_the_result_comes_back_as_a_file(client: Client):
    await client.staff("site_head", place_id=SITE)

    answer = await sent(client, [a_row(), a_row(c5="Nhà máy")], action="import", answer="file")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [str(row[-1].value) for row in sheet.iter_rows(min_row=2)] == [
        "Người mới, thêm 0 mũi",
        "Chưa nhập; STT: Trùng người với dòng 2.",
    ]
    assert (await kept(client))[0] == 1


async def test_what_is_no_workbook_is_refused_and_the_form_has_its_code_lists(client: Client):
    await client.staff("site_head", place_id=SITE)

    refused = await client.post(HERE, data={"id": str(uuid7())}, files={"file": ("x.xlsx", b"PK not a book")})
    form = openpyxl.load_workbook(io.BytesIO((await client.get(f"{HERE}/mau.xlsx")).content))

    assert refused.status_code == 422
    assert [title[:3] for title in form.sheetnames[1:]] == ["PL2", "PL3", "PL4", "PL5"]
    assert [cell.value for cell in form.worksheets[0][1]] == HEADS


async def a_session_with_doses(client: Client) -> str:
    """The page of a session with people of every kind: given a dose here, a dose elsewhere, expected, without a phone."""
    async with client.database.transaction() as db:
        session_id, codes = await an_open_session(db, 3)
        # The people of tests are numbered; the list takes letters only.
        for column, letters in {"name": "KLMN", "search_name": "klmn"}.items():
            await db.run(Query(f"update person set {column} = translate({column}, '0123', '{letters}')"))
        nurse = await a_nurse(db)
        given = await ready(nurse, session_id, codes[0])
        await immunizations.record(nurse, an_injection(given, (await an_open_vial(nurse, session_id)).vial_id))
        waiting = await arrived(nurse, session_id, codes[1])
        elsewhere = imported.Told(product="AZ", on=date(2021, 6, 1), lot_number="ABX3771", place_id=CENTRE)
        await imported.keep(nurse, people.PersonId(waiting.person_id), [elsewhere])
        await db.run(Query("update contact set ended_at = now() where person_id = %(p)s"), p=waiting.person_id)
        number = people.Identifier(kind="national_id", country="VN", value="046154009912")
        await people.add_identifier(db, people.PersonId(waiting.person_id), number)
        await db.run(
            Query("update person set birth_precision = 'year', birth_date = '1954-01-01' where person_id = %(p)s"),
            p=waiting.person_id,
        )
    return f"/diem-tiem/phien/{SITE}/{session_id}"


async def test_what_is_exported_is_read_again_without_an_error_and_adds_nothing(client: Client):
    session = await a_session_with_doses(client)
    await client.staff("site_head", place_id=SITE)

    taken = await client.get(f"{session}/danh-sach.xlsx")
    before = await everything(client)
    rows = openpyxl.load_workbook(io.BytesIO(taken.content)).worksheets[0].iter_rows(values_only=True)
    answer = await client.post(
        HERE, data={"id": str(uuid7()), "action": "import", "answer": "file"}, files={"file": ("x.xlsx", taken.content)}
    )

    heads, *lines = [[str(cell or "") for cell in row] for row in rows]
    assert heads == HEADS
    assert len(lines) == 3
    products = sorted(line[16] for line in lines)
    assert products == ["", "AZ", "JAN"]
    (az,) = [line for line in lines if line[16] == "AZ"]
    assert (az[2], az[6], az[7], az[17]) == ("1954", "", "046154009912", "01/06/2021")
    told = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    assert [row[-1] for row in told] == ["Đã có hồ sơ, thêm 0 mũi"] * 3
    assert await everything(client) == before


async def test_each_of_the_people_exported_sees_who_took_the_list_and_other_roles_take_none(client: Client):
    session = await a_session_with_doses(client)
    await client.staff("registrar", place_id=SITE)
    assert (await client.get(f"{session}/danh-sach.xlsx")).status_code == 200
    await client.staff("doctor", place_id=SITE)
    assert (await client.get(f"{session}/danh-sach.xlsx")).status_code == 403
    await client.staff("site_head", place_id=CENTRE)
    assert (await client.get(f"{session}/danh-sach.xlsx")).status_code == 404

    async with client.database.statement() as db:
        looks = await facts(db, "select distinct person_id from access_entry where page = 'Xuất danh sách phiên'")
    assert len(looks) == 3


async def everything(client: Client) -> tuple[int, int, int]:
    """How many people, numbers and doses there are."""
    async with client.database.statement() as db:
        (found,) = await facts(
            db,
            "select (select count(*) from person) as people, (select count(*) from person_identifier) as numbers,"
            " (select count(*) from immunization) as doses",
        )
    return found["people"], found["numbers"], found["doses"]
