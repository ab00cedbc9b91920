"""When things happen at a site: half-hour slots, five minutes a person and table, half an hour of observation."""

from datetime import UTC, date, datetime, time
from functools import cache

import msgspec

from tiemchung.demo.country import Site
from tiemchung.demo.lots import Session
from tiemchung.kit.clock import VIETNAM

OPENS = time(7, 30)
SLOT_SECONDS, PEOPLE_A_TABLE = 1_800, 6
PEOPLE_A_TABLE_AND_MORNING = 54
FEWEST_SLOTS = 4
# From arriving in a slot to the dose, and from the dose to going home.
TO_SCREENING, TO_INJECTION, TO_DISCHARGE = 240, 480, 1_860


class Hours(msgspec.Struct, frozen=True, gc=False):
    """A session's day in Unix seconds: `a_slot` people in each half hour, every `pace` seconds one."""

    opens: int
    tables: int
    slots: int
    a_slot: int
    pace: int

    @property
    def ends(self) -> int:
        """When the last half hour is over."""
        return self.opens + self.slots * SLOT_SECONDS

    @property
    def closed(self) -> int:
        """When the last person has left, and doses and vials are counted."""
        return self.ends + 2_700

    def slot(self, number: int) -> int:
        """When the half hour of somebody begins, by their number in the session (from 0)."""
        return self.opens + number // self.a_slot * SLOT_SECONDS

    def arrival(self, number: int) -> int:
        """When somebody checks in; a few seconds more or less, so that clocks do not tick together."""
        return self.slot(number) + number % self.a_slot * self.pace + number * 7 % 41

    def injection(self, number: int) -> int:
        """When somebody gets the dose."""
        return self.arrival(number) + TO_INJECTION


def hours(site: Site, session: Session) -> Hours:
    """The hours of a planned session: as many tables as its people need in a morning, if the site has them."""
    tables = max(1, min(site.tables, -(-session.people // PEOPLE_A_TABLE_AND_MORNING)))
    a_slot = tables * PEOPLE_A_TABLE
    slots = max(FEWEST_SLOTS, -(-session.people // a_slot))
    return Hours(opening(session.day), tables, slots, a_slot, SLOT_SECONDS // a_slot)


@cache
def opening(day: date) -> int:
    """When sites open on a day, in Unix seconds."""
    return int(datetime.combine(day, OPENS, VIETNAM).astimezone(UTC).timestamp())
