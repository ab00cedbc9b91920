"""What to do with opened vials: tables computed by hand, and the advice of a real session."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.stores import SITE
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, ready
from tiemchung.domain import immunizations, sites
from tiemchung.domain.immunizations.leftover import Advice, advise
from tiemchung.kit.db import Db

NOON = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


def given(left: int, waiting: int, coming: int, *, shelf: int = 20, standby: int = 0) -> Advice:
    ends_at = NOON if left else None
    return Advice(left=left, waiting=waiting, coming=coming, size=10, shelf=shelf, standby=standby, ends_at=ends_at)


@pytest.mark.parametrize(
    ("advice", "told"),
    [
        # 4 doses, 3 wait, 0 come: open none; one is left, nobody to call.
        (given(4, 3, 0), {"open_now": 0, "open_in_all": 0, "spare": 1, "call": 0}),
        # 4 doses, 6 wait, 13 come: one vial now, two in all; 4 + 20 − 19 = 5 are left, three would come.
        (given(4, 6, 13, standby=3), {"open_now": 1, "open_in_all": 2, "spare": 5, "call": 3}),
        # Nobody waits, nobody comes, 7 doses are open: call seven of nine.
        (given(7, 0, 0, standby=9), {"open_now": 0, "open_in_all": 0, "spare": 7, "call": 7, "over": True}),
        # The shelf has one vial for 25 people and 2 open doses: 13 go without.
        (given(2, 20, 5, shelf=1), {"open_now": 1, "open_in_all": 1, "spare": -13, "call": 0}),
        # Exactly enough.
        (given(10, 10, 10), {"open_now": 0, "open_in_all": 1, "spare": 0, "call": 0}),
    ],
)
def test_vials_to_open_and_people_to_call_are_those_computed_by_hand(advice: Advice, told: dict[str, Any]):
    assert {name: getattr(advice, name) for name in told} == told


async def test_a_session_is_told_by_its_own_vials_people_and_shelf(db: Db):
    session_id, codes = await an_open_session(db, 3, doses=20)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    visit = await ready(nurse, session_id, codes[0])
    await ready(nurse, session_id, codes[1])
    await immunizations.record(nurse, an_injection(visit, vial.vial_id))

    told = await advise(db, await sites.session(db, SITE, session_id))

    assert (told.left, told.waiting, told.coming) == (4, 1, 1)
    assert (told.size, told.shelf, told.ends_at) == (5, 3, vial.use_by)
    assert (told.open_now, told.spare, told.over) == (0, 2, False)
