"""Devices without a line: letters are opened once, real doses are never refused, clocks may be wrong, strangers are marked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.citizens import a_person
from tests.immunization_support.test_site import a_site, send, somebody_ready
from tests.letters import Device
from tests.stores import CENTRE, SITE
from tests.visits import a_nurse, arrived, facts, ready
from tiemchung.domain import immunizations, stock
from tiemchung.domain.immunizations import screening
from tiemchung.immunization_support import sealed
from tiemchung.kit.errors import BadInput
from tiemchung.kit.ids import uuid7

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


async def a_tablet(client: Client, role: str = "nurse") -> tuple[Device, UUID]:
    """An enrolled device in the hands of somebody of the site."""
    staff_id = await client.staff(role, place_id=SITE)
    device = Device(client)
    assert (await device.enrol()).status_code == 200
    return device, staff_id


def the_dose(session_id: UUID, person: UUID, vial: UUID) -> dict[str, Any]:
    """The body of a dose."""
    where = {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(person)}
    return where | {"vial_id": str(vial), "body_site": "left_arm"}


def all_no() -> dict[str, str]:
    """An adult's form with every question answered no."""
    form = screening.form_for(40, datetime.now(UTC).date())
    return {item.id: "no" for item in form.asked}


async def doses(client: Client) -> list[dict[str, Any]]:
    """All records of doses."""
    async with client.database.transaction() as db:
        return await facts(db, "select * from immunization order by immunization_id, version")


