"""Booking a place through HTTP against pgbench running the same single booking statement; evenly and on fifty half hours.

`SCALE` appointments lie in the database before (a million unless told otherwise). Every booking is a signed-in citizen's:
sign-in, family, registration, dose, half hour, answer and event are judged and kept, on disk before the answer.
"""

import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import count
from uuid import UUID

import msgspec

from bench.harness import ROUNDS, Figure, Platform, interleaved, latency, pgbench, platform, rate
from tiemchung.domain import rulebook
from tiemchung.kit import server, sql
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema import load

SCALE = int(os.environ.get("SCALE", "1000000"))
PEOPLE = min(600_000, max(100_000, 2 * SCALE))
ACCOUNTS, HOT, CONNECTIONS = 1_000, 50, 64
PATH = "/so-suc-khoe/dat-lich"

queries = sql.load(__name__, "booking.sql")
ONE = """
with next as (select nextval('bench_next') as n)
select t.answer
  from next
  join bench_person p on p.n = next.n
  join bench_slot s on s.n = next.n * 7919 % {slots} + 1
  cross join lateral take_places(
      now(), now() + interval '10 minutes', array[uuidv7()], array['book'], array['self'],
      array[sha256(('bench-' || next.n % 1000)::bytea)], array[null]::uuid[], array['bench'], array[p.person_id],
      array[null]::text[], array[null]::smallint[], array[s.place_id], array[s.session_id], array[s.starts_at],
      array[left(p.person_id::text, 14)], array[null]::text[], array[null]::text[]) t;
"""


async def run() -> list[Figure]:
    """booking.uniform, booking.hot: bookings a second; booking.p99: milliseconds at 70 %; booking.flat: cost by size."""
    async with platform() as here:
        await lay(here.database, SCALE)
        crowd = await _Crowd.of(here)
        uniform = await _rate("booking.uniform", here, crowd, crowd.slots)
        hot = await _rate("booking.hot", here, crowd, crowd.slots[:HOT])
        figures = [uniform, hot, await _p99(here, crowd, uniform.figure), await _kept(here.database)]
        figures.append(await _flat(here))
    return figures


async def lay(database: Database, appointments: int, people: int = PEOPLE) -> None:
    """So many appointments of the past, half hours to come, and people who may book them."""
    async with database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        await db.run(Query("set local session_replication_role = replica"))
        await db.run(queries.cycle, sessions=max(appointments // 400, 1))
        for laid in (queries.sessions, queries.slots, queries.claims, queries.appointments, queries.coming):
            await db.run(laid)
        for laid in (queries.approve, queries.number_slots, queries.next_person):
            await db.run(laid)
        await db.run(queries.people, people=people)
        await db.run(queries.number_people)
        await db.run(queries.accounts, accounts=ACCOUNTS)
        await db.run(queries.sign_ins, accounts=ACCOUNTS)
        await db.run(queries.families, accounts=ACCOUNTS)
        await db.run(queries.registrations)
    async with database.statement() as db:
        await db.run(Query("set statement_timeout = 0"))
        await db.run(Query("vacuum analyze"))


class _Slot(msgspec.Struct):
    n: int
    place_id: UUID
    session_id: UUID
    starts_at: datetime

    @property
    def name(self) -> str:
        return f"{self.place_id}.{self.session_id}.{int(self.starts_at.timestamp())}"


class _Person(msgspec.Struct):
    n: int
    person_id: UUID


class _Crowd:
    """People who have not booked yet: pgbench takes them from the front, HTTP from the back."""

    def __init__(self, people: list[_Person], slots: list[str]) -> None:
        self.slots = slots
        self._people: Iterator[_Person] = reversed(people)
        self._turn = count()

    @classmethod
    async def of(cls, here: Platform) -> "_Crowd":
        async with here.database.statement() as db:
            people = await db.all(_Person, queries.everybody)
            slots = await db.all(_Slot, queries.half_hours, most=30_000)
        return cls(people, [slot.name for slot in slots])

    def presses(self, slots: list[str]) -> Callable[[int], bytes]:
        """The requests of people who book, each in a half hour of these."""

        def press(_: int) -> bytes:
            person, turn = next(self._people), next(self._turn)
            body = f"id={uuid7()}&act=book&person_id={person.person_id}&slot={slots[turn * 7919 % len(slots)]}"
            head = f"POST {PATH} HTTP/1.1\r\nHost: bench\r\nCookie: tc_citizen=bench-{person.n % ACCOUNTS}\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n"
            return f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()

        return press


async def _rate(name: str, here: Platform, crowd: _Crowd, slots: list[str]) -> Figure:
    press, script = crowd.presses(slots), ONE.format(slots=len(slots))
    figure, limit, ratio = await interleaved(
        lambda: rate(press, here.base, connections=CONNECTIONS), lambda: pgbench(here.url, script)
    )
    return Figure(
        name=name,
        figure=round(figure, 1),
        unit="bookings/s",
        limit=round(limit, 1),
        limit_is="pgbench running the same booking statement for one person, 16 clients, prepared",
        ratio=round(ratio, 3),
        target=">= 1.0",
        rounds=ROUNDS,
    )


async def _p99(here: Platform, crowd: _Crowd, own_rate: float) -> Figure:
    found = await latency(crowd.presses(crowd.slots), here.base, a_second=0.7 * own_rate, connections=CONNECTIONS)
    return Figure(
        name="booking.p99",
        figure=round(found, 1),
        unit="ms",
        limit=100.0,
        limit_is="100 ms, at 70 % of our own measured rate, counted from when each request was due",
        ratio=round(found / 100, 3),
        target="<= 1.0",
        rounds=1,
    )


class _Sums(msgspec.Struct):
    oversold: int
    leaked: int
    lost: int
    booked: int


async def _kept(database: Database) -> Figure:
    async with database.statement() as db:
        await db.run(Query("set statement_timeout = 0"))
        sums = await db.one(_Sums, queries.kept)
    wrong = sums.oversold + sums.leaked + sums.lost
    return Figure(
        name="booking.wrong",
        figure=wrong,
        unit="places oversold, leaked or lost",
        limit=sums.booked,
        limit_is="bookings of this run",
        ratio=float(wrong),
        target="<= 0",
        rounds=1,
    )


async def _flat(here: Platform) -> Figure:
    """The same statement on a database with a tenth of the appointments, in turn."""
    url = server.ensure_database(here.folder / "pg", "tenth")
    async with Database(url, Keys(here.folder / "keys"), connections=2) as tenth:
        await load.everything(tenth, published=rulebook.tabulate)
        await lay(tenth, SCALE // 10)
    script = ONE.format(slots=30_000)
    of: Callable[[str], Callable[[], Awaitable[float]]] = lambda where: lambda: pgbench(where, script)  # noqa: E731
    figure, limit, ratio = await interleaved(of(here.url), of(url))
    return Figure(
        name="booking.flat",
        figure=round(1e6 / figure, 1),
        unit="us a booking",
        limit=round(1e6 / limit, 1),
        limit_is=f"the same on a tenth of the {SCALE} appointments",
        ratio=round(1 / ratio, 3),
        target="<= 1.2",
        rounds=ROUNDS,
    )
