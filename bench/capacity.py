"""What a country needs: bytes a person and a dose of a loaded campaign, log a dose, and from them disk, memory and cores.

SCALE is the doses that are loaded with every step of their people's way (people are half as many). Weights and log are measured
here, rates by the other benchmarks; `needs` puts them together, docs/capacity.md says what came out.
"""

import math
import os

import msgspec

from bench.dose import GIVE, SITE, ground
from bench.harness import Figure, Platform, against_target, pgbench, platform
from tiemchung.demo.load import load
from tiemchung.demo.sheet import Detail
from tiemchung.domain import analytics
from tiemchung.kit import events
from tiemchung.kit.crypto import Keys
from tiemchung.kit.sql import Query

SCALE = int(os.environ.get("SCALE", "200000"))
# Tables that grow with people; whatever else is loaded grows with doses.
OF_PEOPLE = {
    "account", "account_person", "person", "person_identifier", "identity_claim", "identity_check", "contact", "registration",
    "consent",
}  # fmt: skip
SECONDS, LISTED = 10, 15


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of heap and of indexes that one person or one dose takes."""

    heap: float
    index: float

    @property
    def bytes(self) -> float:
        """Both together."""
        return self.heap + self.index


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What benchmarks found: weights, log (WAL) bytes of a dose, acts a second of one core that serves web and database alike,
    and megabytes of a web process for each open wall.

    `log_a_dose` is right after a checkpoint, when each page that is touched is written whole; `records_a_dose` without those.
    """

    person: Weighed
    dose: Weighed
    log_a_dose: float
    records_a_dose: float
    doses_a_core: float
    registrations_a_core: float
    bookings_a_core: float
    megabytes_a_wall: float


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """How large the campaign is, and how hard its hardest hour: acts of the busiest day, in `hours`, `burst` times the mean."""

    people: int
    doses: int
    doses_a_day: int
    registrations_a_day: int
    bookings_a_day: int
    walls: int
    hours: float = 10.0
    burst: float = 5.0


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """What nobody measured: room left in tables, heap read again and again, use of a core, speed of disk, days of log kept."""

    bloat: float = 1.3
    hot_heap: float = 0.05
    use_of_core: float = 0.6
    megabytes_a_second: float = 200.0
    days_of_log: int = 3


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What the country needs, in gigabytes (10⁹ bytes), cores and hours; log of its busiest day, at most and at least."""

    people_gb: float
    doses_gb: float
    disk_gb: float
    memory_gb: float
    doses_a_second: float
    cores: int
    log_gb_a_day: float
    records_gb_a_day: float
    backup_hours: float


def needs(measured: Measured, country: Country, assumed: Assumed) -> Needs:
    """Disk, memory, cores and hours of a full copy. Raises `ValueError` for a rate, a use or a span of nothing."""
    rates = (measured.doses_a_core, measured.registrations_a_core, measured.bookings_a_core)
    if min(*rates, assumed.use_of_core, assumed.megabytes_a_second, country.hours) <= 0:
        raise ValueError("a rate, a use of a core and a span of hours are above zero")
    people = country.people * measured.person.bytes * assumed.bloat
    doses = country.doses * measured.dose.bytes * assumed.bloat
    log_a_day = country.doses_a_day * measured.log_a_dose
    index = country.people * measured.person.index + country.doses * measured.dose.index
    heap = country.people * measured.person.heap + country.doses * measured.dose.heap
    a_second = country.burst / (country.hours * 3600)
    acts = (country.doses_a_day, country.registrations_a_day, country.bookings_a_day)
    cores = sum(act * a_second / rate for act, rate in zip(acts, rates, strict=True)) / assumed.use_of_core
    return Needs(
        people_gb=people / 1e9,
        doses_gb=doses / 1e9,
        disk_gb=(people + doses + assumed.days_of_log * log_a_day) / 1e9,
        memory_gb=(index + assumed.hot_heap * heap) / 1e9 + country.walls * measured.megabytes_a_wall / 1e3,
        doses_a_second=country.doses_a_day * a_second,
        cores=math.ceil(cores),
        log_gb_a_day=log_a_day / 1e9,
        records_gb_a_day=country.doses_a_day * measured.records_a_dose / 1e9,
        backup_hours=(people + doses) / 1e6 / assumed.megabytes_a_second / 3600,
    )


FOUND = Measured(
    person=Weighed(heap=1_854, index=949),
    dose=Weighed(heap=4_968, index=2_750),
    log_a_dose=88_117,
    records_a_dose=4_257,
    doses_a_core=110,
    registrations_a_core=47,
    bookings_a_core=415,
    megabytes_a_wall=0.07,
)
A_COUNTRY = Country(
    people=100_000_000,
    doses=150_000_000,
    doses_a_day=5_000_000,
    registrations_a_day=5_000_000,
    bookings_a_day=5_000_000,
    walls=1_000,
)
COUNTRIES = {doses: msgspec.structs.replace(A_COUNTRY, doses=doses) for doses in (150_000_000, 200_000_000)}


async def run() -> list[Figure]:
    """capacity.person, capacity.dose: bytes in tables and indexes; capacity.log, capacity.records: bytes of log a dose."""
    async with platform() as here:
        await load(here.url, Keys(here.folder / "keys"), SCALE // 2, SCALE, lambda _, __: None, Detail.everything)
        await events.register(here.database, [analytics.FOLLOWER])
        while await events.advance(here.database, analytics.FOLLOWER):
            pass
        async with here.database.statement() as db:
            await db.run(Query("set statement_timeout = 0"))
            await db.run(Query("vacuum analyze"))
            tables = await db.all(Table, SIZES)
        log, records = await _log_a_dose(here)
    person = _weight([each for each in tables if each.name in OF_PEOPLE], SCALE // 2)
    dose = _weight([each for each in tables if each.name not in OF_PEOPLE], SCALE)
    return [
        against_target("capacity.person", person.bytes, f"bytes a person, {SCALE // 2:,} of them", 3_500, rounds=1),
        against_target("capacity.person_index", person.index, "of them in indexes", 1_200, rounds=1),
        against_target("capacity.dose", dose.bytes, f"bytes a dose, {SCALE:,} of them", 9_000, rounds=1),
        against_target("capacity.dose_index", dose.index, "of them in indexes", 3_500, rounds=1),
        against_target("capacity.log", log, "bytes of log a dose after a checkpoint", 120_000, rounds=1),
        against_target("capacity.records", records, "bytes of log a dose without whole pages", 15_000, rounds=1),
        *(_share(each, sum(one.heap + one.index for one in tables)) for each in tables[:LISTED]),
    ]


class Table(msgspec.Struct):
    """A table with its partitions: rows, bytes of heap and of indexes."""

    name: str
    rows: int
    heap: int
    index: int


SIZES = Query("""
    select t.name, sum(t.rows)::bigint as rows, sum(t.heap)::bigint as heap, sum(t.index)::bigint as index
      from (select coalesce(above.relname, c.relname) as name, greatest(c.reltuples, 0) as rows,
                   pg_table_size(c.oid) as heap, pg_indexes_size(c.oid) as index
              from pg_class c
              left join pg_inherits i on i.inhrelid = c.oid
              left join pg_class above on above.oid = i.inhparent
             where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace) t
     where t.name not in ('area', 'place', 'area_population', 'area_succession')
     group by t.name order by sum(t.heap + t.index) desc
