"""A recall: frozen at once, everybody on the list, everybody told, late doses marked."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import SITE, a_lot, a_shelf
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, later, ready, vaccinated
from tiemchung.domain import immunizations, messaging, stock, vaccines
from tiemchung.domain.stock import RecalledBefore
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError

INSTRUCTIONS = "Không cần tiêm lại."


async def recalled(db: Db, lot_id: UUID) -> UUID:
    return await stock.recalls.order(db, lot_id, reason="Thông báo của nhà sản xuất", instructions=INSTRUCTIONS)


async def test_from_the_recall_on_nothing_of_the_lot_is_opened_given_or_planned(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit, vial = await ready(nurse, session_id, codes[0]), await an_open_vial(nurse, session_id)

    await recalled(db, vial.lot_id)

    with pytest.raises(immunizations.LotNotReleased):
        async with db.connection.transaction():
            await immunizations.record(nurse, an_injection(visit, vial.vial_id))
    with pytest.raises(vaccines.LotUnusable):
        await stock.open_vial(nurse, SITE, session_id, lot_id=vial.lot_id)
    assert await stock.usable_doses(db, SITE, "JAN", db.at) == 0


async def test_everybody_who_had_a_dose_is_on_the_list_once_and_is_told_once(db: Db):
    nurse, _, visit, vial = await vaccinated(db)
    recall_id = await recalled(later(nurse, minutes=5), vial.lot_id)

    assert await stock.recalls.gather(db, recall_id) == 1
    assert await stock.recalls.gather(db, recall_id) == 0
    await stock.recalls.tell_next(db)
    await stock.recalls.tell_next(db)

    told = await stock.recalls.recall(db, recall_id)
    assert (told.people, told.told, told.after_recall) == (1, 1, 0)
    (dosed,) = await stock.recalls.dosed_at(db, recall_id, SITE)
    assert dosed.person_id == visit.person_id
    bodies = [message.body for message in await messaging.inbox(db, "+84905000000")]
    assert sum(INSTRUCTIONS in body for body in bodies) == 1


async def test_a_dose_that_was_taken_back_is_not_on_the_list(db: Db):
    nurse, _, visit, vial = await vaccinated(db)
    assert visit.immunization_id
    await immunizations.undo(
        later(nurse, seconds=10),
        person_id=visit.person_id,
        immunization_id=visit.immunization_id,
        reason="Bấm nhầm",
    )

    recall_id = await recalled(later(nurse, minutes=5), vial.lot_id)

    assert await stock.recalls.gather(db, recall_id) == 0


async def test_a_dose_given_after_the_recall_is_marked_and_not_dropped(db: Db):
    nurse, _, _, vial = await vaccinated(db)
    recall_id = await recalled(later(nurse, minutes=-30), vial.lot_id)

    await stock.recalls.gather(db, recall_id)

    (dosed,) = await stock.recalls.dosed_at(db, recall_id, SITE)
    assert dosed.after_recall


async def test_a_recall_says_where_the_doses_are_that_were_not_given(db: Db):
    nurse, _, _, vial = await vaccinated(db)
    recall_id = await recalled(later(nurse, minutes=5), vial.lot_id)
    await stock.recalls.gather(db, recall_id)

    (place,) = await stock.recalls.at_places(db, recall_id, path=None)

    assert (place.place_id, place.on_hand, place.opened, place.administered, place.people) == (SITE, 95, 4, 1, 1)


async def test_a_lot_is_recalled_once(db: Db):
    lot_id = await a_lot(db)
    await recalled(db, lot_id)

    with pytest.raises(RecalledBefore):
        async with db.connection.transaction():
            await recalled(later(db, minutes=1), lot_id)
    with pytest.raises(DomainError):
        await recalled(db, SITE)


async def test_a_recalled_lot_that_is_on_a_shelf_does_not_count_as_usable_afterwards(db: Db):
    lot_id = await a_shelf(db, 40)
    await recalled(db, lot_id)

    assert await stock.usable_units(db, SITE, "JAN", db.at + timedelta(days=1)) == []
