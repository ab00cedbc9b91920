"""The next dose, booked together with the one before: the schedule counts its first day from that appointment.

It falls when the one before falls (`actions.let_the_next_go`), and keeps its distance when that one moves.
"""

from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import recommendations, registrations, sites
from tiemchung.domain.appointments import refusals
from tiemchung.domain.appointments.actions import of_person, one
from tiemchung.domain.appointments.model import Appointment
from tiemchung.domain.appointments.places import Ask, take_one
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound


class NextDose(msgspec.Struct, frozen=True, kw_only=True):
    """The dose after one that is booked: which one, from which day on, and with what."""

    dose_role: str
    ordinal: int
    earliest_on: date
    products: frozenset[str]


async def next_dose(db: Db, before: Appointment) -> NextDose:
    """What the schedule says comes after the dose of an appointment.

    Raises `refusals.NotHeld` unless that one is booked, `refusals.NothingFollows`.
    """
    if before.status != "booked":
        raise refusals.NotHeld
    told = await recommendations.after_dose(db, before.person_id, before.product, clock.day_of(before.starts_at))
    if told.earliest is None or (told.ordinal or told.number) != before.ordinal + 1 or told.role != before.dose_role:
        raise refusals.NothingFollows
    products = frozenset(option.product for option in (*told.preferred, *told.allowed))
    return NextDose(
        dose_role=before.dose_role, ordinal=before.ordinal + 1, earliest_on=told.earliest, products=products
    )


async def reserve(db: Db, before_id: UUID, ask: Ask) -> Appointment:
    """Book the dose after the one of an appointment, in the half hour that `ask` names.

    Raises what `next_dose` and `take_one` refuse, `refusals.OtherVaccine`, `NotFound`.
    """
    before = await one(db, ask.person_id, before_id)
    following = await next_dose(db, before)
    session = await sites.session(db, ask.place_id, ask.session_id)
    if session.product not in following.products:
        raise refusals.OtherVaccine
    if clock.day_of(ask.starts_at) < following.earliest_on:
        raise refusals.TooEarly
    for registration in await registrations.of_person(db, ask.person_id):
        if (registration.dose_role, registration.ordinal) == (before.dose_role, before.ordinal):
            break
    else:
        raise NotFound
    await registrations.follow(
        db, registration, dose_role=following.dose_role, ordinal=following.ordinal, earliest_on=following.earliest_on
    )
    await take_one(
        db, msgspec.structs.replace(ask, act="book", dose_role=following.dose_role, ordinal=following.ordinal)
    )
    return await one(db, ask.person_id, ask.command_id)


async def may_follow(db: Db, before: Appointment) -> bool:
    """Whether the next dose can be booked now: one follows, and it is not booked yet."""
    booked = any(
        later.live and (later.dose_role, later.ordinal) == (before.dose_role, before.ordinal + 1)
        for later in await of_person(db, before.person_id)
    )
    if booked:
        return False
    try:
        await next_dose(db, before)
    except (refusals.NotHeld, refusals.NothingFollows):
        return False
    return True
