"""Typing in a session that was kept on paper: right rows are kept, wrong ones come back as typed, nothing is kept twice."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from tests.arrange import Client, a_member_of_staff
from tests.citizens import a_person
from tests.immunization_support.test_site import a_site
from tests.stores import CENTRE, SITE, a_lot
from tests.visits import facts
from tiemchung.domain import stock
from tiemchung.domain.immunizations import paper
from tiemchung.kit.ids import uuid7

RIGHT = {"arrived": "", "time": "00:10", "vial": "1", "arm": "left_arm", "screened": "eligible", "reason": ""}


async def a_paper(client: Client, people: int = 3) -> tuple[str, list[paper.Missing]]:
    """The page of a session of today, with one vial opened by the paper; whom it expected."""
    session, session_id, _ = await a_site(client, people)
    async with client.database.transaction() as db:
        await db.connection.execute(
            "update session set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'"
        )
        expected = await paper.missing(db, SITE, session_id)
    await client.staff("nurse", place_id=SITE)
    page = (await client.get(f"{session}/giay")).text
    (lot_id,) = re.findall(r'<option value="([0-9a-f-]{36})">XD955', page)
    opened = await client.write(f"{session}/giay/lo", lot_id=lot_id, time="00:01", vials="1")
    assert opened.status_code == 303
    return f"{session}/giay", expected


def rows(*typed: dict[str, str]) -> dict[str, Any]:
    """Rows as the form sends them."""
    return {
        f"{name}-{k}": value
        for k, row in enumerate(typed)
        for name, value in ({"id": str(uuid7())} | RIGHT | row).items()
    }


async def send(client: Client, page: str, typed: dict[str, Any], **besides: str) -> Any:
    """The form as it is sent: everybody agreed on paper, and the nurse who types gave the doses, unless told otherwise."""
    nurse = await nurse_of(client)
    return await client.write(page, None, **({"consented": "1", "given_by": str(nurse)} | besides), **typed)


async def nurse_of(client: Client) -> UUID:
    """A nurse of the site."""
    async with client.database.statement() as db:
        rows = await facts(db, "select staff_id from staff_role where role = 'nurse' and place_id = %(p)s", p=SITE)
    return rows[0]["staff_id"]


async def doses(client: Client) -> list[dict[str, Any]]:
    """The doses that were kept."""
    async with client.database.transaction() as db:
        return await facts(db, "select * from immunization where status = 'completed'")


async def test_rows_are_found_by_code_and_by_name_without_marks_and_kept_once(client: Client):
    page, (first, second, third) = await a_paper(client)
    typed = rows(
        {"who": f"{first.key} {first.name}"},
        {"who": f"nguyen thi {second.name.split()[-1]}", "time": "", "vial": ""},
        {"who": third.key, "vial": "", "reason": "Huyết áp cao, hẹn lại"},
    )

    sent = await send(client, page, typed)
    again = await send(client, page, typed)

    assert (sent.status_code, sent.headers["location"]) == (303, f"{page}?xong=3")
    assert again.status_code == 422
    assert len(await doses(client)) == 2
    shown = unescape((await client.get(f"{page}?xong=3")).text)
    assert "Đã ghi 3 dòng" in shown
    assert "Huyết áp cao, hẹn lại" in shown
    assert "Chờ xem xét" not in shown


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"who": "Người Không Có"}, "Không có ai như vậy còn chờ kết quả"),
        ({"who": "nguyen thi"}, "Có 3 người tên này"),
        ({"who": ""}, "Hãy nhập hoặc chọn người tiêm."),
        ({"time": "25:00"}, "Giờ tiêm phải theo dạng giờ:phút"),
        ({"time": "23:59"}, "Giờ này chưa đến."),
        ({"arrived": "0:61"}, "Giờ đến phải theo dạng giờ:phút"),
        ({"arrived": "00:11"}, "Giờ đến 00:11 sau giờ tiêm của dòng này."),
        ({"time": "00:00"}, "Lọ 1 mở lúc 00:01, sau giờ tiêm của dòng này."),
        ({"vial": ""}, "Hãy ghi số lọ, hoặc lý do không tiêm."),
        ({"vial": "7"}, "Phiên không có lọ 7"),
        ({"arm": "tail"}, "Vị trí tiêm: hãy chọn một mục trong danh sách."),
        ({"screened": "perhaps"}, "Khám sàng lọc: hãy chọn một mục trong danh sách."),
        ({"reason": "sốt", "vial": ""}, "Lý do không tiêm cần ít nhất 5 ký tự."),
    ],
)
async def test_a_wrong_row_comes_back_as_typed_and_the_right_one_is_kept(
    client: Client, wrong: dict[str, str], why: str
):
    page, (first, second, _) = await a_paper(client)
    bad, good = {"who": first.key} | wrong, {"who": second.key}

    sent = await send(client, page, rows(bad, good))

    shown = unescape(sent.text)
    assert sent.status_code == 422
    assert why in shown
    assert "Đã ghi 1 dòng" in shown
    assert all(
        f'value="{typed}"' in shown
        for name, typed in bad.items()
        if typed and name in {"who", "arrived", "time", "vial", "reason"}
    )
    (dose,) = await doses(client)
    assert dose["body_site"] == "left_arm"


async def test_another_vaccine_is_asked_about_once_and_then_kept_as_given_and_looked_at(client: Client):
    page, (first, *_) = await a_paper(client)
    async with client.database.transaction() as db:
        lot_id = await a_lot(db, "AZ", "KHAC1")

    doubted = await send(client, page, rows({"who": first.key, "vial": "khac1"}))
    assert doubted.status_code == 422
    assert "Lô KHAC1 là của" in unescape(doubted.text) and "hãy viết KHAC1!" in unescape(doubted.text)
    assert await doses(client) == []

    sent = await send(client, page, rows({"who": first.key, "vial": "khac1!"}))

    assert sent.status_code == 303
    (dose,) = await doses(client)
    assert (dose["product"], dose["lot_id"]) == ("AZ", lot_id)
    looked = unescape((await client.get(page.replace("/giay", "/xem-xet"))).text)
    assert "Theo giấy đã tiêm" in looked and "KHAC1" in looked
    async with client.database.transaction() as db:
        assert (await stock.prove(db)).ok


async def test_without_a_signed_consent_the_dose_is_kept_and_waits_for_a_look(client: Client):
    page, (first, _, _) = await a_paper(client)
    async with client.database.transaction() as db:
        await db.connection.execute("update consent set withdrawn_at = now()")

    await send(client, page, rows({"who": first.key}), consented="")

    assert len(await doses(client)) == 1
    assert "Chờ xem xét" in (await client.get(page)).text
    reviews = (await client.get(page.replace("/giay", "/xem-xet"))).text
    assert "phiếu đồng ý" in reviews


async def test_a_stop_of_the_schedule_is_told_on_the_page_of_reviews(client: Client):
    page, (first, _, _) = await a_paper(client)
    async with client.database.transaction() as db:
        await db.connection.execute("update person set birth_date = '2020-05-01'")

    sent = await send(client, page, rows({"who": first.key}))

    assert sent.status_code == 303
    reviews = await client.get(page.replace("/giay", "/xem-xet"))
    assert reviews.status_code == 200
    assert "Không tiêm mũi này hôm nay." in reviews.text


async def test_a_stranger_to_the_site_sees_nothing_and_a_doctor_enters_nothing(client: Client):
    page, (first, _, _) = await a_paper(client)
    await client.staff("nurse", place_id=CENTRE)
    assert (await client.get(page)).status_code == 404
    assert (await client.write(page, **rows({"who": first.key}))).status_code == 404
    await client.staff("doctor", place_id=SITE)
    assert (await client.write(page, **rows({"who": first.key}))).status_code == 403
    assert await doses(client) == []


async def test_hostile_text_stays_text(client: Client):
    page, _ = await a_paper(client)

    sent = await send(client, page, rows({"who": '"><script>x</script>', "reason": "<b>đậm</b>"}))

    assert sent.status_code == 422
    assert "<script>x" not in sent.text


async def test_nobody_is_taken_for_who_gave_the_dose_unless_the_paper_s_reader_says_who(client: Client):
    page, (first, _, _) = await a_paper(client)
    async with client.database.transaction() as db:
        giver, _ = await a_member_of_staff(db, "doctor", place_id=SITE)
        stranger, _ = await a_member_of_staff(db, "nurse", place_id=CENTRE)

    for wrong in ("", str(stranger), "không"):
        refused = await send(client, page, rows({"who": first.key}), given_by=wrong)
        assert refused.status_code == 422
        assert "Hãy chọn ai đã tiêm theo giấy." in refused.text
        assert f'value="{first.key}"' in refused.text
    assert await doses(client) == []
    await send(client, page, rows({"who": first.key}), given_by=str(giver))

    (dose,) = await doses(client)
    assert dose["staff_id"] == giver != dose["recorded_by"]


BY_MOTHER = {"given_by": "guardian", "guardian_name": "Lò Thị Mẹ"}
STRANGER = {
    "name": "Lò Thị Ngoài Sổ",
    "birth": "01/05/2019",
    "sex": "female",
    "given_by": "",
    "reason": "Đến cùng người nhà",
    "arrived": "00:05",
}


async def test_a_stranger_of_the_paper_too_young_for_the_vaccine_is_received_and_the_dose_waits_for_a_look(
    client: Client,
):
    page, _ = await a_paper(client)
    async with client.database.transaction() as db:
        head, _ = await a_member_of_staff(db, "site_head", place_id=SITE)
    stranger = STRANGER | {"approved_by": str(head)}

    at_the_door = await client.write(page.replace("/giay", "/ngoai-danh-sach"), None, **stranger | BY_MOTHER)
    received = await client.write(f"{page}/ngoai-danh-sach", None, **stranger)
    shown = (await client.get(received.headers["location"])).text
    (key,) = re.findall(r'id="who-0" value="(#\d+) Lò Thị Ngoài Sổ"', shown)
    sent = await send(client, page, rows({"who": key}), consented="")

    assert (at_the_door.status_code, received.status_code, sent.status_code) == (409, 303, 303)
    assert len(await doses(client)) == 1
    async with client.database.statement() as db:
        (visit,) = await facts(db, "select checked_in_at, injected_at from visit")
    assert (visit["injected_at"] - visit["checked_in_at"]).total_seconds() == 300
    reviews = (await client.get(page.replace("/giay", "/xem-xet"))).text
    assert "Người ngoài danh sách, chưa hỏi lịch tiêm khi tiếp đón." in reviews


async def test_a_stranger_of_the_paper_who_may_be_known_is_asked_about_and_an_unsure_answer_is_looked_at(
    client: Client,
):
    page, _ = await a_paper(client)
    async with client.database.transaction() as db:
        head, _ = await a_member_of_staff(db, "site_head", place_id=SITE)
        await a_person(db, name=STRANGER["name"], birth_date=date(1960, 5, 1), identifiers=[], contacts=[])
    stranger = STRANGER | {"approved_by": str(head), "birth": "01/05/1960", "given_by": "self"}

    asked = await client.write(f"{page}/ngoai-danh-sach", None, **stranger)
    at_the_door = await client.write(
        page.replace("/giay", "/ngoai-danh-sach"), None, **stranger | {"same_as": "unsure"}
    )
    received = await client.write(f"{page}/ngoai-danh-sach", None, **stranger | {"same_as": "unsure"})
    key = "#" + received.headers["location"].rpartition("=")[2]
    await send(client, page, rows({"who": key}))

    assert (asked.status_code, at_the_door.status_code) == (409, 422)
    assert "Chưa rõ: ghi hồ sơ mới, xem xét sau" in asked.text
    assert 'value="00:05"' in asked.text
    reviews = (await client.get(page.replace("/giay", "/xem-xet"))).text
    assert "chưa rõ có phải một người" in reviews


@pytest.mark.parametrize(("arrived", "why"), [("", "Hãy nhập hoặc chọn giờ đến."), ("23:59", "Giờ này chưa đến.")])
async def test_a_stranger_of_the_paper_has_an_hour_that_has_been(client: Client, arrived: str, why: str):
    page, _ = await a_paper(client)

    sent = await client.write(
        f"{page}/ngoai-danh-sach", None, **STRANGER | {"approved_by": str(uuid7()), "arrived": arrived}
    )

    assert sent.status_code == 422
    assert why in sent.text
    async with client.database.statement() as db:
        assert await facts(db, "select 1 from visit") == []
