"""Staff sign in with three things, and accounts are made, limited and ended by who answers for them."""

import re
from uuid import UUID

import pytest
from psycopg.errors import CheckViolation
from pyotp.totp import TOTP

from tests.arrange import PASSWORD, Client, a_member_of_staff, totp_now
from tests.citizens import an_area
from tests.stores import SITE
from tiemchung.demo.accounts import PROVINCE
from tiemchung.domain import access
from tiemchung.kit import clock

HERE = "/diem-tiem/nhan-vien"
SIGN_IN = "/diem-tiem/dang-nhap"
NEW = {
    "login": "ngan.dieu-duong",
    "name": "Lê Thị Ngân",
    "password": "mot-mat-khau-dai",
    "role": "nurse",
    "place_code": "46005",
}


async def an_officer(client: Client) -> UUID:
    """An officer of Huế's province is signed in."""
    async with client.database.transaction() as db:
        area_id = await an_area(db, PROVINCE)
    return await client.staff("province_officer", area_id=area_id)


async def test_the_three_together_sign_in_and_signing_out_ends_it(client: Client):
    async with client.database.transaction() as db:
        _, login = await a_member_of_staff(db, "nurse", place_id=SITE)

    answer = await client.post(SIGN_IN, data={"login": login.upper(), "password": PASSWORD, "totp": totp_now()})
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert (await client.get("/diem-tiem/hom-nay")).status_code == 200
    kept = client.cookies["tc_staff"]
    assert (await client.post("/diem-tiem/dang-xuat")).status_code == 303
    client.cookies.set("tc_staff", kept)
    assert (await client.get("/diem-tiem/hom-nay")).headers["location"] == SIGN_IN


async def test_which_of_the_three_was_wrong_is_not_told(client: Client):
    async with client.database.transaction() as db:
        _, login = await a_member_of_staff(db, "nurse", place_id=SITE)
    tries = [
        {"login": login, "password": "sai", "totp": totp_now()},
        {"login": login, "password": PASSWORD, "totp": "000000"},
        {"login": "khong-co-ai", "password": PASSWORD, "totp": totp_now()},
    ]

    told: set[str] = set()
    for typed in tries:
        answer = await client.post(SIGN_IN, data=typed)
        assert answer.status_code == 422
        told |= set(re.findall(r"Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng", answer.text))
        assert PASSWORD not in answer.text
    assert len(told) == 1


async def test_an_account_without_a_second_factor_signs_in_with_no_code(client: Client):
    async with client.database.transaction() as db:
        staff_id, login = await a_member_of_staff(db, "nurse", place_id=SITE)
        await db.connection.execute("update staff set totp_sealed = null")

    for typed in ({}, {"totp": ""}, {"totp": totp_now()}):
        answer = await client.post(SIGN_IN, data={"login": login, "password": PASSWORD} | typed)
        assert answer.status_code == 422
        assert "tc_staff" not in client.cookies

    with pytest.raises(CheckViolation, match="sign_in_second_factor"):
        async with client.database.transaction() as db:
            await db.connection.execute(
                "insert into sign_in (sign_in_id, staff_id, started_at, expires_at) values ('x', %s, now(), now())",
                [staff_id],
            )


async def test_ten_wrong_tries_from_one_address_close_the_door_for_a_while(client: Client):
    async with client.database.transaction() as db:
        _, login = await a_member_of_staff(db, "nurse", place_id=SITE)
    for _ in range(10):
        await client.post(SIGN_IN, data={"login": login, "password": "sai", "totp": "000000"})

    answer = await client.post(SIGN_IN, data={"login": login, "password": PASSWORD, "totp": totp_now()})

    assert answer.status_code == 429
    assert "quá nhiều lần" in answer.text


async def test_an_officer_makes_an_account_whose_secret_is_shown_once(client: Client):
    await an_officer(client)

    made = await client.post(HERE, data=NEW)
    secret = re.findall(r'<p class="code-big">([A-Z2-7]{32})</p>', made.text)[0]

    assert "<svg" in made.text
    assert secret not in (await client.get(HERE)).text
    data = {"login": NEW["login"], "password": NEW["password"], "totp": TOTP(secret).now()}
    assert (await client.post(SIGN_IN, data=data)).status_code == 303
    assert (await client.get("/diem-tiem/hom-nay")).status_code == 200


async def test_a_taken_login_and_a_place_elsewhere_stand_at_their_fields(client: Client):
    await an_officer(client)
    await client.post(HERE, data=NEW)

    taken = await client.post(HERE, data=NEW)
    assert taken.status_code == 409
    assert "đã có người dùng" in taken.text
    assert NEW["password"] not in taken.text
    for code in ("01001", "khong"):
        elsewhere = await client.post(HERE, data=NEW | {"login": "khac", "place_code": code})
        assert elsewhere.status_code in {403, 404}
        assert 'id="place_code-error"' in elsewhere.text
    over = await client.post(HERE, data=NEW | {"login": "khac", "until": "01/01/2020"})
    assert over.status_code == 422
    assert "sau hôm nay" in over.text


async def test_a_limited_role_stops_counting_and_an_ended_account_is_out_at_once(client: Client):
    await an_officer(client)
    officer = client.cookies["tc_staff"]
    await client.post(HERE, data=NEW)
    (staff_id,) = re.findall(rf"{HERE}/([0-9a-f-]{{36}})\">Lê Thị Ngân", (await client.get(HERE)).text)
    account = f"{HERE}/{staff_id}"
    added = await client.write(f"{account}/vai-tro", role="registrar", place_code="46005")
    assert added.status_code == 303
    page = (await client.get(account)).text
    assert "Tiếp đón" in page
    role_id = re.findall(r'name="staff_role_id" value="([0-9a-f-]{36})"', page)[0]
    today = f"{clock.day_of(clock.now()):%d/%m/%Y}"
    assert (await client.write(f"{account}/gioi-han", staff_role_id=role_id, until=today)).status_code == 303
    assert "Đã hết hạn" in (await client.get(account)).text

    async with client.database.transaction() as db:
        _, login = await a_member_of_staff(db, "nurse", place_id=SITE)
        token = await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now())
    rows = re.findall(rf"{HERE}/([0-9a-f-]{{36}})\">[^<]*</a><small>{login}", (await client.get(HERE)).text)
    assert (await client.write(f"{HERE}/{rows[0]}/ket-thuc")).status_code == 303
    client.cookies.set("tc_staff", token)
    assert (await client.get("/diem-tiem/hom-nay")).headers["location"] == SIGN_IN
    client.cookies.set("tc_staff", officer)


async def test_an_account_is_found_by_a_part_of_its_name(client: Client):
    await an_officer(client)
    await client.post(HERE, data=NEW)

    assert "Lê Thị Ngân" in (await client.get(f"{HERE}?tim=thị ngân")).text
    assert "Lê Thị Ngân" not in (await client.get(f"{HERE}?tim=%27 or 1=1 --%00")).text


async def test_nobody_ends_their_own_account_or_one_of_another_province(client: Client):
    me = await an_officer(client)
    async with client.database.transaction() as db:
        operator, _ = await a_member_of_staff(db, "national_operator")

    assert (await client.write(f"{HERE}/{me}/ket-thuc")).status_code == 403
    assert (await client.write(f"{HERE}/{operator}/ket-thuc")).status_code == 404
    assert (await client.get(f"{HERE}/{operator}")).status_code == 404


async def test_nurses_administer_nobody(client: Client):
    await client.staff("nurse", place_id=SITE)

    assert (await client.get(HERE)).status_code == 403
    assert (await client.post(HERE, data=NEW)).status_code == 403
