"""The waiting room of an opening day: everybody keeps their place in the order of arrival, and the server keeps nobody.

A ticket says when its holder arrived and is signed; the server counts arrivals by tenths of a second and lets in everybody
who arrived before a frontier. The frontier moves along the counted arrivals at the rate that booking bears. Who comes before
the room opens gets a random place among those: there is nothing to win by coming early, or by a faster line.
"""

import secrets
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

import msgspec

from tiemchung.kit.crypto import Keys
from tiemchung.kit.errors import DomainError

TENTH = timedelta(milliseconds=100)
EARLY = timedelta(minutes=10)
_PURPOSE = "waiting-room"
# Wait is told as a range: how fast people book differs from the planned rate.
_SLOWER, _FASTER = 1.35, 0.8


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting room: when it opens and how many people a second it lets in."""

    room_id: UUID
    opens_at: datetime
    people_a_second: float


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the order: the moment that counts as the arrival, in milliseconds, and what makes it one of a kind."""

    room_id: UUID
    at_ms: int
    nonce: str

    def text(self, keys: Keys) -> str:
        """The signed ticket, as a cookie or an address carries it."""
        plain = f"{self.room_id}.{self.at_ms}.{self.nonce}"
        return f"{plain}.{keys.sign(_PURPOSE, plain)}"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ticket stands: let in, or how many are before it and how long that takes, in minutes from and to."""

    let_in: bool
    before: int
    minutes_from: int
    minutes_to: int


class TicketForged(DomainError):
    """The ticket was not made by this room, or was changed."""

    sentence = "Vé xếp hàng không hợp lệ. Hãy lấy vé mới ở phòng chờ."
    status = 403
    rule = "signed_ticket"


class NotYetLetIn(DomainError):
    """The holder's turn has not come."""

    sentence = "Chưa đến lượt bạn đặt lịch. Hãy chờ ở phòng chờ; chỗ của bạn trong hàng được giữ."
    status = 429
    rule = "order_of_arrival"


def arrive(room: Room, at: datetime) -> Ticket:
    """A ticket for somebody who has just come; before the opening, at a random place among the early ones."""
    counted = at
    if at < room.opens_at:
        counted = room.opens_at - EARLY * (secrets.randbelow(10**9) / 10**9)
    return Ticket(room_id=room.room_id, at_ms=int(counted.timestamp() * 1000), nonce=secrets.token_hex(6))


def read(text: str, keys: Keys) -> Ticket:
    """A ticket as it was given out. Raises `TicketForged`."""
    plain, _, signature = text.rpartition(".")
    try:
        room_id, at_ms, nonce = plain.split(".")
        ticket = Ticket(room_id=UUID(room_id), at_ms=int(at_ms), nonce=nonce)
    except ValueError:
        raise TicketForged from None
    if not secrets.compare_digest(keys.sign(_PURPOSE, plain), signature):
        raise TicketForged
    return ticket


class Order:
    """The arrivals of a room by tenths of a second, added up: what a frontier and a place in the order are read from."""

    def __init__(self, arrivals: Iterable[tuple[int, int]]) -> None:
        counted = sorted(arrivals)
        self._tenths = [tenth for tenth, _ in counted]
        self._until = list(accumulate(number for _, number in counted))

    @property
    def everybody(self) -> int:
        """How many have arrived."""
        return self._until[-1] if self._until else 0

    def before(self, at_ms: int) -> int:
        """How many arrived before a moment; within a tenth of a second they are taken to be spread evenly."""
        tenth, rest = divmod(at_ms, 100)
        k = bisect_left(self._tenths, tenth)
        earlier = self._until[k - 1] if k else 0
        if k < len(self._tenths) and self._tenths[k] == tenth:
            return earlier + (self._until[k] - earlier) * rest // 100
        return earlier

    def standing(self, room: Room, ticket: Ticket, at: datetime) -> Standing:
        """Where a ticket stands at a moment."""
        let_in = self.let_in(room, at)
        before = self.before(ticket.at_ms) - let_in
        if at >= room.opens_at and before < 0:
            return Standing(let_in=True, before=0, minutes_from=0, minutes_to=0)
        opening = max((room.opens_at - at).total_seconds(), 0.0)
        seconds = max(before, 0) / room.people_a_second
        return Standing(
            let_in=False,
            before=max(before, 0),
            minutes_from=int((opening + seconds * _FASTER) // 60),
            minutes_to=int(-((opening + seconds * _SLOWER + 30) // -60)),
        )

    def let_in(self, room: Room, at: datetime) -> int:
        """How many may have been let in by a moment."""
        open_for = (at - room.opens_at).total_seconds()
        return int(open_for * room.people_a_second) if open_for > 0 else 0


def tenth_of(ticket: Ticket) -> int:
    """The tenth of a second under which an arrival is counted."""
    return ticket.at_ms // 100
