"""The migrations make the schema that `schema.sql` shows, and what they make keeps its promises to readers."""

from pathlib import Path

from tiemchung.kit import server
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query
from tiemchung.schema import dump


def test_schema_sql_is_what_the_migrations_make(postgres: Path, template: str):
    assert dump.dump(server.url(postgres, template)) == dump.kept(), "run scripts/schema and read the difference"


async def test_every_table_says_what_it_is(db: Db):
    silent = await db.value(
        str,
        Query(
            "select string_agg(relname, ', ') from pg_class where relkind in ('r', 'p') and not relispartition "
            "and relnamespace = 'public'::regnamespace and relname <> 'migration' and obj_description(oid) is null"
        ),
    )
    assert silent is None


async def test_no_trigger_and_no_enum_type_is_ours(db: Db):
    triggers = await db.value(int, Query("select count(*)::int as n from pg_trigger where not tgisinternal"))
    enums = await db.value(int, Query("select count(*)::int as n from pg_type where typtype = 'e'"))
    assert (triggers, enums) == (0, 0)


async def test_keys_of_people_and_places_begin_with_their_family(db: Db):
    """Each primary key of a table with person_id or place_id starts with it, so that the tables can be spread."""
    astray = await db.value(
        str,
        Query("""
            select string_agg(c.relname, ', ') from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
              join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where c.relnamespace = 'public'::regnamespace and not c.relispartition
               and a.attname not in ('person_id', 'place_id')
               and exists (select from pg_attribute f where f.attrelid = c.oid and f.attname = 'person_id' and f.attnotnull)
        """),
    )
    assert astray in {None, "identity_claim"}, astray
