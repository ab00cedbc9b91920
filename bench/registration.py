"""Sending a complete registration through HTTP, against pgbench running the same statements.

The statements are those of one real registration, recorded as the application sends them; pgbench runs them again with
new ids each time, so that the limit is the database's part of exactly this work.
"""

import re
from typing import Any
from uuid import UUID

import psycopg

from bench.harness import ROUNDS, Figure, Platform, interleaved, latency, pgbench, platform, rate
from tests.arrange import Client
from tests.health_book.test_register import PAGES
from tiemchung.app import create
from tiemchung.domain import access
from tiemchung.domain.registrations import drafts
from tiemchung.domain.registrations.drafts import Owner
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import literal
from tiemchung.schema.load import place_id

DRAFTS, ACCOUNTS = 12_000, 64
_LETTERS = "ABCDEGHIKLMNOPQRSTUVXY"
_UUID = re.compile(r"'([0-9a-f]{32})'(?:::uuid)?")


async def run() -> list[Figure]:
    """registration.submit: forms sent a second, each with person, number, contact, consent, message, events; and its p99."""
    async with platform() as here:
        tokens, waiting = await _ground(here)
        account, draft_id = waiting.pop()
        script = await _same_statements(here, tokens[account], draft_id)

        def press(k: int) -> bytes:
            account, draft_id = waiting.pop()
            body = f"id={uuid7()}&consent=1".encode()
            head = f"POST /so-suc-khoe/dang-ky/{draft_id}/kiem-tra HTTP/1.1\r\nHost: bench\r\n"
            head += f"Cookie: tc_citizen={tokens[account]}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

        figure, limit, ratio = await interleaved(lambda: rate(press, here.base), lambda: pgbench(here.url, script))
        p99 = await latency(press, here.base, a_second=figure / 2)
    same = {"limit_is": "pgbench running the same statements, 16 clients", "rounds": ROUNDS}
    return [
        Figure(
            name="registration.submit",
            figure=round(figure, 1),
            unit="registrations/s",
            limit=round(limit, 1),
            ratio=round(ratio, 3),
            target=">= 0.3",
            **same,  # pyright: ignore[reportArgumentType]
        ),
        Figure(
            name="registration.p99",  # at half the rate that was reached
            figure=round(p99, 1),
            unit="ms",
            limit=round(16_000 / limit, 1),
            ratio=round(p99 * limit / 16_000, 2),
            target="report",
            **same,  # pyright: ignore[reportArgumentType]
        ),
    ]


async def _ground(here: Platform) -> tuple[list[str], list[tuple[int, UUID]]]:
    """Accounts that are signed in, and forms that are complete but for the consent, each for somebody new."""
    tokens: list[str] = []
    waiting: list[tuple[int, UUID]] = []
    async with here.database.transaction() as db:
        for account in range(ACCOUNTS):
            phone = f"+8490{account:03}0000"  # codes are limited by the first digits too
            sent = await access.send_code(db, phone=phone, address=f"bench{account}", purpose="sign_in")
            tokens.append(
                await access.sign_in_citizen(db, challenge_id=sent.challenge_id, code=sent.code, phone=phone, lang="vi")
            )
            owner = Owner(account_id=await access.account_of(db, phone=phone))
            for k in range(account, DRAFTS, ACCOUNTS):
                draft_id = uuid7()
                await drafts.keep(db, owner, draft_id, _answers(k))
                waiting.append((account, draft_id))
    return tokens, waiting


def _answers(k: int) -> dict[str, str]:
    middle = "".join(_LETTERS[(k // len(_LETTERS) ** n) % len(_LETTERS)] for n in range(4))
    answers = {name: value for page in PAGES.values() for name, value in page.items()}
    return answers | {
        "who": "relative",
        "registrant_name": "Nguyễn Văn Thử",
        "name": f"Nguyễn Thị {middle.title()}",
        "number": f"0461860{k:05}",
        "wanted_place": str(place_id("46005")),
    }


async def _same_statements(here: Platform, token: str, draft_id: UUID) -> str:
    """What one registration sends to the database, as a script of pgbench."""
    seen: list[tuple[Any, dict[str, object]]] = []
    execute = Db._execute  # pyright: ignore[reportPrivateUsage]

    async def recorded(self: Db, query: Any, parameters: dict[str, object]) -> Any:
        seen.append((literal(query), parameters))
        return await execute(self, query, parameters)

    Db._execute = recorded  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]
    try:
        async with Client(create(here.database), here.database) as browser:
            browser.cookies.set("tc_citizen", token)
            form = {"id": str(uuid7()), "consent": "1"}
            answer = await browser.post(f"/so-suc-khoe/dang-ky/{draft_id}/kiem-tra", data=form)
            assert answer.status_code == 303, answer.text
    finally:
        Db._execute = execute  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]
    with psycopg.connect(here.url, autocommit=True) as connection:
        known = {
            row[0].hex for row in connection.execute("select account_id from account union select place_id from place")
        }
        cursor = psycopg.ClientCursor(connection)
        statements = [cursor.mogrify(query, parameters) for query, parameters in seen]
    return _script(statements, known)


def _script(statements: list[str], known: set[str]) -> str:
    """One transaction; every id that the registration made becomes a variable, new in each run."""
    made: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        if match[1] in known:
            return match[0]
        return f":{made.setdefault(match[1], f'id{len(made)}')}::uuid"

    lines = [_UUID.sub(named, _plain(statement)) for statement in statements]
    variables = ", ".join(f"uuidv7() as {name}" for name in ("own", *made.values()))
    return "\n".join([f"select {variables} \\gset", "begin;", *lines, "commit;", ""])


def _plain(statement: str) -> str:
    """Without comments and without what pgbench would take for variables; each run locks an identity of its own."""
    bare = re.sub(r"--[^\n]*", "", statement).strip().rstrip(";") + ";"
    bare = re.sub(r'":(?=[a-z])', '": ', bare)
    return re.sub(r"unnest\('\{[^']*\}'(?:::text\[\])?\) as key", "unnest(array[:own::text, :own || 'b']) as key", bare)
