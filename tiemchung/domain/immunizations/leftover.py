"""What to do with the doses of opened vials: how many vials more, when to open none, whom to call (WHO multi-dose vial policy).

An opened vial is waste after its hours, so the next one is opened for people who are there, and what the last one holds
beyond those who are still to come is offered to people on standby before it is opened.
"""

from datetime import datetime

import msgspec

from tiemchung.domain import appointments, sites, stock, vaccines
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "leftover.sql")


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Doses left in opened vials against people; all counts are doses or people, `size` doses of a vial.

    `waiting` are at the site, `coming` are booked and have not come; `shelf` are closed vials that may be opened;
    `ends_at` is when the first opened vial's hours are over; `standby` people would come when called.
    """

    left: int
    waiting: int
    coming: int
    size: int
    shelf: int
    standby: int
    ends_at: datetime | None

    @property
    def open_now(self) -> int:
        """Vials to open for those who wait: none while opened ones hold enough."""
        return self._vials(self.waiting)

    @property
    def open_in_all(self) -> int:
        """Vials to open until the session ends, for those who wait and those who are to come."""
        return self._vials(self.waiting + self.coming)

    @property
    def spare(self) -> int:
        """Doses that nobody is there for when all have had theirs; below zero, people for whom there is none."""
        return self.left + self.open_in_all * self.size - self.waiting - self.coming

    @property
    def over(self) -> bool:
        """Nobody waits and nobody is to come: no vial is opened any more."""
        return self.waiting + self.coming == 0

    @property
    def call(self) -> int:
        """People on standby to call, so that no spare dose is thrown away."""
        return max(0, min(self.spare, self.standby))

    def _vials(self, people: int) -> int:
        return min(self.shelf, max(0, -(-(people - self.left) // self.size)))


async def advise(db: Db, session: sites.Session) -> Advice:
    """The advice for a session as it stands now."""
    place_id, product = session.place_id, session.product
    size = (await vaccines.pack(db, product, clock.day_of(db.at))).doses_per_vial
    shelf = await stock.usable_units(db, place_id, product, db.at)
    held = await stock.escrow.held_at(db, place_id, session.session_id)
    counted = await db.one(_Counted, queries.counted, place_id=place_id, session_id=session.session_id, at=db.at)
    return Advice(
        left=counted.left,
        waiting=counted.waiting,
        coming=counted.coming,
        size=size,
        shelf=sum(unit.vials for unit in shelf) + sum(one.doses // size for one in held),
        standby=sum(one.status == "waiting" for one in await appointments.standby.line(db, place_id)),
        ends_at=counted.ends_at,
    )


class _Counted(msgspec.Struct):
    left: int
    ends_at: datetime | None
    waiting: int
    coming: int
