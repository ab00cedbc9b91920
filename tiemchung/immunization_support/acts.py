"""What people at the site do, each act once: the forms of the pages and the commands of devices both end here."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import aefi, immunizations, people, stock
from tiemchung.domain.immunizations import Amendment, Injection, Visit, given, screening, walk_ins
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import fields
from tiemchung.web.forms import Field, Form


class At(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when an act is done: its key, the session and the person, the device and its clock.

    `late` is True for what an enrolled device did without a line and sends now: it has happened, whatever rules say.
    """

    key: UUID
    place_id: UUID
    session_id: UUID
    visit_id: UUID | None = None
    device_id: UUID | None = None
    device_at: datetime | None = None
    late: bool = False


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the box at the door read."""

    code: str


class Inject(msgspec.Struct, frozen=True, kw_only=True):
    """What the nurse confirms; `warnings_read`: what the schedule warns of was read and answered; `code`: the pack's, scanned."""

    vial_id: UUID
    body_site: str
    warnings_read: bool | None
    lot_id: UUID | None = None
    code: str | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Who agreed at the site."""

    given_by: str


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of somebody after the injection, and what was done."""

    dangers: list[str]
    note: str


class Amend(msgspec.Struct, frozen=True, kw_only=True):
    """What the record should say instead, of the version that was read, and why."""

    version: int
    vial_id: UUID
    body_site: str
    reason: str


class InError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a recorded dose was not given, of the version that was read."""

    version: int
    reason: str


class MaybeReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody goes home before the observation is over, if so."""

    reason: str | None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody leaves without a dose."""

    reason: str


class OpenVial(msgspec.Struct, frozen=True, kw_only=True):
    """Which lot the next vial comes from: chosen, or by the code of its pack; and on which device, when it is one."""

    lot_id: UUID | None
    device_id: UUID | None = None
    code: str | None = None


class PutAway(msgspec.Struct, frozen=True, kw_only=True):
    """Which vial is put away, and why what is left in it is thrown away."""

    vial_id: UUID
    waste: str


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """A vial gave more doses than it is labelled with."""

    vial_id: UUID
    doses: int
    reason: str


class OnDevice(msgspec.Struct, frozen=True, kw_only=True):
    """On which device something is done."""

    device_id: UUID


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """An act without fields."""


_VIAL = Field("Lọ vắc xin", fields.id_)
_ARM = Field("Vị trí tiêm", fields.choice(immunizations.BODY_SITES))
_VERSION = Field("Bản ghi", fields.whole(1, 1000))
_WHY = Field("Lý do", fields.text(300, 5))

CHECK_IN = Form(CheckIn, code=Field("Mã check-in", fields.text(40)))
_READ = Field("Đã đọc cảnh báo của lịch tiêm", fields.ticked, required=False)
_LOT = Field("Lô vắc xin", fields.id_, required=False)
_CODE = Field("Mã trên hộp hoặc lọ", fields.exact(stock.gs1.LONGEST), required=False)
INJECT = Form(Inject, vial_id=_VIAL, body_site=_ARM, warnings_read=_READ, lot_id=_LOT, code=_CODE)
CONSENT = Form(Consent, given_by=Field("Người đồng ý", fields.choice(walk_ins.GIVEN_BY)))
INCIDENT = Form(
    Incident,
    dangers=Field("Dấu hiệu nguy hiểm", fields.choice(sign.code for sign in aefi.DANGERS), many=True),
    note=Field("Diễn biến và xử trí", fields.text(1000, 5)),
)
AMEND = Form(Amend, version=_VERSION, vial_id=_VIAL, body_site=_ARM, reason=_WHY)
IN_ERROR = Form(InError, version=_VERSION, reason=_WHY)
DISCHARGE = Form(MaybeReason, reason=Field("Lý do", fields.text(300, 5), required=False))
NOT_DONE = Form(Reason, reason=Field("Lý do không tiêm", fields.text(300, 5)))
_DEVICE = Field("Thiết bị", fields.id_)
OPEN_VIAL = Form(OpenVial, lot_id=_LOT, device_id=Field("Thiết bị", fields.id_, required=False), code=_CODE)
ON_DEVICE = Form(OnDevice, device_id=_DEVICE)
PUT_AWAY = Form(PutAway, vial_id=_VIAL, waste=Field("Lý do bỏ", fields.choice(stock.WASTE_WORDS)))
EXTRA = Form(Extra, vial_id=_VIAL, doses=Field("Số liều dôi", fields.whole(1, 3)), reason=_WHY)
NOTHING = Form(Nothing)


async def check_in(db: Db, at: At, given: CheckIn) -> dict[str, Any]:
    """Receive a person by code."""
    visit = await immunizations.check_in(
        db, place_id=at.place_id, session_id=at.session_id, code=given.code, visit_id=at.key
    )
    return {"visit_id": visit.visit_id, "number": visit.number}


async def consent(db: Db, at: At, given: Consent) -> dict[str, Any]:
    """Keep that the person or a guardian agreed."""
    visit = await visit_of(db, at)
    await walk_ins.agree(db, visit, given_by=given.given_by)
    return {"visit_id": visit.visit_id}


async def inject(db: Db, at: At, asked: Inject) -> dict[str, Any]:
    """Record a dose; the key of the act is the dose's id, so that the same act is the same dose.

    What was given without a line is recorded even where a rule refuses it now, and `review` says which.
    """
    visit = await visit_of(db, at)
    if asked.code and not at.late:
        await _check_code(db, at, asked.vial_id, asked.code)
    injection = Injection(
        place_id=at.place_id,
        visit_id=visit.visit_id,
        vial_id=asked.vial_id,
        immunization_id=at.key,
        body_site=asked.body_site,
        device_id=at.device_id,
        device_at=at.device_at,
        warnings_read=bool(asked.warnings_read),
    )
    if not at.late:
        return {"immunization_id": await immunizations.record(db, injection)}
    if refused := await _refusal(db, injection):
        await given.keep(db, injection, refused, lot_id=asked.lot_id)
    else:
        here = {"place_id": at.place_id, "visit_id": visit.visit_id}
        await given.ask(db, seen_at=here, immunization_id=at.key, refused=None, off_list=visit.off_list)
    return {"immunization_id": at.key, "review": await given.reasons_of(db, at.place_id, at.key)}


async def _check_code(db: Db, at: At, vial_id: UUID, code: str) -> None:
    """What was scanned is the lot of the vial. Raises as `stock.gs1.scan`, and `OtherLotScanned`."""
    scanned, vial = await stock.gs1.scan(db, code), await stock.vial(db, at.place_id, vial_id)
    if scanned.lot.lot_id != vial.lot_id:
        raise immunizations.OtherLotScanned(scanned=scanned.lot.number, lot=vial.lot_number)


async def _refusal(db: Db, injection: Injection) -> DomainError | None:
    """Record a dose, or what refuses it, with nothing changed."""
    try:
        async with db.connection.transaction():
            await immunizations.record(db, injection)
    except DomainError as refused:
        return refused
    return None


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


async def discharge(db: Db, at: At, given: MaybeReason) -> dict[str, Any]:
    """Let a person go home after observation, or earlier with a reason."""
    visit = await visit_of(db, at)
    await immunizations.discharge(db, place_id=at.place_id, visit_id=visit.visit_id, early_reason=given.reason)
    return {"visit_id": visit.visit_id}


async def incident(db: Db, at: At, seen: Incident) -> dict[str, Any]:
    """Report what happened under observation; a sign of danger opens the case that the site and the province follow."""
    visit = await visit_of(db, at)
    if visit.immunization_id is None:
        raise immunizations.NotInObservation
    noticed = aefi.Noticed(dangers=seen.dangers, onset_on=clock.day_of(db.at), note=seen.note)
    case = await aefi.report(db, visit.person_id, visit.immunization_id, noticed, report_id=at.key, channel="staff")
    return {"visit_id": visit.visit_id, "case_id": case.case_id if case else None}


async def not_done(db: Db, at: At, given: Reason) -> dict[str, Any]:
    """A person leaves without a dose, with the reason."""
    visit = await visit_of(db, at)
    await immunizations.not_done(db, place_id=at.place_id, visit_id=visit.visit_id, reason=given.reason)
    return {"visit_id": visit.visit_id}


async def open_vial(db: Db, at: At, given: OpenVial) -> dict[str, Any]:
    """Open the next vial of a lot; the code of its pack goes before what was chosen from the list."""
    lot_id = (await stock.gs1.scan(db, given.code)).lot.lot_id if given.code else given.lot_id
    if lot_id is None:
        raise immunizations.NoLotNamed
    device_id = at.device_id or given.device_id
    vial = await stock.open_vial(
        db, at.place_id, at.session_id, lot_id=lot_id, vial_id=at.key, device_id=device_id, late=at.late
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


def asked_of(visit: Visit, at: datetime) -> screening.Form:
    """The screening form of the day for a person's age."""
    today = clock.day_of(at)
    return screening.form_for(people.age(visit.birth_date, today), today)


