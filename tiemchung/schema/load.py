"""Migrations and reference data: what a fresh database needs before anybody can work with it."""

import csv
import gzip
import io
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import yaml
from psycopg import sql as pg

from tiemchung.kit import clock, events
from tiemchung.kit.crypto import digest_of_files
from tiemchung.kit.db import Database, Db
from tiemchung.kit.migrate import migrate
from tiemchung.kit.sql import Query

PLAIN = ("country", "ethnic_group", "product", "product_pack", "product_code", "storage_limit", "consumable",
         "trade_item", "priority_group", "campaign", "consent_text", "message_template", "area_succession",
         "area_population")  # fmt: skip
FIRST_SCHEDULES = date(2021, 1, 1)  # before the first day that any of their rows names
CAMPAIGN_MONTHS = date(2021, 1, 1), date(2022, 12, 1)


async def everything(database: Database, *, published: Callable[[Db], Awaitable[None]]) -> None:
    """Migrate, make the event log's partitions, and load the reference data once.

    `published` follows the publication of the schedules that come with the platform (`rulebook.tabulate`).
    """
    await migrate(database)
    async with database.transaction() as db:
        today = clock.day_of(db.at)
        await events.ensure_partitions(db, *CAMPAIGN_MONTHS)
        await events.ensure_partitions(db, today - timedelta(days=60), today + timedelta(days=100))
        await _schedules(db)
        loaded = await db.value(bool, Query("select exists (select from place) as loaded"))
        await db.run(Query("set local statement_timeout = 0"))
        if not loaded:
            for table in PLAIN:
                await _copy(db, table, rows(f"{table}.csv"))
            await _areas(db)
            await _places(db)
            await db.run(Query("analyze area, place, area_population"))
        await published(db)


def rows(name: str) -> Iterator[dict[str, str | None]]:
    """The lines of a reference file; an empty cell is None."""
    raw = (files("tiemchung.schema") / "reference" / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")
    for row in csv.DictReader(io.StringIO(text)):
        yield {column: value or None for column, value in row.items()}


def place_id(code: str) -> UUID:
    """The id of a reference place: the same on every installation, so that loading twice changes nothing."""
    return uuid5(NAMESPACE_URL, f"urn:tiemchung:place:{code}")


async def _schedules(db: Db) -> None:
    """The schedules that come with the platform, each once; what officers publish later follows them."""
    folder = files("tiemchung") / "domain" / "schedule" / "schedules"
    for schedule in folder.iterdir():
        texts = {name: file.read_text(encoding="utf-8") for name, file in _yaml_files(schedule)}
        digest = digest_of_files(texts)
        await db.run(
            Query(
                "insert into rule_set (rule_set_id, code, disease, valid_from, body, digest, published_at) "
                "values (%(id)s, %(code)s, %(disease)s, %(from)s, %(body)s, %(digest)s, %(at)s) on conflict do nothing"
            ),
            id=uuid5(NAMESPACE_URL, f"urn:tiemchung:rule-set:{schedule.name}:{digest.hex()}"),
            code=schedule.name,
            disease=yaml.safe_load(texts["schedule.yaml"])["group"],
            **{"from": FIRST_SCHEDULES},
            body=msgspec.json.encode(texts).decode(),
            digest=digest,
            at=db.at,
        )


def _yaml_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _yaml_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield prefix + entry.name, entry


async def _areas(db: Db) -> None:
    ids: dict[tuple[str | None, str | None], int] = {}
    ready: list[Mapping[str, object]] = []
    for area_id, row in enumerate(rows("area.csv.gz"), start=1):
        ids[row["code"], row["valid_from"]] = area_id
        parent = ids[row["parent_code"], row["valid_from"]] if row["parent_code"] else None
        ready.append({"area_id": area_id, "parent_id": parent} | {k: v for k, v in row.items() if k != "parent_code"})
    await _copy(db, "area", iter(ready))
    await db.run(Query("select setval(pg_get_serial_sequence('area', 'area_id'), (select max(area_id) from area))"))


async def _places(db: Db) -> None:
    found = await (
        await db.connection.execute("select code, area_id from area where valid_from < '2025-07-01'")
    ).fetchall()
    area_ids = {row["code"]: row["area_id"] for row in found}
    ready = (
        {
            "place_id": place_id(str(row["code"])),
            "parent_id": place_id(str(row["parent_code"])) if row["parent_code"] else None,
            "area_id": area_ids[row["area_code"]],
            "generated": True,
        }
        | {column: value for column, value in row.items() if column not in {"parent_code", "area_code"}}
        for row in rows("place.csv.gz")
    )
    await _copy(db, "place", ready)


async def _copy(db: Db, table: str, lines: Iterator[Mapping[str, object]]) -> None:
    first = next(lines)
    columns = list(first)
    statement = pg.SQL("copy {} ({}) from stdin").format(
        pg.Identifier(table), pg.SQL(", ").join(map(pg.Identifier, columns))
    )
    async with db.connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write_row(list(first.values()))
        for line in lines:
            await copy.write_row(list(line.values()))
