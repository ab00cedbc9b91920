"""The fields of each act at the site: what forms and devices send, and what makes it valid."""

from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import aefi, declarations, immunizations, stock
from tiemchung.domain.immunizations import walk_ins
from tiemchung.web import fields
from tiemchung.web.forms import Field, Form


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
    """Which lot the next vial comes from: chosen, or by the code of its pack; on which device, if any; at which table."""

    lot_id: UUID | None
    device_id: UUID | None = None
    code: str | None = None
    table: int | None = None


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
# Each question is answered; the table sends what is so and what is not.
_ASKED = {f"k_{asked.code}": Field(asked.title, fields.choice(("yes", "no"))) for asked in declarations.QUESTIONS}
DECLARE: Form[Any] = Form(
    msgspec.defstruct("Declared", [*((name, str) for name in _ASKED), "travel", "note"], kw_only=True, frozen=True),
    **_ASKED,
    travel=Field("Nơi đã đi qua", fields.text(300), required=False),
    note=Field("Ghi thêm", fields.text(300), required=False),
)
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
OPEN_VIAL = Form(
    OpenVial,
    lot_id=_LOT,
    device_id=Field("Thiết bị", fields.id_, required=False),
    code=_CODE,
    table=Field("Bàn tiêm", fields.whole(1, 99), required=False),
)
ON_DEVICE = Form(OnDevice, device_id=_DEVICE)
PUT_AWAY = Form(PutAway, vial_id=_VIAL, waste=Field("Lý do bỏ", fields.choice(stock.WASTE_WORDS)))
EXTRA = Form(Extra, vial_id=_VIAL, doses=Field("Số liều dôi", fields.whole(1, 3)), reason=_WHY)
NOTHING = Form(Nothing)
