"""Whatever people, phone agents and the clock do in whatever order: places, appointments and claims agree after every step."""

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.test_bookings import target, took
from tests.domain.test_standby import offers
from tests.places import an_open_session, open_slots
from tests.stores import SITE, people_assigned
from tests.visits import later
from tiemchung.domain import appointments, sites
from tiemchung.domain.appointments import Appointment, audit, standby
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7

PEOPLE, SLOTS = 5, 2
ACTS = ("hold", "book", "confirm", "expire", "cancel", "move", "invite", "decline", "release", "twice")
OFFERS = ("wait", "leave", "offer", "accept", "turn_down", "run_out", "walk_in")


@dataclass(frozen=True)
class Act:
    """Something that one of the people, or the clock, does."""

    kind: str
    who: int
    slot: int
    minutes: int


acts = st.lists(
    st.builds(
        Act,
        kind=st.sampled_from(ACTS + OFFERS),
        who=st.integers(0, PEOPLE - 1),
        slot=st.integers(0, SLOTS - 1),
        minutes=st.sampled_from([0, 1, 6, 11, 16]),
    ),
    max_size=20,
)


@given(acts=acts)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_places_appointments_and_claims_agree_after_any_acts(shared: Database, acts: list[Act]):
    async with shared.pool.connection() as connection, connection.transaction(force_rollback=True):
        db = shared.on(connection)
        slots = await an_open_session(db, places=2, doses=9)
        people = list(await people_assigned(db, PEOPLE))
        for act in acts:
            db = later(db, minutes=act.minutes)
            before = await live(db, people[act.who])
            try:
                async with db.connection.transaction():
                    await do(db, act, people, slots)
            except DomainError:
                assert await live(db, people[act.who]) == before
            assert (await audit.look(db)).ok
            assert len(await live(db, people[act.who])) <= 1
            assert all(0 <= slot.free <= 6 for slot in await open_slots(db))


async def live(db: Db, person_id: Any) -> list[Appointment]:
    return [found for found in await appointments.of_person(db, person_id) if found.live]


async def do(db: Db, act: Act, people: list[Any], slots: list[Any]) -> None:
    person, slot = people[act.who], slots[act.slot]
    mine = await live(db, person)
    match act.kind:
        case "hold" | "book":
            await took(db, person, slot, act.kind)
        case "twice":
            key = uuid7(db.at)
            first = await took(db, person, slot, command_id=key)
            assert await took(db, person, slot, command_id=key) == first
        case "expire":
            await appointments.expire_holds(db)
        case "release":
            await appointments.release_due(db)
        case "invite":
            await appointments.invite(db, SITE, slot.session_id, [person])
        case kind if kind in OFFERS:
            await do_offer(db, act, person, slot)
        case _ if not mine:
            return
        case "confirm":
            await appointments.confirm(db, person, mine[0].appointment_id)
        case "cancel":
            await appointments.cancel(db, person, mine[0].appointment_id)
        case "decline":
            await appointments.answer(db, person, mine[0].appointment_id, accept=False)
        case _:
            await appointments.move(db, person, mine[0].appointment_id, target(slot))


async def do_offer(db: Db, act: Act, person: Any, slot: Any) -> None:
    """What the waiting list does: an offer is a place held for fifteen minutes, which goes on or becomes an appointment."""
    offered = [offer for offer in await offers(db) if offer.person_id == person]
    match act.kind:
        case "wait":
            await standby.join(db, person, SITE)
        case "leave":
            await standby.leave(db, person, SITE)
        case "offer":
            await standby.offer(db, SITE, slot.session_id, [slot.starts_at])
        case "run_out":
            await standby.expire(db)
        case "walk_in":
            await appointments.seat(db, await sites.session(db, SITE, slot.session_id), person, "basic", 1)
        case "accept" if offered:
            await standby.accept(db, offered[0])
        case "turn_down" if offered:
            await standby.decline(db, offered[0])
        case _:
            return
