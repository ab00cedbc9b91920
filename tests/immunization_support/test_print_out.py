"""Papers of a session: each is a PDF that asks what the day asks, for the site alone."""

import pytest

from tests.arrange import Client
from tests.immunization_support.test_site import a_site
from tests.stores import CENTRE, SITE
from tiemchung.domain import sites
from tiemchung.domain.immunizations import paper, screening
from tiemchung.immunization_support import site_papers
from tiemchung.immunization_support.print_out import KINDS
from tiemchung.kit import clock


@pytest.mark.parametrize("kind", KINDS)
async def test_every_paper_is_a_pdf_for_the_site_alone(client: Client, kind: str):
    session, _, _ = await a_site(client, 2)
    await client.staff("registrar", place_id=SITE)

    shown = await client.get(f"{session}/in/{kind}.pdf")

    assert f"/in/{kind}.pdf" in (await client.get(f"{session}/in")).text
    assert (shown.headers["content-type"], shown.content[:4]) == ("application/pdf", b"%PDF")
    assert (await client.get(f"{session}/in/khac.pdf")).status_code == 404
    await client.staff("registrar", place_id=CENTRE)
    assert (await client.get(f"{session}/in/{kind}.pdf")).status_code == 404


async def test_the_list_names_who_is_expected_with_a_code_each_and_leaves_room(client: Client):
    _, session_id, _ = await a_site(client, 2)
    async with client.database.transaction() as db:
        session = await sites.session(db, SITE, session_id)
        expected = await paper.missing(db, SITE, session_id)

    made = site_papers.session_list(session, expected)

    assert [expected[k].name in row[1] and expected[k].key in row[1] for k, row in enumerate(made.rows[:2])] == [
        True,
        True,
    ]
    assert [bool(code) for code in made.codes] == [True] * 2 + [False] * site_papers.BLANK_ROWS
    assert len(made.rows) == len(made.codes)


@pytest.mark.parametrize(("age", "whom"), [(18, "người từ 18 tuổi"), (17, "người dưới 18 tuổi")])
async def test_a_screening_form_asks_the_questions_of_the_day(client: Client, age: int, whom: str):
    _, session_id, _ = await a_site(client, 0)
    async with client.database.transaction() as db:
        session = await sites.session(db, SITE, session_id)

    made = site_papers.screening_form(session, age, whom)

    asked = screening.form_for(age, clock.day_of(session.starts_at))
    assert [row[1] for row in made.rows] == [item.words for item in asked.asked]
    assert ("Theo", asked.paper) in made.facts
