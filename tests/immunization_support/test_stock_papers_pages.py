"""The storekeeper's pages: send, receive, answer, decide, count, correct, destroy, recall; each with its paper."""

import html
import io
import re
from datetime import timedelta
from uuid import UUID

import httpx
from PIL import Image

from tests.arrange import Client
from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot, a_shelf
from tests.visits import facts, vaccinated
from tiemchung.domain import stock
from tiemchung.kit import clock
from tiemchung.kit.ids import uuid7

KHO = "/diem-tiem/kho"


async def shelf(client: Client, doses: int = 200, place: UUID = PROVINCE, number: str = "XD955") -> stock.Unit:
    async with client.database.transaction() as db:
        lot_id = await a_shelf(db, doses, place, "JAN", number)
        return next(unit for unit in await stock.units(db, place) if unit.lot_id == lot_id)


async def told(client: Client, place: UUID) -> stock.Conservation:
    async with client.database.transaction() as db:
        found = await stock.conservation(db, place)
        assert found.adds_up
        assert (await stock.prove(db)).differences == []
        return found


async def is_paper(client: Client, path: str) -> bool:
    answer = await client.get(path)
    return answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")


async def send(client: Client, unit: stock.Unit, doses: object, to: UUID = CENTRE, **more: object):
    tomorrow = clock.day_of(clock.now()) + timedelta(days=1)
    form = {"decision": "QĐ 99", "day": f"{tomorrow:%d/%m/%Y}", "arrives": "15:30"} | more
    return await client.write(f"{KHO}/xuat", to=to, unit=unit.unit_id, doses=doses, **form)


async def on_its_way(client: Client) -> stock.Shipment:
    async with client.database.transaction() as db:
        (shipment,) = await stock.on_the_way_to(db, CENTRE)
        return shipment


async def test_a_store_is_shown_what_must_go_first_and_sends_it_with_its_paper(client: Client):
    unit = await shelf(client)
    await client.staff("storekeeper", place_id=PROVINCE)

    asked = (await client.get(f"{KHO}/xuat?to={CENTRE}&product=JAN&wanted=60")).text
    assert re.search(r'inputmode="numeric" value="60"', asked)
    assert "Bơm tiêm tự khóa" in asked
    assert (await send(client, unit, 60)).status_code == 303

    shipment = await on_its_way(client)
    assert (await told(client, PROVINCE)).in_transit == 60
    assert await is_paper(client, f"{KHO}/chuyen/{PROVINCE}/{shipment.shipment_id}/phieu.pdf")
    await client.staff("storekeeper", place_id=SITE)
    assert (await client.get(f"{KHO}/chuyen/{PROVINCE}/{shipment.shipment_id}/phieu.pdf")).status_code == 404


async def test_bad_doses_and_another_order_are_refused_with_what_was_typed(client: Client):
    day = clock.day_of(clock.now())
    unit = await shelf(client, number="LATE")
    async with client.database.transaction() as db:
        soon = await a_lot(db, "JAN", "SOON", day + timedelta(days=9))
        await stock.receive_from_maker(db, place_id=PROVINCE, lot_id=soon, doses=50)
    await client.staff("storekeeper", place_id=PROVINCE)

    for wrong in ("-5", "2.5", "abc"):
        answer = await send(client, unit, wrong)
        assert answer.status_code == 422
    assert (await send(client, unit, 9_999, override_reason="Gấp cho đội lưu động")).status_code == 409
    refused = await send(client, unit, 10, vehicle="75C-012.34")
    assert refused.status_code == 409
    assert "Lô SOON phải xuất trước" in refused.text
    assert 'value="75C-012.34"' in refused.text
    assert (await told(client, PROVINCE)).in_transit == 0
    assert (await send(client, unit, 10, override_reason="Đội lưu động đi dài ngày")).status_code == 303


