"""Recording a dose through HTTP, with stock, claim and event, against pgbench calling the same statement.

With SCALE above a million (10,000,000 for the whole claim), the same statement is measured in turn among so many doses and,
in a database beside it, among one million: its cost must stay flat.
"""

import os
from uuid import UUID

import msgspec

from bench.harness import ROUNDS, Figure, Platform, interleaved, pgbench, platform, rate
from tests.arrange import PASSWORD, a_member_of_staff, totp_now
from tiemchung import follow_ups
from tiemchung.domain import access, rulebook
from tiemchung.kit import server, sql
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema import load
from tiemchung.schema.load import place_id

VISITS = 60_000
MILLION, CHUNK = 1_000_000, 200_000
SCALE = int(os.environ.get("SCALE", "1000000")) // MILLION
SITE = place_id("46005")

queries = sql.load(__name__, "dose.sql")
GIVE = """
select give_dose(uuidv7(), 'bench', uuidv7(), uuidv7(), '{place}', b.visit_id, '{vial}', '{staff}', null, null, 'COVID-19',
                 'left_arm', 0.5, null, now() + interval '30 minutes', now(), null, 'immunization.record', '{{"location": "/"}}')
  from bench_visit b where b.n = (select nextval('bench_next'));
"""


async def run() -> list[Figure]:
    """dose.single: doses a second through the form that the nurse's button sends."""
    async with platform() as here:
        session_id, staff_id, vials, token = await ground(here, VISITS)
        async with here.database.statement() as db:
            visits = iter([row.visit_id for row in await db.all(_Waiting, queries.waiting)])
        cookie = f"Cookie: tc_staff={token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"

        def press(k: int) -> bytes:
            body = f"id={uuid7()}&vial_id={vials[k % 8]}&body_site=left_arm".encode()
            path = f"/diem-tiem/phien/{SITE}/{session_id}/nguoi/{next(visits)}/tiem"
            return f"POST {path} HTTP/1.1\r\nHost: bench\r\n{cookie}Content-Length: {len(body)}\r\n\r\n".encode() + body

        script = GIVE.format(place=SITE, vial=vials[8], staff=staff_id)
        figure, limit, ratio = await interleaved(lambda: rate(press, here.base), lambda: pgbench(here.url, script))
        grown = await _flat(here, script) if SCALE > 1 else []
    return [
        Figure(
            name="dose.single",
            figure=round(figure, 1),
            unit="doses/s",
            limit=round(limit, 1),
            limit_is="pgbench calling the same function, 16 clients",
            ratio=round(ratio, 3),
            target=">= 0.35",
            rounds=ROUNDS,
        ),
        *grown,
    ]


async def _flat(here: Platform, script: str) -> list[Figure]:
    """dose.flat: what a dose costs in a register of SCALE millions, over one of a million beside it, measured in turn."""
    await _grow(here.database, SCALE * MILLION)
    url = server.ensure_database(here.folder / "pg", "million")
    async with Database(url, Keys(here.folder / "keys"), now=follow_ups.NOW, connections=4) as database:
        await load.everything(database, published=rulebook.tabulate)
        small = Platform(here.base, url, database, here.folder)
        _, staff_id, vials, _ = await ground(small, VISITS)
        await _grow(database, MILLION)
        of_small = GIVE.format(place=SITE, vial=vials[8], staff=staff_id)
        large, million, ratio = await interleaved(lambda: pgbench(here.url, script), lambda: pgbench(url, of_small))
    return [
        Figure(
            name="dose.flat",
            figure=round(1e6 / large, 1),
            unit="us a dose",
            limit=round(1e6 / million, 1),
            limit_is=f"the same among 1 million doses, not {SCALE}",
            ratio=round(1 / ratio, 3),
            target="<= 1.2",
            rounds=ROUNDS,
        )
    ]


async def _grow(database: Database, doses: int) -> None:
    for _ in range(doses // CHUNK):
        async with database.transaction() as db:
            await db.run(Query("set local statement_timeout = 0"))
            # The rows name what is there: their foreign keys, the only triggers of these tables, need no second look.
            await db.run(Query("set local session_replication_role = replica"))
            await db.run(queries.earlier_doses, place_id=SITE, doses=CHUNK)
    async with database.statement() as db:
        await db.run(Query("set statement_timeout = 0"))
        await db.run(Query("vacuum analyze immunization, dose_claim, stock_posting, event"))


async def ground(here: Platform, count: int) -> tuple[UUID, UUID, list[UUID], str]:
    """An open session with so many people who wait for the injection: its id, a nurse's, vials, and her sign-in."""
    session_id, lot_id, unit_id = uuid7(), uuid7(), uuid7()
    vials = [uuid7() for _ in range(9)]
    place = {"place_id": SITE, "session_id": session_id, "lot_id": lot_id, "unit_id": unit_id}
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        staff_id, login = await a_member_of_staff(db, "nurse", place_id=SITE)
        token = await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now(db.at))
        for made in (queries.table_of_visits, queries.next_visit, queries.forget_numbers):
            await db.run(made)
        for laid in (queries.session, queries.lot, queries.unit, queries.stock):
            await db.run(laid, **place)
        for number, vial_id in enumerate(vials, start=1):
            await db.run(queries.vial, vial_id=vial_id, number=number, **place)
        await db.run(queries.people, place_id=SITE, session_id=session_id, staff_id=staff_id, visits=count)
    return session_id, staff_id, vials, token


class _Waiting(msgspec.Struct):
    visit_id: UUID
