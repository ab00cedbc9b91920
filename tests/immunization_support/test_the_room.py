"""The room: numbers without names, an honest wait, a poster that only a genuine session has; incidents and confirmations."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.arrange import Client
from tests.certificates_issued import a_ring
from tests.immunization_support.test_site import a_site, send, somebody_ready
from tests.stores import SITE
from tests.visits import a_nurse, an_injection, arrived, later
from tiemchung.domain import aefi, immunizations
from tiemchung.domain.certificates import posters
from tiemchung.domain.immunizations import rules

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def vaccinated(count: int, waited_minutes: int, ago_minutes: int = 10) -> list[tuple[float, float]]:
    """People who were vaccinated so long ago after so long a wait."""
    given = (NOW - timedelta(minutes=ago_minutes)).timestamp()
    return [(given - waited_minutes * 60, given)] * count


@pytest.mark.parametrize(
    ("ahead", "injected", "minutes"),
    [
        (10, vaccinated(2, 20), None),
        (10, vaccinated(3, 20, ago_minutes=40), None),
        (10, vaccinated(10, 12), 30),
        (40, vaccinated(10, 12), 120),
        (0, vaccinated(10, 12), 12),
    ],
)
def test_the_wait_is_the_pace_of_the_last_half_hour_or_nothing(
    ahead: int, injected: list[tuple[float, float]], minutes: int | None
):
    assert rules.expected_wait(ahead, injected, NOW) == minutes


@pytest.mark.parametrize(("conclusion", "minutes"), [("eligible", 30), ("caution", 60), ("hospital", 60), (None, 60)])
def test_who_needs_care_is_observed_for_an_hour(conclusion: str | None, minutes: int):
    assert rules.observation(conclusion) == minutes


async def test_the_screen_of_the_room_shows_numbers_and_no_names(client: Client):
    session, session_id, codes = await a_site(client, 2)
    async with client.database.transaction() as db:
        first = await arrived(await a_nurse(db), session_id, codes[0])
    await client.staff("registrar", place_id=SITE)

    page = (await client.get(f"{session}/phong-cho")).text

    assert re.search(r'<b class="num">1</b>', page)
    assert first.name not in page
    assert "Chưa đủ số liệu để ước tính" in page


async def test_the_poster_leads_to_the_portal_s_yes_and_a_made_up_one_to_its_no(client: Client, tmp_path: Path):
    session, session_id, _ = await a_site(client, 0)
    await client.staff("site_head", place_id=SITE)
    unsigned = unescape((await client.get(f"{session}/ap-phich")).text)
    async with client.database.transaction() as db:
        await posters.sign_due(db, await a_ring(db, tmp_path))
        code = await posters.of_session(db, SITE, session_id) or ""
    signed = (await client.get(f"{session}/ap-phich")).text
    client.cookies.clear()

    path = f"/kiem-tra/phien/{code}"
    genuine = await client.get(path)
    pasted = await client.post("/kiem-tra", data={"code": f"https://example.org{path}"})
    made_up = await client.get(path[:-9] + "A" * 9)
    async with client.database.transaction() as db:
        await db.connection.execute("update session set status = 'cancelled' where session_id = %s", [session_id])
    cancelled = await client.get(path)

    assert "Mã của áp phích chưa ký" in unsigned and "poster-code" not in unsigned
    assert "poster-code" in signed
    for answer in (genuine, pasted):
        assert answer.status_code == 200
        assert "Phiên tiêm chính thức" in heading(answer.text)
    assert made_up.status_code == 404
    assert "Không phải phiên tiêm của hệ thống" in heading(made_up.text)
    assert "Phiên tiêm đã hủy" in heading(cancelled.text)


def heading(page: str) -> str:
    """What the page says itself, without the words that it keeps for its script."""
    return unescape(re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL))


async def test_an_incident_opens_a_case_and_the_confirmation_waits_for_the_observation(client: Client):
    session, session_id, codes = await a_site(client)
    person, vial = await somebody_ready(client, session_id, codes[0])
    async with client.database.transaction() as db:
        nurse = later(await a_nurse(db), minutes=-5)
        visit = await immunizations.visit(nurse, SITE, immunizations.VisitId(person))
        await immunizations.record(nurse, an_injection(visit, vial))
    await client.staff("nurse", place_id=SITE)
    about = {"place_id": str(SITE), "session_id": str(session_id), "visit_id": str(person)}

    early = await client.get(f"{session}/nguoi/{person}/giay-xac-nhan")
    told = await send(
        client, "visit.incident", about | {"dangers": ["breathing"], "note": "Khó thở, đã tiêm adrenalin"}
    )
    await send(client, "visit.discharge", about | {"reason": "Chuyển viện"})
    confirmation = await client.get(f"{session}/nguoi/{person}/giay-xac-nhan")

    assert early.status_code == 409
    assert told.status_code == 200
    async with client.database.transaction() as db:
        (case,) = await aefi.of_person(db, visit.person_id)
    assert told.json()["case_id"] == str(case.case_id)
    assert confirmation.status_code == 200
    assert visit.name in confirmation.text and "XD955" in confirmation.text
