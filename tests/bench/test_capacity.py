"""The capacity model: what comes out follows from what goes in, and nonsense is refused."""

from pathlib import Path

import msgspec
import pytest

from bench.capacity import COUNTRIES, FOUND, Assumed, Country, Measured, Weighed, needs

MEASURED = Measured(
    person=Weighed(heap=2_000, index=1_000),
    dose=Weighed(heap=4_000, index=2_000),
    log_a_dose=50_000,
    records_a_dose=10_000,
    doses_a_core=100,
    registrations_a_core=50,
    bookings_a_core=1_000,
    megabytes_a_wall=0.1,
)
COUNTRY = Country(
    people=1_000_000,
    doses=2_000_000,
    doses_a_day=72_000,
    registrations_a_day=36_000,
    bookings_a_day=0,
    walls=500,
    hours=10,
    burst=5,
)
PLAIN = Assumed(bloat=1, hot_heap=0, use_of_core=0.5, megabytes_a_second=100, days_of_log=2)


def test_every_need_is_worked_out_by_hand():
    found = needs(MEASURED, COUNTRY, PLAIN)
    assert (found.people_gb, found.doses_gb) == (3, 12)
    assert (found.log_gb_a_day, found.records_gb_a_day) == (3.6, 0.72)
    assert found.disk_gb == 3 + 12 + 2 * 3.6
    assert found.memory_gb == pytest.approx(1 + 4 + 500 * 0.1 / 1_000)
    assert found.doses_a_second == pytest.approx(72_000 * 5 / 36_000)
    assert found.cores == 1, "10 doses and 5 registrations a second: a tenth of a core and a tenth, half used"
    assert found.backup_hours == pytest.approx(15_000 / 100 / 3_600)


@pytest.mark.parametrize("field", ["people", "doses", "doses_a_day", "registrations_a_day", "bookings_a_day", "walls"])
def test_more_of_anything_never_needs_less(field: str):
    more = msgspec.structs.replace(COUNTRY, **{field: getattr(COUNTRY, field) * 100 + 10_000_000})
    small, large = needs(MEASURED, COUNTRY, Assumed()), needs(MEASURED, more, Assumed())
    pairs = [(getattr(small, name), getattr(large, name)) for name in small.__struct_fields__]
    assert all(least <= most for least, most in pairs)
    assert any(least < most for least, most in pairs)


@pytest.mark.parametrize(
    ("measured", "country", "assumed"),
    [
        ({"doses_a_core": 0}, {}, {}),
        ({"bookings_a_core": -1}, {}, {}),
        ({}, {"hours": 0}, {}),
        ({}, {}, {"use_of_core": 0}),
        ({}, {}, {"megabytes_a_second": 0}),
    ],
)
def test_a_rate_of_nothing_is_refused(measured: dict[str, float], country: dict[str, float], assumed: dict[str, float]):
    with pytest.raises(ValueError, match="above zero"):
        needs(
            msgspec.structs.replace(MEASURED, **measured),
            msgspec.structs.replace(COUNTRY, **country),
            msgspec.structs.replace(Assumed(), **assumed),
        )


ROWS = {
    "people's tables, GB": "people_gb",
    "doses and all that follows them, GB": "doses_gb",
    "disk, GB": "disk_gb",
    "memory of the database and of walls, GB": "memory_gb",
    "doses a second at the hardest minutes": "doses_a_second",
    "cores for doses, registrations and bookings at once": "cores",
    "log of the busiest day at most, GB": "log_gb_a_day",
    "log of the busiest day at least, GB": "records_gb_a_day",
    "hours of a full copy": "backup_hours",
}


def test_the_document_says_what_the_model_makes_of_what_was_found():
    told = (Path(__file__).parents[2] / "docs" / "capacity.md").read_text(encoding="utf-8")
    found = [needs(FOUND, country, Assumed()) for country in COUNTRIES.values()]
    for words, name in ROWS.items():
        assert f"| {words} | " + " | ".join(f"{getattr(one, name):,.1f}" for one in found) + " |" in told, words
    for name in FOUND.__struct_fields__:
        value = getattr(FOUND, name)
        assert (f"{value.heap:,} + {value.index:,}" if isinstance(value, Weighed) else f"{value:,}") in told, name
