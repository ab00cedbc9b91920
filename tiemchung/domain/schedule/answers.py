"""What the engine is asked and what it answers: a person, doses and findings in; evaluations, forecasts, a gate's word out."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from tiemchung.domain.schedule.rows import Role


class Sex(StrEnum):
    """Administrative gender, in FHIR's words."""

    female = "female"
    male = "male"
    other = "other"
    unknown = "unknown"


class Subject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who is asked about. `born_by`: the last day of a birth known by year or month only, `born_on` being its first."""

    born_on: date
    sex: Sex = Sex.unknown
    born_by: date | None = None


class Dose(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A dose that was given, under the schedule's product code.

    `by`: the last day of a date known by year or month only, `on` being its first. `expired_on`: the lot's last
    usable day. `substandard`: it was recalled or kept badly. `recorded_at`: when it became known.
    """

    on: date
    product: str
    by: date | None = None
    mvx: str | None = None
    volume_ml: float | None = None
    expired_on: date | None = None
    substandard: bool = False
    recorded_at: datetime | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something observed: an illness, a pregnancy, an allergy, a circumstance. `until`: its last day, if it has ended."""

    code: str
    on: date | None = None
    until: date | None = None
    product: str | None = None
    recorded_at: datetime | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why: a code, the rule row and the paper that say so, and the facts its sentence shows (ISO dates, codes, words)."""

    code: str
    rule: str | None = None
    paper: str | None = None
    facts: dict[str, str] = {}


class DoseStatus(StrEnum):
    """CDC's words for a dose; `cannot_tell` where its partial date leaves it open."""

    valid = "Valid"
    not_valid = "Not Valid"
    extraneous = "Extraneous"
    substandard = "Sub-standard"
    cannot_tell = "Cannot Tell"


class SeriesStatus(StrEnum):
    """CDC's words for a series; `cannot_tell` where partial dates leave it open."""

    complete = "Complete"
    not_complete = "Not Complete"
    aged_out = "Aged Out"
    contraindicated = "Contraindicated"
    immune = "Immune"
    not_recommended = "Not Recommended"
    cannot_tell = "Cannot Tell"


class Flag(StrEnum):
    """What is worth knowing about a dose that counts all the same."""

    early = "early"
    off_policy = "off_policy"
    consent_needed = "consent_needed"


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What a dose was worth for an antigen: `index` is its place among the doses asked about."""

    index: int
    on: date
    product: str
    antigen: str
    vaccine_group: str
    status: DoseStatus
    reasons: tuple[Reason, ...] = ()
    series: str | None = None
    target: int | None = None
    role: Role | None = None
    ordinal: int | None = None
    flags: tuple[Flag, ...] = ()
    rules: tuple[str, ...] = ()


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A product and what speaks for or against it next."""

    product: str
    reasons: tuple[Reason, ...] = ()


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What comes next for a vaccine group (and role, where the schedule has roles). Days are inclusive; `latest` too."""

    vaccine_group: str
    antigens: tuple[str, ...]
    status: SeriesStatus
    series: str | None = None
    role: Role | None = None
    ordinal: int | None = None
    number: int | None = None
    earliest: date | None = None
    recommended: date | None = None
    past_due: date | None = None
    latest: date | None = None
    preferred: tuple[Option, ...] = ()
    allowed: tuple[Option, ...] = ()
    excluded: tuple[Option, ...] = ()
    deferred_until: date | None = None
    reasons: tuple[Reason, ...] = ()
    notices: tuple[Reason, ...] = ()
    rules: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, in the order it was taken: the question, the rule that decided, what it looked at, how it came out."""

    question: str
    outcome: str
    rule: str | None = None
    facts: dict[str, str] = {}


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer and the rule set that gave it."""

    schedule: str
    version: str
    hash: str
    on: date
    evaluations: tuple[Evaluation, ...]
    forecasts: tuple[Forecast, ...]
    place: str | None = None
    known_at: datetime | None = None
    trace: tuple[Step, ...] = ()

    def next(self, vaccine_group: str) -> Forecast:
        """What is to be done next in a group: the first course that is not complete, otherwise the last one."""
        forecasts = [forecast for forecast in self.forecasts if forecast.vaccine_group == vaccine_group]
        return next((each for each in forecasts if each.status is not SeriesStatus.complete), forecasts[-1])


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate must know of the lot in hand: its last usable day, and whether it may be used at all."""

    number: str
    expires_on: date
    recalled: bool = False
    released: bool = True


class Allow(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The product may be given now, as this dose."""

    role: Role | None = None
    ordinal: int | None = None
    number: int | None = None
    series: str | None = None
    rules: tuple[str, ...] = ()


class Warn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """It may be given now once these reasons were read and answered."""

    reasons: tuple[Reason, ...]
    role: Role | None = None
    ordinal: int | None = None
    number: int | None = None
    series: str | None = None
    rules: tuple[str, ...] = ()


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """It may not be given now. `earliest`: the day from which it may, where there is one."""

    reasons: tuple[Reason, ...]
    earliest: date | None = None
    rules: tuple[str, ...] = ()


Verdict = Allow | Warn | Stop
