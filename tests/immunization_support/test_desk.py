"""At the desk: a phone agent books for a caller, a site prints and sends lists, offers what is left, and takes fewer people."""

import io
from datetime import UTC, datetime

import openpyxl

from tests.arrange import Client
from tests.places import an_open_session, people_of
from tests.stores import SITE, people_assigned
from tests.visits import facts
from tiemchung.domain import appointments, registrations
from tiemchung.domain.appointments import standby
from tiemchung.kit.ids import uuid7


async def test_a_phone_agent_books_from_the_same_places(client: Client):
    account_id = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account_id, 1)
        slot, *_ = await an_open_session(db, places=1)
        (registration,) = await registrations.of_person(db, person)
        await db.connection.execute("update registration set assigned_place_id = %s", [SITE])
    await client.staff("registrar", place_id=SITE)

    page = await client.get("/diem-tiem/dat-ho", params={"ma": registration.code, "diem": str(SITE)})
    assert slot.slot in page.text
    booked = await client.write("/diem-tiem/dat-ho", code=registration.code, slot=slot.slot)
    assert booked.status_code == 303
    again = await client.write("/diem-tiem/dat-ho", code=registration.code, slot=slot.slot)
    assert (again.status_code, "đã có lịch hẹn" in again.text) == (409, True)
    async with client.database.transaction() as db:
        (found,) = await appointments.of_person(db, person)
        assert (found.channel, found.status) == ("agent", "booked")


async def test_a_site_invites_by_a_workbook_prints_slips_and_sends_the_list_on(client: Client):
    async with client.database.transaction() as db:
        slot, *_ = await an_open_session(db, places=1)
        people = await people_assigned(db, 2)
        codes = [(await registrations.of_person(db, person))[0].code for person in people]
    await client.staff("site_head", place_id=SITE)
    plan = f"/diem-tiem/ke-hoach/{SITE}/{slot.session_id}"
    book = openpyxl.Workbook()
    for row in (["Mã đăng ký"], *([code] for code in codes)):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)

    wrong = await client.post(f"{plan}/moi-theo-tep", data={"id": str(uuid7())}, files={"file": ("a.xlsx", b"no")})
    assert wrong.status_code == 422
    sent = await client.post(
        f"{plan}/moi-theo-tep", data={"id": str(uuid7())}, files={"file": ("a.xlsx", out.getvalue())}
    )
    assert sent.status_code == 303, sent.text

    slips = await client.get(f"{plan}/phieu")
    assert slips.text.count("<svg") >= 2 and "VX1:" in slips.text
    listed = await client.get(f"{plan}/danh-sach.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(listed.content)).worksheets[0].iter_rows(values_only=True))
    assert sorted(str(row[5]) for row in rows[1:]) == sorted(codes)

    async with client.database.transaction() as db:
        (other,) = await people_assigned(db, 1, first=20)
        await standby.join(db, other, SITE)
    assert (await client.write(f"{plan}/du-bi", people=1)).status_code == 303
    assert (await client.write(f"{plan}/thu-hep", people=1)).status_code == 303
    async with client.database.transaction() as db:
        assert await facts(db, "select 1 as n from waiting_list_entry where status = 'offered'")
        assert datetime.now(UTC)
