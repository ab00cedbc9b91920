"""A decision on a ticket as a form, and the amended record that it means."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import people, registrations
from tiemchung.domain.corrections import Ticket
from tiemchung.domain.immunizations import Dose, DoseChange, LateDose
from tiemchung.domain.people import SEXES, Contact, Identifier, Person, PersonChange
from tiemchung.kit import clock
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.web import fields
from tiemchung.web.forms import Field, Form, Invalid

STATES = ("answered", "extended", "done", "refused")


class Born(msgspec.Struct, frozen=True):
    """A birth date as far as it is known."""

    on: date
    precision: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A decision: where the ticket goes, in words for the person, and what the record should say."""

    state: str
    message: str
    name: str | None
    sex: str | None
    nationality: str | None
    birth: Born | None
    address: str | None
    number: str | None
    phone: str | None
    not_given: bool | None
    occurred_on: date | None
    lot: str | None
    dose: str | None
    version: int | None


def _number(typed: str) -> str:
    bare = re.sub(r"[\s.-]", "", typed).upper()
    if not (people.is_national_id(bare) or people.is_passport(bare)):
        raise Invalid("{label}: CCCD có 12 chữ số, CMND có 8 hoặc 9 chữ số, hộ chiếu có 6 đến 20 chữ và số.")
    return bare


def _country(typed: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", typed):
        raise Invalid("{label}: hãy chọn một mục trong danh sách.")
    return typed


def _past_day(typed: str) -> date:
    on = fields.day(typed)
    if on > clock.day_of(clock.now()):
        raise Invalid("{label} không thể ở tương lai.")
    return on


def _birth(typed: str) -> Born:
    """03/09/1954, 09/1954 or 1954."""
    if re.fullmatch(r"\d{4}", typed):
        return Born(_past_day(f"01/01/{typed}"), "year")
    if re.fullmatch(r"\d{1,2}/\d{4}", typed):
        return Born(_past_day(f"01/{typed}"), "month")
    return Born(_past_day(typed), "day")


DECISION = Form(
    Typed,
    state=Field("Quyết định", fields.choice(STATES)),
    message=Field("Trả lời người dân", fields.text(1000, 10)),
    name=Field("Họ và tên", fields.text(100, 2), required=False),
    sex=Field("Giới tính", fields.choice(SEXES), required=False),
    nationality=Field("Quốc tịch", _country, required=False),
    birth=Field("Ngày sinh", _birth, required=False),
    address=Field("Số nhà, đường, thôn", fields.text(200), required=False),
    number=Field("Số giấy tờ", _number, required=False),
    phone=Field("Số điện thoại", fields.phone, required=False),
    not_given=Field("Mũi này không được tiêm", fields.ticked, required=False),
    occurred_on=Field("Ngày tiêm", _past_day, required=False),
    lot=Field("Số lô", fields.text(40), required=False),
    dose=Field("Mũi thứ", fields.choice(registrations.DOSES), required=False),
    version=Field("Phiên bản", fields.whole(1, 10_000), required=False),
)


def change_of(
    ticket: Ticket, person: Person, doses: Sequence[Dose], typed: Typed
) -> PersonChange | DoseChange | LateDose | None:
    """What the record should say, for the kind of ticket; None when nothing of it changes. Raises `NotFound`."""
    match ticket.kind:
        case "field":
            return _of_person(person, typed)
        case "dose":
            return _of_dose(ticket.about.immunization_id, doses, typed)
        case "missing":
            return _missing(ticket, typed)
        case _:
            return None


def _of_person(person: Person, typed: Typed) -> PersonChange | None:
    number = phone = None
    if typed.number:
        national = people.is_national_id(typed.number)
        country = "VN" if national else person.nationality
        number = Identifier(kind="national_id" if national else "passport", country=country, value=typed.number)
    if typed.phone:
        phone = Contact(kind="phone", relation="self", holder_name=None, value=typed.phone)
    change = PersonChange(
        name=typed.name,
        sex=typed.sex,
        nationality=typed.nationality,
        birth_date=typed.birth.on if typed.birth else None,
        birth_precision=typed.birth.precision if typed.birth else None,
        address=typed.address,
        number=number,
        phone=phone,
    )
    return None if change == PersonChange() else change


def _of_dose(immunization_id: UUID | None, doses: Sequence[Dose], typed: Typed) -> DoseChange | None:
    dose = next((one for one in doses if one.immunization_id == immunization_id), None)
    if dose is None:
        raise NotFound
    lot = typed.lot if typed.lot != dose.lot_number else None
    if not (typed.not_given or typed.occurred_on or lot):
        return None
    return DoseChange(
        immunization_id=dose.immunization_id,
        version=typed.version or dose.version,
        occurred_at=_that_day(typed.occurred_on, dose.occurred_at) if typed.occurred_on else None,
        lot_number=lot,
        not_given=bool(typed.not_given),
    )


def _missing(ticket: Ticket, typed: Typed) -> LateDose | None:
    claimed = ticket.about.claimed
    if claimed is None or ticket.place_id is None:
        return None
    role, _, ordinal = (typed.dose or "basic-1").partition("-")
    return LateDose(
        immunization_id=uuid7(),
        product=claimed.product,
        lot_number=typed.lot,
        dose_role=role,
        ordinal=int(ordinal),
        place_id=ticket.place_id,
        # The paper tells the day; noon stands for an hour that nobody knows.
        occurred_at=clock.start_of(typed.occurred_on or claimed.given_on) + timedelta(hours=12),
    )


def _that_day(on: date, known: datetime) -> datetime:
    return datetime.combine(on, clock.local(known).timetz())
