"""Ids and codes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tiemchung.kit.ids import first_uuid7_of, normal_code, readable_code, time_of, uuid7


@given(st.datetimes(datetime(2021, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 — bounds are naive
def test_an_id_tells_its_moment_and_sorts_by_it(at: datetime):
    id_ = uuid7(at)
    assert id_.version == 7
    assert id_.variant == "specified in RFC 4122"
    assert abs((time_of(id_) - at).total_seconds()) < 0.002
    assert first_uuid7_of(at) <= id_


@given(st.integers(1, 6))
def test_a_code_survives_how_people_type_it(groups: int):
    code = readable_code(groups)
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert normal_code(typed) == code
