"""Requests to restrict or erase do what they ask: in the gate, on lists, in the record; what stays is told with its reason."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import httpx

from tests.arrange import Client
from tests.citizens import an_area
from tests.health_book.test_declaration_and_reactions import a_member, a_vaccinated_member
from tests.health_book.test_organisations import ALSO, RIGHT, an_organisation, but, tried
from tests.health_book.test_tickets import send
from tests.visits import facts, later
from tiemchung.domain import access, declarations, messaging, people, registrations
from tiemchung.domain.access import Purpose
from tiemchung.domain.people.actions import keep
from tiemchung.domain.registrations import organisations
from tiemchung.kit import clock
from tiemchung.kit.db import Actor
from tiemchung.kit.errors import NotFound
from tiemchung.kit.sql import Query

MESSAGE = "Đã xem xét yêu cầu và thực hiện"
WORKLIST = "/diem-tiem/dang-ky"


async def settled(client: Client, person: UUID, kind: str, state: str = "done") -> httpx.Response:
    """A request of this kind that the province has settled; its page for the person."""
    sent = await send(client, person, kind=kind, said="Tôi yêu cầu như vậy")
    at = sent.headers["location"]
    await an_officer(client)
    decided = await client.write(at.replace("/so-suc-khoe", "/diem-tiem"), state=state, message=MESSAGE)
    assert decided.status_code == 303, decided.text
    return await client.get(at)


async def an_officer(client: Client) -> UUID:
    async with client.database.transaction() as db:
        area_id = await an_area(db, "46")
    return await client.staff("province_officer", area_id=area_id)


async def opens(client: Client, staff_id: UUID, person: UUID, purpose: Purpose) -> bool:
    async with client.database.transaction(Actor(kind="staff", id=staff_id, label="Cán bộ")) as db:
        try:
            await people.open_record(db, person, purpose=purpose, page="Thử")
        except NotFound:
            return False
    return True


async def test_a_restricted_record_opens_only_for_care_for_ones_requests_and_for_oneself(client: Client):
    person = await a_member(client)
    officer = await an_officer(client)
    before = [await opens(client, officer, person, purpose) for purpose in (Purpose.planning, Purpose.correction)]

    shown = await settled(client, person, "restrict")

    assert before == [True, True]
    assert {p: await opens(client, officer, person, p) for p in Purpose if p not in {Purpose.own, Purpose.family}} == {
        Purpose.care: True,
        Purpose.request: True,
        Purpose.planning: False,
        Purpose.correction: False,
    }
    assert "người trả lời yêu cầu của bạn mở được hồ sơ" in shown.text
    assert "Trần Thị Lan" in (await client.get("/so-suc-khoe/ho-so")).text


async def test_a_restricted_record_is_marked_and_on_no_list_until_it_is_lifted(client: Client):
    person = await a_member(client)
    await an_officer(client)
    assert "Trần Thị Lan" in (await client.get(WORKLIST)).text

    await settled(client, person, "restrict")

    assert "Trần Thị Lan" not in (await client.get(WORKLIST)).text
    privacy = await client.get("/so-suc-khoe/quyen-rieng-tu")
    assert "Đang hạn chế xử lý dữ liệu từ" in privacy.text
    await client.write(f"/so-suc-khoe/quyen-rieng-tu/{person}/bo-han-che")
    assert "Đang hạn chế" not in (await client.get("/so-suc-khoe/quyen-rieng-tu")).text
    assert "Trần Thị Lan" in (await client.get(WORKLIST)).text


async def test_a_refused_request_restricts_nothing_and_says_why(client: Client):
    person = await a_member(client)

    shown = await settled(client, person, "restrict", state="refused")

    assert MESSAGE in shown.text
    async with client.database.transaction() as db:
        assert await access.restricted_since(db, person) is None


async def test_what_no_law_keeps_is_erased_and_what_stays_is_told_with_its_reason(client: Client):
    dose = await a_vaccinated_member(client)
    person, name = dose.person_id, "Nguyễn Thị A"
    async with client.database.transaction() as db:
        await db.connection.execute("update person set workplace = 'Chợ', occupation = 'Bán hàng'")
        mail = people.Contact(kind="email", relation="self", holder_name=None, value="lan@vidu.vn")
        await keep(db, people.PersonId(person), [], [mail])

    shown = unescape((await settled(client, person, "erase")).text)

    async with client.database.transaction() as db:
        kept = await db.value(str, Query("select concat_ws(',', workplace, occupation, ethnic_group) from person"))
        emails = await db.value(int, Query("select count(*) from contact where kind = 'email'"))
        phones = await db.value(int, Query("select count(*) from contact where kind = 'phone'"))
    assert (kept, emails) == ("", 0)
    assert phones is not None and phones > 0
    assert "nghề nghiệp, nơi làm việc" in shown
    assert "phải lưu theo luật" in shown
    assert name in (await client.get("/so-suc-khoe/ho-so")).text


async def test_who_was_never_seen_by_a_health_worker_is_erased_altogether(client: Client):
    person = await a_member(client)
    async with client.database.transaction() as db:
        (registration,) = await registrations.of_person(db, person)
    declared = {f"k_{question.code}": "no" for question in declarations.QUESTIONS}
    await client.write(f"/so-suc-khoe/khai-bao/{person}", **declared)
    sent = await send(client, person, kind="erase", said="Tôi không tiêm nữa, xin xóa hết")
    number = re.search(
        r'id="ticket-number" class="num">([0-9A-Z-]+)<', (await client.get(sent.headers["location"])).text
    )
    assert number
    await an_officer(client)

    await client.write(sent.headers["location"].replace("/so-suc-khoe", "/diem-tiem"), state="done", message=MESSAGE)

    assert "Trần Thị Lan" not in (await client.get("/so-suc-khoe/")).text
    public = await client.post("/so-suc-khoe/tra-cuu-phan-anh", data={"number": number[1]})
    assert MESSAGE in public.text
    status = await client.post("/so-suc-khoe/tra-cuu-dang-ky", data={"code": registration.code})
    assert "Đã rút" in status.text
    async with client.database.transaction() as db:
        kept = await db.connection.execute(
            "select p.name, p.address, p.birth_precision, g.history, g.status from person p join registration g using (person_id)"
        )
        assert await kept.fetchall() == [
            {"name": "–", "address": "", "birth_precision": "year", "history": {"answers": {}}, "status": "withdrawn"}
        ]
        left = "select (select count(*) from contact) + (select count(*) from person_identifier)" + (
            " + (select count(*) from declaration) + (select count(*) from person_version)"
        )
        assert await db.value(int, Query(left)) == 0
        told = await messaging.inbox(db, "+84905000218")
    assert any(number[1] in message.body for message in told)


async def test_who_is_erased_leaves_every_message_and_every_list_that_waits(client: Client):
    person = await a_member(client)
    by_number = but(but(ALSO, 0, "Lan"), 4, "046 154 001 306")
    by_name = but(but(ALSO, 0, "TRẦN THỊ LAN"), 1, "1954")
    async with client.database.transaction() as db:
        await messaging.tell(db, person, "passport_ready")
    await an_organisation(client)
    waiting = (
        (await tried(client, [RIGHT, by_number])).rpartition("/")[2],
        (await tried(client, [by_name, ALSO])).rpartition("/")[2],
    )
    await client.citizen("+84905000218")

    await settled(client, person, "erase")

    async with client.database.transaction() as db:
        sent = "select template, address_sealed is not null as waits from outbox_message where person_id = %(p)s"
        assert await facts(db, sent, p=person) == [{"template": "ticket_moved", "waits": True}]
        ten_tomorrow = clock.start_of(clock.day_of(db.at)) + timedelta(hours=34)
        await messaging.deliver_due(later(db, seconds=(ten_tomorrow - db.at).total_seconds()))
        assert await facts(db, sent, p=person) == [{"template": "ticket_moved", "waits": False}]
        account = await access.account_of(db, phone="+84900000009")
        lists = [(await organisations.staff_list(db, account, UUID(one))).lines for one in waiting]
    assert [[line[0] for line in lines] for lines in lists] == [[RIGHT[0]], [ALSO[0]]]


async def test_a_message_to_an_address_that_is_erased_does_not_go_out(client: Client):
    dose = await a_vaccinated_member(client)
    mail = people.Contact(kind="email", relation="self", holder_name=None, value="lan@vidu.vn")
    async with client.database.transaction() as db:
        await keep(db, people.PersonId(dose.person_id), [], [mail])
        await messaging.tell(db, dose.person_id, "passport_ready")

    await settled(client, dose.person_id, "erase")

    async with client.database.transaction() as db:
        mails = (
            "select state, address_sealed from outbox_message where channel = 'email' and template = 'passport_ready'"
        )
        assert await facts(db, mails) == [{"state": "stopped", "address_sealed": None}]


async def test_who_was_seen_for_care_keeps_a_record_though_no_dose_was_given(client: Client):
    person = await a_member(client)
    officer = await an_officer(client)
    assert await opens(client, officer, person, Purpose.care)

    shown = unescape((await settled(client, person, "erase")).text)

    assert "phải lưu theo luật" in shown
    assert "Trần Thị Lan" in (await client.get("/so-suc-khoe/ho-so")).text


async def test_nobody_lifts_a_restriction_of_another_family(client: Client):
    person = await a_member(client)
    await settled(client, person, "restrict")
    await client.citizen("+84900000077")

    refused = await client.write(f"/so-suc-khoe/quyen-rieng-tu/{person}/bo-han-che")

    assert refused.status_code == 404
    async with client.database.transaction() as db:
        assert await access.restricted_since(db, person) is not None
