"""A small world with tables: devices that hold vials, vials in use, doses out of them, seen by two ledgers."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Self
from uuid import UUID

from tests.ledger import Account, World
from tests.stores import acting, morning
from tiemchung.domain import access, immunizations, sites, stock
from tiemchung.domain.immunizations import Injection, VialNotOpen
from tiemchung.domain.stock import NotEnoughDoses, VialIsClosed, VialUsedUp, Waste
from tiemchung.kit.db import Actor, Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

VIAL, DEVICES_A_PLACE = 10, 2
WAITING = Query(
    """
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử', 'nguoi thu', 'nguoi thu', 'female', '1990-01-01', 'day', 'VN',
           (select area_id from place where place_id = %(place_id)s), 'địa chỉ', 'unchecked', now()
    returning person_id),
agreed as (
    insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
    select person_id, uuidv7(), (select min(consent_text_id) from consent_text), 'staff', 'self', now() from who)
insert into visit (place_id, visit_id, session_id, person_id, number, step, dose_role, ordinal, checked_in_at,
                   checked_in_by, conclusion, screened_at)
select %(place_id)s, uuidv7(), %(session_id)s, person_id, %(number)s, 'injection', 'basic', 1, now(), uuidv7(),
       'eligible', now() from who returning visit_id, person_id
"""
)


@dataclass
class Vial:
    """A vial in use or put away."""

    vial_id: UUID
    place: UUID
    lot: UUID
    left: int = VIAL
    closed: bool = False


@dataclass
class Dose:
    """A dose that counts: whose it is, and the vial it came from, if anybody knows."""

    immunization_id: UUID
    person_id: UUID
    vial: Vial
    known: bool


@dataclass
class Tables(World):
    """The world with a session at each place."""

    nurse: Actor | None = None
    sessions: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    devices: dict[UUID, list[UUID]] = field(default_factory=dict[UUID, list[UUID]])
    escrow: Counter[tuple[UUID, UUID, UUID]] = field(default_factory=Counter[tuple[UUID, UUID, UUID]])
    takers: set[UUID] = field(default_factory=set[UUID])
    vials: list[Vial] = field(default_factory=list[Vial])
    doses: list[Dose] = field(default_factory=list[Dose])
    undone: int = 0
    unexplained: int = 0
    visits: int = 0

    @classmethod
    async def begin(cls, db: Db, places: int, lots: int) -> Self:
        """An open session and two tablets at each place."""
        world = await super().begin(db, places, lots)
        nurse = await acting(db, "nurse", place=world.places[0])
        world.nurse = nurse.actor
        starts_at, ends_at = morning(db)
        for place in world.places:
            plan = sites.Plan(
                place_id=place,
                product="AZ",
                starts_at=starts_at,
                ends_at=ends_at,
                tables=1,
                kind="fixed",
                usable_doses=1,
            )
            session_id = await sites.plan(db, plan)
            await sites.approve(db, place, session_id)
            await sites.open_session(db, place, session_id)
            world.sessions[place] = session_id
            world.devices[place] = [uuid7() for _ in range(DEVICES_A_PLACE)]
            for device_id in world.devices[place]:
                key = b"\x04" + device_id.bytes * 4
                await access.devices.enrol(nurse, place_id=place, device_id=device_id, name="Máy thử", public_key=key)
        return world

    def free(self, place: UUID, lot: UUID) -> int:
        """What lies on a shelf and no device holds."""
        held = sum(self.escrow[place, lot, device] for device in self.devices[place])
        return super().free(place, lot) - held

    async def hold(self, db: Db, place: UUID, which: int, lot: UUID, vials: int) -> None:
        """A device takes whole vials from the shelf."""
        device = self.devices[place][which % DEVICES_A_PLACE]
        whole = sum(unit.on_hand // VIAL for unit in await self.shelf(db, place, lot))

        def act() -> Awaitable[int]:
            session_id = self.sessions[place]
            return stock.escrow.take(db, place, session_id, device_id=device, lot_id=lot, vials=vials)

        if await self.expect(db, act, None if whole >= vials else NotEnoughDoses) is not None:
            self.escrow[place, lot, device] += vials * VIAL
            self.takers.add(device)

    async def give_back(self, db: Db, place: UUID, which: int) -> None:
        """A device returns what it did not open, and says so twice."""
        device = self.devices[place][which % DEVICES_A_PLACE]
        held = sum(self.escrow[place, lot, device] for lot in self.lots)
        session = {"session_id": self.sessions[place], "device_id": device}
        for returned in (held, 0):
            assert await self.expect(db, lambda: stock.escrow.give_back(db, place, **session), None) == returned
        for lot in self.lots:
            del self.escrow[place, lot, device]
        self.takers.discard(device)

    async def open(self, db: Db, place: UUID, which: int, lot: UUID, *, late: bool) -> None:
        """A device opens a vial: of its own first; without a line, of its own alone once it has held some."""
        device = self.devices[place][which % DEVICES_A_PLACE]
        own = self.escrow[place, lot, device] >= VIAL
        may_take = not late or device not in self.takers
        from_shelf = may_take and any(unit.on_hand >= VIAL for unit in await self.shelf(db, place, lot))

        async def act() -> stock.Vial:
            return await stock.open_vial(db, place, self.sessions[place], lot_id=lot, device_id=device, late=late)

        opened = await self.expect(db, act, None if own or from_shelf else NotEnoughDoses)
        if opened is not None:
            self.escrow[place, lot, device] -= VIAL if own else 0
            self.move([((place, lot, "on_hand"), -VIAL), ((place, lot, "opened"), VIAL)])
            self.vials.append(Vial(opened.vial_id, place, lot))

    async def dose(self, db: Db, which: int, *, late: bool) -> None:
        """A dose from a vial. From one without doses it is refused; given without a line, it is kept and unexplained."""
        if not self.vials:
            return
        vial = self.vials[-1 - which % min(len(self.vials), 60)]
        self.visits += 1
        parameters = {"place_id": vial.place, "session_id": self.sessions[vial.place], "number": self.visits}
        visit = await (await db.connection.execute(WAITING.encode(), parameters)).fetchone()
        assert visit is not None
        injection = Injection(
            place_id=vial.place,
            visit_id=visit["visit_id"],
            vial_id=vial.vial_id,
            immunization_id=uuid7(),
            body_site="left_arm",
            device_id=self.devices[vial.place][0] if late else None,
            device_at=db.at - timedelta(minutes=which % 300) if late else None,
        )
        nurse, refusal = self.by_nurse(db), VialNotOpen if vial.closed else VialUsedUp if not vial.left else None
        given = await self.expect(db, lambda: immunizations.record(nurse, injection), refusal)
        if given is None and not late:
            return
        if given is None:
            assert refusal is not None
            late_dose = immunizations.given.keep(nurse, injection, refusal(), lot_id=vial.lot)
            await self.expect(db, lambda: late_dose, None)
        source = "opened" if given else "unexplained"
        vial.left -= 1 if given else 0
        self.unexplained += 0 if given else 1
        self.move([((vial.place, vial.lot, source), -1), ((vial.place, vial.lot, "administered"), 1)])
        self.doses.append(Dose(injection.immunization_id, visit["person_id"], vial, given is not None))

    async def undo(self, db: Db, which: int) -> None:
        """A dose was not given: back into its vial, or to waste with it, or to where nobody knew it came from."""
        if not self.doses:
            return
        dose = self.doses.pop(which % len(self.doses))
        key = {"person_id": dose.person_id, "immunization_id": dose.immunization_id}
        nurse = self.by_nurse(db)
        await self.expect(db, lambda: immunizations.enter_in_error(nurse, **key, version=1, reason="Ghi nhầm"), None)
        vial = dose.vial
        back = "unexplained" if not dose.known else "wasted" if vial.closed else "opened"
        vial.left += 1 if back == "opened" else 0
        self.move([((vial.place, vial.lot, "administered"), -1), ((vial.place, vial.lot, back), 1)])
        self.undone += 1

    async def put_away(self, db: Db, which: int) -> None:
        """A vial is put away with what is left in it, once."""
        if not self.vials:
            return
        vial = self.vials[-1 - which % min(len(self.vials), 60)]
        was_closed, left = vial.closed, vial.left

        def act() -> Awaitable[int]:
            return stock.close_vial(db, vial.place, vial.vial_id, reason=Waste.session_end)

        if await self.expect(db, act, VialIsClosed if was_closed else None) is not None:
            vial.closed, vial.left = True, 0
            lines: list[tuple[Account, int]] = [
                ((vial.place, vial.lot, "opened"), -left),
                ((vial.place, vial.lot, "wasted"), left),
            ]
            self.move(lines)

    def by_nurse(self, db: Db) -> Db:
        """The same transaction in the nurse's hands."""
        assert self.nurse is not None
        return Db(db.connection, actor=self.nurse, at=db.at, keys=db.keys, now=db._now)  # pyright: ignore[reportPrivateUsage]

    async def check(self, db: Db) -> None:
        """What devices hold is what the world says, and all the rest adds up."""
        for place, session_id in self.sessions.items():
            found: Counter[tuple[UUID, UUID, UUID]] = Counter()
            for one in await stock.escrow.held_at(db, place, session_id):
                found[place, one.lot_id, one.device_id] += one.doses
            assert found == {key: doses for key, doses in self.escrow.items() if doses and key[0] == place}
        await super().check(db)


