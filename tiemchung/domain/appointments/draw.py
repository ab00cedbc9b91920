"""A fair draw when more people want places than there are: anybody can run it again and get the same winners.

Before it opens, the digest of a secret seed is published; after it closes, the list of pseudonyms by tier. What decides is
the seed together with a public number that nobody could know before (the beacon) and the digest of the list: neither the
organisers nor those who take part can steer it. `static/draw.py` is the published script, written apart from this module.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from tiemchung.domain import messaging, registrations, sites
from tiemchung.domain.appointments import codes
from tiemchung.domain.appointments.codes import queries
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import uuid7


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw. `tiers` lists the priority groups of each tier, the first served first; all others come last."""

    draw_id: UUID
    name: str
    place_id: UUID
    place_name: str
    session_id: UUID
    places: int
    tiers: list[list[int]]
    opens_at: datetime
    closes_at: datetime
    seed_digest: str
    announced_at: datetime
    announced_by: UUID | None
    seed: str | None
    beacon: str | None
    entries_digest: str | None
    entries: int | None
    winners: int | None
    drawn_at: datetime | None

    def open(self, at: datetime) -> bool:
        """People may take part now."""
        return self.opens_at <= at < self.closes_at


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's part in a draw; the pseudonym finds them in the published list."""

    draw_id: UUID
    pseudonym: UUID
    tier: int
    entered_at: datetime
    rank: int | None


class Announced(Event, frozen=True, kw_only=True, tag="draw.announced"):
    """A draw and the digest of its seed were published."""

    draw_id: UUID
    seed_digest: str


class Entered(Event, frozen=True, kw_only=True, tag="draw.entered"):
    """Somebody takes part."""

    draw_id: UUID


class Drawn(Event, frozen=True, kw_only=True, tag="draw.drawn"):
    """A draw was drawn and its seed published."""

    draw_id: UUID
    winners: int


class NotOpen(DomainError):
    """The draw has not opened yet, or has closed."""

    sentence = "Đợt bốc thăm này chưa mở hoặc đã đóng nhận đăng ký."
    rule = "within_the_window"


class NotDrawable(DomainError):
    """The draw is still open, or was drawn before."""

    sentence = "Đợt bốc thăm này chưa đóng hoặc đã được rút."
    rule = "closed_and_once"


class DrawnBySelf(DomainError, constraint="draw_drawn_by_another"):
    """Whoever announced a draw may not draw it."""

    sentence = "Người công bố không được tự rút. Phải có người thứ hai rút thăm."
    status = 403
    rule = "two_people"


class BadWindow(DomainError):
    """A draw opens in the future and closes later."""

    sentence = "Thời gian nhận đăng ký phải ở tương lai và kết thúc sau khi bắt đầu."
    field = "closes"
    rule = "opens_before_it_closes"


async def announce(
    db: Db,
    *,
    name: str,
    place_id: UUID,
    session_id: UUID,
    places: int,
    tiers: Sequence[Sequence[int]],
    opens_at: datetime,
    closes_at: datetime,
) -> UUID:
    """Publish a draw with the digest of its seed, before anybody takes part. Raises `BadWindow`, `NotFound`."""
    if not db.at <= opens_at < closes_at:
        raise BadWindow
    await sites.session(db, place_id, session_id)
    draw_id, seed = uuid7(db.at), secrets.token_hex(32)
    await db.run(
        queries.announce,
        draw_id=draw_id,
        name=name,
        place_id=place_id,
        session_id=session_id,
        places=places,
        tiers=json(tiers),
        opens_at=opens_at,
        closes_at=closes_at,
        seed_sealed=db.keys.seal(seed, f"draw.seed.{draw_id}"),
        seed_digest=hashlib.sha256(seed.encode()).hexdigest(),
        by=db.actor.id,
        at=db.at,
    )
    digest = hashlib.sha256(seed.encode()).hexdigest()
    await db.happened(Announced(place_id=place_id, draw_id=draw_id, seed_digest=digest))
    return draw_id


async def enter(db: Db, draw_id: UUID, person_id: UUID) -> Entry:
    """Take part, once; whoever calls has opened the record. Raises `NotOpen`, `NotFound` for who is not registered."""
    if not await registrations.of_person(db, person_id):
        raise NotFound
    entered = await db.run(queries.enter, draw_id=draw_id, person_id=person_id, pseudonym=uuid4(), at=db.at)
    found = await entry(db, draw_id, person_id)
    if found is None:
        raise NotOpen
    if entered:
        await db.happened(Entered(person_id=person_id, draw_id=draw_id))
    return found


async def draw(db: Db, draw_id: UUID, beacon: str) -> int:
    """Draw: the winners get a personal code and a message; how many there are. Raises `NotDrawable`.

    The database refuses that whoever announced a draw also draws it.
    """
    sealed = await db.value(bytes, queries.lock, draw_id=draw_id, at=db.at)
    if sealed is None:
        raise NotDrawable
    asked = await one(db, draw_id)
    seed = db.keys.open(sealed, f"draw.seed.{draw_id}")
    told = {"draw_id": draw_id, "seed": seed, "beacon": beacon, "places": asked.places}
    winners = await db.value(int, queries.hold, **told, by=db.actor.id, at=db.at) or 0
    await db.happened(Drawn(place_id=asked.place_id, draw_id=draw_id, winners=winners))
    return winners


async def tell_winners(db: Db, draw_id: UUID) -> None:
    """Send every winner a personal code for the session; a follower of the draw."""
    asked = await one(db, draw_id)
    session = await sites.session(db, asked.place_id, asked.session_id)
    for winner in await db.all(_Winner, queries.winners, draw_id=draw_id):
        code = await codes.issue(db, winner.person_id, cohort=asked.name, session=session)
        await messaging.tell(db, winner.person_id, "draw_won", name=asked.name, place=asked.place_name, code=code)


async def entries_csv(db: Db, draw_id: UUID) -> bytes:
    """The list that is published: tier and pseudonym, in order."""
    return await db.value(bytes, queries.entries, draw_id=draw_id) or b""


async def winners_csv(db: Db, draw_id: UUID) -> bytes:
    """The winners in order, as the published script prints them."""
    return await db.value(bytes, queries.listed_winners, draw_id=draw_id) or b""


async def one(db: Db, draw_id: UUID) -> Draw:
    """A draw. Raises `NotFound`."""
    return await db.one(Draw, queries.draws, draw_id=draw_id)


async def every(db: Db) -> list[Draw]:
    """All draws, the newest first."""
    return await db.all(Draw, queries.draws, draw_id=None)


async def entry(db: Db, draw_id: UUID, person_id: UUID) -> Entry | None:
    """Somebody's part in a draw, or None."""
    return await db.maybe(Entry, queries.entry, draw_id=draw_id, person_id=person_id)


class _Winner(msgspec.Struct):
    person_id: UUID
    rank: int
