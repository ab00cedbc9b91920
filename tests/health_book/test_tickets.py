"""Disputing what is wrong, from both sides; and one's data: consents, requests, everything in one file."""

import io
import re
from html import unescape
from uuid import UUID

import httpx
import pytest
from PIL import Image

from tests.arrange import Client
from tests.health_book.test_declaration_and_reactions import a_member, a_vaccinated_member, count
from tests.stores import SITE
from tiemchung.domain import geography, registrations
from tiemchung.kit.ids import uuid7

HERE = "/so-suc-khoe/phan-anh"


def a_picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(drawn, "JPEG")
    return drawn.getvalue()


async def send(
    client: Client, person: UUID, photo: tuple[str, bytes, str] | None = None, /, **form: str
) -> httpx.Response:
    files = {"photo": photo} if photo else {"photo": ("", b"", "application/octet-stream")}
    return await client.post(f"{HERE}/{person}/moi", data={"id": str(uuid7())} | form, files=files)


async def test_a_wrong_dose_goes_to_its_site_with_a_picture_and_comes_back_corrected(client: Client):
    dose = await a_vaccinated_member(client)
    form = {"kind": "dose", "immunization_id": str(dose.immunization_id), "said": "Ngày tiêm ghi sai một ngày"}

    sent = await send(client, dose.person_id, ("giay.jpg", a_picture(), "image/jpeg"), **form)

    assert sent.status_code == 303
    at = sent.headers["location"]
    page = (await client.get(at)).text
    number = re.search(r'id="ticket-number" class="num">([0-9A-Z-]+)<', page)
    assert number
    assert dose.place_name in page
    await client.staff("site_head", place_id=SITE)
    work = at.replace("/so-suc-khoe", "/diem-tiem")
    assert number[1] in (await client.get("/diem-tiem/phan-anh")).text
    assert (await client.get(f"{work}/anh")).headers["content-type"] == "image/jpeg"
    decided = await client.write(
        work, state="done", message="Đã xem lại sổ giấy của phiên", occurred_on="02/01/2026", version="1"
    )
    assert decided.status_code == 303
    assert (await client.get(f"{work}/anh")).status_code == 404
    after = (await client.get(at)).text
    assert "Đã giải quyết" in after
    assert "Đã xem lại sổ giấy của phiên" in after
    assert "02/01/2026" in unescape((await client.get("/so-suc-khoe/ho-so")).text)
    client.cookies.clear()
    public = await client.post("/so-suc-khoe/tra-cuu-phan-anh", data={"number": number[1]})
    assert "Đã giải quyết" in public.text


async def test_the_province_corrects_a_name_and_another_province_sees_nothing(client: Client):
    person = await a_member(client)
    sent = await send(client, person, kind="field", field="name", said="Tên đúng là Trần Thị Lam")
    work = sent.headers["location"].replace("/so-suc-khoe", "/diem-tiem")
    async with client.database.transaction() as db:
        on = (await registrations.campaign_of(db)).geography_on
        own, other = [await geography.by_code(db, code, on) for code in ("46", "01")]
    await client.staff("province_officer", area_id=other.area_id)
    assert (await client.get(work)).status_code == 404
    await client.staff("province_officer", area_id=own.area_id)

    decided = await client.write(work, state="done", message="Đã đối chiếu với CCCD", name="Trần Thị Lam")

    assert decided.status_code == 303
    assert "Trần Thị Lam" in (await client.get("/so-suc-khoe/")).text
    assert "Trả lời yêu cầu của bạn" in (await client.get("/so-suc-khoe/ai-da-xem")).text
    assert await count(client, "person_version") == 1