async def random_act(db: Db, world: Tables, random: Random) -> None:
    """One of the things that happen in a country on a day, most often the ordinary ones."""
    place, other, lot = random.choice(world.places), random.choice(world.places), random.choice(world.lots)
    doses, which, twice = random.randint(1, 40), random.randrange(1 << 30), random.random() < 0.2
    acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
        (6, lambda: world.from_maker(db, place, lot, doses * 10)),
        (17, lambda: world.ship(db, place, other, lot, doses)),
        (17, lambda: world.receive(db, which, random.randint(0, 3), random.randint(0, 2))),
        (3, lambda: world.receive_again(db, which)),
        (
            14,
            lambda: world.post(db, place, lot, random.choice(["wasted", "lost", "quarantined"]), doses, 0, twice=twice),
        ),
        (9, lambda: world.take_back(db, which, twice=twice)),
        (4, lambda: world.post(db, place, lot, "wasted", doses, random.randint(1, 90), twice=twice)),
        (3, lambda: world.unbalanced(db, place, lot, doses)),
        (5, lambda: world.hold(db, place, which, lot, doses % 3 + 1)),
        (2, lambda: world.give_back(db, place, which)),
        (6, lambda: world.open(db, place, which, lot, late=random.random() < 0.4)),
        (9, lambda: world.dose(db, which, late=random.random() < 0.4)),
        (3, lambda: world.undo(db, which)),
        (2, lambda: world.put_away(db, which)),
    ]
    (act,) = random.choices([act for _, act in acts], weights=[weight for weight, _ in acts])
    await act()
