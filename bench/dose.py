"""Recording a dose through HTTP, with stock, claim and event, against pgbench calling the same statement."""

from uuid import UUID

from bench.harness import ROUNDS, Figure, Platform, interleaved, pgbench, platform, rate
from tests.arrange import PASSWORD, a_member_of_staff, totp_now
from tiemchung.domain import access
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

VISITS = 60_000
SITE = place_id("46005")

# People who wait for an injection at one site, with one lot in vials of thirty thousand doses: enough for every round.
PEOPLE = Query("""
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id, address,
                        identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select area_id from place where place_id = %(place_id)s), 'địa chỉ', 'unchecked', now()
      from generate_series(1, %(visits)s) n returning person_id),
agreed as (
    insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
    select person_id, uuidv7(), (select min(consent_text_id) from consent_text), 'staff', 'self', now() from who),
arrived as (
    insert into visit (place_id, visit_id, session_id, person_id, number, step, dose_role, ordinal, checked_in_at, checked_in_by,
                       conclusion, screened_at)
    select %(place_id)s, uuidv7(), %(session_id)s, person_id, row_number() over () %% 32000 + 1, 'injection', 'basic', 1, now(),
           %(staff_id)s, 'eligible', now() from who returning visit_id)
insert into bench_visit (visit_id) select visit_id from arrived
""")
GIVE = """
select give_dose(null, 'bench', uuidv7(), uuidv7(), '{place}', b.visit_id, '{vial}', '{staff}', null, null, 'COVID-19', 'left_arm',
                 0.5, null, now() + interval '30 minutes', now())
  from bench_visit b where b.n = (select nextval('bench_next'));
"""


async def run() -> list[Figure]:
    """dose.single: doses a second through the form that the nurse's button sends."""
    async with platform() as here:
        session_id, staff_id, vials, token = await _ground(here)
        async with here.database.statement() as db:
            rows = await (await db.connection.execute("select visit_id from bench_visit order by n desc")).fetchall()
        visits = iter([row["visit_id"] for row in rows])
        cookie = f"Cookie: tc_staff={token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"

        def press(k: int) -> bytes:
            body = f"id={uuid7()}&vial_id={vials[k % 8]}&body_site=left_arm".encode()
            path = f"/diem-tiem/phien/{SITE}/{session_id}/nguoi/{next(visits)}/tiem"
            return f"POST {path} HTTP/1.1\r\nHost: bench\r\n{cookie}Content-Length: {len(body)}\r\n\r\n".encode() + body

        script = GIVE.format(place=SITE, vial=vials[8], staff=staff_id)
        figure, limit, ratio = await interleaved(lambda: rate(press, here.base), lambda: pgbench(here.url, script))
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
        )
    ]


async def _ground(here: Platform) -> tuple[UUID, UUID, list[UUID], str]:
    session_id, lot_id, unit_id = uuid7(), uuid7(), uuid7()
    vials = [uuid7() for _ in range(9)]
    place = {"place_id": SITE, "session_id": session_id, "lot_id": lot_id, "unit_id": unit_id}
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        staff_id, login = await a_member_of_staff(db, "nurse", place_id=SITE)
        token = await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now())
        await db.run(
            Query("create table bench_visit (n bigint generated always as identity primary key, visit_id uuid)")
        )
        await db.run(Query("create sequence bench_next"))
        await db.run(Query("alter table visit drop constraint visit_number"))
        await db.run(
            Query(
                "insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, created_at)"
                " values (%(place_id)s, %(session_id)s, 1, 'fixed', now() - interval '1 hour', now() + interval '3 hours', 'JAN', 1,"
                " 'open', now())"
            ),
            **place,
        )
        await db.run(
            Query(
                "insert into lot (lot_id, product, number, manufacturer, expires_on, status)"
                " values (%(lot_id)s, 'JAN', 'BENCH', 'Janssen', current_date + 300, 'released')"
            ),
            **place,
        )
        await db.run(
            Query(
                "insert into handling_unit (place_id, unit_id, lot_id, clock, received_at)"
                " values (%(place_id)s, %(unit_id)s, %(lot_id)s, 'fridge', now())"
            ),
            **place,
        )
        await db.run(
            Query(
                "insert into stock_account (place_id, lot_id, unit_id, state, balance)"
                " values (%(place_id)s, %(lot_id)s, %(unit_id)s, 'opened', 1000000)"
            ),
            **place,
        )
        for number, vial_id in enumerate(vials, start=1):
            await db.run(
                Query(
                    "insert into vial (place_id, vial_id, session_id, unit_id, lot_id, number, opened_at, use_by, doses_nominal, doses_left)"
                    " values (%(place_id)s, %(vial_id)s, %(session_id)s, %(unit_id)s, %(lot_id)s, %(number)s, now(),"
                    " now() + interval '5 hours', 30000, 30000)"
                ),
                vial_id=vial_id,
                number=number,
                **place,
            )
        await db.run(PEOPLE, place_id=SITE, session_id=session_id, staff_id=staff_id, visits=VISITS)
    return session_id, staff_id, vials, token
