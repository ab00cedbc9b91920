"""Whatever two records hold: uniting keeps every dose, number and account of both, and parting gives each its own again."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.citizens import a_person
from tests.domain.test_merging import an_officer
from tests.stores import SITE
from tests.visits import facts
from tiemchung.domain.immunizations import imported, merging
from tiemchung.domain.people import Identifier, PersonId
from tiemchung.kit.db import Database, Db

PASSPORTS = ["B1234567", "C7654321", "B0000001"]
told = st.lists(
    st.builds(
        imported.Told,
        product=st.sampled_from(["AZ", "PF", "JAN", "MOD"]),
        on=st.integers(0, 300).map(lambda days: date(2021, 3, 1) + timedelta(days=days)),
        lot_number=st.sampled_from([None, "ABX3771"]),
        place_id=st.just(SITE),
    ),
    max_size=4,
)
numbers = st.lists(st.sampled_from(PASSPORTS), unique=True, max_size=2)


@given(own=told, others=told, late=told, own_numbers=numbers, other_numbers=numbers)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_parting_after_uniting_changes_nothing(
    shared: Database,
    own: list[imported.Told],
    others: list[imported.Told],
    late: list[imported.Told],
    own_numbers: list[str],
    other_numbers: list[str],
):
    async with shared.pool.connection() as connection, connection.transaction(force_rollback=True):
        db = shared.on(connection)
        first = await a_record(db, "Trần Thị Lan", own_numbers)
        second = await a_record(db, "Trần Thị Lân", [n for n in other_numbers if n not in own_numbers])
        # Doses of a record need not come in the order in which they were given.
        for person, doses in ((first, own), (second, others), (second, late)):
            await imported.keep(db, person, doses)
        before = [await everything(db, one) for one in (first, second)]
        officer = await an_officer(db)

        merge_id = await merging.merge(officer, first, second, reason="Cùng một người")
        united = [await everything(db, one) for one in (first, second)]
        await merging.part(officer, first, merge_id, reason="Hai người")

        assert united[0]["doses"] == sorted(before[0]["doses"] + before[1]["doses"])
        assert united[0]["numbers"] == sorted(before[0]["numbers"] + before[1]["numbers"])
        assert (united[1]["doses"], united[1]["claims"]) == ([], [])
        assert [await everything(db, one) for one in (first, second)] == before


async def a_record(db: Db, name: str, passports: list[str]) -> PersonId:
    """A record with these passports."""
    identifiers = [Identifier(kind="passport", country="VN" if k else "US", value=n) for k, n in enumerate(passports)]
    return await a_person(db, name=name, identifiers=identifiers, contacts=[])


async def everything(db: Db, person_id: PersonId) -> dict[str, list[Any]]:
    """What a record holds that counts, in an order of its own."""
    queries = {
        "doses": "select immunization_id, product, dose_role, ordinal, occurred_at, place_id, source from current_dose",
        "claims": "select disease, role, ordinal, copy, immunization_id, place_id from dose_claim",
        "numbers": "select kind, country, blind_index from person_identifier",
        "merged": "select merged_into from person",
    }
    rows = {name: await facts(db, f"{query} where person_id = %(p)s", p=person_id) for name, query in queries.items()}
    return {name: sorted(tuple(str(value) for value in row.values()) for row in found) for name, found in rows.items()}
