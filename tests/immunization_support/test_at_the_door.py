"""What the site knows of somebody before the injection: earlier reactions, a declaration, a record that may be theirs."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from tests.arrange import Client
from tests.immunization_support.test_site import a_site, send
from tests.immunization_support.test_without_a_line import a_stranger, an_allower
from tests.stores import SITE
from tests.visits import a_nurse, an_injection, an_open_vial, arrived, facts, later, ready, vaccinated
from tiemchung.domain import aefi, declarations, immunizations
from tiemchung.kit import clock
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

NO = {f"k_{question.code}": "no" for question in declarations.QUESTIONS}


async def somebody_arrived(client: Client) -> tuple[str, dict[str, Any]]:
    """The page of an open session, and where and of whom a device's command is."""
    session, session_id, codes = await a_site(client)
    async with client.database.transaction() as db:
        visit = await arrived(await a_nurse(db), session_id, codes[0])
    return session, {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(visit.visit_id)}


async def a_severe_reaction(client: Client) -> tuple[str, UUID]:
    """Somebody at the site again who could not breathe after an earlier dose: their session's page, their visit."""
    async with client.database.transaction() as db:
        nurse, session_id, visit, _ = await vaccinated(db)
        assert visit.immunization_id is not None
        noticed = aefi.Noticed(dangers=["breathing"], onset_on=clock.day_of(db.at), note="Khó thở sau 10 phút")
        await aefi.report(nurse, visit.person_id, visit.immunization_id, noticed, report_id=uuid7(), channel="staff")
        await db.run(Query("update visit set step = 'screening', conclusion = null"))
    return f"/diem-tiem/phien/{SITE}/{session_id}", visit.visit_id


async def test_the_doctor_reads_of_an_earlier_reaction_before_asking(client: Client):
    session, visit_id = await a_severe_reaction(client)
    await client.staff("doctor", place_id=SITE)

    form = (await client.get(f"{session}/nguoi/{visit_id}/kham")).text
    page = (await client.get(f"{session}?nguoi={visit_id}")).text
    taken = (await client.get(f"{session}/chuan-bi", headers={"accept": "application/json"})).json()

    for shown in (form, page):
        assert "Phản ứng sau mũi trước" in shown
        assert "khó thở" in shown
    (said,) = taken["people"][0]["reactions"]
    assert "khó thở" in said and "Janssen" in said


async def test_who_declared_nothing_is_asked_at_the_table(client: Client):
    session, about = await somebody_arrived(client)
    await client.staff("registrar", place_id=SITE)

    unsaid = await send(client, "visit.declare", about | NO | {"k_travelled": "yes"})
    half = await send(client, "visit.declare", about | {"k_fever": "yes"})
    kept = await send(client, "visit.declare", about | NO | {"k_cough": "yes"})
    taken = (await client.get(f"{session}/chuan-bi", headers={"accept": "application/json"})).json()

    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "travel")
    assert half.status_code == 422
    assert kept.json()["verdict"] == "symptoms"
    declared = taken["people"][0]["declared"]
    assert (declared["clear"], declared["words"]) == (False, "Có triệu chứng: bác sĩ hỏi kỹ khi khám")
    async with client.database.statement() as db:
        assert await facts(db, "select channel from declaration") == [{"channel": "site"}]


async def test_what_one_device_is_told_of_consent_and_health_stands_on_the_board_of_all(client: Client):
    session, about = await somebody_arrived(client)
    async with client.database.transaction() as db:
        await db.run(Query("update consent set withdrawn_at = now()"))
    await client.staff("registrar", place_id=SITE)
    before = (await client.get(f"{session}/bang")).json()["said"]

    await send(client, "visit.consent", about | {"given_by": "self"})
    await send(client, "visit.declare", about | NO | {"k_fever": "yes"})
    (said,) = (await client.get(f"{session}/bang")).json()["said"].values()

    assert list(before.values()) == [{"consented": False, "declared": None}]
    assert said["consented"]
    assert (said["declared"]["clear"], said["declared"]["words"]) == (False, "Có triệu chứng: bác sĩ hỏi kỹ khi khám")


async def a_double(client: Client, session_id: UUID) -> dict[str, Any]:
    """What somebody says who was received before without a document, and comes again under the same name and birth."""
    head = await an_allower(client)
    await client.staff("registrar", place_id=SITE)
    stranger = a_stranger(session_id, head, birth="03/09/1985", number="")
    first = await send(client, "visit.walk_in", stranger)
    assert first.status_code == 200, first.text
    await send(client, "visit.not_done", stranger | {"visit_id": first.json()["visit_id"], "reason": "Xin về sớm"})
    return stranger


async def test_a_possible_duplicate_is_asked_about_and_the_same_person_stays_one(client: Client):
    session, session_id, _ = await a_site(client, 0)
    stranger = await a_double(client, session_id)
    page = f"{session}/ngoai-danh-sach"

    asked = await client.write(page, None, **stranger)
    compared = await client.post(f"{page}/trung", data=stranger)
    (one,) = compared.json()["alike"]
    other = await client.write(page, None, **stranger | {"same_as": str(uuid7())})

    assert asked.status_code == other.status_code == 409
    assert "Có phải người này không?" in asked.text
    assert one["name"] == stranger["name"] and one["birth"] == "03/09/1985"
    async with client.database.statement() as db:
        looks = await facts(db, "select 1 from access_entry where page = 'So sánh hồ sơ khi tiếp đón'")
        assert len(looks) >= 2
        assert len(await facts(db, "select 1 from person where name = %(n)s", n=stranger["name"])) == 1


