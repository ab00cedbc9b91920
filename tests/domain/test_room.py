"""The waiting room: the order of arrival is kept, nobody gains by coming early, and a changed ticket is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.appointments import room
from tiemchung.domain.appointments.room import Order, Room, Ticket, TicketForged
from tiemchung.kit.crypto import Keys
from tiemchung.kit.ids import uuid7

OPENS = datetime(2021, 12, 1, 1, tzinfo=UTC)
ROOM = Room(room_id=uuid7(), opens_at=OPENS, people_a_second=2.0)


def ticket(seconds: float) -> Ticket:
    return Ticket(room_id=ROOM.room_id, at_ms=int((OPENS.timestamp() + seconds) * 1000), nonce="x")


def counted(*seconds: float) -> Order:
    tenths: dict[int, int] = {}
    for at in seconds:
        tenth = room.tenth_of(ticket(at))
        tenths[tenth] = tenths.get(tenth, 0) + 1
    return Order(tenths.items())


def test_a_ticket_is_read_as_it_was_signed_and_not_when_it_was_changed(keys: Keys):
    given_out = room.arrive(ROOM, OPENS + timedelta(seconds=5))
    text = given_out.text(keys)
    assert room.read(text, keys) == given_out
    earlier = text.replace(str(given_out.at_ms), str(given_out.at_ms - 5000))
    for forged in (earlier, text[:-1] + ("0" if text[-1] != "0" else "1"), "", "a.b.c.d", str(uuid7())):
        with pytest.raises(TicketForged):
            room.read(forged, keys)


def test_who_comes_before_the_opening_stands_before_all_who_come_after_it_and_by_chance_among_the_early():
    early = [room.arrive(ROOM, OPENS - timedelta(seconds=k)).at_ms for k in range(1, 50)]
    assert all(at <= OPENS.timestamp() * 1000 for at in early)
    assert early != sorted(early, reverse=True)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_nobody_who_came_later_is_let_in_before_who_came_earlier(arrivals: list[float]):
    order, at = counted(*arrivals), OPENS + timedelta(seconds=7)
    standings = [order.standing(ROOM, ticket(seconds), at) for seconds in sorted(arrivals)]
    let_in = [standing.let_in for standing in standings]
    assert let_in == sorted(let_in, reverse=True)
    assert [s.before for s in standings if not s.let_in] == sorted(s.before for s in standings if not s.let_in)


def test_nobody_is_let_in_before_the_opening_and_everybody_in_the_end():
    order = counted(1, 2, 3, 4)
    assert not order.standing(ROOM, ticket(1), OPENS - timedelta(seconds=1)).let_in
    assert order.standing(ROOM, ticket(4), OPENS + timedelta(seconds=60)).let_in


def test_the_wait_is_told_as_a_range_that_holds_the_planned_rate():
    order = counted(*([1.0] * 2400), 5.0)
    told = order.standing(ROOM, ticket(5), OPENS)
    assert (told.before, told.minutes_from <= 20 <= told.minutes_to) == (2400, True)