def screening_form(asked: screening.Form) -> Form[Any]:
    """The form of the day as fields: its questions are data."""
    names = [*(item.id for item in asked.asked), *screening.VITALS, "override_reason"]
    type_ = msgspec.defstruct("Filled", [(name, Any) for name in names], kw_only=True, frozen=True)
    questions = {item.id: Field(item.words, fields.choice(("yes", "no"))) for item in asked.asked}
    vitals = {
        name: Field(label, fields.decimal(*screening.POSSIBLE[name]), required=name == "temperature_c")
        for name, label in screening.VITALS.items()
    }
    reason = Field("Lý do vẫn cho tiêm", fields.text(300, 5), required=False)
    return Form(type_, **questions, **vitals, override_reason=reason)


def answers_of(asked: screening.Form, given: Any) -> tuple[dict[str, bool], dict[str, Any]]:
    """The answers and vital signs of a filled form."""
    answers = {item.id: getattr(given, item.id) == "yes" for item in asked.asked}
    return answers, {name: getattr(given, name) for name in screening.VITALS}


async def screen(db: Db, at: At, given: Any) -> dict[str, Any]:
    """Keep the doctor's conclusion."""
    visit = await visit_of(db, at)
    answers, vitals = answers_of(asked_of(visit, db.at), given)
    concluded = await immunizations.screen(
        db,
        place_id=at.place_id,
        visit_id=visit.visit_id,
        answers=answers,
        vitals=vitals,
        override_reason=given.override_reason,
    )
    return {"visit_id": visit.visit_id, "conclusion": concluded.outcome, "reasons": concluded.reasons}


Act = Callable[[Db, At, Any], Awaitable[dict[str, Any]]]


async def visit_of(db: Db, at: At) -> Visit:
    """The person of an act, who must be in its session. Raises `NotFound`."""
    if at.visit_id is None:
        raise NotFound
    visit = await immunizations.visit(db, at.place_id, at.visit_id)
    if visit.session_id != at.session_id:
        raise NotFound
    return visit


async def _vial(db: Db, at: At, vial_id: UUID) -> None:
    """The vial of an act must be of its session. Raises `VialNotOpen`."""
    if (await stock.vial(db, at.place_id, vial_id)).session_id != at.session_id:
        raise immunizations.VialNotOpen
