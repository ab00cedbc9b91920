"""Codes at the table and at the store's door: a scan fills the lot, a wrong one is refused by name and changes nothing."""

from uuid import UUID

from tests.arrange import Client
from tests.immunization_support.test_site import a_site, somebody_ready
from tests.immunization_support.test_stock_page import PAGE, receiving, the_keeper
from tests.stores import SITE, a_shelf
from tests.visits import facts
from tiemchung.domain import stock


async def code_of(client: Client, lot_number: str | None = None) -> str:
    """What the carton of the shelf's lot says, as it is typed by hand."""
    async with client.database.transaction() as db:
        unit = next(u for u in await stock.units(db, SITE) if lot_number in {None, u.number})
        package = (await stock.gs1.by_product(db))[unit.product]
    return f"(01){package.gtin}(17){unit.expires_on:%y%m%d}(10){unit.number}"


async def vials(client: Client, session_id: UUID) -> list[stock.Vial]:
    async with client.database.transaction() as db:
        return await stock.vials(db, SITE, session_id)


async def test_a_scan_of_the_carton_opens_a_vial_of_its_lot(client: Client):
    session, session_id, _ = await a_site(client)
    await client.staff("nurse", place_id=SITE)
    code = await code_of(client)

    assert (await client.write(f"{session}/mo-lo", code=code)).status_code == 303

    (vial,) = await vials(client, session_id)
    assert vial.lot_number == "XD955"


async def test_a_wrong_check_digit_an_unknown_lot_and_no_lot_open_nothing(client: Client):
    session, session_id, _ = await a_site(client)
    await client.staff("nurse", place_id=SITE)
    code = await code_of(client)
    wrong = code[:17] + str((int(code[17]) + 1) % 10) + code[18:]

    told = [await client.write(f"{session}/mo-lo", code=typed) for typed in (wrong, code + "9", "(01)", "")]

    assert [answer.status_code for answer in told] == [422, 422, 422, 422]
    for answer, words in zip(told, ("Số kiểm tra", "XD9559", "Không đọc được mã", "Hãy chọn lô"), strict=True):
        assert words in answer.text
    assert await vials(client, session_id) == []


async def test_a_dose_is_refused_when_the_scanned_pack_is_of_another_lot_than_the_vial(client: Client):
    session, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    async with client.database.transaction() as db:
        await a_shelf(db, 10, number="XE200")
    await client.staff("nurse", place_id=SITE)
    dose = {"vial_id": vial, "body_site": "left_arm"}

    other = await client.write(f"{session}/nguoi/{person}/tiem", **dose, code=await code_of(client, "XE200"))
    right = await client.write(f"{session}/nguoi/{person}/tiem", **dose, code=await code_of(client, "XD955"))

    assert other.status_code == 409
    assert "lô XE200, lọ đang dùng là lô XD955" in other.text
    assert right.status_code == 303
    async with client.database.transaction() as db:
        assert len(await facts(db, "select 1 from immunization")) == 1


async def test_a_carton_is_found_in_the_shipment_or_told_as_another_lot(client: Client):
    shipment = await the_keeper(client)
    (line,) = shipment.lines
    async with client.database.transaction() as db:
        lot = await facts(db, "select number, expires_on from lot where lot_id = %(l)s", l=line.lot_id)
        package = (await stock.gs1.by_product(db))[line.product]
        await a_shelf(db, 10, number="XE200", product=line.product)
    sent = f"(01){package.gtin}(17){lot[0]['expires_on']:%y%m%d}(10){line.number}"
    other = await code_of(client, "XE200")
    wrong = sent.replace(package.gtin, "09506000134353")

    shown = [await client.get(PAGE, params={"ma": code}) for code in (sent, other, wrong)]

    assert [page.status_code for page in shown] == [200, 200, 422]
    assert f"Lô {line.number} có trong chuyến" in shown[0].text
    assert "Lô XE200 không có trong chuyến này" in shown[1].text
    assert "Số kiểm tra" in shown[2].text


async def test_another_lot_is_received_by_the_code_of_its_carton(client: Client):
    shipment = await the_keeper(client)
    (line,) = shipment.lines
    async with client.database.transaction() as db:
        other = await a_shelf(db, 10, number="XE200", product=line.product)
    code = await code_of(client, "XE200")
    found = {"line": 1, "accepted": line.doses - 5, "broken": 0, "missing": 0, "wrong": 5, "counted": "1"}

    bad = await client.write(receiving(shipment), **found, wrong_lot=code.replace(code[4:18], "09506000134353"))
    good = await client.write(receiving(shipment), **found, wrong_lot=code)

    assert (bad.status_code, good.status_code) == (422, 303)
    assert "Số kiểm tra" in bad.text
    async with client.database.transaction() as db:
        quarantined = [unit for unit in await stock.units(db, SITE) if unit.lot_id == other and unit.quarantined]
        assert sum(unit.quarantined for unit in quarantined) == 5
        assert (await stock.prove(db)).ok
