"""Declaring health and reporting reactions: signed in, and with the code of a registration alone."""

import re
from html import unescape
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.citizens import PUSH, a_registration
from tests.stores import SITE
from tests.visits import later, vaccinated
from tiemchung.domain import aefi, declarations, immunizations, people, registrations
from tiemchung.domain.immunizations import Dose
from tiemchung.kit import clock
from tiemchung.kit.events import Logged
from tiemchung.kit.sql import Query

NO = {f"k_{question.code}": "no" for question in declarations.QUESTIONS}
BOOK = "/so-suc-khoe/khai-bao"
DIARY = "/so-suc-khoe/phan-ung"
BY_CODE = "/so-suc-khoe/tra-cuu-dang-ky"


async def a_member(client: Client) -> UUID:
    """Somebody signed in who has registered; their person."""
    account = await client.citizen("+84905000218")
    async with client.database.transaction() as db:
        return (await a_registration(db, account)).registration.person_id


async def a_vaccinated_member(client: Client) -> Dose:
    """Somebody signed in who was just vaccinated; their dose."""
    account = await client.citizen("+84905000000")
    async with client.database.transaction() as db:
        _, _, visit, _ = await vaccinated(db)
        await people.link(db, account, people.PersonId(visit.person_id), relation="self", proof="phone_code")
        (dose,) = await immunizations.doses_of(db, visit.person_id)
    return dose


async def count(client: Client, table: str) -> int:
    async with client.database.statement() as db:
        return await db.value(int, Query(f"select count(*) from {table}")) or 0


async def test_a_declaration_gives_a_code_and_stays_beside_the_earlier_one(client: Client):
    person = await a_member(client)

    for answers in (NO | {"k_fever": "yes"}, NO):
        assert (await client.write(f"{BOOK}/{person}", **answers)).status_code == 303

    shown = (await client.get(BOOK)).text
    assert re.search(r"KB1:[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", shown)
    assert "Không có dấu hiệu đáng chú ý" in shown
    assert "Sốt từ 37,5 °C" in shown
    assert await count(client, "declaration") == 2


async def test_no_question_is_answered_beforehand_and_no_to_all_shows_what_it_fills_in(client: Client):
    person = await a_member(client)
    assert "checked" not in (await client.get(BOOK)).text

    filled = await client.write(f"{BOOK}/{person}", action="all_no")

    assert filled.text.count('value="no" checked') == len(NO)
    assert await count(client, "declaration") == 0


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("k_fever", "", "Hãy chọn Có hoặc Không"),
        ("k_fever", "maybe", "Hãy chọn Có hoặc Không"),
        ("k_travelled", "yes", "Hãy ghi nơi đã đi qua"),
        ("travel", "x" * 400, "tối đa 300"),
        ("note", "a\u202eb", "ký tự ẩn"),
        ("note", "a\u0000b", "ký tự ẩn"),
    ],
)
async def test_a_bad_declaration_is_told_on_its_field_and_kept_nowhere(
    client: Client, field: str, typed: str, told: str
):
    person = await a_member(client)

    refused = await client.write(f"{BOOK}/{person}", **(NO | {field: typed}))

    assert refused.status_code == 422
    assert told in unescape(refused.text)
    assert await count(client, "declaration") == 0


async def test_nobody_declares_for_another_family(client: Client):
    person = await a_member(client)
    await client.citizen("+84905000777")

    assert (await client.write(f"{BOOK}/{person}", **NO)).status_code == 404


async def test_the_code_of_a_registration_is_enough_to_declare(client: Client):
    person = await a_member(client)
    async with client.database.transaction() as db:
        (registration,) = await registrations.of_person(db, person)
    client.cookies.clear()
    status = await client.post(BY_CODE, data={"code": registration.code})
    assert f"{BY_CODE}/khai-bao" in status.text

    form = await client.write(f"{BY_CODE}/khai-bao", code=registration.code)
    bad = await client.write(f"{BY_CODE}/khai-bao", code=registration.code, action="send")
    done = await client.write(f"{BY_CODE}/khai-bao", code=registration.code, action="send", **NO)
    wrong = await client.write(f"{BY_CODE}/khai-bao", code="0000-0000-0000", action="send", **NO)

    assert (form.status_code, bad.status_code, done.status_code, wrong.status_code) == (200, 422, 200, 404)
    assert "KB1:" in done.text
    assert "Trần Thị Lan" not in form.text + done.text


async def test_the_site_reads_a_code_and_the_person_sees_who_did(client: Client):
    dose = await a_vaccinated_member(client)
    await client.write(f"{BOOK}/{dose.person_id}", **(NO | {"k_case_contact": "yes"}))
    async with client.database.statement() as db:
        given = await declarations.latest(db, dose.person_id)
    assert given is not None
    await client.staff("registrar", place_id=SITE)

    read = await client.post("/diem-tiem/khai-bao", data={"code": given.shown_code})
    unknown = await client.post("/diem-tiem/khai-bao", data={"code": "KB1:AAAA-BBBB-CCCC"})

    assert "Tiếp xúc gần với người mắc" in read.text
    assert unknown.status_code == 422
    assert "Khai báo y tế" in (await client.get(f"/so-suc-khoe/ai-da-xem?nguoi={dose.person_id}")).text


async def test_one_tap_answers_the_day(client: Client):
    dose = await a_vaccinated_member(client)
    await yesterday(client)
    assert "Ngày thứ 1 sau tiêm" in (await client.get("/so-suc-khoe/")).text

    taken = await client.write(f"{DIARY}/{dose.person_id}/{dose.immunization_id}", day="1", answer="fine")

    assert taken.status_code == 303
    assert "Ngày thứ 1 sau tiêm" not in (await client.get("/so-suc-khoe/")).text


