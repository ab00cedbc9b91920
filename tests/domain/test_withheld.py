"""Small numbers: what is withheld, and that nobody can work it out from what stands beside it."""

import hashlib
import itertools
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.analytics.bulletin import Bulletin, ProvinceLine, for_everybody
from tiemchung.domain.analytics.model import Totals
from tiemchung.domain.analytics.pooling import OpenRow, pooled
from tiemchung.domain.analytics.rules import LEAST_PUBLISHED, WITHHOLDING, withheld


def test_a_small_number_takes_the_smallest_other_with_it():
    assert withheld([120, 3, 40, 0, 77]) == [120, None, None, 0, 77]


def test_nothing_is_withheld_where_nothing_is_small():
    assert withheld([5, 0, 900]) == [5, 0, 900]


def test_two_small_numbers_that_sum_to_next_to_nothing_take_a_third():
    assert withheld([1, 1, 30, 20]) == [None, None, 30, None]


def test_small_numbers_that_hide_each_other_are_enough():
    assert withheld([4, 3, 50]) == [None, None, 50]


@given(st.lists(st.integers(0, 60), max_size=12))
def test_what_is_shown_and_the_sum_never_give_a_small_number_away(cells: list[int]):
    shown = withheld(cells)
    assert all(cell is None or cell == 0 or cell >= LEAST_PUBLISHED for cell in shown)
    assert all(cell in (None, true) for cell, true in zip(shown, cells, strict=True))
    hidden = [true for cell, true in zip(shown, cells, strict=True) if cell is None]
    left_over = sum(cells) - sum(cell for cell in shown if cell is not None)
    if hidden and sum(cells) > sum(hidden):
        # Something is shown beside it: then what is missing has two parts or more, and at least a publishable sum.
        assert len(hidden) >= 2
        assert left_over >= LEAST_PUBLISHED


def a_line(code: str, region: str, given: int, complete: int) -> ProvinceLine:
    facts: dict[str, Any] = {"name": code, "name_en": code, "adults": 1000, "allocated": 100, "received": 100}
    return ProvinceLine(code=code, region=region, given=given, complete=complete, **facts)


def test_a_bulletin_for_everybody_withholds_small_numbers_of_provinces_and_what_gives_them_away():
    totals = Totals(doses=158, first=0, complete=0, additional=0, booster=0, today=0, adults_first=0, adults_complete=0)
    lines = [
        a_line("01", "N", given=3, complete=40),
        a_line("02", "N", given=20, complete=2),
        a_line("03", "N", given=70, complete=0),
        a_line("04", "S", given=65, complete=9),
        a_line("05", "S", given=0, complete=6),
    ]
    day = datetime(2021, 12, 1, 17, tzinfo=UTC)
    facts: dict[str, Any] = {"as_of": day.date(), "made_at": day, "adults": 5000, "people": 6000}
    told = for_everybody(Bulletin(totals=totals, products=[], provinces=lines, **facts))
    assert [one.given for one in told.provinces] == [None, None, 70, 65, 0]
    # Each region's courses are public: the south's have nothing small among them.
    assert [one.complete for one in told.provinces] == [None, None, 0, 9, 6]
    assert told.provinces[0].of_received is told.provinces[0].complete_share is None
    assert "01" not in {one.code for one in told.ranked_by_decision()}


def test_rules_that_withhold_something_else_have_another_number():
    """Who changes what is withheld raises `WITHHOLDING`, so that versions of before are withdrawn, and writes the sum here."""
    cells = [withheld(list(each)) for each in itertools.product((0, 1, 3, 5, 9, 40), repeat=4)]
    bands = (("18-49", 40), ("12-17", 3))
    lines = [
        OpenRow(date(2021, 12, 1), province, "AZ", "basic", 1, band, False, doses + place)
        for (place, province), (band, doses) in itertools.product(enumerate(("01", "46", "79")), bands)
    ]
    told = msgspec.json.encode([cells, pooled(lines)])
    assert (WITHHOLDING, hashlib.sha256(told).hexdigest()[:12]) == (1, "edc2bb9f4bfb")
