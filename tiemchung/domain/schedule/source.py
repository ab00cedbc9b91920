"""The shape of our own schedule files: what an officer writes, before it is compiled for the engine.

Lengths of time are texts such as "8 weeks" or "6 months"; days are ISO dates, both ends included. Every key is listed in
docs/schedules.md; a key that is not listed stops the file.
"""

from datetime import date
from typing import Literal, TypeVar

import msgspec

from tiemchung.domain.schedule.rows import Confidence, Role

R = TypeVar("R", bound="Row")
UNKNOWN = "unknown"  # a row whose paper was not seen says so, and is then unsure


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same in Vietnamese and English."""

    vi: str
    en: str


class FindingWords(Words, frozen=True, forbid_unknown_fields=True):
    """A finding's words. `passes`: it is true of its day alone, such as an acute illness."""

    passes: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dated row with the paper that set it."""

    paper: str
    confidence: Confidence = Confidence.sourced
    since: date | None = None
    until: date | None = None


class Age(Row, frozen=True, kw_only=True):
    """An age from which, or from which no more."""

    at: str


class Volume(Row, frozen=True, kw_only=True):
    """Millilitres of one dose, for some ages and one role where they differ."""

    at: float
    from_age: str | None = None
    to_age: str | None = None
    role: Role | None = None


class Product(Row, frozen=True, kw_only=True):
    """A vaccine under our code; `since` is the day of its approval."""

    name: str
    platform: str
    cvx: str | None = None
    eu: str | None = None
    from_age: list[Age]
    to_age: list[Age] = []
    volume_ml: list[Volume]


class Local(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a paper leaves to provinces: no shorter minimum than `floor`, from a day on."""

    floor: str
    paper: str
    since: date | None = None


class Interval(Row, frozen=True, kw_only=True):
    """Time since the dose before in this series, or since the last valid dose of some roles.

    Without `recommended` it is recommended when it is allowed. A dose given before `absolute` does not count; between it
    and `minimum` it counts, flagged as early. The ministry has never asked for a dose to be repeated, so `absolute` is
    0 days unless a row says otherwise.
    """

    after: Literal["previous"] | list[Role] = "previous"
    absolute: str = "0 days"
    minimum: str
    recommended: str | None = None
    past_due: str | None = None
    local: Local | None = None


class Give(Row, frozen=True, kw_only=True):
    """A product that may be the dose.

    `when`: the finding (scarcity) without which it is off the ministry's policy; `basic`: every product of the basic
    course is among these; `after`: the dose before was one of these.
    """

    product: str
    from_age: str | None = None
    to_age: str | None = None
    when: str | None = None
    consent: bool = False
    basic: list[str] = []
    after: list[str] = []


class Dose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dose of a series. Rows of one product and condition are alternatives in time.

    `since`: the first day of its rows that name none themselves, of lists the first row's.
    """

    since: date | None = None
    give: list[Give]
    interval: list[Interval] = []
    from_age: list[Age] = []
    to_age: list[Age] = []


class Requires(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A course that must be complete first; `if_indicated`: for whom it is meant. `products`: it held at least one of these."""

    role: Role
    ordinal: int | None = None
    if_indicated: bool = False
    products: list[str] = []


class Series(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A course: its doses in order. `indications`: it is meant for people with one of these findings."""

    id: str
    role: Role
    ordinal: int | None = None
    name: Words
    doses: list[Dose]
    requires: list[Requires] = []
    indications: list[str] = []


class Deferral(Row, frozen=True, kw_only=True):
    """Not before: `wait` (key `for`) after the finding's day; without it, while the finding lasts."""

    finding: str
    wait: str | None = msgspec.field(default=None, name="for")
    from_age: str | None = None
    to_age: str | None = None
    role: Role | None = None
    ordinal: int | None = None


class Contraindication(Row, frozen=True, kw_only=True):
    """Never these products; `same`: the product after which the reaction came."""

    finding: str
    products: list[str] = []
    same: bool = False


class Caution(Row, frozen=True, kw_only=True):
    """With care, or at a hospital."""

    finding: str
    outcome: Literal["caution", "hospital"]
    from_age: str | None = None
    to_age: str | None = None


class VitalSign(Row, frozen=True, kw_only=True):
    """The normal range of a vital sign, both ends normal, and what a value outside means."""

    sign: str
    least: float | None = msgspec.field(default=None, name="from")
    most: float | None = msgspec.field(default=None, name="to")
    outcome: Literal["caution", "hospital", "delay"]


class Grace(Row, frozen=True, kw_only=True):
    """How much earlier than its minimum interval a dose may be given."""

    at: str


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`schedule.yaml`."""

    id: str
    group: str
    name: Words
    grace: Grace
    findings: dict[str, FindingWords]
    products: dict[str, Product]
    series: list[Series]
    deferrals: list[Deferral] = []
    contraindications: list[Contraindication] = []
    cautions: list[Caution] = []
    vital_signs: list[VitalSign] = []


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `papers.yaml`: number, day, address, what it changed; `read` says where that was seen."""

    id: str
    date: date
    read: Literal["text", "press", "none"]
    url: str | None
    changed: Words


class LocalInterval(Row, frozen=True, kw_only=True):
    """A province's own interval for a dose of a series that the ministry leaves to it."""

    series: str
    dose: int
    minimum: str
    recommended: str
    past_due: str | None = None


class Province(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`provinces/….yaml`: the rows that a province may change. `area`: its code in our areas."""

    place: str
    area: str
    intervals: list[LocalInterval] = []


def with_days(written: Source) -> Source:
    """The schedule with the days that rows take over from their dose."""
    return msgspec.structs.replace(
        written,
        series=[
            msgspec.structs.replace(series, doses=[_with_days(dose) for dose in series.doses])
            for series in written.series
        ],
    )


def _with_days(dose: Dose) -> Dose:
    if dose.since is None:
        return dose
    give = [row if row.since else msgspec.structs.replace(row, since=dose.since) for row in dose.give]
    return msgspec.structs.replace(
        dose, give=give, interval=_from(dose.interval, dose.since), from_age=_from(dose.from_age, dose.since)
    )


def _from(rows: list[R], since: date) -> list[R]:
    """A list whose first row begins on a day, unless it names one itself."""
    if not rows or rows[0].since is not None:
        return rows
    return [msgspec.structs.replace(rows[0], since=since), *rows[1:]]
