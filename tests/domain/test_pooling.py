"""Small lines of the open data: what is pooled, that sums stay, and that nobody can work a small line out."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.analytics.pooling import POOLED, OpenRow, pooled
from tiemchung.domain.analytics.rules import LEAST_PUBLISHED

DAY = date(2021, 9, 1)


def line(province: str, doses: int, product: str = "AZ", day: date = DAY) -> OpenRow:
    return OpenRow(day, province, product, "basic", 1, "18+", False, doses)


def told(rows: list[OpenRow]) -> set[tuple[str, str, int]]:
    return {(row.province_code, row.product, row.doses) for row in pooled(rows)}


def sums(rows: list[OpenRow], key: Callable[[OpenRow], Hashable]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = defaultdict(int)
    for row in rows:
        found[key(row)] += row.doses
    return found


def test_nothing_is_pooled_where_nothing_is_small():
    rows = [line("01", 5), line("46", 900), line("79", 8, "PF")]
    assert pooled(rows) == rows


def test_a_small_line_takes_the_smallest_of_its_kind_and_of_its_province_with_it():
    rows = [
        line("01", 3),
        line("46", 40),
        line("79", 90),
        line("01", 50, "PF"),
        line("46", 60, "PF"),
        line("79", 70, "PF"),
    ]
    assert told(rows) == {("other", "AZ", 43), ("79", "AZ", 90), ("other", "PF", 110), ("79", "PF", 70)}


def test_another_day_is_not_touched():
    later = [line("01", 30, day=DAY + timedelta(days=1)), line("46", 40, day=DAY + timedelta(days=1))]
    assert pooled([line("01", 3), line("46", 40), *later])[-2:] == later


def test_what_the_whole_nation_gave_is_told_even_where_it_is_small():
    assert told([line("01", 1), line("46", 2)]) == {("other", "AZ", 3)}


CELLS = st.dictionaries(
    st.tuples(st.integers(0, 1), st.sampled_from(["01", "46", "79", "92"]), st.sampled_from(["AZ", "PF", "MOD"])),
    st.one_of(st.integers(1, 12), st.integers(1, 400)),
    max_size=20,
)


@given(CELLS)
def test_sums_stay_and_what_is_told_never_gives_a_small_line_away(cells: dict[tuple[int, str, str], int]):
    rows = [
        line(province, doses, product, DAY + timedelta(days=k))
        for (k, province, product), doses in sorted(cells.items())
    ]
    lines = pooled(rows)
    by_kind, by_place = (lambda row: (row.day, row.product)), (lambda row: (row.day, row.province_code))
    assert sums(lines, by_kind) == sums(rows, by_kind)
    named = [row for row in lines if row.province_code != POOLED]
    assert set(named) <= set(rows)
    assert all(row.doses >= LEAST_PUBLISHED for row in named)
    for key in (by_kind, by_place):
        whole, shown = sums(rows, key), sums(named, key)
        for each, total in whole.items():
            hidden = total - shown.get(each, 0)
            assert hidden == 0 or hidden >= LEAST_PUBLISHED or hidden == total
            gone = [row for row in rows if key(row) == each and row not in named]
            assert len(gone) != 1 or each not in shown
