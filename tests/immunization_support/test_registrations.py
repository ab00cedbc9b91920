"""The provincial officer's worklist."""

from uuid import UUID

import pytest

from tests.arrange import Client
from tests.citizens import a_person, a_registration, an_area
from tiemchung.domain import messaging, people, registrations
from tiemchung.domain.people import Contact
from tiemchung.domain.registrations import Registration, Status
from tiemchung.schema.load import place_id

HERE = "/diem-tiem/dang-ky"
OTHER_PHONE = Contact(kind="phone", relation="self", holder_name=None, value="+84905000555")


async def an_officer(client: Client, area: str = "46") -> UUID:
    async with client.database.transaction() as db:
        area_id = await an_area(db, area)
    return await client.staff("province_officer", area_id=area_id)


async def waiting(client: Client, **person: object) -> Registration:
    async with client.database.transaction() as db:
        return (await a_registration(db, **person)).registration


async def now(client: Client, registration: Registration) -> Registration:
    async with client.database.transaction() as db:
        return await registrations.one(db, registration.registration_id)


async def a_centre(client: Client) -> registrations.PlaceChoice:
    async with client.database.transaction() as db:
        return (await registrations.district_centres(db, "46"))[0]


async def test_an_officer_approves_and_assigns_in_one_act(client: Client):
    registration, centre = await waiting(client), await a_centre(client)
    await an_officer(client)

    done = await client.write(
        HERE, act="approve_assign", registrations=str(registration.registration_id), place=str(centre.place_id)
    )

    assert "Đã xử lý 1 người" in (await client.get(done.headers["location"])).text
    stands = await now(client, registration)
    assert (stands.status, stands.assigned_place) == (Status.assigned, centre.name)


async def test_the_list_shows_masked_numbers_and_the_panel_is_kept_in_the_access_log(client: Client):
    registration = await waiting(client)
    await an_officer(client)

    listed = await client.get(HERE)
    opened = await client.get(HERE, params={"mo": str(registration.registration_id)})

    assert "0461 •••• •306" in listed.text
    assert "046154001306" not in listed.text
    assert "046154001306" in opened.text
    account = await client.citizen("+84905000218")
    async with client.database.transaction() as db:
        await people.link(db, account, registration.person_id, relation="self", proof="phone_code")
    looks = await client.get("/so-suc-khoe/ai-da-xem")
    assert "Duyệt đăng ký" in looks.text
    assert "Nguyễn Thử Nghiệm" in looks.text


async def test_a_refusal_needs_a_reason_and_keeps_what_was_ticked(client: Client):
    registration = await waiting(client)
    await an_officer(client)

    refused = await client.write(HERE, act="refuse", registrations=str(registration.registration_id))

    assert refused.status_code == 422
    assert "Hãy ghi lý do không duyệt" in refused.text
    assert f'value="{registration.registration_id}" aria-label="Chọn Trần Thị Lan" checked' in refused.text
    assert (await now(client, registration)).status is Status.registered


async def test_a_refused_person_reads_the_reason(client: Client):
    registration = await waiting(client)
    await an_officer(client)

    await client.write(
        HERE, act="refuse", registrations=str(registration.registration_id), reason="Ảnh giấy tờ không rõ"
    )

    async with client.database.transaction() as db:
        (newest, *_) = await messaging.inbox(db, "+84905000218")
    assert "Ảnh giấy tờ không rõ" in newest.body


async def test_a_likely_duplicate_is_held_back_until_settled(client: Client):
    async with client.database.transaction() as db:
        await a_person(db, identifiers=[])
    registration = await waiting(client, contacts=[OTHER_PHONE])
    await an_officer(client)
    chosen = {"act": "approve", "registrations": str(registration.registration_id)}

    held = await client.write(HERE, **chosen)
    assert "1 người được giữ lại" in (await client.get(held.headers["location"])).text
    assert "Có thể trùng 1 hồ sơ" in (await client.get(HERE, params={"mo": str(registration.registration_id)})).text
    await client.write(f"{HERE}/{registration.registration_id}/hai-nguoi")
    await client.write(HERE, **chosen)

    assert (await now(client, registration)).status is Status.approved


async def test_an_officer_of_another_province_sees_and_moves_nobody(client: Client):
    registration = await waiting(client)
    await an_officer(client, "01")

    assert "Trần Thị Lan" not in (await client.get(HERE)).text
    assert (await client.get(HERE, params={"mo": str(registration.registration_id)})).status_code == 404
    await client.write(HERE, act="approve", registrations=str(registration.registration_id))
    assert (await client.write(f"{HERE}/{registration.registration_id}/hai-nguoi")).status_code == 404
    assert (await now(client, registration)).status is Status.registered


async def test_nobody_is_assigned_outside_the_province(client: Client):
    registration = await waiting(client)
    await an_officer(client)
    await client.write(HERE, act="approve", registrations=str(registration.registration_id))

    refused = await client.write(
        HERE, act="assign", registrations=str(registration.registration_id), place=str(place_id("TW000"))
    )

    assert refused.status_code == 403
    assert "không thuộc địa bàn" in refused.text


@pytest.mark.parametrize(
    "query", [{"tab": "x"}, {"trang": "-1"}, {"trang": "9999999999"}, {"nhom": "a"}, {"tim": "'; --"}, {"mo": "x"}]
)
async def test_filters_that_make_no_sense_are_as_if_not_set(client: Client, query: dict[str, str]):
    await an_officer(client)

    assert (await client.get(HERE, params=query)).status_code == 200


@pytest.mark.parametrize("role", ["nurse", "storekeeper", "national_operator"])
async def test_only_provincial_officers_come_here(client: Client, role: str):
    await client.staff(role)

    assert (await client.get(HERE)).status_code == 403


async def test_without_a_tick_nothing_is_done(client: Client):
    await waiting(client)
    await an_officer(client)

    assert (await client.write(HERE, act="approve")).status_code == 422