async def test_a_wrong_nationality_is_amended_and_the_record_keeps_what_it_said(client: Client):
    person = await a_member(client)
    sent = await send(client, person, kind="field", field="nationality", said="Tôi mang quốc tịch Pháp")
    work = sent.headers["location"].replace("/so-suc-khoe", "/diem-tiem")
    async with client.database.transaction() as db:
        own = await geography.by_code(db, "46", (await registrations.campaign_of(db)).geography_on)
    await client.staff("province_officer", area_id=own.area_id)

    wrong = await client.write(work, state="done", message="Đã đối chiếu hộ chiếu", nationality="Pháp")
    decided = await client.write(work, state="done", message="Đã đối chiếu hộ chiếu", nationality="FR")

    assert (wrong.status_code, decided.status_code) == (422, 303)
    async with client.database.transaction() as db:
        rows = await db.connection.execute(
            "select p.nationality as now, v.nationality as was from person p, person_version v"
        )
        assert await rows.fetchall() == [{"now": "FR", "was": "VN"}]


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"kind": ""}, "kind", "việc cần giải quyết"),
        ({"kind": "praise"}, "kind", "danh sách"),
        ({"kind": "field"}, "field", "Hãy chọn thông tin sai"),
        ({"kind": "dose"}, "immunization_id", "Hãy chọn mũi tiêm"),
        ({"kind": "missing"}, "given_on", "Hãy nhập ngày tiêm"),
        ({"kind": "missing", "product": "WATER", "given_on": "1/1/2026", "place": "x"}, "product", "danh sách"),
        ({"kind": "missing", "given_on": "31/02/2026"}, "given_on", "không có ngày 31/02/2026"),
        (
            {
                "kind": "missing",
                "product": "AZ",
                "given_on": "1/1/2026",
                "place": "11111111-1111-4111-8111-111111111111",
            },
            "place",
            "điểm tiêm trong danh sách",
        ),
        ({"kind": "see", "said": ""}, "said", "nội dung"),
        ({"kind": "see", "said": "x" * 2001}, "said", "tối đa 2000"),
        ({"kind": "see", "said": "a\u202eb cde"}, "said", "ký tự ẩn"),
    ],
)
async def test_a_bad_ticket_is_told_on_its_field_and_kept_nowhere(
    client: Client, form: dict[str, str], field: str, told: str
):
    person = await a_member(client)

    refused = await send(client, person, **({"said": "Thiếu mũi tiêm tháng trước"} | form))

    assert refused.status_code == 422
    shown = unescape(refused.text)
    assert f'id="{field}-error"' in shown
    assert told.lower() in shown.lower()
    assert await count(client, "ticket") == 0


@pytest.mark.parametrize(
    "sent", [b"not a picture", b"<svg/>", b"0" * 50_000_000], ids=["text", "svg", "fifty megabytes"]
)
async def test_a_picture_that_is_none_or_too_large_is_told_and_what_was_typed_stays(client: Client, sent: bytes):
    person = await a_member(client)
    form = {"kind": "see", "said": "Cho tôi xem dữ liệu của tôi"}

    refused = await send(client, person, ("anh.jpg", sent, "image/jpeg"), **form)

    assert refused.status_code == 422
    assert 'id="photo-error"' in refused.text
    assert "Cho tôi xem dữ liệu của tôi" in refused.text
    assert await count(client, "ticket") == 0


async def test_a_request_larger_than_any_form_is_cut_off(client: Client):
    person = await a_member(client)

    refused = await client.post(f"{HERE}/{person}/moi", content=b"0", headers={"content-length": str(80 * 1024 * 1024)})

    assert refused.status_code == 413


async def test_nobody_asks_for_another_family(client: Client):
    person = await a_member(client)
    await client.citizen("+84905000777")

    sent = await send(client, person, kind="erase", said="Xóa dữ liệu người này")

    assert sent.status_code == 404


async def test_with_the_code_of_a_registration_a_ticket_is_opened_without_an_account(client: Client):
    person = await a_member(client)
    async with client.database.transaction() as db:
        (registration,) = await registrations.of_person(db, person)
    client.cookies.clear()
    at = "/so-suc-khoe/tra-cuu-dang-ky/phan-anh"

    form = await client.write(at, code=registration.code)
    sent = await client.write(
        at, code=registration.code, action="send", kind="field", field="phone", said="Số điện thoại đã đổi"
    )

    assert "Trần Thị Lan" not in form.text
    assert 'id="ticket-number"' in sent.text
    assert await count(client, "ticket") == 1


async def test_a_consent_is_shown_with_version_time_and_channel_and_can_be_withdrawn(client: Client):
    person = await a_member(client)
    page = unescape((await client.get("/so-suc-khoe/quyen-rieng-tu")).text)
    assert "bản ngày 26/07/2021" in page
    assert "Sổ trên điện thoại" in page
    at = re.search(rf"/so-suc-khoe/quyen-rieng-tu/{person}/[0-9a-f-]+", page)
    assert at

    taken = await client.write(at[0])
    again = await client.write(at[0])

    assert (taken.status_code, again.status_code) == (303, 404)
    assert "Đã rút lúc" in (await client.get("/so-suc-khoe/quyen-rieng-tu")).text


async def test_all_of_ones_data_comes_in_one_file(client: Client):
    dose = await a_vaccinated_member(client)

    taken = await client.get("/so-suc-khoe/du-lieu.json")

    body = taken.json()
    assert taken.headers["content-disposition"].startswith("attachment")
    assert body["doses"][0]["immunization_id"] == str(dose.immunization_id)
    assert body["person"]["identifiers"][0]["value"].startswith("046190")
    assert {"registrations", "consents", "appointments", "certificates", "requests", "looks"} <= set(body)
