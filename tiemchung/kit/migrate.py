"""Numbered SQL migrations: one transaction a file, under an advisory lock, each remembered with its checksum."""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

_LOCK = 7_421_2021


class ChangedMigration(Exception):
    """A migration that was applied has another text now: write a new one instead."""


class _Applied(msgspec.Struct):
    name: str
    digest: str


async def migrate(database: Database) -> list[str]:
    """Apply what is missing, in order; the names of what was applied. Raises `ChangedMigration`."""
    async with database.transaction() as db:
        await db.run(Query("select pg_advisory_xact_lock(%(lock)s)"), lock=_LOCK)
        await db.run(Query("set local statement_timeout = 0"))
        await db.run(
            Query(
                "create table if not exists migration "
                "(name text primary key, digest text not null, applied_at timestamptz not null default now())"
            )
        )
        applied = {row.name: row.digest for row in await db.all(_Applied, Query("select name, digest from migration"))}
        fresh: list[str] = []
        for file in scripts():
            text = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            if file.name in applied:
                if applied[file.name] != digest:
                    raise ChangedMigration(file.name)
                continue
            await db.connection.execute(text.encode())
            await db.run(
                Query("insert into migration (name, digest) values (%(name)s, %(digest)s)"),
                name=file.name,
                digest=digest,
            )
            fresh.append(file.name)
        return fresh


def scripts() -> list[Traversable]:
    """The migrations in the order of their numbers."""
    folder = files("tiemchung.schema") / "migrations"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
