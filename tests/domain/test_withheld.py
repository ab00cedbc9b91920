"""Small numbers: what is withheld, and that nobody can work it out from what stands beside it."""

from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.analytics.rules import LEAST_PUBLISHED, withheld


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