async def test_what_was_found_otherwise_is_a_claim_that_both_ends_see_and_the_sender_answers(client: Client):
    unit = await shelf(client)
    await shelf(client, number="OTHER")
    await client.staff("storekeeper", place_id=PROVINCE)
    await send(client, unit, 100)
    shipment = await on_its_way(client)
    await client.staff("storekeeper", place_id=CENTRE)
    found = {"line": 1, "accepted": 70, "broken": 5, "missing": 5, "warm": 10, "extra": 2, "counted": "1"}

    path = f"{KHO}/nhan/{PROVINCE}/{shipment.shipment_id}"
    unknown = await client.write(path, **found, wrong=10, wrong_lot="KHONG-CO")
    assert unknown.status_code == 422
    assert "Không có lô KHONG-CO" in unknown.text
    assert (await client.write(path, **found, wrong=10, wrong_lot="OTHER")).status_code == 303

    centre = await told(client, CENTRE)
    assert (centre.on_hand, centre.quarantined, centre.unexplained) == (72, 20, -12)
    assert await is_paper(client, f"{KHO}/chuyen/{PROVINCE}/{shipment.shipment_id}/phieu.pdf")
    assert "Không thấy trong thùng" in (await client.get(f"{KHO}/khieu-nai")).text

    await client.staff("storekeeper", place_id=PROVINCE)
    async with client.database.transaction() as db:
        claims = {claim.kind: claim.claim_id for claim in await stock.claims.claims(db, PROVINCE)}
    assert set(claims) == {"broken", "missing", "warm", "extra", "wrong_lot"}
    answers = {"broken": "accepted", "missing": "found", "warm": "accepted", "extra": "sent", "wrong_lot": "sent"}
    for kind, answer in answers.items():
        said = await client.write(f"{KHO}/khieu-nai/{claims[kind]}", answer=answer, note="Đã đếm lại kệ B2")
        assert said.status_code == 303, kind
    assert (await told(client, CENTRE)).unexplained == 0
    again = await client.write(f"{KHO}/khieu-nai/{claims['extra']}", answer="sent", note="Đã đếm lại")
    assert again.status_code == 409


async def test_quarantined_doses_are_judged(client: Client):
    unit = await shelf(client)
    await client.staff("storekeeper", place_id=PROVINCE)
    await send(client, unit, 100)
    shipment = await on_its_way(client)
    await client.staff("storekeeper", place_id=CENTRE)
    await client.write(
        f"{KHO}/nhan/{PROVINCE}/{shipment.shipment_id}",
        line=1, accepted=80, broken=0, missing=0, warm=20, counted="1",
    )  # fmt: skip
    async with client.database.transaction() as db:
        (arrived,) = await stock.units(db, CENTRE)

    await client.write(f"{KHO}/cach-ly", unit=arrived.unit_id, doses=15, verdict="release")
    await client.write(f"{KHO}/cach-ly", unit=arrived.unit_id, doses=5, verdict="heat")

    centre = await told(client, CENTRE)
    assert (centre.on_hand, centre.quarantined, centre.wasted) == (95, 0, 5)


async def test_a_decision_is_recorded_sent_and_compared(client: Client):
    unit = await shelf(client)
    await client.staff("storekeeper", place_id=PROVINCE)
    day = f"{clock.day_of(clock.now()):%d/%m/%Y}"
    nothing = await client.write(
        f"{KHO}/phan-bo", product="JAN", decision="QĐ 3971", decided_on=day, place=CENTRE, doses=0
    )
    assert nothing.status_code == 422

    await client.write(f"{KHO}/phan-bo", product="JAN", decision="QĐ 3971", decided_on=day, place=CENTRE, doses=80)
    shown = html.unescape((await client.get(f"{KHO}/phan-bo")).text)
    link = re.search(r'href="(/diem-tiem/kho/xuat\?to=[^"]*allocation=([0-9a-f-]{36}))"', shown)
    assert link is not None
    await send(client, unit, 80, allocation=link[2])

    assert "đã xuất đủ" in (await client.get(f"{KHO}/phan-bo")).text
    assert await is_paper(client, f"{KHO}/phan-bo/{link[2]}/bang.pdf")