async def test_somebody_else_of_the_same_name_and_birth_becomes_a_record_of_their_own(client: Client):
    session, session_id, _ = await a_site(client, 0)
    stranger = await a_double(client, session_id)
    page = f"{session}/ngoai-danh-sach"

    received = await client.write(page, None, **stranger | {"same_as": "new"})

    assert received.status_code == 303
    async with client.database.statement() as db:
        assert len(await facts(db, "select 1 from person where name = %(n)s", n=stranger["name"])) == 2


async def test_the_chosen_record_gets_the_visit(client: Client):
    _, session_id, _ = await a_site(client, 0)
    stranger = await a_double(client, session_id)
    async with client.database.transaction() as db:
        (known,) = await facts(db, "select person_id from person where name = %(n)s", n=stranger["name"])
        await db.run(Query("delete from visit"))
        await db.run(Query("delete from immunization"))

    received = await send(
        client, "visit.walk_in", stranger | {"same_as": str(known["person_id"]), "number": "046185009999"}
    )

    assert received.status_code == 200, received.text
    async with client.database.statement() as db:
        seen = await immunizations.visit(db, SITE, immunizations.VisitId(UUID(received.json()["visit_id"])))
        assert seen.person_id == known["person_id"]
        assert len(await facts(db, "select 1 from person_identifier")) == 1


async def test_a_vial_stands_at_a_table_of_its_session(client: Client):
    session, session_id, _ = await a_site(client)
    await client.staff("nurse", place_id=SITE)
    async with client.database.transaction() as db:
        await db.run(Query("update session set tables = 2"))
        (lot,) = await facts(db, "select lot_id from lot where number = 'XD955'")
    where = {"place_id": str(SITE), "session_id": str(session_id), "lot_id": str(lot["lot_id"])}

    third = await send(client, "vial.open", where | {"table": "3"})
    second = await send(client, "vial.open", where | {"table": "2"})

    assert (third.status_code, third.json()["field"]) == (422, "table")
    assert second.status_code == 200
    assert "Bàn 2" in (await client.get(session)).text


async def test_a_board_in_which_nothing_changed_is_not_sent_again(client: Client):
    session, session_id, codes = await a_site(client)
    await client.staff("nurse", place_id=SITE)

    first = await client.get(f"{session}/bang")
    same = await client.get(f"{session}/bang", headers={"if-none-match": first.headers["etag"]})
    async with client.database.transaction() as db:
        await arrived(await a_nurse(db), session_id, codes[0])
    other = await client.get(f"{session}/bang", headers={"if-none-match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["server-clock"] >= first.headers["server-clock"]
    assert [visit["step"] for visit in other.json()["visits"]] == ["screening"]


async def test_consent_is_taken_on_the_page_and_every_page_of_a_session_is_led_to(client: Client):
    session, about = await somebody_arrived(client)
    async with client.database.transaction() as db:
        await db.run(Query("update consent set withdrawn_at = now()"))
    await client.staff("nurse", place_id=SITE)
    person = f"{session}?nguoi={about['visit_id']}"

    before = (await client.get(person)).text
    nobody = await client.write(f"{session}/nguoi/{about['visit_id']}/dong-y", given_by="neighbour")
    agreed = await client.write(f"{session}/nguoi/{about['visit_id']}/dong-y", given_by="guardian")
    after = unescape((await client.get(person)).text)
    today = unescape((await client.get("/diem-tiem/hom-nay")).text)

    assert "Chưa có phiếu đồng ý tiêm chủng" in before
    assert (nobody.status_code, agreed.status_code) == (422, 303)
    assert "Chưa có phiếu đồng ý tiêm chủng" not in after
    assert f"{session}/ngoai-danh-sach" in after
    assert f"{session}/phong-cho" in today and f"{session}/ap-phich" in today


async def test_the_table_shows_what_was_measured_the_document_masked_and_how_long_people_take(client: Client):
    session, session_id, codes = await a_site(client, 4)
    async with client.database.transaction() as db:
        nurse = await a_nurse(db)
        vial = await an_open_vial(nurse, session_id)
        for minutes, code in zip((5, 7, 9), codes[:3], strict=True):
            visit = await ready(nurse, session_id, code)
            await immunizations.record(later(nurse, minutes=minutes), an_injection(visit, vial.vial_id))
        waiting = await ready(nurse, session_id, codes[3])
        await db.run(
            Query("""update visit set screening = jsonb_set(screening, '{vitals}',
                             '{"temperature_c": "36.7", "systolic": "118", "diastolic": "76"}') where step = 'injection'""")
        )
    await client.staff("nurse", place_id=SITE)

    page = unescape((await client.get(f"{session}?nguoi={waiting.visit_id}")).text)
    board = (await client.get(f"{session}/bang")).json()
    taken = (await client.get(f"{session}/chuan-bi")).json()

    assert "36,7 °C · HA 118/76 · Khám lúc" in page
    assert re.search(r"Đến khi tiêm, trung bình<b class=\"num\">7 ", page)
    assert board["average_minutes"] == 7
    assert next(one for one in board["visits"] if one["step"] == "injection")["vitals"]["systolic"] == "118"
    assert all(re.fullmatch(r"CCCD 0461 •••• •\d{3}", one["document"]) for one in taken["people"])
