"""What figures are made of."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.kit.errors import DomainError


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Doses up to a day: all, first, those that completed a basic course, additional, booster, and on the day itself."""

    doses: int
    first: int
    complete: int
    additional: int
    booster: int
    today: int


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A province or district with its doses and its people (18 and older)."""

    code: str
    name: str
    name_en: str
    adults: int
    doses: int
    first: int
    complete: int
    booster: int = 0
    people: int = 0
    region: str = ""

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of 18 and older; None where no population is known."""
        return share(self.complete, self.adults)

    @property
    def first_share(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.first, self.adults)


class ProductFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a product in the country: received = given + wasted + left."""

    code: str
    name: str
    received: int
    given: int
    wasted: int
    left: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a day."""

    day: date
    doses: int


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A region and what its provinces sum to."""

    code: str
    name: str
    name_en: str
    provinces: int = 0
    adults: int = 0
    first: int = 0
    complete: int = 0

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of 18 and older."""
        return share(self.complete, self.adults)

    @property
    def first_share(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.first, self.adults)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The nation's or a province's figures, all from the same rollups at the same moment."""

    version: str
    as_of: date
    at: datetime
    totals: Totals
    people: int
    adults: int
    days: list[Day]
    areas: list[Area]
    regions: list[Region]
    products: list[ProductFigures]

    @property
    def adults_complete(self) -> float | None:
        """Goal of 2021: completed basic courses per person of 18 and older."""
        return share(self.totals.complete, self.adults)

    @property
    def adults_first(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.totals.first, self.adults)

    @property
    def people_complete(self) -> float | None:
        """Goal of the first quarter of 2022: completed basic courses per inhabitant."""
        return share(self.totals.complete, self.people)

    @property
    def utilisation(self) -> float | None:
        """Doses given per dose received."""
        received = sum(product.received for product in self.products)
        return share(sum(product.given for product in self.products), received)


class OpenRow(msgspec.Struct, frozen=True):
    """A line of the open data."""

    day: date
    province_code: str
    product: str
    dose_role: str
    ordinal: int
    doses: int


class Operations(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on now; `recent` are the doses of the last ten minutes."""

    sites: int
    sites_open: int
    sessions: int
    waiting: int
    to_approve: int
    recent: int


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """A product's doses on hand and on the way, and how many days they last."""

    name: str
    doses: int
    a_day: float

    @property
    def days(self) -> int | None:
        """Days at the pace of the last seven; None when nothing was used."""
        return None if self.a_day <= 0 else int(self.doses / self.a_day)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at, with its owner once somebody has claimed it."""

    alert_id: UUID
    rule: str
    severity: str
    title: str
    detail: str
    raised_at: datetime
    claimed_at: datetime | None
    owner: str | None


class AlertCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open alerts by severity."""

    serious: int
    warning: int
    notice: int


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """All that the wall shows at one moment."""

    figures: Figures
    today: Totals
    week_before: int
    operations: Operations
    hours: list[int]
    hours_before: list[int]
    supply: list[Supply]
    alerts: list[Alert]
    counts: AlertCounts


class AlertNotYours(DomainError):
    """Somebody else has claimed the alert, or it is settled."""

    sentence = "Cảnh báo này đã có người nhận hoặc đã được xử lý."
    rule = "one_owner"


def share(part: int, whole: int) -> float | None:
    """A share of one; None without people to divide by. Above one it is shown as it is: the denominator is too small."""
    return part / whole if whole > 0 else None