async def test_a_request_is_asked_decided_by_the_supplier_and_sent(client: Client):
    unit = await shelf(client, place=CENTRE)
    await client.staff("storekeeper", place_id=SITE)
    day = f"{clock.day_of(clock.now()) + timedelta(days=7):%d/%m/%Y}"
    asked = await client.write(
        f"{KHO}/de-nghi", supplier=CENTRE, product="JAN", doses=60, needed_on=day, reason="Phiên tuần tới"
    )
    assert asked.status_code == 303
    async with client.database.transaction() as db:
        (request,) = await stock.orders.requests(db, SITE)
    decide = f"{KHO}/de-nghi/{SITE}/{request.request_id}"
    assert (await client.write(decide, doses=60, note="Tự duyệt")).status_code == 409

    await client.staff("storekeeper", place_id=CENTRE)
    assert (await client.write(decide, doses=50, note="Còn 50 liều")).status_code == 303
    assert (await send(client, unit, 50, to=SITE, request=request.request_id)).status_code == 303

    assert "Đã xuất kho" in (await client.get(f"{KHO}/de-nghi")).text
    assert await is_paper(client, f"{decide}/phieu.pdf")


async def test_a_count_goes_from_its_moment_to_its_protocol(client: Client):
    unit = await shelf(client, place=SITE, doses=100)
    await client.staff("storekeeper", place_id=SITE)
    begun = await client.write(f"{KHO}/kiem-ke")
    count = begun.headers["location"]
    assert (await client.write(f"{KHO}/kiem-ke")).status_code == 409

    empty = await client.write(count, unit=unit.unit_id, counted="")
    assert empty.status_code == 422
    await client.write(count, unit=unit.unit_id, counted=70)
    alone = await client.write(f"{count}/xac-nhan")
    assert alone.status_code == 409
    assert "cần người thứ hai" in alone.text

    await client.staff("site_head", place_id=SITE)
    assert (await client.write(f"{count}/xac-nhan")).status_code == 303
    assert "Đã xác nhận" in (await client.get(count)).text
    assert await is_paper(client, f"{count}/bien-ban.pdf")
    site = await told(client, SITE)
    assert (site.on_hand, site.lost) == (70, 30)


async def test_a_large_correction_waits_for_another_person(client: Client):
    unit = await shelf(client, place=SITE, doses=100)
    await client.staff("storekeeper", place_id=SITE)
    form = {"unit": unit.unit_id, "reason": "breakage", "note": "Rơi một khay"}
    assert (await client.write(f"{KHO}/dieu-chinh", doses=0, **form)).status_code == 422
    assert (await client.write(f"{KHO}/dieu-chinh", doses=-40, **form)).status_code == 303
    async with client.database.transaction() as db:
        (waiting,) = await stock.corrections.adjustments(db, SITE)
    agree = f"{KHO}/dieu-chinh/{waiting.adjustment_id}"
    assert (await client.write(agree, agreed="yes")).status_code == 409
    assert (await told(client, SITE)).on_hand == 100

    await client.staff("site_head", place_id=SITE)
    assert (await client.write(agree, agreed="yes")).status_code == 303
    assert (await told(client, SITE)).on_hand == 60


async def test_doses_are_destroyed_before_witnesses(client: Client):
    unit = await shelf(client, place=SITE, doses=100)
    async with client.database.transaction() as db:
        await stock.waste(db, SITE, lot_id=unit.lot_id, unit_id=unit.unit_id, doses=10, reason=stock.Waste.broken)
    await client.staff("storekeeper", place_id=SITE)
    form = {
        "line": f"{unit.unit_id}/wasted", "doses": 10, "protocol": "01/BB", "method": "Hấp tiệt trùng", "weight": 300,
        "witness_1": "Lê Văn An", "office_1": "CDC",
    }  # fmt: skip
    alone = await client.write(f"{KHO}/huy", **form)
    assert alone.status_code == 422
    assert 'href="#witness_2"' in alone.text

    assert (await client.write(f"{KHO}/huy", **form, witness_2="Trần Bình", office_2="Sở Y tế")).status_code == 303
    async with client.database.transaction() as db:
        (protocol,) = await stock.corrections.destructions(db, SITE)
    assert protocol.doses == 10
    assert await is_paper(client, f"{KHO}/huy/{protocol.destruction_id}/bien-ban.pdf")
    await told(client, SITE)


