"""A person's case while it is being looked at: doses in order, findings by code, and the few questions that every step asks."""

from collections.abc import Iterable, Sequence
from datetime import date

from tiemchung.domain.schedule.answers import Dose, Finding, Reason, Sex, Step, Subject
from tiemchung.domain.schedule.compiled import Compiled
from tiemchung.domain.schedule.dates import Duration, add
from tiemchung.domain.schedule.model import Product
from tiemchung.domain.schedule.rows import Role, Row, When
from tiemchung.kit.errors import DomainError

GENDERS = {
    Sex.female: frozenset({"female"}),
    Sex.male: frozenset({"male"}),
    Sex.other: frozenset({"transgender", "unknown"}),
    Sex.unknown: frozenset({"unknown"}),
}


class UnknownProduct(DomainError):
    """A dose of a product that the schedule does not know; facts: `product`."""

    sentence = "Lịch tiêm không có vắc xin mang mã {product}."
    field = "product"
    rule = "unknown_product"
    status = 422


class UnknownGroup(DomainError):
    """A vaccine group that the schedule does not know; facts: `vaccine_group`."""

    sentence = "Lịch tiêm không có nhóm vắc xin {vaccine_group}."
    field = "vaccine_group"
    rule = "unknown_vaccine_group"
    status = 422


class Given:
    """A dose in the order of its day. `at` is its place in that order, `index` its place among the doses asked about.

    `unusable` says why it can never count, whatever the series: badly kept, before birth, or after the day asked about.
    """

    __slots__ = ("at", "dose", "index", "on", "product", "unusable")

    def __init__(self, dose: Dose, index: int, product: Product) -> None:
        self.dose, self.index, self.product = dose, index, product
        self.on = dose.on
        self.at = 0
        self.unusable: Reason | None = None


class Case:
    """One person on one day. `roles` fills up as courses are completed: the last valid dose of each role."""

    __slots__ = ("_ages", "born", "compiled", "doses", "findings", "genders", "on", "place", "roles", "trace")

    def __init__(
        self,
        compiled: Compiled,
        subject: Subject,
        doses: Sequence[Dose],
        findings: Iterable[Finding],
        on: date,
        place: str | None,
    ) -> None:
        self.compiled = compiled
        self.born = subject.born_on
        self.genders = GENDERS[subject.sex]
        self.on = on
        self.place = place
        self.trace: list[Step] | None = None
        self.roles: dict[Role, Given] = {}
        self._ages: dict[Duration, date] = {}
        self.findings: dict[str, list[Finding]] = {}
        for finding in findings:
            self.findings.setdefault(finding.code, []).append(finding)
        self.doses = _in_order(self, doses)

    def age(self, duration: Duration) -> date:
        """The day on which the person reaches an age."""
        day = self._ages.get(duration)
        if day is None:
            day = self._ages[duration] = add(self.born, duration)
        return day

    def is_aged(self, on: date, begin: Duration | None, end: Duration | None) -> bool:
        """Whether the age on a day is from begin to before end."""
        return (begin is None or on >= self.age(begin)) and (end is None or on < self.age(end))

    def finding(self, code: str, on: date) -> Finding | None:
        """A finding that is present on a day: it has begun and has not ended. Of several, the latest."""
        present = [
            each
            for each in self.findings.get(code, ())
            if (each.on is None or each.on <= on) and (each.until is None or on <= each.until)
        ]
        return max(present, key=lambda each: each.on or date.min, default=None)

    def observed(self, code: str, on: date) -> date | None:
        """The day of the most recent finding of a code that has begun, whether or not it has ended."""
        days = [each.on for each in self.findings.get(code, ()) if each.on is not None and each.on <= on]
        return max(days, default=None)

    def applies(self, when: When | None, on: date, course: Sequence[Given], previous: Given | None) -> bool:
        """Whether a row's condition holds on a day; `course` are the valid doses of the courses before."""
        if when is None:
            return True
        if not self.is_aged(on, when.begin_age, when.end_age):
            return False
        if when.findings and not any(self.finding(code, on) for code in when.findings):
            return False
        if when.previous and (previous is None or previous.product.code not in when.previous):
            return False
        if when.course is None:
            return True
        given = {each.product.code for each in course}
        return (
            bool(given)
            and (not when.course.only or given <= when.course.only)
            and (not when.course.includes or not given.isdisjoint(when.course.includes))
            and (when.course.mixed is None or (len(given) > 1) is when.course.mixed)
        )

    def note(self, question: str, outcome: str, rule: str | None = None, **facts: object) -> None:
        """Write a decision into the trace; callers ask whether there is one, to keep the untraced path cheap."""
        if self.trace is not None:
            shown = {name: str(value) for name, value in facts.items() if value is not None}
            self.trace.append(Step(question=question, outcome=outcome, rule=rule, facts=shown))


def in_force(row: Row, on: date) -> bool:
    """Whether a dated row applies on a day, both ends included (CDSi 4.6, effective and cessation date)."""
    return (row.since is None or row.since <= on) and (row.until is None or on <= row.until)


def _in_order(case: Case, doses: Sequence[Dose]) -> list[Given]:
    """Doses by day; on one day by product and maker, so that the order of asking changes nothing. Raises `UnknownProduct`."""
    given: list[Given] = []
    for index, dose in enumerate(doses):
        product = case.compiled.products.get(dose.product)
        if product is None:
            raise UnknownProduct(product=dose.product)
        given.append(Given(dose, index, product))
    if len(given) > 1:
        given.sort(key=lambda each: (each.on, each.dose.product, each.dose.mvx or "", each.dose.volume_ml or 0))
    for at, each in enumerate(given):
        each.at = at
        if each.on < case.born:
            each.unusable = Reason(
                code="before_birth", facts={"on": each.on.isoformat(), "born_on": case.born.isoformat()}
            )
        elif each.on > case.on:
            each.unusable = Reason(code="in_future", facts={"on": each.on.isoformat(), "today": case.on.isoformat()})
        elif each.dose.substandard:
            each.unusable = Reason(code="substandard")
        elif each.dose.expired_on is not None and each.on > each.dose.expired_on:
            each.unusable = Reason(code="expired_lot", facts={"expired_on": each.dose.expired_on.isoformat()})
    return given
