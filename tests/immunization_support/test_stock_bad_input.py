"""What must not happen to the ledger: each refused or flagged by name, and not one line or balance changed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.arrange import Client
from tests.immunization_support.test_stock_papers_pages import KHO, on_its_way, send, shelf
from tests.stores import CENTRE, PROVINCE, SITE
from tests.visits import facts, later
from tiemchung.domain import stock
from tiemchung.domain.stock import AlreadyReceived, Found, IssueBeforeReceipt, Line, gs1
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7

WRONG_DOSES = ("-5", "2.5", "2,5", "1e2", "năm", "")
EVERYTHING = """
select (select md5(string_agg(p::text, ' ' order by p.place_id, p.posting_id, p.line)) from stock_posting p) as postings,
       (select md5(string_agg(a::text, ' ' order by a.place_id, a.lot_id, a.unit_id, a.state)) from stock_account a) as balances,
       (select count(*) from handling_unit) as units, (select count(*) from claim) as claims
"""


@asynccontextmanager
async def unchanged(client: Client) -> AsyncGenerator[None]:
    """Whatever is done within leaves every line and balance of the ledger as it was."""
    async with client.database.transaction() as db:
        before = await facts(db, EVERYTHING)
    yield
    async with client.database.transaction() as db:
        assert await facts(db, EVERYTHING) == before
        assert (await stock.prove(db)).ok


async def under_way(client: Client, doses: int = 100) -> tuple[stock.Unit, stock.Shipment, str]:
    """Doses on the way to the centre, whose keeper is at the desk; the address at which they are signed for."""
    unit = await shelf(client)
    await client.staff("storekeeper", place_id=PROVINCE)
    await send(client, unit, doses)
    shipment = await on_its_way(client)
    await client.staff("storekeeper", place_id=CENTRE)
    return unit, shipment, f"{KHO}/nhan/{PROVINCE}/{shipment.shipment_id}"


@pytest.mark.parametrize("wrong", WRONG_DOSES)
async def test_less_than_nothing_and_parts_of_a_dose_are_refused_at_every_form(client: Client, wrong: str):
    unit, _, sign = await under_way(client)
    async with unchanged(client):
        for at in ("accepted", "broken", "missing"):
            found = {"line": 1, "accepted": 100, "broken": 0, "missing": 0, "counted": "1"} | {at: wrong}
            answer = await client.write(sign, **found)
            assert (answer.status_code, f'value="{wrong}"' in answer.text) == (422, True), at
        await client.staff("storekeeper", place_id=PROVINCE)
        assert (await send(client, unit, wrong)).status_code == 422
        round_ = {"product": "JAN", "decision": "QĐ 9", "decided_on": "01/12/2021", "place": CENTRE}
        assert (await client.write(f"{KHO}/phan-bo", **round_, doses=wrong)).status_code == 422
        asked = {"supplier": CENTRE, "product": "JAN", "needed_on": "01/12/2031", "reason": "Phiên tuần tới"}
        assert (await client.write(f"{KHO}/de-nghi", **asked, doses=wrong)).status_code == 422
        lines = {"line": f"{unit.unit_id}/on_hand", "protocol": "01/BB", "method": "Hấp", "weight": 300}
        seen = {"witness_1": "Lê Văn An", "office_1": "CDC", "witness_2": "Trần Bình", "office_2": "Sở Y tế"}
        assert (await client.write(f"{KHO}/huy", **lines, **seen, doses=wrong)).status_code == 422
        judged = {"unit": unit.unit_id, "verdict": "release"}
        assert (await client.write(f"{KHO}/cach-ly", **judged, doses=wrong)).status_code == 422
        if wrong != "-5":
            corrected = {"unit": unit.unit_id, "reason": "breakage", "note": "Rơi một khay"}
            assert (await client.write(f"{KHO}/dieu-chinh", **corrected, doses=wrong)).status_code == 422
        count = (await client.write(f"{KHO}/kiem-ke")).headers["location"]
        assert (await client.write(count, unit=unit.unit_id, counted=wrong)).status_code == 422


async def test_the_database_knows_no_part_of_a_dose_and_none_out_of_nothing(client: Client):
    unit = await shelf(client, place=SITE)
    account = {"place_id": SITE, "lot_id": unit.lot_id, "unit_id": unit.unit_id}
    async with unchanged(client):
        for doses in ((-1, 2), (-201, 201)):
            lines = [
                Line(**account, state=state, doses=n) for state, n in zip(("on_hand", "wasted"), doses, strict=True)
            ]
            with pytest.raises(DomainError):
                async with client.database.transaction() as db:
                    await stock.post(db, "broken", lines)
        async with client.database.transaction() as db:
            (column,) = await facts(
                db,
                "select data_type from information_schema.columns where (table_name, column_name) = ('stock_posting', 'doses')",
            )
    assert column["data_type"] == "integer"


async def test_a_lot_that_nobody_knows_is_refused_when_scanned_or_received(client: Client):
    _, _, sign = await under_way(client)
    async with client.database.transaction() as db:
        package = (await gs1.by_product(db))["JAN"]
        day = db.at.date() + timedelta(days=90)
    code = gs1.elements(package.gtin, "KHONGCO", day)
    found = {"line": 1, "accepted": 90, "broken": 0, "missing": 0, "warm": 0, "extra": 0, "wrong": 10, "counted": "1"}
    async with unchanged(client):
        for typed in ("KHONGCO", code, ""):
            answer = await client.write(sign, **found, wrong_lot=typed)
            assert answer.status_code == 422, typed
            assert "Không có lô" in answer.text
        scanned = await client.get(f"{KHO}/quet", params={"code": code})
        assert scanned.status_code == 422
        assert "KHONGCO" in scanned.text


async def test_a_wrong_check_digit_is_refused_when_scanned_or_received(client: Client):
    _, _, sign = await under_way(client)
    async with client.database.transaction() as db:
        gtin = (await gs1.by_product(db))["JAN"].gtin
    code = f"01{gtin[:13]}{(int(gtin[13]) + 1) % 10}10XD955"
    found = {"line": 1, "accepted": 90, "broken": 0, "missing": 0, "warm": 0, "extra": 0, "wrong": 10, "counted": "1"}
    async with unchanged(client):
        answer = await client.write(sign, **found, wrong_lot=code)
        assert (answer.status_code, "Số kiểm tra" in answer.text) == (422, True)
        scanned = await client.get(f"{KHO}/quet", params={"code": code})
        assert (scanned.status_code, "Số kiểm tra" in scanned.text) == (422, True)


async def test_a_cartons_number_with_a_wrong_check_digit_does_not_go_on_the_papers(client: Client):
    unit = await shelf(client)
    await client.staff("storekeeper", place_id=PROVINCE)
    async with unchanged(client):
        answer = await send(client, unit, 10, sscc="106141412345678909", vehicle="75C-012.34")
        assert (answer.status_code, "Số kiểm tra của" in answer.text) == (422, True)
        assert 'value="106141412345678909"' in answer.text
        assert 'value="75C-012.34"' in answer.text
    assert (await send(client, unit, 10, sscc="106141412345678908")).status_code == 303


async def test_a_receipt_that_is_applied_twice_counts_once(client: Client):
    _, shipment, sign = await under_way(client)
    found, key = {"line": 1, "accepted": 95, "broken": 5, "missing": 0, "counted": "1"}, uuid7()
    assert (await client.write(sign, key, **found)).status_code == 303

    async with unchanged(client):
        again = await client.write(sign, key, **found)
        assert again.status_code == 303, "the same form gets the same answer"
        other = await client.write(sign, **found)
        assert other.status_code == 409, "a new form is told that it was signed for"
        with pytest.raises(AlreadyReceived):
            async with client.database.transaction() as db:
                whole = [Found(line=1, accepted=100, broken=0, missing=0)]
                await stock.receive(db, CENTRE, PROVINCE, shipment.shipment_id, whole)


async def test_a_count_during_movements_says_what_lay_there_at_its_moment_and_posts_nothing_of_them(client: Client):
    unit = await shelf(client, place=SITE, doses=100)
    await client.staff("storekeeper", place_id=SITE)
    count = (await client.write(f"{KHO}/kiem-ke")).headers["location"]
    async with client.database.transaction() as db:
        await stock.waste(db, SITE, lot_id=unit.lot_id, unit_id=unit.unit_id, doses=7, reason=stock.Waste.broken)

    async with unchanged(client):
        assert (await client.write(f"{KHO}/kiem-ke")).status_code == 409, "one count at a time"
        assert (await client.write(count, unit=unit.unit_id, counted=100)).status_code == 303
        assert (await client.write(f"{count}/xac-nhan")).status_code == 303, "a hundred lay there when it began"


async def test_an_issue_before_its_receipt_is_refused(client: Client):
    unit = await shelf(client)
    picks = [stock.Pick(unit_id=unit.unit_id, doses=10)]
    async with unchanged(client):
        with pytest.raises(IssueBeforeReceipt) as refused:
            async with client.database.transaction() as now:
                db = later(now, hours=-1)
                papers = stock.Papers(decision="QĐ 1", expected_at=now.at, override_reason="Ghi lùi ngày")
                await stock.dispatch(db, from_place=PROVINCE, to_place=CENTRE, picks=picks, papers=papers)
        assert refused.value.facts["lot"] == "XD955"
        await client.staff("storekeeper", place_id=CENTRE)
        nothing_there = await send(client, unit, 10, to=SITE)
        assert nothing_there.status_code in {404, 409}, "another store's tray is not here to be sent"
