"""An opening day: a million people at the waiting room; is the order of arrival kept, and what does the server keep of them?"""

import os
import random
import statistics
from datetime import UTC, datetime, timedelta

from bench.harness import ROUNDS, Figure, get, interleaved, platform, rate
from tiemchung.domain.appointments import opening, room
from tiemchung.domain.appointments.room import Order, Room, Ticket
from tiemchung.kit import clock
from tiemchung.kit.ids import uuid7
from tiemchung.portal.waiting_room import AGAIN_SECONDS
from tiemchung.web.assets import assets

PEOPLE = int(os.environ.get("SCALE", "1000000"))
# Booking bears the whole crowd in about half an hour.
A_SECOND, PROCESSES, EARLY_SHARE, BURST_SECONDS = PEOPLE / 2000, 4, 0.3, 180.0


async def run() -> list[Figure]:
    """opening_day.order, .state, .range by simulated arrivals; opening_day.room: pages a second over HTTP."""
    opens_at = datetime(2021, 12, 1, 1, tzinfo=UTC)
    found = Room(room_id=uuid7(), opens_at=opens_at, people_a_second=A_SECOND)
    tickets, order = _arrivals(found)
    entered = sorted(tickets, key=lambda ticket: _enters(found, order, ticket))
    in_order = {id(ticket): k for k, ticket in enumerate(sorted(tickets, key=lambda ticket: ticket.at_ms))}
    errors = [abs(in_order[id(ticket)] - k) / PEOPLE * 100 for k, ticket in enumerate(entered)]
    rows = len(order._tenths)  # pyright: ignore[reportPrivateUsage]
    kept = _ranges_kept(found, order, random.Random(2021).sample(tickets, min(10_000, PEOPLE)))
    return [
        _figure("opening_day.order", max(errors), "% of the line, the worst of all", 1.0, "1 %", "<= 1.0"),
        _figure("opening_day.mean", statistics.fmean(errors), "% of the line, on average", 1.0, "1 %", "<= 1.0"),
        _figure("opening_day.state", rows, "rows kept by the server", PEOPLE, "one row a person", "<= 0.05"),
        _figure("opening_day.range", kept, "% let in within the range they were told", 95.0, "95 %", ">= 1.0"),
        await _room_over_http(),
    ]


def _figure(name: str, figure: float, unit: str, limit: float, limit_is: str, target: str) -> Figure:
    ratio = round(figure / limit, 4)
    return Figure(name=name, figure=round(figure, 4), unit=unit, limit=limit, limit_is=limit_is, ratio=ratio,
                  target=target, rounds=1)  # fmt: skip


def _arrivals(found: Room) -> tuple[list[Ticket], Order]:
    """Some come early, the others in a burst that fades; several processes count them, as they do."""
    dice = random.Random(1)
    counted: list[dict[int, int]] = [{} for _ in range(PROCESSES)]
    tickets: list[Ticket] = []
    for k in range(PEOPLE):
        early = dice.random() < EARLY_SHARE
        after = -dice.random() * 600 if early else dice.expovariate(1 / BURST_SECONDS)
        ticket = room.arrive(found, found.opens_at + timedelta(seconds=after))
        here, tenth = counted[k % PROCESSES], room.tenth_of(ticket)
        here[tenth] = here.get(tenth, 0) + 1
        tickets.append(ticket)
    sums: dict[int, int] = {}
    for here in counted:
        for tenth, number in here.items():
            sums[tenth] = sums.get(tenth, 0) + number
    return tickets, Order(sums.items())


def _enters(found: Room, order: Order, ticket: Ticket) -> float:
    """The second in which a holder goes in: the first look at the page after the turn has come, without a script."""
    turn = found.opens_at.timestamp() + order.before(ticket.at_ms) / A_SECOND
    came = ticket.at_ms / 1000
    looks = max(0, -((came - turn) // AGAIN_SECONDS)) if turn > came else 0
    return came + looks * AGAIN_SECONDS


def _ranges_kept(found: Room, order: Order, asked: list[Ticket]) -> float:
    """How many of those who ask on arrival are let in within the minutes that they were told."""
    kept = 0
    for ticket in asked:
        at = max(datetime.fromtimestamp(ticket.at_ms / 1000, UTC), found.opens_at)
        told = order.standing(found, ticket, at)
        waited = (_enters(found, order, ticket) - at.timestamp()) / 60
        kept += told.let_in or (told.minutes_from <= waited + 1 and waited <= told.minutes_to + 1)
    return 100 * kept / len(asked)


async def _room_over_http() -> Figure:
    async with platform() as here:
        async with here.database.transaction() as db:
            await opening.set_room(db, clock.now() + timedelta(hours=1), A_SECOND)
        static = get(assets().url(min(assets().files, key=lambda path: abs(len(assets().files[path].body) - 3_000))))
        figure, limit, ratio = await interleaved(
            lambda: rate(get("/phong-cho"), here.base), lambda: rate(static, here.base)
        )
    return Figure(
        name="opening_day.room",
        figure=round(figure, 1),
        unit="arrivals/s",
        limit=round(limit, 1),
        limit_is="the same server's static route, a file of about that size",
        ratio=round(ratio, 3),
        target=">= 0.2",
        rounds=ROUNDS,
    )
