"""Acts at the table: the dose, its taking back and its correction, and the vials that it comes from."""

from typing import Any
from uuid import UUID

from tiemchung.domain import immunizations, stock
from tiemchung.domain.immunizations import Amendment, Injection, given
from tiemchung.immunization_support.act_fields import (
    Amend,
    Extra,
    InError,
    Inject,
    Nothing,
    OnDevice,
    OpenVial,
    PutAway,
)
from tiemchung.immunization_support.acts import At, visit_of
from tiemchung.kit.db import ActKey, Db
from tiemchung.kit.errors import NotFound

RECORD = "immunization.record"


async def inject(db: Db, at: At, asked: Inject, key: ActKey) -> None:
    """Record a dose in one look and one write; the key of the act is the dose's id, so that the same act is the same dose."""
    if asked.code:
        await _check_code(db, at, asked.vial_id, asked.code)
    await immunizations.record(db, _injection(at, asked), key=key)


async def inject_late(db: Db, at: At, asked: Inject) -> dict[str, Any]:
    """Record what was given without a line, even where a rule refuses it now; `review` says which."""
    visit = await visit_of(db, at)
    injection = _injection(at, asked)
    if refused := await given.refusal(db, injection):
        await given.keep(db, injection, refused, lot_id=asked.lot_id)
    else:
        here = {"place_id": at.place_id, "visit_id": visit.visit_id}
        await given.ask(db, seen_at=here, immunization_id=at.key, refused=None, off_list=visit.off_list)
    return {"immunization_id": at.key, "review": await given.reasons_of(db, at.place_id, at.key)}


def _injection(at: At, asked: Inject) -> Injection:
    if at.visit_id is None:
        raise NotFound
    return Injection(
        place_id=at.place_id,
        session_id=at.session_id,
        visit_id=at.visit_id,
        vial_id=asked.vial_id,
        immunization_id=at.key,
        body_site=asked.body_site,
        device_id=at.device_id,
        device_at=at.device_at,
        warnings_read=bool(asked.warnings_read),
    )


async def _check_code(db: Db, at: At, vial_id: UUID, code: str) -> None:
    """What was scanned is the lot of the vial. Raises as `stock.gs1.scan`, and `OtherLotScanned`."""
    scanned, vial = await stock.gs1.scan(db, code), await stock.vial(db, at.place_id, vial_id)
    if scanned.lot.lot_id != vial.lot_id:
        raise immunizations.OtherLotScanned(scanned=scanned.lot.number, lot=vial.lot_number)


async def undo(db: Db, at: At, _: Nothing) -> dict[str, Any]:
    """Take the dose back within a minute."""
    visit = await visit_of(db, at)
    if visit.immunization_id is None:
        raise immunizations.NotInObservation
    await immunizations.undo(
        db, person_id=visit.person_id, immunization_id=visit.immunization_id, reason="Hoàn tác tại bàn tiêm"
    )
    return {"visit_id": visit.visit_id}


async def amend(db: Db, at: At, given: Amend) -> dict[str, Any]:
    """Correct vial or arm by a later version."""
    visit = await visit_of(db, at)
    if visit.immunization_id is None:
        raise immunizations.NotInObservation
    vial = next(
        (
            vial
            for vial in await immunizations.open_vials(db, at.place_id, at.session_id)
            if vial.vial_id == given.vial_id
        ),
        None,
    )
    if vial is None:
        raise immunizations.VialNotOpen
    version = await immunizations.amend(
        db,
        Amendment(vial_id=given.vial_id, body_site=given.body_site, volume_ml=vial.volume_ml),
        person_id=visit.person_id,
        immunization_id=visit.immunization_id,
        version=given.version,
        reason=given.reason,
    )
    return {"immunization_id": visit.immunization_id, "version": version}


async def enter_in_error(db: Db, at: At, given: InError) -> dict[str, Any]:
    """Say with a reason that the recorded dose was not given."""
    visit = await visit_of(db, at)
    if visit.immunization_id is None:
        raise immunizations.NotInObservation
    await immunizations.enter_in_error(
        db,
        person_id=visit.person_id,
        immunization_id=visit.immunization_id,
        version=given.version,
        reason=given.reason,
    )
    return {"visit_id": visit.visit_id}


async def open_vial(db: Db, at: At, given: OpenVial) -> dict[str, Any]:
    """Open the next vial of a lot; the code of its pack goes before what was chosen from the list."""
    lot_id = (await stock.gs1.scan(db, given.code)).lot.lot_id if given.code else given.lot_id
    if lot_id is None:
        raise immunizations.NoLotNamed
    device_id = at.device_id or given.device_id
    vial = await stock.open_vial(
        db,
        at.place_id,
        at.session_id,
        lot_id=lot_id,
        vial_id=at.key,
        device_id=device_id,
        table=given.table,
        late=at.late,
    )
    return {"vial_id": vial.vial_id, "number": vial.number, "use_by": vial.use_by}


async def give_back(db: Db, at: At, given: OnDevice) -> dict[str, Any]:
    """Return to the shelf what a device holds unopened."""
    device_id = at.device_id or given.device_id
    return {"doses": await stock.escrow.give_back(db, at.place_id, session_id=at.session_id, device_id=device_id)}


async def put_away(db: Db, at: At, given: PutAway) -> dict[str, Any]:
    """Put a vial away; what is left in it is waste."""
    await _vial(db, at, given.vial_id)
    return {"wasted": await stock.close_vial(db, at.place_id, given.vial_id, reason=stock.Waste(given.waste))}


async def extra(db: Db, at: At, given: Extra) -> dict[str, Any]:
    """Declare doses that a vial gave beyond its label."""
    await _vial(db, at, given.vial_id)
    await stock.declare_extra(db, at.place_id, given.vial_id, doses=given.doses, reason=given.reason)
    return {"vial_id": given.vial_id}


async def _vial(db: Db, at: At, vial_id: UUID) -> None:
    """The vial of an act must be of its session. Raises `VialNotOpen`."""
    if (await stock.vial(db, at.place_id, vial_id)).session_id != at.session_id:
        raise immunizations.VialNotOpen