""")


def _share(table: Table, whole: int) -> Figure:
    """A table's bytes a row beside those of all tables; nobody is held to it."""
    held = table.heap + table.index
    return Figure(
        name=f"capacity.table.{table.name}",
        figure=round(held / max(table.rows, 1)),
        unit=f"bytes a row of {table.rows:,}, {table.index / max(held, 1):.0%} of them in indexes",
        limit=whole,
        limit_is="bytes of all tables",
        ratio=round(held / whole, 3),
        target="told, not judged",
        rounds=1,
    )


def _weight(tables: list[Table], of: int) -> Weighed:
    return Weighed(heap=sum(each.heap for each in tables) / of, index=sum(each.index for each in tables) / of)


async def _log_a_dose(here: Platform) -> tuple[float, float]:
    """Right after a checkpoint, when each page is written whole once, and without whole pages."""
    _, staff_id, vials, _ = await ground(here, 60_000)
    script = GIVE.format(place=SITE, vial=vials[0], staff=staff_id)
    found: list[float] = []
    for whole_pages in ("on", "off"):
        async with here.database.statement() as db:
            await db.run(Query(f"alter system set full_page_writes = {whole_pages}"))
            await db.run(Query("select pg_reload_conf()"))
            await db.run(Query("checkpoint"))
            before, doses = await db.value(str, LOG) or "", await db.value(int, COUNT) or 0
        await pgbench(here.url, script, seconds=SECONDS)
        async with here.database.statement() as db:
            written = await db.value(float, SINCE, before=before) or 0
            found.append(written / ((await db.value(int, COUNT) or 0) - doses))
    return found[0], found[1]


LOG = Query("select pg_current_wal_lsn()::text")
SINCE = Query("select (pg_current_wal_lsn() - %(before)s::pg_lsn)::float8")
COUNT = Query("select count(*) from immunization")
