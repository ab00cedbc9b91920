"""What a schedule is asked about a person, and what it said."""

from datetime import date, datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.schedule.answers import Dose, Finding, Sex, Subject
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

FindingId = NewType("FindingId", UUID)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person when a schedule is asked: birth, doses, findings, and the province where they live."""

    person_id: UUID
    birth_date: date
    birth_precision: str
    sex: str
    area_code: str | None
    doses: list["GivenDose"]
    findings: list["Present"]

    @property
    def history(self) -> bytes:
        """What a schedule's answer depends on, ids aside: people with an equal history get an equal answer."""
        return msgspec.json.encode(
            [self.birth_date, self.birth_precision, self.sex, self.area_code,
             [(dose.product, dose.on, dose.source) for dose in self.doses],
             [(f.code, f.product, f.started_on, f.ended_on) for f in self.findings]]
        )  # fmt: skip

    @property
    def subject(self) -> Subject:
        """The person as the engine takes them; a birth known by year or month is the whole of it."""
        return Subject(
            born_on=self.birth_date, sex=Sex(self.sex), born_by=last_day(self.birth_date, self.birth_precision)
        )

    @property
    def given(self) -> list[Dose]:
        """The doses as the engine takes them."""
        return [Dose(product=dose.product, on=dose.on, recorded_at=dose.recorded_at) for dose in self.doses]

    @property
    def present(self) -> list[Finding]:
        """The findings as the engine takes them."""
        return [
            Finding(code=f.code, on=f.started_on, until=f.ended_on, product=f.product, recorded_at=f.recorded_at)
            for f in self.findings
        ]


class GivenDose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that counts, as far as a schedule asks."""

    immunization_id: UUID
    source: str
    product: str
    on: date
    recorded_at: datetime


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that counts."""

    code: str
    product: str | None
    started_on: date | None
    ended_on: date | None
    recorded_at: datetime


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule said of a person: which one, when, from what was known then, and until when it stands by itself.

    `state` by the words of `rulebook.STATES`; `answer` holds evaluations and the forecast as the engine gave them.
    """

    person_id: UUID
    recommendation_id: UUID
    disease: str
    rule_set_id: UUID
    assessed_on: date
    known_at: datetime
    next_change: date | None
    status: str
    basic_complete: bool
    dose_role: str | None
    ordinal: int | None
    earliest: date | None
    recommended: date | None
    past_due: date | None
    deferred_until: date | None


class FindingRecorded(Event, frozen=True, kw_only=True, tag="finding.recorded"):
    """Something was observed of a person, or has ended; which one stays in the record."""

    finding_id: UUID
    version: int


class CourseCompleted(Event, frozen=True, kw_only=True, tag="recommendation.course_completed"):
    """By what is known now and the schedule in force the basic course is complete; the answer before said that it was not."""

    recommendation_id: UUID


class FindingUnknown(DomainError):
    """The schedule in force asks about no such finding; facts: `code`."""

    sentence = "Lịch tiêm đang có hiệu lực không dùng dấu hiệu “{code}”."
    status = 422
    field = "code"
    rule = "known_finding"


def last_day(first: date, precision: str) -> date | None:
    """The last day of a birth known by month or year, whose first is kept; None for one known by its day."""
    if precision == "year":
        return date(first.year, 12, 31)
    if precision == "month":
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return date.fromordinal(after.toordinal() - 1)
    return None
