"""Cleaning a commune through the pages: who sees what, what is refused, and what is signed by whom."""

import csv
import io
from html import unescape
from uuid import UUID

import openpyxl
import pytest
from httpx import Response

from tests.arrange import Client, totp_now
from tests.citizens import a_new_person, a_person, an_area
from tiemchung.domain import people
from tiemchung.domain.people import Identifier, PersonId
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

HERE = "/diem-tiem/dinh-danh"


async def a_mismatch(database: Database, **changes: object) -> tuple[PersonId, int]:
    """Somebody whom the registry does not know, and their commune."""
    async with database.transaction() as db:
        person_id = await a_person(db, **changes)
        await people.keep_identity_check(db, person_id, registry="test", matches=False, finding="unknown")
        return person_id, await an_area(db)


async def a_list(client: Client, area_id: int, *person_ids: PersonId) -> Response:
    return await client.write(f"{HERE}/{area_id}/gui", people=[str(person_id) for person_id in person_ids])


async def status_of(database: Database, person_id: UUID) -> str | None:
    async with database.statement() as db:
        return await db.value(str, Query("select identity_status from person where person_id = %(id)s"), id=person_id)


async def test_a_record_goes_through_station_police_and_station(client: Client, database: Database):
    person_id, area_id = await a_mismatch(database)
    await client.staff("station_clerk", area_id=area_id)
    page = await client.get(f"{HERE}/{area_id}")
    assert "Trần Thị Lan" in page.text and "0461 •••• •306" in page.text and "046154001306" not in page.text
    batch = (await a_list(client, area_id, person_id)).headers["location"]

    await client.staff("commune_police", area_id=area_id)
    assert "046154001306" in (await client.get(batch)).text
    answers = {f"answer-{person_id}": "record_wrong", f"birth-{person_id}": "03/10/1954"}
    signed = await client.write(f"{batch}/ky", totp=totp_now(), **answers)
    assert signed.headers["location"] == batch

    await client.staff("station_clerk", area_id=area_id)
    assert "03/10/1954" in unescape((await client.get(batch)).text)
    assert (await client.write(f"{batch}/cap-nhat", person=person_id)).status_code == 303
    assert await status_of(database, person_id) == "unchecked"
    async with database.statement() as db:
        waiting = await db.value(int, Query("select count(*) as n from identity_question"))
    assert waiting == 1
    again = await client.write(f"{batch}/cap-nhat", person=person_id)
    assert again.status_code == 409 and "đã được cập nhật" in again.text


async def test_bad_answers_of_the_police_name_field_and_rule_and_change_nothing(client: Client, database: Database):
    person_id, area_id = await a_mismatch(database)
    await client.staff("station_clerk", area_id=area_id)
    batch = (await a_list(client, area_id, person_id)).headers["location"]
    await client.staff("commune_police", area_id=area_id)
    wrong = {
        "Hãy nhập hoặc chọn kết quả": {},
        "hãy chọn một mục trong danh sách": {f"answer-{person_id}": "perhaps"},
        "hãy ghi ít nhất một mục đúng": {f"answer-{person_id}": "record_wrong"},
        "không có ngày 31/02/1954": {f"answer-{person_id}": "record_wrong", f"birth-{person_id}": "31/02/1954"},
        "bạn đã nhập 3": {f"answer-{person_id}": "record_wrong", f"number-{person_id}": "123"},
    }
    for told, answers in wrong.items():
        refused = await client.write(f"{batch}/ky", totp=totp_now(), **answers)
        assert refused.status_code == 422 and told in unescape(refused.text), told
    refused = await client.write(f"{batch}/ky", totp="12", **{f"answer-{person_id}": "not_found"})
    assert refused.status_code == 422 and "Mã xác thực" in refused.text
    refused = await client.write(f"{batch}/ky", totp="000000", **{f"answer-{person_id}": "not_found"})
    assert refused.status_code == 422 and "Hãy nhập mã xác thực" in refused.text
    assert 'value="not_found" checked' in refused.text
    assert "Công an đang đối chiếu" in (await client.get(batch)).text


