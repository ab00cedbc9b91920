"""What happens in the ledger, for those who follow."""

from datetime import datetime
from uuid import UUID

from tiemchung.kit.events import Event


class ReceivedFromMaker(Event, frozen=True, kw_only=True, tag="stock.received_from_maker"):
    """Doses of a lot entered the country's stock."""

    lot_id: UUID
    doses: int
    entry_id: UUID


class Shipped(Event, frozen=True, kw_only=True, tag="stock.shipped"):
    """Doses left for another place; `place_id` is the sender."""

    shipment_id: UUID
    to_place_id: UUID
    doses: int
    entry_id: UUID


class Received(Event, frozen=True, kw_only=True, tag="stock.received"):
    """A shipment was signed for; `place_id` is the receiver. Both ends read the difference here."""

    shipment_id: UUID
    from_place_id: UUID
    accepted: int
    broken: int
    missing: int
    entry_id: UUID


class VialOpened(Event, frozen=True, kw_only=True, tag="stock.vial_opened"):
    """A vial was opened for a session; its hours run."""

    vial_id: UUID
    session_id: UUID
    lot_id: UUID
    doses: int
    use_by: datetime


class ExtraDeclared(Event, frozen=True, kw_only=True, tag="stock.extra_declared"):
    """A vial held more doses than its nominal number."""

    vial_id: UUID
    doses: int
    reason: str


class VialClosed(Event, frozen=True, kw_only=True, tag="stock.vial_closed"):
    """A vial was put away; what was left in it is waste."""

    vial_id: UUID
    wasted: int
    reason: str


class Wasted(Event, frozen=True, kw_only=True, tag="stock.wasted"):
    """Doses of an unopened unit were thrown away."""

    lot_id: UUID
    doses: int
    reason: str
    entry_id: UUID


class Reversed(Event, frozen=True, kw_only=True, tag="stock.reversed"):
    """An entry was taken back by its mirror image."""

    entry_id: UUID
    reverses: UUID
    reason: str
