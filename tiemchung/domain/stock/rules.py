"""The order of use, the clocks of units and vials, and how an entry is made up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from tiemchung.kit import clock

# Only these keep vaccines below zero; from a province's store down everything lies at 2–8 °C.
KEEPS_FROZEN = frozenset({"national_store", "regional_institute"})
COLD_STATES = ("frozen", "minus20")
# From this stage of its vial monitor on a vial is not used (WHO).
DISCARD_FROM_STAGE = 3


# Decided doses are with their receiver within so many days: five from the nation's stores and institutes (2021), else two.
DELIVERY_DAYS = {"national_store": 5, "regional_institute": 5}
DELIVERY_DAYS_ELSEWHERE = 2


class OnShelf(Protocol):
    """What the order of use looks at."""

    @property
    def use_before(self) -> datetime: ...
    @property
    def number(self) -> str: ...
    @property
    def vvm_stage(self) -> int | None: ...
    @property
    def on_hand(self) -> int: ...


S = TypeVar("S", bound=OnShelf)


def end_of(expires_on: date) -> datetime:
    """The moment a lot's last day is over in Viet Nam."""
    return clock.start_of(expires_on + timedelta(days=1))


def use_before(expires_on: date, usable_until: datetime | None) -> datetime:
    """The earlier of the two clocks: the lot's expiry in force and the unit's own (thawed, or below zero)."""
    ends = end_of(expires_on)
    return ends if usable_until is None else min(ends, usable_until)


def in_order_of_use(units: Iterable[S]) -> list[S]:
    """Where the vial monitor shows stage 2 first (WHO), then earliest to expire, first out (EEFO)."""
    return sorted(units, key=lambda unit: (unit.vvm_stage != 2, unit.use_before, unit.number))


def take(units: Iterable[S], doses: int) -> list[tuple[S, int]] | None:
    """So many doses from these units in the order of use, or None where there are too few."""
    taken: list[tuple[S, int]] = []
    for unit in in_order_of_use(units):
        if doses == 0:
            break
        part = min(doses, unit.on_hand)
        if part:
            taken.append((unit, part))
            doses -= part
    return taken if doses == 0 else None


def first_clock(days_by_state: Mapping[str, Decimal | None]) -> str:
    """The clock of a unit as it comes from the maker: its coldest state."""
    return next((state for state in COLD_STATES if state in days_by_state), "fridge")


def clock_after_receipt(
    previous: str,
    usable_until: datetime | None,
    *,
    place_kind: str,
    fridge_days: Decimal | None,
    at: datetime,
) -> tuple[str, datetime | None]:
    """A unit's clock at its new place. Thawing starts a clock of its own and is never undone (never refreeze)."""
    if previous not in COLD_STATES or place_kind in KEEPS_FROZEN or fridge_days is None:
        return previous, usable_until
    return "thawed", at + timedelta(days=float(fridge_days))


def vial_use_by(opened_at: datetime, open_hours: Decimal, unit_use_before: datetime) -> datetime:
    """Hours after the first puncture, or the unit's own end, whichever comes first (WHO multi-dose vial policy)."""
    return min(opened_at + timedelta(hours=float(open_hours)), unit_use_before)


def delivery_days(sender_kind: str) -> int:
    """How many days a kind of store has until its doses are with their receiver."""
    return DELIVERY_DAYS.get(sender_kind, DELIVERY_DAYS_ELSEWHERE)


def balanced(doses: Sequence[int]) -> bool:
    """Two lines at least, and together nothing."""
    return len(doses) > 1 and sum(doses) == 0


def needs_second(difference: int, balance: int, doses: int, percent: int) -> bool:
    """More than so many doses, or more than so many percent of the balance: one person's word is not enough."""
    return abs(difference) > doses or abs(difference) * 100 > balance * percent