async def test_a_list_needs_somebody_and_nobody_twice(client: Client, database: Database):
    person_id, area_id = await a_mismatch(database)
    await client.staff("station_clerk", area_id=area_id)
    assert "ít nhất một người" in (await a_list(client, area_id)).text
    assert (await client.write(f"{HERE}/{area_id}/gui", people="x")).status_code == 422
    assert (await a_list(client, area_id, person_id)).status_code == 303
    again = await a_list(client, area_id, person_id)
    assert again.status_code == 409 and "đã nằm trong một danh sách" in again.text


async def test_other_communes_and_other_roles_stay_outside(client: Client, database: Database):
    person_id, area_id = await a_mismatch(database)
    await client.staff("station_clerk", area_id=area_id)
    batch = (await a_list(client, area_id, person_id)).headers["location"]
    async with database.statement() as db:
        elsewhere = await an_area(db, "19768")
    await client.staff("commune_police", area_id=elsewhere)
    assert (await client.get(f"{HERE}/{area_id}")).status_code == 404
    assert (await client.get(batch)).status_code == 404
    assert (await client.get(batch.replace(str(area_id), str(elsewhere), 1))).status_code == 404
    assert (await client.write(f"{batch}/ky", totp=totp_now())).status_code == 404
    await client.staff("station_clerk", area_id=area_id)
    assert (await client.write(f"{batch}/ky", totp=totp_now())).status_code == 403
    await client.staff("commune_police", area_id=area_id)
    assert (await client.get(f"{HERE}/{area_id}/danh-sach/csv")).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_file_of_a_commune_is_inert_masked_and_counts_as_looks(client: Client, database: Database, kind: str):
    person_id, area_id = await a_mismatch(database, address='=HYPERLINK("http://x")')
    await client.staff("station_clerk", area_id=area_id)
    file = await client.get(f"{HERE}/{area_id}/danh-sach/{kind}")
    cells = read_back(file.content, kind)
    assert "Trần Thị Lan" in cells and "0461 •••• •306" in cells and "046154001306" not in cells
    assert ("'" if kind == "csv" else "") + '=HYPERLINK("http://x")' in cells
    async with database.statement() as db:
        looks = await people.looks(db, person_id)
    assert [look.page for look in looks] == ["Xuất danh sách đối chiếu định danh"]
    assert (await client.get(f"{HERE}/{area_id}/danh-sach/pdf")).status_code == 404


async def test_a_province_sees_rates_and_goes_to_its_communes(client: Client, database: Database):
    person_id, area_id = await a_mismatch(database)
    async with database.transaction() as db:
        other = await people.introduce(
            db,
            await a_new_person(
                db,
                name="Lê Văn Khớp",
                identifiers=[Identifier(kind="national_id", country="VN", value="046054001399")],
                sex="male",
            ),
        )
        await people.keep_identity_check(db, other, registry="test", matches=True)
        province = await an_area(db, "46")
    await client.staff("province_officer", area_id=province)
    page = await client.get(HERE)
    assert f'href="{HERE}/{area_id}"' in page.text and "50,0%" in page.text
    assert (await client.get(f"{HERE}/{area_id}")).status_code == 200
    assert (await a_list(client, area_id, person_id)).status_code == 403


async def test_asking_again_fills_the_queue_once(client: Client, database: Database):
    async with database.transaction() as db:
        await a_person(db)
        area_id = await an_area(db)
    await client.staff("station_clerk", area_id=area_id)
    assert (await client.write(f"{HERE}/{area_id}/hoi")).headers["location"].endswith("?hoi=1")
    assert (await client.write(f"{HERE}/{area_id}/hoi")).headers["location"].endswith("?hoi=0")


def read_back(body: bytes, kind: str) -> list[str]:
    """All cells of a file; none of a workbook's is a formula."""
    if kind == "csv":
        return [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    return [str(cell.value) for cell in cells]