async def test_a_letter_is_done_once_and_says_who_and_when(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    device, nurse = await a_tablet(client)
    happened = datetime.now(UTC) - timedelta(minutes=20)
    letter = device.letter("immunization.record", the_dose(session_id, person, vial), nurse, at=happened)

    told = await device.send(letter, letter)
    again = await device.send(letter)

    assert [answer["status"] for answer in [*told, *again]] == [200, 200, 200]
    assert told[0]["answer"] == again[0]["answer"]
    (dose,) = await doses(client)
    assert dose["staff_id"] == nurse
    assert dose["device_id"] == device.device_id
    assert abs(dose["occurred_at"] - happened) < timedelta(seconds=5)
    assert dose["recorded_at"] > happened + timedelta(minutes=19)


async def test_from_check_in_to_discharge_without_a_line(client: Client):
    _, session_id, codes = await a_site(client)
    device, nurse = await a_tablet(client)
    registrar = await client.staff("registrar", place_id=SITE)
    doctor = await client.staff("doctor", place_id=SITE)
    async with client.database.transaction() as db:
        (lot,) = await stock.usable_units(db, SITE, "JAN", db.at)
    no = all_no() | {"temperature_c": "36,7"}
    where = {"place_id": str(SITE), "session_id": str(session_id)}
    visit, vial, start = uuid7(), uuid7(), datetime.now(UTC) - timedelta(hours=1)
    about = where | {"visit_id": str(visit)}

    def minute(k: int) -> datetime:
        return start + timedelta(minutes=k)

    told = await device.send(
        device.letter("visit.check_in", where | {"code": codes[0]}, registrar, at=minute(0), key=visit),
        device.letter("vial.open", where | {"lot_id": str(lot.lot_id)}, nurse, at=minute(1), key=vial),
        device.letter("visit.screen", about | no, doctor, at=minute(2)),
        device.letter("immunization.record", the_dose(session_id, visit, vial), nurse, at=minute(5)),
        device.letter("visit.discharge", about, nurse, at=minute(36)),
    )

    assert [answer["status"] for answer in told] == [200] * 5, told
    async with client.database.transaction() as db:
        seen = await immunizations.visit(db, SITE, immunizations.VisitId(visit))
        assert seen.step == "done"
        assert (await stock.prove(db)).ok


async def test_an_undo_without_a_line_counts_by_the_same_clock(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    device, nurse = await a_tablet(client)
    given, about = datetime.now(UTC) - timedelta(minutes=10), the_dose(session_id, person, vial)

    told = await device.send(
        device.letter("immunization.record", about, nurse, at=given),
        device.letter("immunization.undo", about, nurse, at=given + timedelta(seconds=90)),
        device.letter("immunization.undo", about, nurse, at=given + timedelta(seconds=40)),
    )

    assert [answer["status"] for answer in told] == [200, 409, 200]
    assert told[1]["answer"]["type"] == "/loi/undo_over"


async def test_two_tablets_give_the_last_dose_of_a_vial_and_both_are_recorded(client: Client):
    _, session_id, codes = await a_site(client, 2)
    async with client.database.transaction() as db:
        await db.connection.execute("update product_pack set doses_per_vial = 1 where product = 'JAN'")
    first, vial = await somebody_ready(client, session_id, codes[0])
    async with client.database.transaction() as db:
        second = (await ready(await a_nurse(db), session_id, codes[1])).visit_id
    device, nurse = await a_tablet(client)

    told = await device.send(
        device.letter("immunization.record", the_dose(session_id, first, vial), nurse),
        device.letter("immunization.record", the_dose(session_id, second, vial), nurse),
    )

    assert [answer["answer"]["review"] for answer in told] == [[], ["vial_used_up"]]
    assert [dose["status"] for dose in await doses(client)] == ["completed", "completed"]
    async with client.database.transaction() as db:
        (review,) = await immunizations.given.reviews(db, SITE, session_id)
        assert review.reasons == ["vial_used_up"]
        assert len(await stock.open_reviews(db, place_id=SITE)) == 1
        assert (await stock.prove(db)).ok


async def test_one_person_at_two_tablets_keeps_both_doses_until_somebody_looks(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    device, nurse = await a_tablet(client)
    about = the_dose(session_id, person, vial)

    told = await device.send(
        device.letter("immunization.record", about, nurse), device.letter("immunization.record", about, nurse)
    )

    assert [len(answer["answer"]["review"]) for answer in told] == [0, 1]
    async with client.database.transaction() as db:
        claims = await facts(db, "select copy from dose_claim order by copy")
        assert [claim["copy"] for claim in claims] == [0, 1]
        (review,) = await immunizations.given.reviews(db, SITE, session_id)
    async with client.database.transaction() as db:
        nurse_ = await a_nurse(db)
        await immunizations.given.settle(nurse_, SITE, review.review_id, right=False, note="Hai máy ghi cùng một mũi")
    async with client.database.transaction() as db:
        assert (await immunizations.visit(db, SITE, immunizations.VisitId(person))).step == "observation"
        assert [claim["copy"] for claim in await facts(db, "select copy from dose_claim")] == [0]
        assert (await stock.vial(db, SITE, vial)).doses_left == 4
        assert (await stock.prove(db)).ok


async def test_a_letter_that_was_changed_is_not_read(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    device, nurse = await a_tablet(client)
    letter = device.letter("immunization.record", the_dose(session_id, person, vial), nurse)
    other_id = letter | {"id": str(uuid7())}
    bent = letter | {"body": {"letter": letter["body"]["letter"][:-8] + "AAAAAAA="}}

    told = await device.send(other_id, bent, letter | {"body": {"letter": "???"}})

    assert {answer["answer"]["type"] for answer in told} == {"/loi/letter_unreadable"}
    assert await doses(client) == []


async def test_a_device_that_is_unknown_revoked_or_of_another_place_sends_nothing(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    body = the_dose(session_id, person, vial)
    nurse = await client.staff("nurse", place_id=SITE)
    unknown = Device(client)
    stranger = await unknown.send(unknown.letter("immunization.record", body, nurse))
    await client.staff("nurse", place_id=CENTRE)
    await unknown.enrol()
    await client.staff("nurse", place_id=SITE)
    elsewhere = await unknown.send(unknown.letter("immunization.record", body, nurse))
    device, nurse = await a_tablet(client)
    await client.staff("site_head", place_id=SITE)
    assert "Máy thử" in (await client.get("/diem-tiem/thiet-bi")).text
    assert (await client.write(f"/diem-tiem/thiet-bi/{device.device_id}/thu-hoi")).status_code == 303
    revoked = await device.send(device.letter("immunization.record", body, nurse))

    for told in (stranger, elsewhere, revoked):
        assert told[0]["answer"]["type"] == "/loi/device_unknown"
    assert await doses(client) == []


async def test_a_letter_does_only_what_its_author_may(client: Client):
    _, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    registrar = await client.staff("registrar", place_id=SITE)
    device, _ = await a_tablet(client)

    told = await device.send(device.letter("immunization.record", the_dose(session_id, person, vial), registrar))

    assert told[0]["status"] == 403
    assert await doses(client) == []


@pytest.mark.parametrize(
    ("at", "device_clock", "happened"),
    [
        (NOW - timedelta(minutes=30), None, NOW - timedelta(minutes=30)),
        (NOW - timedelta(seconds=30), None, NOW),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=2), NOW),
        (NOW + timedelta(hours=1), NOW + timedelta(hours=2), NOW - timedelta(hours=1)),
        (NOW - timedelta(hours=9), NOW - timedelta(hours=8), NOW - timedelta(hours=1)),
        (NOW + timedelta(days=3), None, NOW),
    ],
)
def test_an_act_happened_when_the_server_s_clock_says_so(
    at: datetime, device_clock: datetime | None, happened: datetime
):
    assert sealed.moment(at, device_clock, NOW) == happened


def test_nothing_happened_more_than_two_weeks_ago():
    with pytest.raises(BadInput):
        sealed.moment(NOW - timedelta(days=15), None, NOW)


async def test_what_a_device_takes_along_says_what_the_rules_answer_and_each_person_sees_it(client: Client):
    session, session_id, codes = await a_site(client, 2)
    async with client.database.transaction() as db:
        visit = await arrived(await a_nurse(db), session_id, codes[0])
    nurse = await client.staff("nurse", place_id=SITE)

    await client.get(f"{session}/chuan-bi")
    prepared = (await client.get(f"{session}/chuan-bi")).json()

    assert {one["code"] for one in prepared["people"]} == {code.removeprefix("VX1:") for code in codes}
    assert [one["stop"] for one in prepared["people"]] == [None, None]
    assert prepared["staff"]["id"] == str(nurse)
    assert len(prepared["sheets"][prepared["people"][0]["sheet"]]["questions"]) >= 9
    async with client.database.transaction() as db:
        looks = await facts(db, "select page from access_entry where person_id = %(p)s and actor_id = %(a)s",
                            p=visit.person_id, a=nurse)  # fmt: skip
    assert [look["page"] for look in looks] == [immunizations.prepared.PAGE]
    board = (await client.get(f"{session}/bang")).json()
    assert [one["visit_id"] for one in board["visits"]] == [str(visit.visit_id)]


async def test_the_shell_and_the_worker_hold_no_person(client: Client):
    await a_site(client)
    await client.staff("nurse", place_id=SITE)

    shell, worker = (await client.get("/diem-tiem/ban")).text, (await client.get("/diem-tiem/sw.js")).text

    assert "<desk-lock" in shell and "Nguyễn Th" not in shell
    assert "/diem-tiem/ban" in worker and "desk/outbox.js" in worker
    assert (await client.get("/diem-tiem/app.webmanifest")).json()["scope"] == "/diem-tiem/"


# --- without an appointment


async def an_allower(client: Client) -> UUID:
    """The head of the site."""
    return await client.staff("site_head", place_id=SITE)


def a_stranger(session_id: UUID, approved_by: UUID, **changes: Any) -> dict[str, Any]:
    """Somebody who came without an appointment."""
    return {
        "place_id": str(SITE),
        "session_id": str(session_id),
        "name": "Lê Thị Vãng Lai",
        "birth": "1985",
        "sex": "female",
        "number": "046185009999",
        "given_by": "self",
        "reason": "Lao động tạm trú chưa đăng ký",
        "approved_by": str(approved_by),
    } | changes


async def test_who_comes_without_an_appointment_needs_a_reason_and_another_one_s_leave(client: Client):
    session, session_id, _ = await a_site(client, 0)
    head = await an_allower(client)
    registrar = await client.staff("registrar", place_id=SITE)
    form = a_stranger(session_id, head)
    page = f"{session}/ngoai-danh-sach"

    assert (await client.write(page, None, **form | {"reason": ""})).status_code == 422
    own = await client.write(page, None, **form | {"approved_by": registrar})
    assert own.status_code == 422
    assert "bác sĩ khác duyệt" in own.text
    taken = await client.write(page, None, **form)

    assert taken.status_code == 303
    async with client.database.transaction() as db:
        (visit,) = await facts(db, "select * from visit")
        (consent,) = await facts(db, "select channel, given_by from consent")
        (person,) = await facts(db, "select birth_precision from person where person_id = %(p)s", p=visit["person_id"])
    assert (visit["off_list_reason"], visit["approved_by"]) == (form["reason"], head)
    assert (visit["dose_role"], visit["ordinal"]) == ("basic", 1)
    assert consent == {"channel": "site", "given_by": "self"}
    assert person == {"birth_precision": "year"}


async def test_a_child_without_an_appointment_comes_with_a_named_guardian(client: Client):
    _, session_id, _ = await a_site(client, 0)
    head = await an_allower(client)
    await client.staff("registrar", place_id=SITE)
    child = a_stranger(session_id, head, birth="01/06/2012", number="")

    alone = await send(client, "visit.walk_in", child)
    with_mother = await send(client, "visit.walk_in", child | {"given_by": "guardian", "guardian_name": "Lê Thị Mẹ"})

    assert alone.json()["field"] == "guardian_name"
    # Janssen is licensed from 18: with a line the rules speak at the door.
    assert with_mother.status_code == 409


async def test_a_stranger_s_dose_without_a_line_is_marked_for_a_look(client: Client):
    _, session_id, codes = await a_site(client)
    _, vial = await somebody_ready(client, session_id, codes[0])
    head = await an_allower(client)
    doctor = await client.staff("doctor", place_id=SITE)
    device, nurse = await a_tablet(client)
    visit = uuid7()
    no = all_no() | {"temperature_c": "36,7"}
    about = {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(visit)}

    told = await device.send(
        device.letter("visit.walk_in", a_stranger(session_id, head), nurse, key=visit),
        device.letter("visit.screen", about | no, doctor),
        device.letter("immunization.record", the_dose(session_id, visit, vial), nurse),
    )

    assert [answer["status"] for answer in told] == [200] * 3, told
    assert told[2]["answer"]["review"] == ["walk_in"]
    async with client.database.transaction() as db:
        (review,) = await immunizations.given.reviews(db, SITE, session_id)
    assert review.name == "Lê Thị Vãng Lai"


async def test_a_stranger_received_without_a_line_who_may_be_known_is_marked_for_it(client: Client):
    _, session_id, codes = await a_site(client)
    _, vial = await somebody_ready(client, session_id, codes[0])
    head = await an_allower(client)
    doctor = await client.staff("doctor", place_id=SITE)
    device, nurse = await a_tablet(client)
    async with client.database.transaction() as db:
        await a_person(db, name="Lê Thị Vãng Lai", birth_date=date(1985, 6, 1), identifiers=[], contacts=[])
    visit = uuid7()
    about = {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(visit)}

    told = await device.send(
        device.letter("visit.walk_in", a_stranger(session_id, head), nurse, key=visit),
        device.letter("visit.screen", about | all_no() | {"temperature_c": "36,7"}, doctor),
        device.letter("immunization.record", the_dose(session_id, visit, vial), nurse),
    )

    assert [answer["status"] for answer in told] == [200] * 3, told
    assert told[2]["answer"]["review"] == ["walk_in", "possible_duplicate"]
