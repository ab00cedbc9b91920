"""Places in half hours, taken by people themselves: many requests in one statement and one commit, and given back once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import psycopg

from tiemchung.domain.appointments import asking, refusals, rules
from tiemchung.domain.appointments.asking import Wish, Word
from tiemchung.domain.appointments.invitations import queries
from tiemchung.kit import clock
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError, NotFound, SignInNeeded, Unavailable

HOLD = timedelta(minutes=10)
MOST_AT_ONCE, AT_A_TIME = 256, 2
_TRIES = 4


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a place. `command_id` is its idempotency key and the appointment's id.

    `act` holds the place for some minutes or books it at once. Who asks is a citizen's sign-in, or a member of staff who
    has been let to the person's record before. Without `dose_role` and `ordinal` the person's oldest open registration is meant.
    """

    command_id: UUID
    act: str
    channel: str
    person_id: UUID
    place_id: UUID
    session_id: UUID
    starts_at: datetime
    request_id: str = ""
    sign_in_id: bytes | None = None
    staff_id: UUID | None = None
    dose_role: str | None = None
    ordinal: int | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the database answered to a request: taken, or the name of what stands against it."""

    outcome: str
    act: str = ""
    person_id: UUID | None = None
    place_id: UUID | None = None
    session_id: UUID | None = None
    starts_at: datetime | None = None
    held_until: datetime | None = None

    @property
    def refusal(self) -> DomainError | None:
        """Why the place was not given."""
        return None if self.outcome == "taken" else REFUSALS[self.outcome]()


REFUSALS: dict[str, type[DomainError]] = {
    "sign_in_needed": SignInNeeded,
    "not_found": NotFound,
    "not_registered": refusals.NotRegistered,
    "under_review": refusals.UnderReview,
    "session_closed": refusals.SessionClosed,
    "slot_past": refusals.SlotPast,
    "already_booked": refusals.AlreadyBooked,
    "too_early": refusals.TooEarly,
    "too_young": refusals.TooYoung,
    "not_due": refusals.NotDue,
    "other_vaccine": refusals.OtherVaccine,
    "slot_full": refusals.SlotFull,
    "key_used": refusals.KeyUsed,
    "again": Unavailable,
}


async def take(database: Database, asks: Sequence[Ask]) -> list[Told]:
    """Answer requests in the order in which they came, all in one commit; each key is answered once and for ever.

    A request that stood behind one that failed at the last moment, or a batch that the database broke off for another's
    sake, is sent once more. Raises what a lost database raises: nothing of the batch is then known to be done.
    """
    told: dict[UUID, Told] = {}
    waiting = list({ask.command_id: ask for ask in asks}.values())
    for left in reversed(range(_TRIES)):
        try:
            told |= await _take(database, waiting)
        except psycopg.errors.DeadlockDetected:
            if not left:
                raise
            continue
        waiting = [ask for ask in waiting if told[ask.command_id].outcome == "again"]
        if not waiting:
            break
    return [told[ask.command_id] for ask in asks]


async def take_one(db: Db, ask: Ask, *, hold: timedelta = HOLD) -> Told:
    """The same for one request inside an act of the caller's. Raises the refusal."""
    (told,) = (await take_here(db, [ask], hold=hold)).values()
    if told.refusal is not None:
        raise told.refusal
    return told


async def _take(database: Database, asks: Sequence[Ask]) -> dict[UUID, Told]:
    async with database.statement() as db:
        return await take_here(db, asks)


async def take_here(db: Db, asks: Sequence[Ask], *, hold: timedelta = HOLD) -> dict[UUID, Told]:
    """The same inside an act of the caller's, once: the answers by their keys, `again` among them."""
    wishes = [
        Wish(person_id=ask.person_id, place_id=ask.place_id, session_id=ask.session_id, on=clock.day_of(ask.starts_at))
        for ask in asks
    ]
    words = await asking.about(db, wishes)
    rows = await db.all(_Row, queries.take_places, **_parameters(asks, words, db.at, hold))
    return {row.command_id: msgspec.json.decode(row.answer, type=Told) for row in rows}


def _parameters(asks: Sequence[Ask], words: Sequence[Word | None], at: datetime, hold: timedelta) -> dict[str, object]:
    return {
        "at": at,
        "held_until": at + hold,
        "ids": [ask.command_id for ask in asks],
        "acts": [ask.act for ask in asks],
        "channels": [ask.channel for ask in asks],
        "sign_ins": [ask.sign_in_id for ask in asks],
        "staff": [ask.staff_id for ask in asks],
        "requests": [ask.request_id for ask in asks],
        "people": [ask.person_id for ask in asks],
        "roles": [ask.dose_role for ask in asks],
        "ordinals": [ask.ordinal for ask in asks],
        "places": [ask.place_id for ask in asks],
        "sessions": [ask.session_id for ask in asks],
        "starts": [ask.starts_at for ask in asks],
        "codes": [rules.new_code() for _ in asks],
        "due": [word and word.due for word in words],
        "against": [word and word.against for word in words],
    }


class _Row(msgspec.Struct):
    command_id: UUID
    answer: str
