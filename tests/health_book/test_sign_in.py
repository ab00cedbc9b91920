"""Signing in with a phone and a one-time code."""

import re

import pytest

from tests.arrange import Client
from tiemchung import worker

SIGN_IN = "/so-suc-khoe/dang-nhap"
NUMBER = "0905 000 218"


async def the_code(client: Client, number: str = NUMBER) -> str:
    """The newest code in the demonstration's inbox."""
    inbox = await client.get("/demo/tin-nhan", params={"phone": number})
    found = re.search(r"\b(\d{6})\b", re.sub(r"<time.*?</time>", "", inbox.text.split("<ol", 1)[1]))
    assert found, inbox.text
    return found[1]


async def test_a_phone_and_its_code_open_the_health_book(client: Client):
    await client.post(SIGN_IN, data={"phone": NUMBER})
    signed_in = await client.post(f"{SIGN_IN}/ma", data={"code": await the_code(client)})

    assert signed_in.headers["location"] == "/so-suc-khoe/"
    assert "tc_citizen" in client.cookies


async def test_a_wrong_code_is_told_on_its_field_and_five_tries_end_the_code(client: Client):
    await client.post(SIGN_IN, data={"phone": NUMBER})
    right = await the_code(client)
    wrong = "000000" if right != "000000" else "111111"

    for _ in range(5):
        refused = await client.post(f"{SIGN_IN}/ma", data={"code": wrong})
        assert refused.status_code == 422
        assert "Mã xác nhận không đúng" in refused.text
        assert f'value="{wrong}"' in refused.text

    assert (await client.post(f"{SIGN_IN}/ma", data={"code": right})).status_code == 422


async def test_a_used_code_opens_nothing_again(client: Client):
    await client.post(SIGN_IN, data={"phone": NUMBER})
    cookie = client.cookies["tc_code"]
    code = await the_code(client)
    await client.post(f"{SIGN_IN}/ma", data={"code": code})
    client.cookies.clear()
    client.cookies.set("tc_code", cookie)

    replayed = await client.post(f"{SIGN_IN}/ma", data={"code": code})

    assert replayed.status_code == 422
    assert "tc_citizen" not in client.cookies


@pytest.mark.parametrize("typed", ["", "12", "0905 000", "+1 212 555 0100", "0905\u202e000218", "abc"])
async def test_a_bad_number_is_told_and_kept(client: Client, typed: str):
    refused = await client.post(SIGN_IN, data={"phone": typed})

    assert refused.status_code == 422
    assert 'id="phone-error"' in refused.text


async def test_a_number_gets_three_codes_in_ten_minutes(client: Client):
    for _ in range(3):
        assert (await client.post(SIGN_IN, data={"phone": NUMBER})).status_code == 303

    refused = await client.post(SIGN_IN, data={"phone": NUMBER})

    assert refused.status_code == 429
    assert "quá nhiều lần" in refused.text


async def test_known_and_unknown_numbers_get_the_same_answer(client: Client):
    await client.citizen("+84905000218")
    client.cookies.clear()

    known = await client.post(SIGN_IN, data={"phone": NUMBER})
    unknown = await client.post(SIGN_IN, data={"phone": "0905 000 219"})

    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])


async def test_without_a_number_the_second_step_leads_back(client: Client):
    assert (await client.get(f"{SIGN_IN}/ma")).headers["location"] == SIGN_IN


async def test_signing_out_ends_the_sign_in(client: Client):
    await client.citizen()
    token = client.cookies["tc_citizen"]

    await client.post("/so-suc-khoe/dang-xuat")
    client.cookies.set("tc_citizen", token)

    assert (await client.post("/so-suc-khoe/dang-xuat")).status_code == 401


async def test_the_worker_sends_what_waits(client: Client):
    await client.post(SIGN_IN, data={"phone": NUMBER})

    await worker.catch_up(client.database)

    assert "đã gửi" in (await client.get("/demo/tin-nhan", params={"phone": NUMBER})).text
