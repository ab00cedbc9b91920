"""Vaccines as licensed, packed and coded; lots with their printed expiry and the decisions that changed it."""

from datetime import date
from decimal import Decimal
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.vaccines import rules
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

LotId = NewType("LotId", UUID)


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A licensed vaccine. `storage` is the coldest state it is kept in: frozen, minus20 or fridge."""

    code: str
    name: str
    short_name: str
    manufacturer: str
    platform: str
    disease: str
    course_doses: int
    from_age_years: int
    volume_ml: Decimal
    storage: str
    open_hours: Decimal
    decision: str


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """How a product is packed on a day."""

    product: str
    doses_per_vial: int
    vials_per_box: int


class StorageLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How long a product keeps in a state: frozen, minus20, fridge (thawed if it was frozen before) or open."""

    product: str
    state: str
    temperature_c_min: Decimal | None
    temperature_c_max: Decimal | None
    days: Decimal | None
    note: str


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """A maker's lot. `expires_on` is the date in force on the day it was asked for; the printed one stays beside it."""

    lot_id: LotId
    product: str
    product_name: str
    number: str
    manufacturer: str
    printed_expires_on: date
    expires_on: date
    decision: str | None
    reason: str | None
    status: str

    def usable(self, on: date) -> bool:
        """Released and in date; the day of expiry is the last one."""
        return rules.usable(self.status, self.expires_on, on)

    @property
    def changed(self) -> bool:
        """Whether a later decision has replaced the printed date."""
        return self.decision is not None


class LotAdded(Event, frozen=True, kw_only=True, tag="vaccines.lot_added"):
    """A lot became known."""

    lot_id: UUID
    product: str
    number: str


class LotStatusChanged(Event, frozen=True, kw_only=True, tag="vaccines.lot_status_changed"):
    """A lot was released by quality control, or recalled."""

    lot_id: UUID
    status: str
    reason: str


class LotExpiryChanged(Event, frozen=True, kw_only=True, tag="vaccines.lot_expiry_changed"):
    """A decision gave a lot another last day."""

    lot_id: UUID
    expires_on: date
    decision: str


class LotKnown(DomainError, constraint="lot_number"):
    """The product has a lot of this number already."""

    sentence = "Số lô này đã có trong danh mục của vắc xin."
    field = "number"
    rule = "one_lot_a_number"


class LotUnusable(DomainError):
    """The lot may not be given on this day: expired, not released, or recalled; facts: `lot`, `expires_on`."""

    sentence = "Lô {lot} không dùng được: đã thu hồi, chưa xuất xưởng hoặc hết hạn ngày {expires_on}."
    field = "lot"
    rule = "released_and_in_date"
