"""Shelves of places and lots with a ledger of its own beside the real one: what each act must do, said twice."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Self, TypeVar
from uuid import UUID

from tests.stores import a_lot
from tiemchung.domain import stock
from tiemchung.domain.stock import (
    AlreadyPosted,
    AlreadyReceived,
    AlreadyReversed,
    EntryUnbalanced,
    Found,
    Line,
    NotEnoughDoses,
    ToShip,
    Unit,
    Waste,
)
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

PLACES = Query("select place_id from place where tables > 0 order by code limit %(most)s")
LINES = Query("select place_id, lot_id, state, doses from stock_posting")
BALANCES = Query("select place_id, lot_id, state, sum(balance)::bigint as doses from stock_account group by 1, 2, 3")
LOWEST = Query("select min(balance) from stock_account where state not in ('external', 'unexplained')")

T = TypeVar("T")
Account = tuple[UUID, UUID, str]


@dataclass
class Sent:
    """A shipment on the way: what left, and where it is going."""

    sender: UUID
    receiver: UUID
    shipment_id: UUID
    lot: UUID
    lines: list[int]


@dataclass
class Entry:
    """An entry that may be taken back, with the places it touches and what it moved."""

    entry_id: UUID
    lines: list[tuple[Account, int]]


@dataclass
class World:
    """Places, lots, and what they must hold."""

    places: Sequence[UUID]
    lots: Sequence[UUID]
    held: Counter[Account] = field(default_factory=Counter[Account])
    sent: list[Sent] = field(default_factory=list[Sent])
    received: list[Sent] = field(default_factory=list[Sent])
    entries: list[Entry] = field(default_factory=list[Entry])
    reversed_: list[Entry] = field(default_factory=list[Entry])
    acts: int = 0

    @classmethod
    async def begin(cls, db: Db, places: int, lots: int) -> Self:
        """So many places, and so many lots of one vaccine."""
        rows = await (await db.connection.execute(PLACES.encode(), {"most": places})).fetchall()
        made = [await a_lot(db, "AZ", f"LOT{k:03}") for k in range(lots)]
        return cls([row["place_id"] for row in rows], made)

    def free(self, place: UUID, lot: UUID) -> int:
        """What anybody may take from a shelf."""
        return self.held[place, lot, "on_hand"]

    def move(self, lines: list[tuple[Account, int]]) -> None:
        for account, doses in lines:
            self.held[account] += doses

    async def shelf(self, db: Db, place: UUID, lot: UUID) -> list[Unit]:
        """The units of a lot that nobody holds; together they are what the world says."""
        found = [unit for unit in await stock.units(db, place, lot_id=lot) if unit.held_by is None]
        assert sum(unit.on_hand for unit in found) == self.free(place, lot)
        return found

    async def from_maker(self, db: Db, place: UUID, lot: UUID, doses: int) -> None:
        await self.expect(db, lambda: stock.receive_from_maker(db, place_id=place, lot_id=lot, doses=doses), None)
        self.move([((place, lot, "external"), -doses), ((place, lot, "on_hand"), doses)])

    async def ship(self, db: Db, sender: UUID, receiver: UUID, lot: UUID, doses: int) -> None:
        if sender == receiver:
            return
        enough = self.free(sender, lot) >= doses

        async def act() -> UUID:
            return await stock.ship(
                db,
                from_place=sender,
                to_place=receiver,
                lines=[ToShip(lot_id=lot, doses=doses)],
                decision="Thử",
                expected_at=db.at + timedelta(hours=4),
            )

        shipment_id = await self.expect(db, act, None if enough else NotEnoughDoses)
        if shipment_id is not None:
            lines = [line.doses for line in (await stock.shipment(db, sender, shipment_id)).lines]
            self.sent.append(Sent(sender, receiver, shipment_id, lot, lines))
            self.move([((sender, lot, "on_hand"), -doses), ((sender, lot, "in_transit"), doses)])

    async def receive(self, db: Db, which: int, broken: int, missing: int) -> None:
        """Sign for any of the shipments on the way: not always in the order in which they left."""
        if not self.sent:
            return
        sent = self.sent.pop(which % len(self.sent))
        found: list[Found] = []
        for number, doses in enumerate(sent.lines, start=1):
            bad = min(broken, doses)
            gone = min(missing, doses - bad)
            found.append(Found(line=number, accepted=doses - bad - gone, broken=bad, missing=gone))
        receipt = (sent.receiver, sent.sender, sent.shipment_id, found)
        await self.expect(db, lambda: stock.receive(db, *receipt), None)
        self.received.append(sent)
        accepted, bad, gone = (sum(getattr(f, name) for f in found) for name in ("accepted", "broken", "missing"))
        self.move(
            [
                ((sent.sender, sent.lot, "in_transit"), -sum(sent.lines)),
                ((sent.sender, sent.lot, "wasted"), bad),
                ((sent.sender, sent.lot, "lost"), gone),
                ((sent.receiver, sent.lot, "on_hand"), accepted),
            ]
        )

    async def receive_again(self, db: Db, which: int) -> None:
        """The same receipt a second time."""
        if self.received:
            sent = self.received[which % len(self.received)]
            found = [Found(line=k, accepted=n, broken=0, missing=0) for k, n in enumerate(sent.lines, start=1)]
            receipt = (sent.receiver, sent.sender, sent.shipment_id, found)
            await self.expect(db, lambda: stock.receive(db, *receipt), AlreadyReceived)

    async def post(
        self, db: Db, place: UUID, lot: UUID, state: str, doses: int, hours_ago: int, *, twice: bool
    ) -> None:
        """Move doses of one unit out of the shelf; it may have happened hours ago without a line, and be sent twice."""
        unit = next((unit for unit in await self.shelf(db, place, lot) if unit.on_hand), None)
        if unit is None:
            return
        account = {"place_id": place, "lot_id": lot, "unit_id": unit.unit_id}
        lines = [Line(**account, state="on_hand", doses=-doses), Line(**account, state=state, doses=doses)]
        entry_id, device_at = uuid7(), db.at - timedelta(hours=hours_ago)

        def act() -> Awaitable[UUID]:
            return stock.post(db, Waste.broken, lines, entry_id=entry_id, device_at=device_at)

        if await self.expect(db, act, None if unit.on_hand >= doses else NotEnoughDoses) is not None:
            moved = [((place, lot, "on_hand"), -doses), ((place, lot, state), doses)]
            self.move(moved)
            self.entries.append(Entry(entry_id, moved))
            if twice:
                await self.expect(db, act, AlreadyPosted)

    async def unbalanced(self, db: Db, place: UUID, lot: UUID, doses: int) -> None:
        """An entry that would make a dose out of nothing."""
        line = Line(place_id=place, lot_id=lot, unit_id=lot, state="external", doses=-doses)
        more = Line(place_id=place, lot_id=lot, unit_id=lot, state="on_hand", doses=doses + 1)
        await self.expect(db, lambda: stock.post(db, "other", [line, more]), EntryUnbalanced)

    async def take_back(self, db: Db, which: int, *, twice: bool) -> None:
        """Cancel an entry, or try to cancel it once more too."""
        if not self.entries:
            return
        entry = self.entries.pop(which % len(self.entries))
        places = list({account[0] for account, _ in entry.lines})

        def act() -> Awaitable[UUID]:
            return stock.reverse(db, entry.entry_id, place_ids=places, reason="Ghi nhầm")

        await self.expect(db, act, None)
        self.move([(account, -doses) for account, doses in entry.lines])
        self.reversed_.append(entry)
        if twice:
            await self.expect(db, act, AlreadyReversed)

    async def expect(self, db: Db, act: Callable[[], Awaitable[T]], refusal: type[DomainError] | None) -> T | None:
        """Do an act, and count it; what must be refused is refused by name, and leaves nothing behind."""
        self.acts += 1
        if refusal is None:
            return await act()
        try:
            async with db.connection.transaction():
                done = await act()
        except DomainError as refused:
            assert type(refused) is refusal, (refused, refusal)
            return None
        raise AssertionError((done, refusal))

    async def check(self, db: Db) -> None:
        """The ledger holds what the world holds; the log gives the same balances; every place's and lot's sum adds up."""
        balances = {
            (row["place_id"], row["lot_id"], row["state"]): row["doses"]
            for row in await (await db.connection.execute(BALANCES.encode())).fetchall()
            if row["doses"]
        }
        assert balances == {account: doses for account, doses in self.held.items() if doses}
        replayed: Counter[Account] = Counter()
        rows = await (await db.connection.execute(LINES.encode())).fetchall()
        Random(len(rows)).shuffle(rows)
        for row in rows:
            replayed[row["place_id"], row["lot_id"], row["state"]] += row["doses"]
        assert {account: doses for account, doses in replayed.items() if doses} == balances
        lowest = await db.value(int, LOWEST)
        assert lowest is None or lowest >= 0
        for lot in self.lots:
            for at in await stock.at_places(db, lot, path=None):
                assert at.adds_up, at
        for of_lot in await stock.of_lots(db):
            assert of_lot.adds_up, of_lot
        differences = (await stock.prove(db)).differences
        assert differences == []
