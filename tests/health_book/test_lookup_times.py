"""Looking up, by the clock: a number that is known takes as long as one that is not, and an answer stays what it was."""

import time
from collections.abc import Awaitable, Callable

import pytest

from tests.arrange import Client
from tests.citizens import a_registration
from tests.health_book.test_lookup import HERE, NUMBER, asked, bare, known, looked_up
from tiemchung.domain.access import actions as access
from tiemchung.kit.db import Database
from tiemchung.web.limits import Limit

UNKNOWN = "046154009999"
PAIRS = 60


async def slower(known_: Callable[[int], Awaitable[object]], unknown: Callable[[int], Awaitable[object]]) -> float:
    """In what share of pairs, measured in turn, the known one took longer: a half where nothing tells them apart."""
    longer = 0
    for k in range(PAIRS):
        took: dict[bool, float] = {}
        # Whoever goes second finds things warm: each goes first as often.
        for is_known in (k % 2 == 0, k % 2 == 1):
            began = time.perf_counter()
            await (known_ if is_known else unknown)(k)
            took[is_known] = time.perf_counter() - began
        longer += took[True] > took[False]
    return longer / PAIRS


async def test_a_clock_does_not_tell_whose_number_is_known_when_a_code_is_asked_for(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
):
    await known(database)
    # The limits on one address would end the measuring after a few codes.
    monkeypatch.setattr(Limit, "take", lambda *_: None)
    for limits in ("ADDRESS_LIMITS", "PREFIX_LIMITS"):
        monkeypatch.setattr(access, limits, ())
    await asked(client, number=UNKNOWN, phone="+84905990000")
    share = await slower(
        lambda k: asked(client, number=NUMBER, phone=f"+8490591{k:04}"),
        lambda k: asked(client, number=UNKNOWN, phone=f"+8490592{k:04}"),
    )
    # Sixty fair throws stay within a quarter and three quarters but for once in ten thousand.
    assert 0.25 <= share <= 0.75


async def test_a_clock_does_not_tell_whose_number_is_known_when_the_answer_is_read(client: Client, database: Database):
    await known(database)
    cookies: dict[str, str] = {}
    for number, phone in ((NUMBER, "+84905999881"), (UNKNOWN, "+84905999882")):
        client.cookies.clear()
        assert "Không tìm thấy chứng nhận" in (await looked_up(client, number=number, phone=phone)).text
        cookies[number] = client.cookies["tc_lookup"]
    client.cookies.clear()

    async def read(number: str) -> None:
        answer = await client.get(f"{HERE}/ket-qua", headers={"cookie": f"tc_lookup={cookies[number]}"})
        assert answer.status_code == 200

    share = await slower(lambda _: read(NUMBER), lambda _: read(UNKNOWN))
    assert 0.25 <= share <= 0.75


async def test_ones_own_certificate_is_the_same_twice(client: Client, database: Database):
    await known(database)
    first = (await looked_up(client)).text
    assert "Trần T. L." in first
    assert bare((await client.get(f"{HERE}/ket-qua")).text) == bare(first)


async def test_ones_own_registration_is_the_same_twice_as_it_was_committed(client: Client, database: Database):
    async with database.transaction() as db:
        sent = (await a_registration(db)).registration
    first, second = [await client.post("/so-suc-khoe/tra-cuu-dang-ky", data={"code": sent.code}) for _ in range(2)]
    assert first.status_code == second.status_code == 200
    assert sent.code in first.text and bare(first.text) == bare(second.text)
