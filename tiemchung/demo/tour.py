"""The stock of the guided tour: a fresh Janssen lot that came down the real chain to one real site."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tiemchung.demo.accounts import CENTRE, PROVINCE, SITE
from tiemchung.domain import geography, registrations, sites, stock, vaccines
from tiemchung.domain.stock import Found, ToShip
from tiemchung.kit import clock
from tiemchung.kit.db import Db

PRODUCT, LOT = "JAN", "XE423"
NATIONAL_STORE, PROVINCE_STORE = "TW000", "46CDC"
DECISION = "Quyết định phân bổ vắc xin (trình diễn)"
LOT_LASTS = timedelta(days=240)


class Step(msgspec.Struct, frozen=True):
    """One leg of the way: so many doses, sent and received some days ago, with what broke."""

    from_code: str
    to_code: str
    doses: int
    sent_days_ago: int
    broken: int = 0


FROM_MAKER = 60_000, 24
WAY = (
    Step(NATIONAL_STORE, PROVINCE_STORE, 9_000, 16, broken=5),
    Step(PROVINCE_STORE, CENTRE, 1_500, 8),
    Step(CENTRE, SITE, 200, 2),
)
ON_THE_WAY = 100


class Tour(msgspec.Struct, frozen=True, kw_only=True):
    """Where the tour takes place: areas and places that the demonstration's accounts work in."""

    province_area_id: int
    district_area_id: int
    commune_area_id: int
    place_id: UUID
    centre_id: UUID
    lot_id: UUID


async def prepare(db: Db) -> Tour:
    """Bring the lot to the site by real acts, with one more shipment on its way; a second call changes nothing."""
    campaign = await registrations.campaign_of(db)
    site, centre = await sites.by_code(db, SITE), await sites.by_code(db, CENTRE)
    lot = await vaccines.lot_by_number(db, PRODUCT, LOT, clock.day_of(db.at))
    lot_id = lot.lot_id if lot else await _bring(db)
    where = await geography.lineage(db, geography.AreaId(site.area_id))
    district = where.at("district") or where.areas[0]
    return Tour(
        province_area_id=(await geography.by_code(db, PROVINCE, campaign.geography_on)).area_id,
        district_area_id=district.area_id,
        commune_area_id=site.area_id,
        place_id=site.place_id,
        centre_id=centre.place_id,
        lot_id=lot_id,
    )


async def _bring(db: Db) -> UUID:
    doses, days_ago = FROM_MAKER
    then = _days_ago(db, days_ago)
    product = await vaccines.product(db, PRODUCT)
    lot_id = await vaccines.add_lot(
        then,
        product=PRODUCT,
        number=LOT,
        manufacturer=product.manufacturer,
        expires_on=clock.day_of(db.at + LOT_LASTS),
    )
    await vaccines.release(then, lot_id, reason="Giấy chứng nhận xuất xưởng (trình diễn)")
    store = await sites.by_code(db, NATIONAL_STORE)
    await stock.receive_from_maker(then, place_id=store.place_id, lot_id=lot_id, doses=doses)
    for step in WAY:
        await _send(db, lot_id, step)
    await _ship(db, lot_id, Step(CENTRE, SITE, ON_THE_WAY, 0))
    return lot_id


async def _send(db: Db, lot_id: UUID, step: Step) -> None:
    from_id, to_id, shipment_id = await _ship(db, lot_id, step)
    sent = await stock.shipment(db, from_id, shipment_id)
    # What broke, broke in the first line; the others arrived whole.
    found = [
        Found(line=line.line, accepted=line.doses - broken, broken=broken, missing=0)
        for line in sent.lines
        for broken in (step.broken if line.line == 1 else 0,)
    ]
    await stock.receive(_days_ago(db, step.sent_days_ago - 1), to_id, from_id, shipment_id, found)


async def _ship(db: Db, lot_id: UUID, step: Step) -> tuple[UUID, UUID, UUID]:
    then = _days_ago(db, step.sent_days_ago)
    from_place, to_place = await sites.by_code(db, step.from_code), await sites.by_code(db, step.to_code)
    shipment_id = await stock.ship(
        then,
        from_place=from_place.place_id,
        to_place=to_place.place_id,
        lines=[ToShip(lot_id=lot_id, doses=step.doses)],
        decision=DECISION,
        expected_at=then.at + timedelta(hours=4),
        vehicle="75C-012.34",
    )
    return from_place.place_id, to_place.place_id, shipment_id


def _days_ago(db: Db, days: int) -> Db:
    """The same transaction some days earlier; nothing follows from what happened then."""
    return Db(db.connection, actor=db.actor, at=db.at - timedelta(days=days), keys=db.keys, now={})
