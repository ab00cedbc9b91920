"""The site's pages and commands: every role does its part, refusals stand on the page, the same act is done once."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.arrange import Client, totp_now
from tests.stores import CENTRE, SITE
from tests.visits import a_nurse, an_open_session, an_open_vial, arrived, ready
from tiemchung.domain import appointments, immunizations, stock
from tiemchung.domain.immunizations import paper
from tiemchung.immunization_support import acts
from tiemchung.kit.ids import uuid7

COMMANDS = "/diem-tiem/commands"


async def a_site(client: Client, people: int = 1) -> tuple[str, UUID, list[str]]:
    """The address of an open session, its id, and the codes of who was invited."""
    async with client.database.transaction() as db:
        session_id, codes = await an_open_session(db, people)
    return f"/diem-tiem/phien/{SITE}/{session_id}", session_id, codes


async def somebody_ready(client: Client, session_id: UUID, code: str) -> tuple[UUID, UUID]:
    """A visit that waits for the injection, and an open vial."""
    async with client.database.transaction() as db:
        nurse = await a_nurse(db)
        visit = await ready(nurse, session_id, code)
        vial = await an_open_vial(nurse, session_id)
    return visit.visit_id, vial.vial_id


async def all_no(client: Client, page: str) -> dict[str, Any]:
    """The screening form with every question answered no."""
    shown = (await client.get(page)).text
    return dict.fromkeys(re.findall(r'<fieldset class="field yesno" id="(\w+)"', shown), "no")


async def test_one_person_goes_through_the_four_steps(client: Client):
    session, _, codes = await a_site(client)
    await client.staff("registrar", place_id=SITE)
    received = await client.write(f"{session}/tiep-don", code=codes[0])
    assert received.status_code == 303
    person = received.headers["location"].partition("nguoi=")[2]

    await client.staff("doctor", place_id=SITE)
    screening = f"{session}/nguoi/{person}/kham"
    no = await all_no(client, screening)
    assert len(no) >= 9
    assert (await client.write(screening, action="conclude", temperature_c="36,7", **no)).status_code == 303

    await client.staff("nurse", place_id=SITE)
    page = (await client.get(f"{session}?nguoi={person}")).text
    assert "Đủ điều kiện tiêm" in page
    assert "Chưa có lọ nào đang mở" in page
    (lot,) = re.findall(r'<option value="([0-9a-f-]{36})">XD955', page)
    assert (await client.write(f"{session}/mo-lo", lot_id=lot)).status_code == 303
    page = (await client.get(f"{session}?nguoi={person}")).text
    (vial,) = re.findall(r'name="vial_id" value="([0-9a-f-]{36})"></div>', page)
    given = await client.write(f"{session}/nguoi/{person}/tiem", vial_id=vial, body_site="left_arm")
    assert given.status_code == 303
    page = (await client.get(given.headers["location"])).text
    assert "Đã ghi mũi 1" in page
    assert "còn 4 / 5 liều" in unescape(page)

    early = await client.write(f"{session}/nguoi/{person}/cho-ve")
    assert early.status_code == 409
    assert "Còn 30 phút theo dõi" in early.text
    sent = await client.write(f"{session}/nguoi/{person}/cho-ve", reason="Chuyển viện theo dõi")
    assert sent.status_code == 303

    counted = (await client.get(f"{session}/dong")).text
    assert "Khớp" in counted
    closed = await client.write(f"{session}/dong", received="1", returned="0", discarded="0")
    assert closed.status_code == 303
    refused = await client.write(f"{session}/ky", totp="000000")
    assert refused.status_code == 403
    assert "mã xác thực" in refused.text
    assert (await client.write(f"{session}/ky", totp=totp_now())).status_code == 303
    assert "Phiên đã ký" in (await client.get(f"{session}/dong")).text


async def test_who_was_expected_and_never_came_is_listed_before_and_after_the_session_closes(client: Client):
    session, session_id, codes = await a_site(client, 3)
    async with client.database.transaction() as db:
        nurse = await a_nurse(db)
        received = await arrived(nurse, session_id, codes[0])
        names = {one.code: one.name for one in await paper.missing(db, SITE, session_id) if one.code}
        await immunizations.not_done(nurse, place_id=SITE, visit_id=received.visit_id, reason="Xin về sớm")
    await client.staff("site_head", place_id=SITE)

    before = (await client.get(f"{session}/dong")).text
    closed = await client.write(f"{session}/dong", received="0", returned="0", discarded="0")
    after = (await client.get(f"{session}/dong")).text

    assert closed.status_code == 303, closed.text
    assert len(names) == 2
    for shown in (before, after):
        listed = unescape(shown).partition("Được hẹn, không đến")[2].partition("</section>")[0]
        assert all(name in listed for name in names.values())
        assert received.name not in listed


async def test_a_wrong_code_stays_in_the_box_with_its_sentence(client: Client):
    session, _, _ = await a_site(client)
    await client.staff("registrar", place_id=SITE)

    answer = await client.write(f"{session}/tiep-don", code="VX1:7K2Q-9XW3-M85T")

    assert answer.status_code == 422
    assert 'value="VX1:7K2Q-9XW3-M85T"' in answer.text
    assert "Mã check-in không đúng" in answer.text


async def test_typed_markup_is_shown_as_text(client: Client):
    session, _, _ = await a_site(client)
    await client.staff("registrar", place_id=SITE)

    answer = await client.write(f"{session}/tiep-don", code='"><script>alert(1)</script>')

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


async def test_unanswered_questions_are_named_and_all_no_stays_editable(client: Client):
    session, session_id, codes = await a_site(client)
    async with client.database.transaction() as db:
        visit = await arrived(await a_nurse(db), session_id, codes[0])
    await client.staff("doctor", place_id=SITE)
    page = f"{session}/nguoi/{visit.visit_id}/kham"
    assert "checked" not in (await client.get(page)).text

    missing = await client.write(page, action="conclude", temperature_c="36,7")
    assert missing.status_code == 422

    filled = await client.write(page, action="all_no", allergy="yes", temperature_c="36,7")
    assert filled.status_code == 200
    assert 'name="allergy" value="yes" checked' in filled.text
    assert filled.text.count('value="no" checked') >= 8


async def test_a_verdict_that_holds_back_is_shown_before_it_is_kept(client: Client):
    session, session_id, codes = await a_site(client)
    async with client.database.transaction() as db:
        visit = await arrived(await a_nurse(db), session_id, codes[0])
    await client.staff("doctor", place_id=SITE)
    page = f"{session}/nguoi/{visit.visit_id}/kham"
    answers: dict[str, Any] = await all_no(client, page) | {"acute_illness": "yes"}

    shown = await client.write(page, action="conclude", temperature_c="38,5", **answers)
    assert shown.status_code == 200
    assert "Trì hoãn tiêm" in shown.text
    assert 'name="seen" value="delay"' in shown.text
    kept = await client.write(page, action="conclude", temperature_c="38,5", seen="delay", **answers)
    assert kept.status_code == 303
    async with client.database.transaction() as db:
        assert (await immunizations.visit(db, SITE, visit.visit_id)).step == "deferred"


async def test_a_double_tap_gives_one_dose_and_the_same_answer(client: Client):
    session, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    key = uuid7()

    answers = [
        await client.write(f"{session}/nguoi/{person}/tiem", key, vial_id=vial, body_site="left_arm") for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    async with client.database.transaction() as db:
        assert (await stock.vial(db, SITE, vial)).doses_left == 4


async def test_a_stale_page_gives_no_second_dose(client: Client):
    session, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)
    await client.write(f"{session}/nguoi/{person}/tiem", vial_id=vial, body_site="left_arm")

    stale = await client.write(f"{session}/nguoi/{person}/tiem", vial_id=vial, body_site="left_arm")

    assert stale.status_code == 409
    async with client.database.transaction() as db:
        assert (await stock.vial(db, SITE, vial)).doses_left == 4


async def test_a_dose_without_screening_is_refused_on_the_page(client: Client):
    session, session_id, codes = await a_site(client)
    async with client.database.transaction() as db:
        nurse = await a_nurse(db)
        visit = await arrived(nurse, session_id, codes[0])
        vial = await an_open_vial(nurse, session_id)
    await client.staff("nurse", place_id=SITE)

    answer = await client.write(f"{session}/nguoi/{visit.visit_id}/tiem", vial_id=vial.vial_id, body_site="left_arm")

    assert answer.status_code == 409
    assert "chưa khám sàng lọc" in answer.text


@pytest.mark.parametrize(
    ("role", "path"),
    [("registrar", "mo-lo"), ("doctor", "tiep-don"), ("storekeeper", "tiep-don"), ("registrar", "cat-lo")],
)
async def test_a_role_does_only_its_own_part(client: Client, role: str, path: str):
    session, _, _ = await a_site(client, 0)
    await client.staff(role, place_id=SITE)

    assert (await client.write(f"{session}/{path}", code="x")).status_code == 403


async def test_somebody_of_another_place_does_not_find_the_session(client: Client):
    session, _, _ = await a_site(client, 0)
    await client.staff("nurse", place_id=CENTRE)

    for path in ("", "/hang-doi", "/theo-doi", "/dong"):
        assert (await client.get(session + path)).status_code == 404


async def test_the_queue_and_the_rings_are_pages_of_their_own(client: Client):
    session, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    await client.staff("nurse", place_id=SITE)

    waiting = (await client.get(f"{session}/hang-doi")).text
    assert waiting.lstrip().startswith('<div id="queue"') and "Nguyễn Thị A 0" in waiting
    await client.write(f"{session}/nguoi/{person}/tiem", vial_id=vial, body_site="right_arm")
    assert "còn 30 phút" in (await client.get(f"{session}/theo-doi")).text
    assert "Không có ai ở bước này" in (await client.get(f"{session}/hang-doi")).text


# --- commands


async def send(client: Client, kind: str, body: dict[str, Any], key: UUID | None = None) -> httpx.Response:
    """One command of a device."""
    sent = {"id": str(key or uuid7()), "kind": kind, "at": datetime.now(UTC).isoformat(), "body": body}
    return await client.post(COMMANDS, json=sent)


async def test_a_device_does_the_same_acts_as_the_pages(client: Client):
    _, session_id, codes = await a_site(client)
    where = {"place_id": str(SITE), "session_id": str(session_id)}
    await client.staff("registrar", place_id=SITE)
    received = (await send(client, "visit.check_in", where | {"code": codes[0]})).json()
    assert received["number"] == 1
    about = where | {"visit_id": received["visit_id"]}

    await client.staff("doctor", place_id=SITE)
    async with client.database.transaction() as db:
        visit = await immunizations.visit(db, SITE, UUID(received["visit_id"]))
        no = {item.id: "no" for item in acts.asked_of(visit, db.at).asked}
    concluded = await send(client, "visit.screen", about | no | {"temperature_c": 36.7})
    assert concluded.json()["conclusion"] == "eligible"

    await client.staff("nurse", place_id=SITE)
    async with client.database.transaction() as db:
        (unit,) = await stock.usable_units(db, SITE, "JAN", db.at)
    vial = (await send(client, "vial.open", where | {"lot_id": str(unit.lot_id)})).json()
    key = uuid7()
    dose = {"vial_id": vial["vial_id"], "body_site": "left_arm"}
    first = await send(client, "immunization.record", about | dose, key)
    again = await send(client, "immunization.record", about | dose, key)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["immunization_id"] == str(key)


async def test_a_refusal_is_a_problem_with_its_name_and_stays_the_same(client: Client):
    _, session_id, _ = await a_site(client)
    await client.staff("registrar", place_id=SITE)
    body = {"place_id": str(SITE), "session_id": str(session_id), "code": appointments.new_code()}
    key = uuid7()

    answers = [await send(client, "visit.check_in", body, key) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["type"] == "/loi/code_unknown"


async def test_in_a_list_one_refusal_does_not_hold_back_the_others(client: Client):
    _, session_id, codes = await a_site(client, 2)
    await client.staff("registrar", place_id=SITE)
    where = {"place_id": str(SITE), "session_id": str(session_id)}
    now = datetime.now(UTC).isoformat()
    sent = [
        {"id": str(uuid7()), "kind": "visit.check_in", "at": now, "body": where | {"code": code}}
        for code in (codes[0], "0000-0000-0000", codes[0], codes[1])
    ]

    told = (await client.post(COMMANDS, json=sent)).json()

    assert [answer["status"] for answer in told][::3] == [200, 200]
    assert [answer["id"] for answer in told] == [command["id"] for command in sent]
    assert told[2]["answer"]["type"] == "/loi/already_checked_in"
    assert told[3]["answer"]["number"] == 2


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("[]x", "body"),
        ('{"id": 1}', "body"),
        ('{"id": "%s", "kind": "visit.fly", "at": "2026-01-01T00:00:00Z", "body": {}}', "kind"),
        ('{"id": "%s", "kind": "visit.check_in", "at": "2026-01-01T00:00:00Z", "body": {"place_id": "x"}}', "body"),
        ('{"id": "%s", "kind": "visit.check_in", "at": "2026-01-01T00:00:00", "body": {}}', "body"),
    ],
)
async def test_what_does_not_fit_is_named(client: Client, sent: str, field: str):
    await client.staff("registrar", place_id=SITE)

    text = sent % uuid7() if "%s" in sent else sent
    answer = await client.post(COMMANDS, content=text, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["field"] == field


async def test_a_device_of_the_wrong_role_or_place_is_refused(client: Client):
    _, session_id, codes = await a_site(client)
    body = {"place_id": str(SITE), "session_id": str(session_id), "code": codes[0]}
    await client.staff("doctor", place_id=SITE)
    assert (await send(client, "visit.check_in", body)).status_code == 403
    await client.staff("registrar", place_id=CENTRE)
    assert (await send(client, "visit.check_in", body)).status_code == 404
