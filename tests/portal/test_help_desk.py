"""The help desk: a question without an account, a worklist, and an answer by number."""

import re

from tests.arrange import Client
from tests.citizens import an_area
from tiemchung.domain import messaging

QUESTION = {"topic": "certificate", "said": "Tôi đã tiêm đủ hai mũi nhưng chưa có hộ chiếu vắc xin.", "province": "46"}


async def asked(client: Client, **changes: str) -> str:
    answer = await client.write("/tro-giup/hoi", None, **(QUESTION | changes))
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="number">([0-9A-Z-]{14})<', answer.text)
    assert found is not None
    return found[1]


async def an_officer(client: Client, province: str) -> None:
    async with client.database.transaction() as db:
        area_id = await an_area(db, province)
    await client.staff("province_officer", area_id=area_id)


async def test_a_question_is_answered_and_read_by_its_number(client: Client):
    number = await asked(client, phone="0905 123 456")
    before = (await client.post("/tro-giup/hoi/tra-cuu", data={"number": number})).text
    assert "Đã nhận, chờ trả lời" in before and "hộ chiếu vắc xin." not in before and "905123456" not in before
    await an_officer(client, "46")
    listed = (await client.get("/diem-tiem/cau-hoi")).text
    here = re.search(r'href="(/diem-tiem/cau-hoi/[0-9a-f-]{36})"', listed)
    assert here is not None and number in listed
    shown = (await client.get(here[1])).text
    assert QUESTION["said"] in shown and "+84905123456" in shown
    assert (await client.write(here[1], step="0", message="Ok")).status_code == 422
    told = "Danh tính của bạn đang chờ đối chiếu; khi khớp, hộ chiếu được ký trong ngày."
    assert (await client.write(here[1], step="0", message=told, closes="1")).status_code == 303
    assert (await client.write(here[1], step="0", message=told, closes="1")).status_code == 409
    assert "Không có câu hỏi nào" in (await client.get("/diem-tiem/cau-hoi")).text
    assert number in (await client.get("/diem-tiem/cau-hoi?tab=da-xong")).text
    after = (await client.post("/tro-giup/hoi/tra-cuu", data={"number": number})).text
    assert told in after and "Đã trả lời xong" in after


async def told(client: Client, phone: str) -> list[messaging.Message]:
    async with client.database.statement() as db:
        return await messaging.inbox(db, phone)


async def test_whoever_left_a_phone_hears_that_there_is_an_answer_and_not_what(client: Client):
    number = await asked(client, phone="0905 123 456")
    await client.write("/en/tro-giup/hoi", None, **(QUESTION | {"phone": "0905 123 457"}))
    await asked(client)
    await an_officer(client, "46")
    listed = (await client.get("/diem-tiem/cau-hoi")).text
    said = "Danh tính của bạn đã khớp; hộ chiếu được ký trong ngày."
    for here in dict.fromkeys(re.findall(r'href="(/diem-tiem/cau-hoi/[0-9a-f-]{36})"', listed)):
        assert (await client.write(here, step="0", message=said, closes="1")).status_code == 303
        # Refused the second time: nobody is told twice.
        assert (await client.write(here, step="0", message=said, closes="1")).status_code == 409
    (vietnamese,) = await told(client, "+84905123456")
    (english,) = await told(client, "+84905123457")
    assert number in vietnamese.body and "đã có trả lời" in vietnamese.body and "Danh tính" not in vietnamese.body
    assert "has an answer" in english.body


async def test_an_officer_answers_the_own_province_and_the_nation_all(client: Client):
    number, of_nobody = await asked(client), await asked(client, province="")
    await an_officer(client, "01")
    assert "Không có câu hỏi nào" in (await client.get("/diem-tiem/cau-hoi")).text
    await client.staff("national_operator")
    listed = (await client.get("/diem-tiem/cau-hoi")).text
    assert number in listed and of_nobody in listed


async def test_a_wrong_question_keeps_what_was_typed(client: Client):
    answer = await client.write("/tro-giup/hoi", topic="money", said="ngắn", province="99")
    assert answer.status_code == 422
    for field in ("topic", "said"):
        assert f'id="{field}-error"' in answer.text
    assert ">ngắn</textarea>" in answer.text
    assert (await client.write("/tro-giup/hoi", None, **(QUESTION | {"province": "99"}))).status_code == 422


async def test_what_was_asked_is_not_in_the_log_of_events(client: Client):
    await asked(client)
    async with client.database.transaction() as db:
        cursor = await db.connection.execute("select body::text as body from event where kind = 'corrections.asked'")
        bodies = [row["body"] for row in await cursor.fetchall()]
    assert len(bodies) == 1 and "tiêm" not in bodies[0]