async def test_good_doses_go_back_to_their_maker_with_a_photo_and_are_not_destroyed(client: Client):
    unit = await shelf(client, place=SITE, doses=100)
    await client.staff("storekeeper", place_id=SITE)
    form = {
        "line": f"{unit.unit_id}/on_hand", "doses": 40, "protocol": "02/BB", "method": "Hãng nhận tại kho", "weight": 900,
        "witness_1": "Lê Văn An", "office_1": "CDC", "witness_2": "Trần Bình", "office_2": "Sở Y tế",
    }  # fmt: skip
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")

    async def sent(photo: bytes, kind: str) -> httpx.Response:
        files = {"photo": ("anh.png", photo, "image/png")}
        data = {name: str(value) for name, value in form.items()} | {"id": str(uuid7()), "kind": kind}
        return await client.post(f"{KHO}/huy", data=data, files=files)

    destroyed, no_picture = await sent(drawn.getvalue(), "destroy"), await sent(b"not a picture", "return")
    assert [destroyed.status_code, no_picture.status_code] == [422, 422]
    assert (await told(client, SITE)).on_hand == 100
    assert (await sent(drawn.getvalue(), "return")).status_code == 303

    async with client.database.transaction() as db:
        (protocol,) = await stock.corrections.destructions(db, SITE)
        balances = await facts(db, "select state, balance from stock_account where balance > 0 order by state")
    assert (protocol.kind, protocol.doses, protocol.has_photo) == ("return", 40, True)
    assert [(one["state"], one["balance"]) for one in balances] == [("on_hand", 60), ("returned", 40)]
    photo = await client.get(f"{KHO}/huy/{protocol.destruction_id}/anh.jpg")
    assert photo.content.startswith(b"\xff\xd8")
    assert await is_paper(client, f"{KHO}/huy/{protocol.destruction_id}/bien-ban.pdf")
    assert "Trả nhà sản xuất" in (await client.get(f"{KHO}/huy")).text
    await told(client, SITE)


async def test_a_recall_freezes_the_lot_lists_who_had_it_and_writes_each_look_down(client: Client):
    async with client.database.transaction() as db:
        _, _, visit, vial = await vaccinated(db)
    await client.staff("national_operator")
    order = f"/diem-tiem/lo/{vial.lot_id}/thu-hoi"
    assert (await client.write(order, reason="", instructions="")).status_code == 422
    ordered = await client.write(order, reason="Thông báo của nhà sản xuất", instructions="Không cần tiêm lại.")
    assert ordered.status_code == 303
    async with client.database.transaction() as db:
        assert await stock.usable_doses(db, SITE, "JAN", db.at) == 0
        (recall,) = await stock.recalls.recalls(db)
        await stock.recalls.gather(db, recall.recall_id)
    assert "Trạm Y tế phường Thuận Hòa" in (await client.get(ordered.headers["location"])).text
    assert recall.number in (await client.get("/dieu-hanh/thu-hoi")).text

    await client.staff("site_head", place_id=SITE)
    assert "Danh sách người đã tiêm" in (await client.get(f"{KHO}/thu-hoi")).text
    listed = (await client.get(f"{KHO}/thu-hoi/{recall.recall_id}")).text
    assert visit.name in listed
    async with client.database.transaction() as db:
        looks = await (
            await db.connection.execute(
                "select count(*) as n from access_entry where person_id = %s and page = %s",
                [visit.person_id, f"{KHO}/thu-hoi"],
            )
        ).fetchone()
    assert looks and looks["n"] == 1


async def test_who_keeps_no_store_sees_none_of_it(client: Client):
    await client.staff("nurse", place_id=SITE)

    for path in ("xuat", "phan-bo", "de-nghi", "khieu-nai", "kiem-ke", "dieu-chinh", "huy", "thu-hoi", "khay"):
        assert (await client.get(f"{KHO}/{path}")).status_code == 403, path
    await client.staff("storekeeper", place_id=NATION)
    assert (await client.get(f"{KHO}/phan-bo/{uuid7()}/bang.pdf")).status_code == 404
