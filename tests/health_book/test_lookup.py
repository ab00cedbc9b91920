"""Looking up one's own certificate: a code first, then masked; whose number it is, nobody else learns."""

import re
from html import unescape
from typing import Any

import psycopg
import pytest
from httpx import Response

from tests.arrange import Client
from tests.citizens import PHONE, a_person
from tiemchung.domain import messaging, people
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

HERE = "/so-suc-khoe/tra-cuu-chung-nhan"
NUMBER, STRANGE_PHONE = "046154001306", "+84905999888"


async def sent_code(client: Client, phone: str) -> str:
    async with client.database.statement() as db:
        newest = (await messaging.inbox(db, phone))[0]
    return re.findall(r"\d{6}", newest.body)[0]


async def asked(client: Client, *, number: str = NUMBER, phone: str = PHONE, country: str = "VN") -> Response:
    return await client.post(HERE, data={"number": number, "phone": phone, "country": country})


async def looked_up(client: Client, **who: str) -> Response:
    """All the steps of a look-up; the last page."""
    await asked(client, **who)
    code = await sent_code(client, who.get("phone", PHONE))
    answer = await client.post(f"{HERE}/ma", data={"code": code})
    assert answer.headers["location"] == f"{HERE}/ket-qua"
    return await client.get(f"{HERE}/ket-qua")


async def known(database: Database, **changes: object) -> people.PersonId:
    async with database.transaction() as db:
        return await a_person(db, **changes)


async def test_after_the_code_one_sees_oneself_masked(client: Client, database: Database):
    person_id = await known(database)
    page = unescape((await looked_up(client)).text)
    assert "Trần T. L." in page and "••/••/1954" in page and "0461 •••• •306" in page
    assert "Trần Thị Lan" not in page and NUMBER not in page and "12/4 Đặng Dung" not in page
    async with database.statement() as db:
        looks = await people.looks(db, person_id)
    assert [look.page for look in looks] == ["Tra cứu không đăng nhập"]


async def test_a_number_of_somebody_else_and_of_nobody_get_the_same_answers(client: Client, database: Database):
    await known(database)
    of_another = await looked_up(client, phone=STRANGE_PHONE)
    first = await asked(client, phone=STRANGE_PHONE)
    of_nobody = await looked_up(client, phone=STRANGE_PHONE, number="046154009999")
    assert "Không tìm thấy chứng nhận" in of_another.text
    assert bare(of_another.text) == bare(of_nobody.text)
    assert first.status_code == 303 and first.headers["location"] == f"{HERE}/ma"


async def test_the_first_step_says_the_same_and_writes_the_same_for_known_and_unknown(
    client: Client, database: Database
):
    await known(database)
    one, other = await asked(client), await asked(client, number="046154009999", phone=STRANGE_PHONE)
    assert (one.status_code, one.headers["location"]) == (other.status_code, other.headers["location"])
    async with database.statement() as db:
        kinds = await db.all(dict, Query("select kind, count(*) as n from event group by kind order by kind"))
    counts = {row["kind"]: row["n"] for row in kinds}
    assert counts["access.code_sent"] == counts["messaging.queued"] == 2


async def test_no_step_costs_or_carries_more_for_a_known_number_than_for_an_unknown_one(
    client: Client, database: Database, statements: list[str]
):
    """The same statements in the same order, and answers of the same size: nothing is left for a clock to tell."""
    await known(database)
    # One look-up first: what is loaded once must not count.
    await looked_up(client, phone=STRANGE_PHONE, number="046154009998")
    seen = {}
    for phone, number in (("+84905999881", NUMBER), ("+84905999882", "046154009999")):
        client.cookies.clear()
        statements.clear()
        first = await asked(client, phone=phone, number=number)
        code = await sent_code(client, phone)
        second = await client.post(f"{HERE}/ma", data={"code": code})
        last = await client.get(f"{HERE}/ket-qua")
        sizes = [len(bare(answer.text)) for answer in (first, second, last)]
        headers = [sorted((name, len(value)) for name, value in answer.headers.items()) for answer in (first, second)]
        seen[number] = (list(statements), sizes, headers)
    of_another, of_nobody = seen.values()
    assert len(of_another[0]) > 5
    assert of_another == of_nobody


