"""Given against recorded: one definition on every page, each within one's reach, the worst day first."""

from html import unescape
from uuid import UUID

import pytest

from tests.arrange import Client
from tests.immunization_support.test_site import a_site, somebody_ready
from tests.stores import CENTRE, PROVINCE, SITE
from tests.visits import a_nurse, an_injection
from tiemchung.domain import analytics, immunizations, stock
from tiemchung.domain.immunizations import VisitId

HERE = "/diem-tiem/chenh"


async def a_session_with_a_gap(client: Client) -> UUID:
    """A session of today: one dose recorded, another drawn that no record names, one person who still waits."""
    _, session_id, codes = await a_site(client, 2)
    visit_id, vial_id = await somebody_ready(client, session_id, codes[0])
    await somebody_ready(client, session_id, codes[1])
    async with client.database.transaction() as db:
        await db.connection.execute(
            "update session set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'"
        )
        nurse = await a_nurse(db)
        visit = await immunizations.visit(nurse, SITE, VisitId(visit_id))
        await immunizations.record(nurse, an_injection(visit, vial_id))
        await db.connection.execute("update vial set doses_left = doses_left - 1 where vial_id = %s", [vial_id])
    return session_id


@pytest.mark.parametrize(("role", "place"), [("nurse", SITE), ("site_head", SITE), ("district_officer", CENTRE)])
async def test_who_answers_for_the_site_sees_its_gap(client: Client, role: str, place: UUID):
    await a_session_with_a_gap(client)
    await client.staff(role, place_id=place)

    shown = unescape((await client.get(HERE)).text)

    assert "Chênh 1 liều" in shown
    assert "2 liều đã lấy khỏi lọ, 1 mũi đã ghi." in shown
    assert "2 người chưa có kết quả" in shown


async def test_other_places_see_nothing_of_it(client: Client):
    await a_session_with_a_gap(client)
    await client.staff("nurse", place_id=CENTRE)
    assert "Không còn việc gì" in (await client.get(HERE)).text
    await client.staff("storekeeper", place_id=PROVINCE)
    assert (await client.get(HERE)).status_code == 403


async def test_closing_the_command_centre_and_this_page_say_the_same(client: Client):
    session_id = await a_session_with_a_gap(client)
    async with client.database.transaction() as db:
        counted = await immunizations.reconcile(db, SITE, session_id)
        (row,) = [row for row in await analytics.areas.sessions(db, SITE) if row.session_id == session_id]
        assert (counted.given, counted.recorded) == (row.drawn, row.recorded) == (2, 1)


async def test_a_day_that_is_none_is_told_and_another_day_is_empty(client: Client):
    await a_session_with_a_gap(client)
    await client.staff("site_head", place_id=SITE)

    wrong = await client.get(HERE, params={"ngay": "31/02/2026"})
    other = await client.get(HERE, params={"ngay": "01/02/2021"})

    assert wrong.status_code == 422
    assert "không có ngày 31/02/2026" in unescape(wrong.text)
    assert 'value="31/02/2026"' in unescape(wrong.text)
    assert "Không còn việc gì" in other.text


async def test_an_unfinished_session_of_yesterday_stays_in_sight(client: Client):
    await a_session_with_a_gap(client)
    async with client.database.transaction() as db:
        await db.connection.execute(
            "update session set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'"
        )
        assert (await stock.vials(db, SITE, (await analytics.areas.sessions(db, SITE))[0].session_id)) != []
    await client.staff("site_head", place_id=SITE)

    assert "Phiên trước chưa đóng hoặc chưa ký" in (await client.get("/diem-tiem/hom-nay")).text
    assert "1 phiên quá giờ chưa đóng" in unescape((await client.get(HERE)).text)
