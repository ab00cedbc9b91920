"""Migrations are applied once, in order, and never change."""

import pytest

from tiemchung.kit.db import Database
from tiemchung.kit.migrate import ChangedMigration, migrate, scripts
from tiemchung.kit.sql import Query


async def test_a_migrated_database_needs_nothing(database: Database):
    assert await migrate(database) == []


async def test_a_migration_that_was_changed_is_refused(database: Database):
    async with database.transaction() as db:
        await db.run(Query("update migration set digest = 'x' where name = %(name)s"), name=scripts()[0].name)
    with pytest.raises(ChangedMigration):
        await migrate(database)


def test_numbers_stand_once():
    numbers = [file.name[:4] for file in scripts()]
    assert numbers == sorted(set(numbers))