async def test_the_first_step_costs_the_same_for_ones_own_number(
    client: Client, database: Database, statements: list[str]
):
    await known(database)
    await asked(client, phone="+84905999883", number="046154009998")
    counted: list[list[str]] = []
    for who in ({}, {"phone": "+84905999884", "number": "046154009999"}):
        client.cookies.clear()
        statements.clear()
        await asked(client, **who)
        counted.append(list(statements))
    assert counted[0] == counted[1] != []


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to PostgreSQL, as it is sent."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(cursor: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        seen.append(str(query))
        return await execute(cursor, query, *arguments, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    return seen


async def test_without_the_code_nothing_is_shown_or_sent(client: Client, database: Database):
    await known(database)
    assert (await client.get(f"{HERE}/ket-qua")).headers["location"] == HERE
    assert (await client.get(f"{HERE}/ma")).headers["location"] == HERE
    await asked(client)
    assert (await client.get(f"{HERE}/ket-qua")).headers["location"] == HERE
    assert (await client.write(f"{HERE}/gui")).headers["location"] == HERE
    wrong = await client.post(f"{HERE}/ma", data={"code": "000000"})
    assert wrong.status_code == 422 and "Mã xác nhận không đúng" in wrong.text
    assert (await client.get(f"{HERE}/ket-qua")).headers["location"] == HERE
    client.cookies.set("tc_lookup", "AAAA", path=HERE)
    assert (await client.get(f"{HERE}/ket-qua")).headers["location"] == HERE


async def test_a_code_for_signing_in_opens_no_look_up(client: Client, database: Database):
    await known(database)
    await asked(client)
    await client.post("/so-suc-khoe/dang-nhap", data={"phone": PHONE})
    of_sign_in = await sent_code(client, PHONE)
    assert (await client.post(f"{HERE}/ma", data={"code": of_sign_in})).status_code == 422


async def test_whoever_proved_the_phone_gets_the_passport_into_their_book(client: Client, database: Database):
    person_id = await known(database)
    await looked_up(client)
    answer = await client.write(f"{HERE}/gui")
    assert answer.headers["location"] == f"{HERE}/ket-qua?da-gui=1"
    assert "Đã gửi tin nhắn" in (await client.get(answer.headers["location"])).text
    async with database.transaction() as db:
        message = (await messaging.inbox(db, PHONE))[0]
    assert message.template == "passport_sent" and "Lan" not in message.body and NUMBER not in message.body
    account_id = await client.citizen(PHONE)
    async with database.statement() as db:
        members = await people.members(db, account_id)
    assert [(member.person_id, member.relation) for member in members] == [(person_id, "self")]


async def test_a_passport_is_found_under_its_country(client: Client, database: Database):
    passport = [people.Identifier(kind="passport", country="FR", value="12AB34567")]
    await known(database, name="Jeanne Martin", nationality="FR", identifiers=passport)
    assert "Jeanne M." in (await looked_up(client, number="12ab34567", country="FR")).text
    assert "Không tìm thấy" in (await looked_up(client, number="12ab34567", country="DE")).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": ""}, "Hãy nhập hoặc chọn số giấy tờ"),
        ({"number": "12"}, "Số giấy tờ là CCCD 12 số"),
        ({"number": "so giay"}, "Số giấy tờ là CCCD 12 số"),
        ({"phone": "0905"}, "phải là số điện thoại Việt Nam"),
        ({"country": "VNM"}, "Nước cấp giấy tờ dài tối đa 2 ký tự"),
        ({"number": "0461\u200b54001306"}, "ký tự ẩn"),
    ],
)
async def test_bad_input_names_its_field_and_keeps_what_was_typed(client: Client, typed: dict[str, str], told: str):
    form = {"number": NUMBER, "phone": "0905000218", "country": "VN"} | typed
    answer = await client.post(HERE, data=form)
    assert answer.status_code == 422 and told in unescape(answer.text)
    for name in form.keys() - typed.keys():
        assert form[name] in answer.text


async def test_past_the_limit_of_codes_the_form_says_when_to_try_again(client: Client):
    for _ in range(3):
        assert (await asked(client)).status_code == 303
    refused = await asked(client)
    assert refused.status_code == 429 and "Hãy thử lại sau" in refused.text


def bare(page: str) -> str:
    """A page without the keys that every one has of its own."""
    return re.sub(r'value="[0-9a-f-]{36}"', "", page)
