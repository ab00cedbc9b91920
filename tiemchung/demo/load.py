"""The bulk loader: everything the demonstration campaign leaves, through COPY, in parts that commit one by one.

The rows and events are those that the real acts leave, and doses say that they are generated. A load that was
interrupted goes on where it stopped; the ledger and the signatures are whole when it has finished. The watermarks of
followers are left alone: the worker reads the events.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeAlias

import msgspec
import psycopg
from psycopg.rows import dict_row

from tiemchung.demo import denominators, sessions, stores
from tiemchung.demo.campaign import batches, plan
from tiemchung.demo.copier import OPTIONS, Copier, Loaded
from tiemchung.demo.ground import Ground
from tiemchung.demo.persons import Persons
from tiemchung.demo.plan import Cohort
from tiemchung.demo.sheet import Detail, Known, Sheet
from tiemchung.demo.visits import Visits
from tiemchung.domain.stock.rules import first_clock
from tiemchung.kit import sql
from tiemchung.kit.crypto import Keys
from tiemchung.schema.load import place_id, rows

queries = sql.load(__name__, "load.sql")
Connection: TypeAlias = psycopg.AsyncConnection[dict[str, Any]]
Progress: TypeAlias = Callable[[int, int], None]
SEED = 2021


class AnotherLoad(Exception):
    """The database holds a demonstration of another size: start anew to load this one."""


async def load(
    url: str, keys: Keys, people: int, doses: int, progress: Progress, detail: Detail = Detail.everything
) -> Loaded:
    """Load the campaign for so many people and doses, or the rest of it. `progress` hears steps done and steps in all.

    Raises `AnotherLoad`, `TooManyDoses`.
    """
    async with await psycopg.AsyncConnection[dict[str, Any]].connect(
        url, options=OPTIONS, row_factory=dict_row, autocommit=True
    ) as connection:
        loaded = await _so_far(connection, people, doses, detail)
        if loaded.finished:
            return loaded
        async with Copier(url) as copier:
            # Another load may have gone on until now.
            loaded = await _so_far(connection, people, doses, detail)
            ground = Ground(await asyncio.to_thread(plan, people, doses, seed=SEED), await _known(connection), detail)
            await connection.execute(
                sql.literal(denominators.queries.expect),
                {"districts": denominators.expected(ground.plan.country.districts)},
            )
            steps, parts, done = _steps(ground), _parts(ground, keys), 0
            coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
            while (part := await coming) is not None:
                # The next part is made while the copier takes this one.
                coming = asyncio.create_task(asyncio.to_thread(next, parts, None))
                number, sheet = part
                if number >= loaded.parts:
                    loaded = msgspec.structs.replace(loaded, parts=number + 1, rows=loaded.rows + sheet.rows)
                    await copier.copy(sheet, loaded)
                done += sheet.steps
                progress(done, steps)
            loaded = msgspec.structs.replace(loaded, finished=True)
            await copier.copy(ground.sheet(), loaded)
            return loaded


async def _so_far(connection: Connection, people: int, doses: int, detail: Detail) -> Loaded:
    loaded = await state(connection) or Loaded(people=people, doses=doses, detail=detail, seed=SEED)
    if (loaded.people, loaded.doses, loaded.seed, loaded.detail) != (people, doses, SEED, detail):
        raise AnotherLoad(f"{loaded.people:,} people, {loaded.doses:,} doses")
    return loaded


async def state(connection: Connection) -> Loaded | None:
    """What was loaded into a database so far."""
    row = await (await connection.execute(sql.literal(queries.state))).fetchone()
    return None if row is None else msgspec.convert(row["value"], Loaded)


def _steps(ground: Ground) -> int:
    supply = ground.supply
    return ground.plan.people + 2 * len(ground.plan.sessions) + len(supply.shipments) + len(supply.deliveries) + 1


def _parts(ground: Ground, keys: Keys) -> Iterator[tuple[int, Sheet]]:
    """The parts in the order in which they may be committed, numbered."""
    return enumerate(
        chain(stores.chunks(ground), sessions.planned(ground), _people(ground, keys), sessions.signed(ground))
    )


def _people(ground: Ground, keys: Keys) -> Iterator[Sheet]:
    """People with all that they did, batch by batch."""
    persons, visits = Persons(ground, keys), Visits(ground)
    cohorts = _each(ground.plan.cohorts)
    for number, batch in enumerate(batches(ground.plan)):
        sheet, loose = ground.sheet(), ground.ids.loose(5_000_000 + number)
        doses = iter(batch.doses)
        for person in batch.people:
            cohort = next(cohorts)
            district = ground.plan.country.districts[cohort.district]
            begins = ground.days[cohort.doses[0].session].opens if cohort.doses else None
            person_id = persons.add(sheet, loose, person, begins)
            ways = [visits.add(sheet, loose, person, person_id, next(doses)) for _ in cohort.doses]
            if ground.whole and (ways or (cohort.band != "child" and person.index % 2)):
                persons.register(sheet, loose, person, district, begins, ways[0] if ways else None)
        sheet.steps = len(batch.people)
        yield sheet


def _each(cohorts: list[Cohort]) -> Iterator[Cohort]:
    for cohort in cohorts:
        for _ in range(cohort.people):
            yield cohort


async def _known(connection: Connection) -> Known:
    """What the database calls the things that rows name."""
    row = await (await connection.execute(sql.literal(queries.known))).fetchone()
    found = msgspec.convert(row, _Found)
    products = {str(r["code"]): r for r in rows("product.csv")}
    limits: dict[str, dict[str, str | None]] = {code: {} for code in products}
    for r in rows("storage_limit.csv"):
        limits[str(r["product"])][str(r["state"])] = r["days"]
    return Known(
        areas=found.areas,
        places={str(r["code"]): place_id(str(r["code"])) for r in rows("place.csv.gz")},
        groups={int(code): group for code, group in found.groups.items()},
        campaign_id=found.campaign_id,
        consent_text_id=found.consent_text_id,
        disease=found.disease,
        makers={code: str(r["manufacturer"]) for code, r in products.items()},
        open_hours={code: float(str(r["open_hours"])) for code, r in products.items()},
        clocks={code: first_clock(dict.fromkeys(states)) for code, states in limits.items()},
        fridge_days={code: float(days) for code, states in limits.items() if (days := states.get("fridge"))},
    )


class _Found(msgspec.Struct):
    areas: dict[str, int]
    groups: dict[str, int]
    campaign_id: int
    consent_text_id: int
    disease: str
