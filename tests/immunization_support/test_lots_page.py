"""Lots through the pages: decided by the operator, read by everybody; trays; opening stock from a workbook."""

import html
import io
from datetime import timedelta
from uuid import UUID

import openpyxl

from tests.arrange import Client
from tests.stores import SITE, a_lot, a_shelf
from tiemchung.domain import stock, vaccines
from tiemchung.kit import clock
from tiemchung.kit.ids import uuid7

LOTS, OPENING, UNITS = "/diem-tiem/lo", "/diem-tiem/kho/dau-ky", "/diem-tiem/kho/khay"


async def known(client: Client, product: str = "ABD", number: str = "LT2109") -> UUID:
    async with client.database.transaction() as db:
        return await a_lot(db, product, number)


def a_workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in (list(stock.opening.COLUMNS), *rows):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send(client: Client, body: bytes, action: str, key: UUID | None = None):
    return await client.post(
        OPENING, data={"id": str(key or uuid7()), "action": action}, files={"file": ("ton.xlsx", body)}
    )


async def test_a_new_lot_waits_for_its_release(client: Client):
    await client.staff("national_operator")
    day = clock.day_of(clock.now()) + timedelta(days=100)

    made = await client.write(
        LOTS, product="AZ", number="ABX5031", manufacturer="SK Bioscience", expires_on=f"{day:%d/%m/%Y}"
    )
    lot = (await client.get(made.headers["location"])).text
    assert "Mới nhận, chưa kiểm định" in lot
    assert "SK Bioscience" in lot

    await client.write(f"{made.headers['location']}/xuat-xuong", reason="Giấy chứng nhận 12/NICVB")
    assert "Được phép dùng" in (await client.get(made.headers["location"])).text


async def test_a_lot_that_is_known_is_refused_with_what_was_typed(client: Client):
    await known(client)
    await client.staff("national_operator")

    answer = await client.write(LOTS, product="ABD", number="LT2109", manufacturer="CIGB", expires_on="31/12/2030")

    assert answer.status_code == 409
    assert "Số lô này đã có" in answer.text
    assert 'value="CIGB"' in answer.text


async def test_everybody_reads_why_an_expiry_changed(client: Client):
    lot_id = await known(client)
    await client.staff("national_operator")
    today = clock.day_of(clock.now())

    await client.write(
        f"{LOTS}/{lot_id}/han-dung",
        from_on=f"{today:%d/%m/%Y}",
        expires_on=f"{today + timedelta(days=270):%d/%m/%Y}",
        decision="QĐ 463/QĐ-QLD",
        reason="Nghiên cứu độ ổn định 9 tháng",
    )
    client.cookies.clear()
    shown = html.unescape((await client.get("/lo-vac-xin/ABD/LT2109")).text)

    assert "Nghiên cứu độ ổn định 9 tháng" in shown
    assert "QĐ 463/QĐ-QLD" in shown
    assert f"{today + timedelta(days=180):%d/%m/%Y}" in shown
    assert "LT2109" in (await client.get("/lo-vac-xin?so=lt21")).text
    assert (await client.get("/lo-vac-xin/ABD/KHONG")).status_code == 404


async def test_everybody_reads_that_a_lot_was_recalled(client: Client):
    lot_id = await known(client)
    async with client.database.transaction() as db:
        await vaccines.recall(db, lot_id, reason="Thông báo của nhà sản xuất")

    assert "Lô này đã bị thu hồi." in (await client.get("/lo-vac-xin/ABD/LT2109")).text


async def test_a_lot_is_kept_for_a_group(client: Client):
    lot_id = await known(client)
    await client.staff("national_operator")

    assert (await client.write(f"{LOTS}/{lot_id}/danh-rieng", earmark="moi", reason="Công văn 5")).status_code == 422
    await client.write(f"{LOTS}/{lot_id}/danh-rieng", earmark="second_dose", reason="Công văn 5")

    assert "Dành tiêm mũi 2" in (await client.get(f"{LOTS}/{lot_id}")).text


async def test_a_thawed_tray_is_not_frozen_again(client: Client):
    async with client.database.transaction() as db:
        await a_shelf(db, 60, SITE, "PF", "FM3289")
        (unit,) = await stock.units(db, SITE)
    await client.staff("storekeeper", place_id=SITE)
    assert (await client.write(f"{UNITS}/{unit.unit_id}", to="thawed")).status_code == 303

    answer = await client.write(f"{UNITS}/{unit.unit_id}", to="frozen")

    assert answer.status_code == 409
    assert "không được cấp đông lại" in answer.text


async def test_looking_at_a_list_posts_nothing_and_posting_it_twice_posts_once(client: Client):
    await known(client, "JAN", "XD955")
    await client.staff("storekeeper", place_id=SITE)
    day = clock.day_of(clock.now()) + timedelta(days=180)
    body = a_workbook(["JAN", "XD955", f"{day:%d/%m/%Y}", 100])

    looked = await send(client, body, "look")
    assert "1 dòng đúng, 100 liều" in looked.text
    assert await on_hand(client) == 0

    assert (await send(client, body, "post")).status_code == 303
    assert (await send(client, body, "post")).status_code == 409
    assert await on_hand(client) == 100


async def test_one_wrong_row_and_no_row_is_posted(client: Client):
    await known(client, "JAN", "XD955")
    await client.staff("storekeeper", place_id=SITE)
    day = clock.day_of(clock.now()) + timedelta(days=180)
    body = a_workbook(["JAN", "XD955", day, 100], ["JAN", "KHONG", day, -1])

    answer = await send(client, body, "post")

    assert answer.status_code == 422
    assert "Số liều phải là số nguyên từ 1" in answer.text
    assert await on_hand(client) == 0


async def test_what_is_no_workbook_is_refused(client: Client):
    await client.staff("storekeeper", place_id=SITE)

    for body in (b"", b"ma,so lo", b"PK\x03\x04 broken", b"0" * 1_100_000):
        answer = await send(client, body, "look")
        assert answer.status_code == 422
        assert "Tệp phải là bảng tính XLSX" in answer.text


async def test_the_template_has_the_columns(client: Client):
    await client.staff("storekeeper", place_id=SITE)

    book = openpyxl.load_workbook(io.BytesIO((await client.get(f"{OPENING}/mau.xlsx")).content))

    assert [cell.value for cell in book.worksheets[0][1]] == list(stock.opening.COLUMNS)


async def on_hand(client: Client) -> int:
    async with client.database.transaction() as db:
        return (await stock.conservation(db, SITE)).on_hand


async def test_a_code_is_read_by_scan_or_by_hand_and_a_wrong_one_is_refused_by_name(client: Client):
    async with client.database.transaction() as db:
        await a_shelf(db, 100)
        (unit,) = await stock.units(db, SITE)
        package = (await stock.gs1.by_product(db))["JAN"]
    await client.staff("storekeeper", place_id=SITE)
    typed = f"(01){package.gtin}(17){unit.expires_on:%y%m%d}(10){unit.number}"

    assert "Lô được phép dùng." in (await client.get("/diem-tiem/kho/quet", params={"code": typed})).text
    wrong = await client.get("/diem-tiem/kho/quet", params={"code": typed.replace(package.gtin, "09506000134353")})
    assert wrong.status_code == 422
    assert "Số kiểm tra" in wrong.text
    label = await client.get(f"{UNITS}/{unit.unit_id}/nhan.pdf")
    assert label.content.startswith(b"%PDF")
    assert (await client.get(f"{UNITS}/{uuid7()}/nhan.pdf")).status_code == 404
