"""What figures are made of."""

from datetime import date, datetime, timedelta

import msgspec

from tiemchung.domain.analytics.alerts import Alert, AlertCounts


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Doses up to a day: all, first, those that completed a basic course (of adults too), additional, booster, on the day."""

    doses: int
    first: int
    complete: int
    adults_first: int
    adults_complete: int
    additional: int
    booster: int
    today: int


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A province or district: its doses, and of its people of 18 and older how many there are, began and completed."""

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
    path: str = ""
    lat: float | None = None
    lon: float | None = None

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
    """Doses of one day."""

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
    """The nation's or a province's figures up to a day, read `at` a moment; `counted_at` is when they last changed."""

    as_of: date
    at: datetime
    counted_at: datetime
    totals: Totals
    people: int
    adults: int
    days: list[Day]
    areas: list[Area]
    regions: list[Region]

    @property
    def adults_complete(self) -> float | None:
        """Goal of 2021: completed basic courses per person of 18 and older."""
        return share(self.totals.adults_complete, self.adults)

    @property
    def adults_first(self) -> float | None:
        """First doses per person of 18 and older."""
        return share(self.totals.adults_first, self.adults)

    @property
    def people_complete(self) -> float | None:
        """Goal of the first quarter of 2022: completed basic courses per inhabitant."""
        return share(self.totals.complete, self.people)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """People of one kind (age, sex, priority group, distance, ethnic group): how many had a first dose, a whole course, more.

    None stands for a number that is withheld, because it or its neighbour is small. `people` is None where nobody counts them;
    of an ethnic group it is those with a record.
    """

    kind: str
    code: str
    name: str
    name_en: str
    first: int | None
    complete: int | None
    additional: int | None
    booster: int | None
    people: int | None = None

    @property
    def complete_share(self) -> float | None:
        """Completed basic courses per person of the kind."""
        return None if self.complete is None or self.people is None else share(self.complete, self.people)


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Vaccine in the country by product, as the ledger holds it now."""

    products: list[ProductFigures]

    @property
    def total(self) -> ProductFigures:
        """All products together."""
        sums = {
            field: sum(getattr(product, field) for product in self.products)
            for field in ("received", "given", "wasted", "left")
        }
        return ProductFigures(code="", name="", **sums)

    @property
    def utilisation(self) -> float | None:
        """Doses given per dose received."""
        return share(self.total.given, self.total.received)


class Operations(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on now: `sites_heard` gave a sign of life in half an hour, `recent` are the doses of ten minutes.

    `sites_unsent` are open and have a device in use that sent nothing for half an hour: it may hold acts.
    """

    sites: int
    sites_open: int
    sites_heard: int
    sites_unsent: int
    sessions: int
    waiting: int
    waited_minutes: float | None
    to_approve: int
    recent: int

    @property
    def heard_share(self) -> float | None:
        """Of the sites that are open, those that were heard."""
        return share(self.sites_heard, self.sites_open)


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """Doses recorded in a week, and those of them entered later than the day after they were given."""

    recorded: int
    late: int

    @property
    def share(self) -> float | None:
        """The late ones of all."""
        return share(self.late, self.recorded)


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """A product's doses on hand and on the way, and how many days they last."""

    name: str
    doses: int
    a_day: float

    @property
    def days(self) -> int | None:
        """Days at the pace of the last seven; None when nothing was used."""
        return None if self.a_day <= 0 else int(self.doses / self.a_day)

    def runs_out(self, day: date) -> date | None:
        """The day by whose end it is used up, counted from a day; None without use, or beyond a hundred years."""
        return None if self.days is None or self.days > 36_500 else day + timedelta(days=self.days)


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """All that a wall shows at one moment: the nation's, or a province's with its districts as areas."""

    province: Area | None
    figures: Figures
    today: Totals
    week_before: float
    operations: Operations
    late: Late
    hours: list[int]
    hours_before: list[int]
    supply: list[Supply]
    alerts: list[Alert]
    counts: AlertCounts

    @property
    def change(self) -> float | None:
        """Today against the same weekday a week before, up to the same time of day; None without doses then."""
        return None if self.week_before <= 0 else self.today.today / self.week_before - 1


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator's value, as its own file makes it."""

    numerator: int
    denominator: int | None

    @property
    def share(self) -> float | None:
        """Numerator over denominator."""
        return share(self.numerator, self.denominator or 0)


def share(part: int | None, whole: int) -> float | None:
    """A share of one; None without a whole, or of a part that is withheld.

    Above one it is told as it is: the denominator is smaller than the numerator.
    """
    return part / whole if part is not None and whole > 0 else None
