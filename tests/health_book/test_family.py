"""The health book after signing in: home, appointments, record, who looked, status and withdrawal."""

import re
from uuid import UUID, uuid4

from tests.arrange import Client
from tests.citizens import PHONE, a_person, a_registration
from tests.stores import SITE, a_session, a_shelf, people_assigned
from tiemchung.domain import appointments, people, registrations
from tiemchung.domain.registrations import Registration, Status
from tiemchung.kit.ids import uuid7

HOME = "/so-suc-khoe/"


async def registered(client: Client) -> tuple[UUID, Registration]:
    """Somebody who registered on their own phone and is signed in; the account and the registration."""
    account = await client.citizen(PHONE)
    async with client.database.transaction() as db:
        return account, (await a_registration(db, account)).registration


async def invited(client: Client) -> appointments.Appointment:
    """Somebody whom the site has invited, signed in."""
    account = await client.citizen("+84905000000")
    async with client.database.transaction() as db:
        await a_shelf(db)
        (person_id,) = await people_assigned(db, 1)
        session_id = await a_session(db)
        await people.link(db, account, people.PersonId(person_id), relation="self", proof="phone_code")
        await appointments.invite(db, SITE, session_id, [person_id])
        (found,) = await appointments.of_person(db, person_id)
    return found


async def test_a_new_account_is_told_how_to_begin(client: Client):
    await client.citizen()

    assert "Chưa có ai trong sổ của bạn" in (await client.get(HOME)).text


async def test_home_says_not_vaccinated_yet_and_where_the_registration_stands(client: Client):
    await registered(client)

    home = (await client.get(HOME)).text

    assert "Chưa tiêm" in home
    assert "Chờ duyệt" in home
    assert "0461 •••• •306" in home
    assert "046154001306" not in home


async def test_the_member_switch_opens_the_chosen_one_alone(client: Client):
    account, _ = await registered(client)
    async with client.database.transaction() as db:
        child = await a_person(db, name="Nguyễn Bình An", identifiers=[])
        await people.link(db, account, child, relation="child", proof="guardianship")

    assert '<h2 id="c1">Nguyễn Bình An</h2>' in (await client.get(HOME, params={"nguoi": str(child)})).text
    assert '<h2 id="c1">Trần Thị Lan</h2>' in (await client.get(HOME)).text


async def test_another_familys_record_is_not_there(client: Client):
    _, registration = await registered(client)
    await client.citizen("+84905000777")

    for path in (HOME, "/so-suc-khoe/ho-so", "/so-suc-khoe/ai-da-xem"):
        assert (await client.get(path, params={"nguoi": str(registration.person_id)})).status_code == 404
    at = f"/so-suc-khoe/dang-ky-da-gui/{registration.registration_id}"
    assert (await client.get(at)).status_code == 404
    assert (await client.write(f"{at}/rut")).status_code == 404
    async with client.database.transaction() as db:
        assert (await registrations.one(db, registration.registration_id)).status is Status.registered


async def test_withdrawing_shows_at_once(client: Client):
    _, registration = await registered(client)
    at = f"/so-suc-khoe/dang-ky-da-gui/{registration.registration_id}"

    await client.write(f"{at}/rut")

    assert "Đã rút đăng ký" in (await client.get(at)).text
    assert (await client.write(f"{at}/rut")).status_code == 409


async def test_an_invitation_shows_time_place_and_a_code_to_scan(client: Client):
    appointment = await invited(client)

    page = (await client.get("/so-suc-khoe/lich-hen")).text

    assert appointment.shown_code in page
    assert appointment.place_name in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "Mã check-in" in (await client.get(HOME)).text
    assert appointment.shown_code in (await client.get("/so-suc-khoe/ma-qr")).text


async def test_saying_yes_twice_is_one_yes(client: Client):
    appointment = await invited(client)
    at, key = f"/so-suc-khoe/lich-hen/{appointment.person_id}/{appointment.appointment_id}", uuid7()

    first = await client.write(at, key, answer="yes")
    again = await client.write(at, key, answer="yes")

    assert first.headers["location"] == again.headers["location"]
    assert "Đã xác nhận" in (await client.get(first.headers["location"])).text


async def test_saying_no_gives_the_place_back_and_cannot_be_taken_back(client: Client):
    appointment = await invited(client)
    at = f"/so-suc-khoe/lich-hen/{appointment.person_id}/{appointment.appointment_id}"

    await client.write(at, answer="no")
    refused = await client.write(at, answer="yes")

    assert refused.status_code == 409
    async with client.database.transaction() as db:
        (registration,) = await registrations.of_person(db, appointment.person_id)
    assert registration.status is Status.declined


async def test_nobody_else_answers_an_invitation(client: Client):
    appointment = await invited(client)
    await client.citizen("+84905000777")

    at = f"/so-suc-khoe/lich-hen/{appointment.person_id}/{appointment.appointment_id}"

    assert (await client.write(at, answer="no")).status_code == 404
    assert (await client.write(f"/so-suc-khoe/lich-hen/{uuid4()}/{uuid4()}", answer="no")).status_code == 404


async def test_an_answer_that_is_none_is_told(client: Client):
    appointment = await invited(client)
    at = f"/so-suc-khoe/lich-hen/{appointment.person_id}/{appointment.appointment_id}"

    assert (await client.write(at, answer="maybe")).status_code == 422


async def test_every_look_at_a_record_is_shown_to_its_person(client: Client):
    await registered(client)
    await client.get("/so-suc-khoe/ho-so")

    page = (await client.get("/so-suc-khoe/ai-da-xem")).text

    assert "Hồ sơ và lịch sử tiêm" in page


async def test_a_code_that_is_none_is_told_on_its_field(client: Client):
    for typed in ("", "abc", "7K2Q-9XW3-M85T", "7K2Q\u202e-9XW3-M85T"):
        refused = await client.post("/so-suc-khoe/tra-cuu-dang-ky", data={"code": typed})
        assert refused.status_code == 422
        assert 'id="code-error"' in refused.text


async def test_the_pages_speak_english(client: Client):
    await registered(client)
    client.cookies.set("lang", "en")

    home = (await client.get(HOME)).text

    assert '<html lang="en"' in home
    assert "Not vaccinated yet" in home
    left = re.findall(r">([^<>]*[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđĐ][^<>]*)<", home)
    assert [words for words in left if "Trần Thị Lan" not in words and "Sổ Tiêm Chủng" not in words] == []


async def test_the_health_book_can_be_installed_and_says_when_there_is_no_network(client: Client):
    manifest = (await client.get("/so-suc-khoe/app.webmanifest")).json()
    worker = await client.get("/so-suc-khoe/sw.js")

    assert manifest["scope"] == "/so-suc-khoe/"
    assert (await client.get(manifest["icons"][0]["src"])).status_code == 200
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "Không có mạng" in (await client.get("/so-suc-khoe/ngoai-tuyen")).text
