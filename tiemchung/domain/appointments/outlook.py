"""Whether what is planned serves who waits: people assigned × places of sessions to come × doses not promised yet."""

from uuid import UUID

import msgspec

from tiemchung.domain import registrations, stock
from tiemchung.domain.access import Role, Staff
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "outlook.sql")

PLANNERS = frozenset({"site_head", "district_officer", "province_officer"})


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A place: people who wait there, free places of its sessions to come, and usable doses that nobody was promised."""

    place_id: UUID
    place_name: str
    waiting: int
    places: int
    doses: int

    @property
    def served(self) -> int:
        """How many of those who wait the plans serve: no more than there are places, and no more than there are doses."""
        return min(self.waiting, self.places, self.doses)

    @property
    def unserved(self) -> int:
        """How many it cannot serve."""
        return self.waiting - self.served

    @property
    def lacking_places(self) -> int:
        """So many places more are needed."""
        return max(self.waiting - self.places, 0)

    @property
    def lacking_doses(self) -> int:
        """So many doses more are needed."""
        return max(self.waiting - self.doses, 0)


async def outlook(db: Db, member: Staff) -> list[Outlook]:
    """The places in a planner's reach where people wait, those that lack most places first, at most thirty a role.

    An officer of the nation reads the same from the command centre.
    """
    campaign = await registrations.campaign_of(db)
    found: dict[UUID, Outlook] = {}
    for role in member.roles:
        if role.role not in PLANNERS:
            continue
        rows = await db.all(_Row, queries.waiting_places, campaign_id=campaign.campaign_id, at=db.at, **_reach(role))
        for row in rows:
            usable = sum(unit.on_hand for unit in await stock.units(db, row.place_id) if unit.usable(db.at))
            found[row.place_id] = Outlook(
                place_id=row.place_id,
                place_name=row.place_name,
                waiting=row.waiting,
                places=row.places,
                doses=max(usable - row.promised, 0),
            )
    return sorted(found.values(), key=lambda place: (-place.unserved, place.place_name))


def _reach(role: Role) -> dict[str, object]:
    if role.role == "site_head":
        return {"place_id": role.place_id, "parent_id": None, "area_path": None}
    return {"place_id": None, "parent_id": role.place_id, "area_path": role.area_path}


class _Row(msgspec.Struct):
    place_id: UUID
    place_name: str
    waiting: int
    places: int
    promised: int
