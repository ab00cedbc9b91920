"""Whatever people do in whatever order: no dose is lost, none appears, no account falls below zero."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores import CENTRE, NATION, PROVINCE, SITE, a_lot
from tiemchung.domain import stock
from tiemchung.domain.stock import Found, NotEnoughDoses, ToShip, Waste
from tiemchung.kit.db import Database, Db
from tiemchung.kit.sql import Query

CHAIN = (NATION, PROVINCE, CENTRE, SITE)


@dataclass(frozen=True)
class Act:
    """Something done at a place of the chain: ship to the next one, receive what comes, waste, take an entry back."""

    kind: str
    place: int
    doses: int
    broken: int
    missing: int


acts = st.lists(
    st.builds(
        Act,
        kind=st.sampled_from(["ship", "receive", "waste", "reverse"]),
        place=st.integers(0, 3),
        doses=st.integers(1, 60),
        broken=st.integers(0, 5),
        missing=st.integers(0, 5),
    ),
    max_size=25,
)


@given(acts=acts)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_dose_is_somewhere_after_any_acts(shared: Database, acts: list[Act]):
    async with shared.pool.connection() as connection, connection.transaction(force_rollback=True):
        db = shared.on(connection)
        lot_id = await a_lot(db)
        await stock.receive_from_maker(db, place_id=NATION, lot_id=lot_id, doses=100)
        done = [await _do(db, act, lot_id) for act in acts]

        told = [await stock.conservation(db, place) for place in CHAIN]
        assert all(place.adds_up for place in told)
        somewhere = sum(p.shelf + p.in_transit + p.administered + p.spoiled for p in told)
        assert somewhere == 100
        lowest = await db.value(int, Query("select min(balance) from stock_account where state <> 'external'"))
        assert lowest is not None and lowest >= 0
        assert (await stock.prove(db)).ok
        assert len(done) == len(acts)


async def _do(db: Db, act: Act, lot_id: UUID) -> bool:
    here = CHAIN[act.place]
    try:
        async with db.connection.transaction():
            match act.kind:
                case "ship" if act.place < 3:
                    await stock.ship(
                        db,
                        from_place=here,
                        to_place=CHAIN[act.place + 1],
                        lines=[ToShip(lot_id=lot_id, doses=act.doses)],
                        decision="Thử nghiệm",
                        expected_at=db.at + timedelta(hours=1),
                    )
                case "receive":
                    for shipment in (await stock.on_the_way_to(db, here))[:1]:
                        await stock.receive(db, here, shipment.place_id, shipment.shipment_id, _found(shipment, act))
                case "waste":
                    for unit in (await stock.units(db, here))[:1]:
                        await stock.waste(
                            db, here, lot_id=lot_id, unit_id=unit.unit_id, doses=act.doses, reason=Waste.broken
                        )
                case "reverse":
                    last = await db.value(
                        UUID,
                        Query(
                            "select posting_id from stock_posting p where place_id = %(place)s and state = 'wasted' "
                            "and reverses is null and reason = 'broken' and not exists (select from stock_posting r "
                            "where r.place_id = p.place_id and r.reverses = p.posting_id) limit 1"
                        ),
                        place=here,
                    )
                    if last is not None:
                        await stock.reverse(db, last, place_ids=[here], reason="Ghi nhầm")
                case _:
                    pass
    except NotEnoughDoses:
        return False
    return True


def _found(shipment: stock.Shipment, act: Act) -> list[Found]:
    found: list[Found] = []
    for line in shipment.lines:
        broken = min(act.broken, line.doses)
        missing = min(act.missing, line.doses - broken)
        found.append(Found(line=line.line, accepted=line.doses - broken - missing, broken=broken, missing=missing))
    return found
