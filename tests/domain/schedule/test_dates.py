"""Calendar arithmetic, with the examples of the CDSi specification."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.schedule.dates import BadDuration, Duration, add, parse


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        (date(2000, 3, 31), "6 months", date(2000, 10, 1)),
        (date(2000, 3, 31), "6 months - 4 days", date(2000, 9, 27)),
        (date(2004, 2, 29), "18 years", date(2022, 3, 1)),
        (date(2004, 2, 29), "4 years", date(2008, 2, 29)),
        (date(2021, 1, 31), "1 month", date(2021, 3, 1)),
        (date(2021, 12, 31), "2 months", date(2022, 3, 1)),
        (date(2021, 8, 31), "8 weeks", date(2021, 10, 26)),
        (date(2021, 8, 31), "0 days", date(2021, 8, 31)),
        (date(2021, 8, 31), "16 years - 4 months", date(2037, 5, 1)),
        (date(2021, 8, 31), "7 years + 4 weeks", date(2028, 9, 28)),
        (date(2021, 3, 31), "-1 month", date(2021, 3, 1)),
        (date(9999, 12, 1), "1 year", date.max),
        (date(9999, 12, 31), "1 day", date.max),
        (date(1, 1, 1), "-1 day", date.min),
    ],
)
def test_years_and_months_hold_the_day_and_a_day_that_does_not_exist_becomes_the_next_first(day, duration, expected):
    assert add(day, parse(duration)) == expected


@pytest.mark.parametrize("text", ["", "weeks", "6", "6 fortnights", "6 months -", "4 days and", "six months"])
def test_a_text_that_is_no_duration_is_refused(text):
    with pytest.raises(BadDuration):
        parse(text)


@given(st.integers(-1200, 1200), st.integers(-9999, 9999))
def test_a_duration_reads_back_what_it_writes(months, days):
    assert parse(str(Duration(months, days))) == Duration(months, days)


@given(st.dates(), st.dates(), st.integers(0, 600), st.integers(-30, 900))
def test_a_later_day_never_ends_earlier(one, other, months, days):
    first, last = sorted((one, other))
    assert add(first, Duration(months, days)) <= add(last, Duration(months, days))
