"""Look-ups by a code: one answer for all that is unknown, one address not too often, and nothing hostile breaks them."""

import re
import time
from difflib import unified_diff
from html import unescape
from typing import Any

import psycopg
import pytest

from tests.arrange import Client
from tests.portal.test_facilities import FACILITY, code_of
from tests.portal.test_help_desk import QUESTION
from tiemchung import health_book, portal
from tiemchung.kit.errors import TooManyRequests
from tiemchung.web.limits import LIMITED_BURST, LIMITED_PER_MINUTE, Limit

LOOK_UPS = (
    ("/so-suc-khoe/tra-cuu-dang-ky", "code"),
    ("/so-suc-khoe/tra-cuu-phan-anh", "number"),
    ("/dang-ky-co-so/tra-cuu", "code"),
    ("/tro-giup/hoi/tra-cuu", "number"),
)
UNKNOWN = ("8K3R-9XW3-M85T", "0000-0000-0000", "ZZZZ-ZZZZ-ZZZZ")
HOSTILE = (
    "' or 1=1 --",
    "%",
    "\x00",
    "<script>alert(1)</script>",
    "9" * 5_000,
    "ｏｏｏｏ-ｏｏｏｏ-ｏｏｏｏ",
    "../../etc/passwd",
)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to PostgreSQL, as it is sent."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(cursor: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        # What each process looks at by the clock belongs to no request.
        if "service_mode" not in str(query):
            seen.append(str(query))
        return await execute(cursor, query, *arguments, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    return seen


def bare(page: str, code: str) -> str:
    """A page without what was typed and without the keys that every one has of its own."""
    return re.sub(r'value="[0-9a-f-]{36}"', "", unescape(page)).replace(code, "")


@pytest.mark.parametrize(("path", "field"), LOOK_UPS)
async def test_all_unknown_codes_get_one_answer_at_one_cost(
    client: Client, path: str, field: str, statements: list[str]
):
    await client.post(path, data={field: "1111-1111-1111"})
    seen: list[tuple[int, str, list[str]]] = []
    for code in UNKNOWN:
        statements.clear()
        answer = await client.post(path, data={field: code})
        seen.append((answer.status_code, bare(answer.text, code), list(statements)))
    assert seen[0][0] == 422 and seen[0][2]
    for other in seen[1:]:
        assert list(unified_diff(seen[0][1].split("\n"), other[1].split("\n"), n=0)) == []
        assert seen[0] == other


@pytest.mark.parametrize(("path", "field"), LOOK_UPS)
async def test_a_hostile_code_is_told_its_form_and_asks_the_database_nothing(
    client: Client, path: str, field: str, statements: list[str]
):
    for typed in HOSTILE:
        statements.clear()
        answer = await client.post(path, data={field: typed})
        assert answer.status_code == 422, typed
        assert "<script>alert" not in answer.text
        assert not [statement for statement in statements if "code =" in statement or "number =" in statement]


async def test_the_same_question_gets_the_same_answer_twice_from_what_is_committed(client: Client):
    facility = code_of((await client.write("/dang-ky-co-so", None, **FACILITY)).text)
    number = code_of((await client.write("/tro-giup/hoi", None, **QUESTION)).text, "number")
    for path, field, code in (
        ("/dang-ky-co-so/tra-cuu", "code", facility),
        ("/tro-giup/hoi/tra-cuu", "number", number),
    ):
        first, second = [await client.post(path, data={field: code}) for _ in range(2)]
        assert first.status_code == second.status_code == 200
        assert first.text == second.text


@pytest.mark.parametrize("requests", [200, pytest.param(10_000, marks=pytest.mark.prove)])
async def test_one_address_is_limited_and_the_figures_stay(client: Client, requests: int):
    statuses: dict[int, int] = {}
    began = time.monotonic()
    for _ in range(requests):
        answer = await client.get("/tim-diem-tiem/khong-co")
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
    filled = (time.monotonic() - began) * LIMITED_PER_MINUTE / 60
    assert statuses.get(404, 0) <= LIMITED_BURST + filled + 1
    assert statuses.get(404, 0) >= min(requests, LIMITED_BURST)
    assert set(statuses) <= {404, 429}
    assert (await client.get("/")).status_code == 200


def test_every_look_up_and_every_open_form_is_limited():
    handlers = [*portal.routes, *health_book.routes]
    limits = {path: each.opt.get("limited") for each in handlers for path in each.paths if "POST" in each.http_methods}  # type: ignore[union-attr]
    paths = [path for path, _ in LOOK_UPS]
    for path in (
        *paths,
        "/dang-ky-co-so",
        "/dang-ky-co-so/gui-lai",
        "/tro-giup/hoi",
        "/so-suc-khoe/tra-cuu-chung-nhan",
    ):
        assert limits[path] is True, path


async def test_a_limit_says_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise TooManyRequests(seconds=7)

    monkeypatch.setattr(Limit, "take", refuse)
    for path, field in LOOK_UPS:
        refused = await client.post(path, data={field: UNKNOWN[0]})
        assert refused.status_code == 429 and "thử lại sau 7 giây" in refused.text
