"""Sending a complete registration through HTTP, against pgbench running the same statements.

The statements are those of one real registration, recorded as the application sends them; pgbench runs them again, each
time for somebody new, so that the limit is the database's part of exactly this work.
"""

import re
import secrets
from typing import Any
from uuid import UUID

import msgspec
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

DRAFTS, ACCOUNTS, FORMS = 12_000, 64, 60_000
_LETTERS = "ABCDEGHIKLMNOPQRSTUVXY"
_OWN_IDS = {
    "person_id",
    "contact_id",
    "registration_id",
    "consent_id",
    "message_id",
    "event_id",
    "command_id",
    "draft_id",
}


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
        if _forms_left(here.url) < 0:
            raise RuntimeError("pgbench ran out of forms")
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
    """What one registration sends to the database, as a script of pgbench; the forms to write wait in a table."""
    seen: list[tuple[str, dict[str, Any]]] = []
    execute = Db._execute  # pyright: ignore[reportPrivateUsage]

    async def recorded(self: Db, query: Any, parameters: dict[str, object]) -> Any:
        seen.append((literal(query), parameters))  # pyright: ignore[reportArgumentType]
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
    (written,) = [parameters["written"].obj for _, parameters in seen if "written" in parameters]
    with psycopg.connect(here.url, autocommit=True) as connection:
        _keep_forms(connection, written)
        cursor = psycopg.ClientCursor(connection)
        # What asks nothing in particular is the process's own look at the service, once a second.
        reads = [cursor.mogrify(query, given) for query, given in seen if given and "written" not in given]
    sign_in, *reads = [re.sub(r"--[^\n]*", "", read).strip().rstrip(";") for read in reads]
    write = "select register_new(form) from bench_form where n = (select nextval('bench_next'))"
    return ";\n".join([sign_in, "begin", *reads, write, "commit", ""])


def _keep_forms(connection: psycopg.Connection, written: dict[str, Any]) -> None:
    """As many forms as pgbench can use, each of somebody else."""
    form = msgspec.json.encode(written).decode()
    people_and_rows = [
        written["person"],
        *written["contacts"],
        written["registration"],
        written["consent"],
        written["message"],
    ]
    own_ids = [row[name] for row in [*people_and_rows, *written["events"], written] for name in row if name in _OWN_IDS]
    connection.execute("create table bench_form (n bigint primary key, form jsonb not null)")
    connection.execute("create sequence bench_next")
    with connection.cursor().copy("copy bench_form (n, form) from stdin") as rows:
        for n in range(1, FORMS + 1):
            another = form.replace(written["person"]["search_name"], f"nguyen thi {n:x}")
            another = another.replace(written["registration"]["code"], secrets.token_hex(6))
            for key in written["identity_keys"]:
                another = another.replace(key, secrets.token_hex(len(key) // 2))
            for own_id in own_ids:
                another = another.replace(own_id, str(uuid7()))
            rows.write_row((n, another))
    connection.execute("""
        insert into registration_draft (draft_id, account_id, body_sealed, started_at, updated_at)
        select (form ->> 'draft_id')::uuid, (form ->> 'account_id')::uuid, 'x', now(), now() from bench_form""")
    connection.execute("vacuum analyze bench_form, registration_draft")


def _forms_left(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select %s - last_value from bench_next", [FORMS]).fetchone()
    return row[0] if row else 0
