"""Who comes without an appointment takes one of the session's places too: counted with all others, never one too many."""

import asyncio
from uuid import UUID

import pytest

from tests.arrange import a_member_of_staff
from tests.citizens import a_new_person
from tests.domain.test_bookings import took
from tests.places import an_open_session
from tests.stores import SITE, people_assigned
from tests.visits import a_nurse, an_injection, an_open_vial, facts, later, screened
from tiemchung.domain import appointments, immunizations, sites
from tiemchung.domain.appointments import SlotsFull, audit
from tiemchung.domain.immunizations import Visit, walk_ins
from tiemchung.domain.people import Identifier
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7


async def a_session_of(db: Db, places: int) -> UUID:
    """An open session of one half hour with so many places, two of them for people who book themselves."""
    slot, *_ = await an_open_session(db, hours=0.5)
    await db.connection.execute("update slot set capacity = %s", [places])
    await sites.open_session(db, SITE, slot.session_id)
    return slot.session_id


async def at_the_door(db: Db) -> tuple[Db, UUID]:
    """A nurse, and the head of the site who lets strangers in."""
    return await a_nurse(db), (await a_member_of_staff(db, "site_head", place_id=SITE))[0]


async def received(db: Db, approver: UUID, session_id: UUID, k: int, *, on_paper: bool = False) -> Visit:
    """A stranger at the door."""
    person = await a_new_person(
        db,
        name=f"Trần Thị Qua Đường {'ABCDEFGHIKLM'[k]}",
        identifiers=[Identifier(kind="national_id", country="VN", value=f"046186{k:06}")],
        contacts=[],
    )
    walk_in = walk_ins.WalkIn(person=person, given_by="self", reason="Đến cùng người nhà", approved_by=approver)
    return await walk_ins.receive(
        db, walk_in, place_id=SITE, session_id=session_id, visit_id=uuid7(), held_to_schedule=not on_paper
    )


async def places(db: Db) -> tuple[int, int]:
    """Places taken, and appointments at the door that stand."""
    (row,) = await facts(
        db,
        "select (select sum(taken) from slot)::int as t,"
        " (select count(*) from appointment where channel = 'walk_in' and status in ('checked_in', 'done')) as a",
    )
    return row["t"], row["a"]


async def test_a_walk_in_takes_a_place_of_the_lists_and_a_full_session_takes_nobody(db: Db):
    session_id = await a_session_of(db, 4)
    nurse, head = await at_the_door(db)

    for k in range(2):
        await received(nurse, head, session_id, k)
    with pytest.raises(SlotsFull):
        async with db.connection.transaction():
            await received(nurse, head, session_id, 2)

    assert await places(db) == (2, 2)
    assert len(await immunizations.visits(db, SITE, session_id)) == 2
    assert (await audit.look(db)).ok


async def test_the_place_is_the_dose_s_or_goes_back_when_they_leave_without_one(db: Db):
    session_id = await a_session_of(db, 4)
    nurse, head = await at_the_door(db)
    first, second = [await received(nurse, head, session_id, k) for k in range(2)]
    vial = await an_open_vial(nurse, session_id)

    await screened(nurse, first)
    await immunizations.record(nurse, an_injection(first, vial.vial_id))
    await immunizations.not_done(nurse, place_id=SITE, visit_id=second.visit_id, reason="Xin về sớm")

    assert await places(db) == (1, 1)
    assert (await audit.look(db)).ok


async def test_who_was_received_on_paper_in_a_full_session_is_kept_without_a_place(db: Db):
    session_id = await a_session_of(db, 2)
    nurse, head = await at_the_door(db)

    visit = await received(later(nurse, hours=5), head, session_id, 0, on_paper=True)

    assert await places(db) == (0, 0)
    assert [seen.visit_id for seen in await immunizations.visits(db, SITE, session_id)] == [visit.visit_id]
    assert (await audit.look(db)).ok


async def test_walk_ins_lists_and_people_themselves_at_once_never_pass_the_capacity(database: Database):
    async with database.transaction() as db:
        session_id = await a_session_of(db, 6)
        invited = await people_assigned(db, 4)
        booking = await people_assigned(db, 4, first=10)
        nurse, head = await at_the_door(db)
        open_slot, *_ = await appointments.listed_slots(db, SITE, session_id)

    async def one(kind: str, k: int) -> bool:
        try:
            async with database.transaction(nurse.actor) as db:
                if kind == "door":
                    await received(db, head, session_id, k)
                elif kind == "list":
                    await appointments.invite(db, SITE, session_id, [invited[k]])
                else:
                    await took(db, booking[k], open_slot)
        except DomainError:
            return False
        return True

    got = await asyncio.gather(*(one(kind, k) for k in range(4) for kind in ("door", "list", "self")))

    async with database.transaction() as db:
        (slot,) = await sites.slots(db, SITE, session_id)
        assert (slot.taken, slot.self_taken) == (6, 2) and sum(got) == 6
        assert (await audit.look(db)).ok
