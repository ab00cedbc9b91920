"""Forms that are left and taken up again, by an account or by a browser alone: each is opened by its own owner only."""

import re
from html import unescape

from tests.arrange import Client
from tests.health_book.test_register import HERE, PAGES, a_draft, count, filled, send
from tiemchung.domain import messaging
from tiemchung.kit.sql import Query


async def test_a_form_is_taken_up_again_on_another_device(client: Client):
    await client.citizen()
    at = await a_draft(client)
    await client.write(f"{at}/giay-to", **PAGES["giay-to"])
    client.cookies.clear()
    await client.citizen()

    start = await client.get(HERE)
    page = await client.get(f"{at}/giay-to")

    assert f"{at}/kiem-tra" in start.text
    assert "046186000218" in page.text


async def test_another_account_opens_no_form_of_mine(client: Client):
    await client.citizen()
    at = await a_draft(client)
    await client.citizen("+84900000002")

    assert (await client.get(f"{at}/giay-to")).status_code == 404
    assert (await client.write(f"{at}/giay-to", **PAGES["giay-to"])).status_code == 404


async def test_a_draft_can_be_thrown_away(client: Client):
    await client.citizen()
    at = await a_draft(client)

    await client.write(f"{at}/xoa")

    assert (await client.get(f"{at}/giay-to")).status_code == 404


async def test_a_sent_form_shows_its_code_and_takes_no_more_answers(client: Client):
    await client.citizen()
    at = await filled(client)
    await send(client, at)

    assert (await client.get(f"{at}/giay-to")).headers["location"] == f"{at}/xong"
    assert (await client.write(f"{at}/giay-to", **PAGES["giay-to"])).headers["location"] == f"{at}/xong"
    async with client.database.statement() as db:
        assert await db.value(bytes, Query("select body_sealed from registration_draft")) == b""


async def test_somebody_without_an_account_registers_and_proves_the_phone_at_the_end(client: Client):
    at = await filled(client, giay_to={"contact_phone": "0905 123 456"})
    asked = await send(client, at)
    assert asked.headers["location"] == f"{at}/xac-nhan"
    assert await count(client, "registration") == 0
    code = await newest_code(client, "+84905123456")

    wrong = await client.write(f"{at}/xac-nhan", code="000000" if code != "000000" else "000001")
    done = await client.write(f"{at}/xac-nhan", code=code)
    again = await client.write(f"{at}/xac-nhan", code=code)

    assert (wrong.status_code, done.headers["location"]) == (422, f"{at}/xong")
    assert again.headers["location"] == f"{at}/xong"
    assert 'id="registration-code"' in (await client.get(f"{at}/xong")).text
    assert (await count(client, "person"), await count(client, "registration")) == (1, 1)
    async with client.database.statement() as db:
        assert await db.value(str, Query("select channel from registration")) == "portal"


async def test_signing_in_with_that_phone_later_finds_the_registration(client: Client):
    at = await filled(client, giay_to={"contact_phone": "0905123456"})
    await send(client, at)
    await client.write(f"{at}/xac-nhan", code=await newest_code(client, "+84905123456"))

    await client.citizen("+84905123456")

    assert "Chờ duyệt" in (await client.get("/so-suc-khoe/")).text


async def test_without_an_account_a_number_for_the_code_is_needed(client: Client):
    at = await a_draft(client)

    refused = await client.write(f"{at}/giay-to", **PAGES["giay-to"], action="next")

    assert refused.status_code == 422
    assert 'id="contact_phone-error"' in refused.text


async def test_another_browser_opens_no_form_of_mine(client: Client):
    at = await a_draft(client)
    client.cookies.clear()

    assert (await client.get(f"{at}/giay-to")).status_code == 404
    client.cookies.set("tc_guest", "guessed")
    assert (await client.get(f"{at}/giay-to")).status_code == 404


async def test_a_page_closed_half_typed_is_kept_as_it_stands(client: Client):
    await client.citizen()
    at = await a_draft(client)

    kept = await client.write(f"{at}/nguoi-tiem", name="Trần Thị La", birth="03/0", action="keep", draft_id="x")

    assert kept.status_code == 204
    shown = unescape((await client.get(f"{at}/nguoi-tiem")).text)
    assert "Trần Thị La" in shown
    assert "03/0" in shown


async def newest_code(client: Client, phone: str) -> str:
    """The one-time code that was sent to a number last."""
    async with client.database.statement() as db:
        (newest, *_) = await messaging.inbox(db, phone)
    found = re.search(r"\b\d{6}\b", newest.body)
    assert found
    return found[0]
