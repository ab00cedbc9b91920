"""How many people a session takes, and who may approve it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.domain.access import Role
from tiemchung.kit import clock

SLOT_MINUTES = 30
# One table screens and injects six people in half an hour: five minutes a person.
PEOPLE_A_TABLE = 6
# Everyone sits for 30 minutes after the injection, so people of two neighbouring slots sit at once.
SLOTS_SEATED_AT_ONCE = 2
LONGEST = timedelta(hours=10)
APPROVERS = frozenset({"district_officer", "province_officer", "national_operator"})


def people_a_slot(tables: int, seats: int) -> int:
    """People whom half an hour takes: tables × 6, and no more than the observation seats hold."""
    return min(tables * PEOPLE_A_TABLE, seats // SLOTS_SEATED_AT_ONCE)


def slot_starts(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """When the session's half hours begin."""
    step = timedelta(minutes=SLOT_MINUTES)
    return [starts_at + i * step for i in range((ends_at - starts_at) // step)]


def hours_fit(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Not over yet, within one day of Viet Nam, in whole half hours, at most ten hours."""
    length = ends_at - starts_at
    return (
        ends_at > now
        and timedelta(0) < length <= LONGEST
        and length % timedelta(minutes=SLOT_MINUTES) == timedelta(0)
        and clock.day_of(starts_at) == clock.day_of(ends_at - timedelta(microseconds=1))
    )


def with_margin(people: int, percent: int) -> int:
    """People to invite when so many percent are expected to stay away; whole people, rounded down."""
    return people + people * percent // 100


def may_approve(roles: Iterable[Role], place_id: UUID, parent_id: UUID | None, area_path: str) -> bool:
    """An officer of the place's area or of the centre that supplies it, or a head of the place.

    That it is another person than the planner is the database's check.
    """
    return any(
        (role.role in APPROVERS and _answers_for(role, parent_id, area_path))
        or (role.role == "site_head" and role.place_id == place_id)
        for role in roles
    )


def _answers_for(role: Role, parent_id: UUID | None, area_path: str) -> bool:
    if role.place_id is not None:
        return role.place_id == parent_id
    return role.area_path is None or f"{area_path}.".startswith(f"{role.area_path}.")
