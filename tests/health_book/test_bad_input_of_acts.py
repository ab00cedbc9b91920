"""Buttons and browsers send what no reader types: what is wrong is named in the answer, and nothing changes."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from tests.arrange import Client
from tests.citizens import PUSH
from tests.health_book.test_declaration_and_reactions import a_vaccinated_member
from tests.health_book.test_family import invited
from tests.hostile import HOSTILE
from tests.places import an_open_session, people_of
from tests.stores import SITE
from tests.visits import facts

BOOK = "/so-suc-khoe/dat-lich"
TABLES = (
    "appointment",
    "dose_claim",
    "waiting_list_entry",
    "draw_entry",
    "push_browser",
    "reaction_check",
    "outbox_message",
)


async def a_bookers(client: Client) -> tuple[UUID, str, str]:
    """Somebody who may book, a half hour, and their appointment's address."""
    account = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account, 1)
        first, second = await an_open_session(db, places=1)
    booked = await client.write(BOOK, person_id=person, slot=first.slot, act="book")
    appointment = booked.headers["location"].rpartition("=")[2]
    return person, second.slot, f"/so-suc-khoe/lich-hen/{person}/{appointment}"


async def test_a_booking(client: Client):
    person, slot, _ = await a_bookers(client)
    right: dict[str, Any] = {"person_id": person, "slot": slot, "act": "book", "ordinal": "1", "dose_role": "basic"}

    await refuses(client, BOOK, right, may_be_empty={"act", "ordinal", "dose_role"})


async def test_a_held_place(client: Client):
    account = await client.citizen()
    async with client.database.transaction() as db:
        (person,) = await people_of(db, account, 1)
        first, *_ = await an_open_session(db)
    hold = (await client.write(BOOK, person_id=person, slot=first.slot)).headers["location"]

    await refuses(client, hold, {"act": "confirm"}, told="Việc cần làm")


async def test_another_half_hour_for_an_appointment(client: Client):
    _, slot, at = await a_bookers(client)

    for what in HOSTILE.values():
        refused = await client.write(f"{at}/doi", slot=what)
        assert "Hãy chọn một khung giờ." in (await client.get(refused.headers["location"])).text
    assert (await client.write(f"{at}/doi", slot=slot)).status_code == 303


async def test_waiting_at_a_site(client: Client):
    person, _, _ = await a_bookers(client)

    await refuses(client, "/so-suc-khoe/du-bi", {"person_id": person, "place_id": SITE, "act": "join"})


async def test_a_draw_and_a_personal_code(client: Client):
    person, slot, _ = await a_bookers(client)

    await refuses(client, f"/so-suc-khoe/boc-tham/{uuid4()}", {"person_id": person})
    right = {"person_id": person, "code": "7K2Q-9XW3-M85T", "slot": slot}
    for field, label in {"person_id": "Người được tiêm", "slot": "Khung giờ"}.items():
        await refuses(client, "/so-suc-khoe/ma-moi", right, only={field}, told=label)
    for what in ("nothing", "too long", "NUL", "right-to-left override"):
        refused = await client.write("/so-suc-khoe/ma-moi", **(right | {"code": HOSTILE[what]}))
        assert (refused.status_code, 'href="#code"' in refused.text) == (422, True), what


async def test_an_answer_to_an_invitation(client: Client):
    one = await invited(client)

    await refuses(
        client, f"/so-suc-khoe/lich-hen/{one.person_id}/{one.appointment_id}", {"answer": "yes"}, told="Trả lời"
    )


async def test_the_one_tap_of_the_diary(client: Client):
    dose = await a_vaccinated_member(client)
    at = f"/so-suc-khoe/phan-ung/{dose.person_id}/{dose.immunization_id}"

    await refuses(client, at, {"day": "1", "answer": "fine"})


async def test_a_browser_that_wants_messages(client: Client):
    await client.citizen()

    await refuses(client, "/so-suc-khoe/thong-bao", PUSH)
    assert (await client.write("/so-suc-khoe/thong-bao", **PUSH)).status_code == 200


async def refuses(
    client: Client,
    to: str,
    right: dict[str, Any],
    *,
    only: set[str] | None = None,
    may_be_empty: Collection[str] = (),
    told: str = "",
) -> None:
    """Each field with each hostile text: refused, named by its label or its own name, and nothing changed."""
    before = await kept(client)
    for field in only or set(right):
        for what, typed in HOSTILE.items():
            if typed == "" and field in may_be_empty:
                continue
            answer = await client.write(to, **(right | {field: typed}))
            assert answer.status_code == 422, (field, what, answer.status_code)
            assert (told or f"mục {field}").lower() in answer.text.lower(), (field, what)
            assert "<script>alert" not in answer.text, (field, what)
    assert await kept(client) == before


async def kept(client: Client) -> list[dict[str, Any]]:
    """What stands in the tables that these acts write into."""
    async with client.database.statement() as db:
        return await facts(db, "select " + ", ".join(f"(select count(*) from {one}) as {one}" for one in TABLES))
