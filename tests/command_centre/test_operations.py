"""What goes on now is counted once for all walls, by province."""

from tests.stores import SITE
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, arrived, later, screened
from tiemchung.domain import analytics, immunizations
from tiemchung.domain.analytics import Operations
from tiemchung.kit.db import Db
from tiemchung.kit.sql import Query


async def now(db: Db, *, minutes: float, province: str | None = None) -> Operations:
    """What a look so many minutes later sees."""
    at = later(db, seconds=60 * minutes)
    await analytics.count_operations(at)
    return await analytics.operations(at, province=province)


async def test_people_who_wait_are_counted_until_they_got_their_dose_and_for_how_long_they_waited(db: Db):
    session_id, codes = await an_open_session(db, 3)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    first, *_ = [await arrived(nurse, session_id, code) for code in codes]
    seen = await now(db, minutes=1)
    assert (seen.sites_open, seen.sites_heard, seen.waiting, seen.waited_minutes) == (1, 1, 3, None)

    await screened(nurse, first)
    await immunizations.record(later(nurse, seconds=12 * 60), an_injection(first, vial.vial_id))
    seen = await now(db, minutes=20)
    assert (seen.waiting, seen.waited_minutes) == (2, 12)
    assert (await now(db, minutes=20, province="01")).waiting == 0


async def test_a_site_that_says_nothing_for_half_an_hour_is_open_and_not_heard(db: Db):
    session_id, codes = await an_open_session(db, 1)
    await arrived(await a_nurse(db), session_id, codes[0])
    assert (await now(db, minutes=29)).sites_heard == 1
    silent = await now(db, minutes=31)
    assert (silent.sites_open, silent.sites_heard, silent.heard_share) == (1, 0, 0)
    await db.run(Query("update session set status = 'closed' where place_id = %(place)s"), place=SITE)
    assert (await now(db, minutes=32)).sites_open == 0, "and what a closed session left is forgotten"