async def test_something_leads_to_the_report(client: Client):
    dose = await a_vaccinated_member(client)
    await yesterday(client)
    at = f"{DIARY}/{dose.person_id}/{dose.immunization_id}"

    taken = await client.write(at, day="1", answer="something")

    assert taken.headers["location"] == f"{at}/bao"
    assert "Gọi 115 ngay" in (await client.get(f"{at}/bao")).text


async def test_a_sign_of_danger_says_call_115_and_is_on_the_sites_list(client: Client):
    dose = await a_vaccinated_member(client)
    at = f"{DIARY}/{dose.person_id}/{dose.immunization_id}/bao"
    today = clock.day_of(clock.now()).strftime("%d/%m/%Y")

    sent = await client.write(at, dangers="breathing", onset_on=today)

    page = (await client.get(sent.headers["location"])).text
    assert 'href="tel:115"' in page
    await client.staff("nurse", place_id=SITE)
    worklist = (await client.get("/diem-tiem/phan-ung")).text
    case = re.search(r"/diem-tiem/phan-ung/[0-9a-f-]{36}/[0-9a-f-]{36}", worklist)
    assert case
    assert "Hô hấp: khó thở" in (await client.get(case[0])).text
    followed = await client.write(
        case[0], version="1", status="contacted", serious="no", note="Đã gọi, đã đến bệnh viện"
    )
    assert followed.status_code == 303
    assert "Đã gọi, đã đến bệnh viện" in (await client.get(case[0])).text
    again = await client.write(case[0], version="1", status="closed", serious="no", note="Đã khỏe lại")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": "closed"}, "Hãy chọn mức độ trước khi kết thúc ca"),
        ({"status": "closed", "serious": "death"}, "chỉ kết thúc khi hội đồng đã kết luận"),
        ({"causality": "A1"}, "Hãy ghi hội đồng và ngày kết luận"),
        ({"note": ""}, "diễn biến và việc đã làm"),
        ({"decided_on": "31/02/2026"}, "không có ngày 31/02/2026"),
    ],
)
async def test_a_case_is_not_followed_with_half_a_conclusion(client: Client, changes: dict[str, str], told: str):
    dose = await a_vaccinated_member(client)
    at = f"{DIARY}/{dose.person_id}/{dose.immunization_id}/bao"
    await client.write(at, dangers="heart", onset_on=clock.day_of(clock.now()).isoformat())
    async with client.database.statement() as db:
        (case,) = await aefi.of_person(db, dose.person_id)
    await client.staff("site_head", place_id=SITE)
    form = {"version": "1", "status": "contacted", "note": "Đã gọi cho người nhà"} | changes

    refused = await client.write(f"/diem-tiem/phan-ung/{case.person_id}/{case.case_id}", **form)

    assert refused.status_code == 422
    assert told in unescape(refused.text)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Hãy chọn ít nhất một dấu hiệu"),
        ({"signs": "pain", "onset_on": "31/02/2026"}, "không có ngày 31/02/2026"),
        ({"signs": "pain", "onset_on": "01/01/2999"}, "tương lai"),
        ({"signs": "headless"}, "danh sách"),
        ({"signs": "pain", "temperature_c": "99"}, "từ 34 đến 43"),
        ({"note": "x" * 600}, "tối đa 500"),
        ({"note": "x\u202ey"}, "ký tự ẩn"),
    ],
)
async def test_a_bad_report_is_told_on_its_field(client: Client, changes: dict[str, str], told: str):
    dose = await a_vaccinated_member(client)
    form = {"onset_on": clock.day_of(clock.now()).strftime("%d/%m/%Y")} | changes

    refused = await client.write(f"{DIARY}/{dose.person_id}/{dose.immunization_id}/bao", **form)

    assert refused.status_code == 422
    assert told in unescape(refused.text)
    assert await count(client, "aefi_report") == 0


async def test_a_reaction_is_reported_with_the_code_alone(client: Client):
    dose = await a_vaccinated_member(client)
    async with client.database.statement() as db:
        (registration,) = await registrations.of_person(db, dose.person_id)
    client.cookies.clear()
    key = {"code": registration.code}

    form = await client.write(f"{BY_CODE}/phan-ung", **key)
    sent = await client.write(
        f"{BY_CODE}/phan-ung", **key, action="send", dangers="mouth", onset_on=clock.day_of(clock.now()).isoformat()
    )

    assert form.status_code == 200
    assert 'href="tel:115"' in sent.text
    assert await count(client, "aefi_case") == 1


async def yesterday(client: Client) -> None:
    """Everybody was vaccinated a day earlier."""
    async with client.database.transaction() as db:
        await db.run(Query("update immunization set occurred_at = occurred_at - interval '1 day'"))


async def test_whoever_has_messages_on_a_screen_is_asked_on_every_day_of_the_diary(client: Client):
    await a_vaccinated_member(client)
    assert (await client.write("/so-suc-khoe/thong-bao", **PUSH)).status_code == 200
    async with client.database.transaction() as db:
        dose = await db.one(Logged, Query("select * from event where kind = 'immunization.recorded'"))

        await aefi.FOLLOWER.handle(db, [dose])
        await aefi.FOLLOWER.handle(db, [dose])
        for day in aefi.DAYS:
            await aefi.ask(later(db, days=day))

        asked = "select count(*) from outbox_message where template = 'reaction_check'"  # the last one by SMS, after the sign-in
        assert await db.value(int, Query(asked)) == len(aefi.DAYS)
