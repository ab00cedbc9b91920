"""Planning, approving and inviting in the browser: limits explained, mistakes named, nobody approves alone."""

import re
from datetime import date, timedelta
from uuid import UUID

from tests.arrange import Client
from tests.stores import CENTRE, SITE, acting, people_assigned
from tiemchung.demo import tour
from tiemchung.domain import appointments, sites
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query

PAGE = "/diem-tiem/ke-hoach"


async def the_head(client: Client, people: int = 0) -> None:
    """The head of the tour's site, with vaccine on the shelf and people who wait."""
    async with client.database.transaction() as db:
        await tour.prepare(db)
        await people_assigned(db, people)
    await client.staff("site_head", place_id=SITE)


def tomorrow() -> date:
    return clock.day_of(clock.now()) + timedelta(days=1)


async def planned(client: Client, **changes: object) -> str:
    """The address of a session that the signed-in head has planned."""
    form = {"product": "JAN", "day": tomorrow().isoformat(), "starts": "07:30", "ends": "11:30", "tables": "1"}
    answer = await client.write(PAGE, **(form | changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_head_plans_and_reads_how_many_may_be_invited(client: Client):
    await the_head(client)
    assert "còn 200 liều dùng được" in (await client.get(PAGE)).text

    shown = (await client.get(await planned(client))).text

    assert "Chờ người thứ hai duyệt" in shown
    assert re.search(r"Mời tối đa</span><b class=\"num\">48<", shown)
    assert "6 người × 8 khung, 1 bàn" in shown
    assert "Duyệt phiên này" not in shown


async def test_wrong_fields_are_named_and_what_was_typed_stays(client: Client):
    await the_head(client)

    answer = await client.write(PAGE, product="JAN", day="31/02/2026", starts="7 giờ", ends="", tables="1")

    assert answer.status_code == 422
    assert "trong lịch" in answer.text
    assert "phải theo dạng giờ:phút" in answer.text
    assert 'value="7 giờ"' in answer.text


async def test_what_the_rules_refuse_stands_at_its_field(client: Client):
    await the_head(client)

    answer = await client.write(
        PAGE, product="JAN", day=tomorrow().isoformat(), starts="07:30", ends="11:45", tables="1"
    )
    assert answer.status_code == 422
    assert 'id="ends-error"' in answer.text
    answer = await client.write(
        PAGE, product="AZ", day=tomorrow().isoformat(), starts="07:30", ends="11:30", tables="1"
    )
    assert 'id="product-error"' in answer.text


async def test_nobody_approves_the_own_plan_and_the_centre_does(client: Client):
    await the_head(client)
    session = await planned(client)
    assert (await client.write(f"{session}/duyet")).status_code == 403

    await client.staff("district_officer", place_id=CENTRE)
    assert "Trạm Y tế phường Thuận Hòa" in (await client.get(PAGE)).text
    assert "Duyệt phiên này" in (await client.get(session)).text
    assert (await client.write(f"{session}/duyet")).status_code == 303
    assert "Đã duyệt" in (await client.get(session)).text


async def test_an_officer_of_another_place_does_not_see_the_session(client: Client):
    await the_head(client)
    session = await planned(client)

    await client.staff("district_officer", place_id=SITE)

    assert (await client.get(session)).status_code == 404
    assert (await client.write(f"{session}/duyet")).status_code == 404


async def approved(client: Client, people: int) -> str:
    await the_head(client, people)
    session = await planned(client)
    head = client.cookies["tc_staff"]
    await client.staff("district_officer", place_id=CENTRE)
    await client.write(f"{session}/duyet")
    client.cookies.set("tc_staff", head)
    return session


async def test_people_are_invited_with_one_button_and_no_more_than_the_maximum(client: Client):
    session = await approved(client, people=3)
    shown = (await client.get(f"{session}/moi")).text
    assert "3 người đủ điều kiện" in shown

    refused = await client.write(f"{session}/moi", people="0")
    assert refused.status_code == 422
    assert (await client.write(f"{session}/moi", people="2")).status_code == 303

    shown = (await client.get(session)).text
    assert re.search(r"Đã mời <span class=\"num\">2<", shown)
    assert "1 người đã phân về đây đang chờ mời" in shown
    place_id, session_id = session.split("/")[-2:]
    async with client.database.transaction() as db:
        booked = await appointments.of_session(db, SITE, UUID(session_id))
    assert str(SITE) == place_id
    assert len(booked) == 2


async def test_a_session_that_is_not_approved_invites_nobody(client: Client):
    await the_head(client, people=1)
    session = await planned(client)

    assert "Phiên chưa mời được" in (await client.get(f"{session}/moi")).text
    assert (await client.write(f"{session}/moi", people="1")).status_code == 409


async def test_cancelling_needs_a_reason(client: Client):
    await the_head(client)
    session = await planned(client)

    assert (await client.write(f"{session}/huy", reason="")).status_code == 422
    assert (await client.write(f"{session}/huy", reason="Mất điện cả ngày")).status_code == 303
    assert "Đã hủy" in (await client.get(session)).text


async def test_the_pages_speak_english_too(client: Client):
    await the_head(client)
    session = await planned(client)
    client.cookies.set("lang", "en")

    assert "Most to invite" in (await client.get(session)).text
    assert "Plan a new session" in (await client.get(PAGE)).text


async def test_a_plan_says_whom_it_cannot_serve_and_why(client: Client):
    await the_head(client, people=60)
    none = (await client.get(PAGE)).text
    assert "thiếu 60 chỗ" in none and "liều: đề nghị" not in none

    await planned(client, kind="outreach", ends="09:30")

    shown = (await client.get(PAGE)).text
    assert "thiếu 36 chỗ" in shown and "Tiêm ngoài cơ sở" in shown
    async with client.database.transaction() as db:
        await stock_gone(db)
    assert "thiếu 60 liều" in (await client.get(PAGE)).text


async def stock_gone(db: Db) -> None:
    """Every dose of the shelf has run out of time since it was taken out of the cold."""
    await db.run(Query("update handling_unit set usable_until = %(at)s where place_id = %(site)s"), at=db.at, site=SITE)


async def test_a_session_opens_only_with_vaccine_on_the_shelf(client: Client):
    await the_head(client)
    session_id = (await planned(client)).rpartition("/")[2]
    async with client.database.transaction() as db:
        await sites.approve(await acting(db, "district_officer", place=CENTRE), SITE, UUID(session_id))
        await stock_gone(db)

    refused = await client.write(f"/diem-tiem/phien/{SITE}/{session_id}/mo")

    assert refused.status_code == 409 and "Hãy nhận vắc xin trước khi mở phiên" in refused.text
    async with client.database.transaction() as db:
        assert (await sites.session(db, SITE, UUID(session_id))).status == "approved"
