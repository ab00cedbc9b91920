"""Worked cases of a schedule: they are part of it, run whenever it is read, and stop it when one comes out differently."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

import msgspec

from tiemchung.domain.schedule import check, outcomes
from tiemchung.domain.schedule.answers import Allow, Dose, Evaluation, Finding, Forecast, Stop, Subject, Verdict
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.rows import Role
from tiemchung.domain.schedule.source import LocalInterval, Province, Source
from tiemchung.domain.schedule.wrong import ExampleFails, ScheduleWrong, UnknownName

FILE = "examples.yaml"


class Next(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes next; what is left out is not asked about."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType | None = msgspec.UNSET
    ordinal: int | msgspec.UnsetType | None = msgspec.UNSET
    earliest: date | msgspec.UnsetType | None = msgspec.UNSET
    recommended: date | msgspec.UnsetType | None = msgspec.UNSET
    past_due: date | msgspec.UnsetType | None = msgspec.UNSET
    deferred_until: date | msgspec.UnsetType | None = msgspec.UNSET
    notices: list[str] | msgspec.UnsetType = msgspec.UNSET


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A history (doses as "PRODUCT DAY", findings as "CODE [DAY] [PRODUCT]") and what the schedule says of it on some days.

    `gate` by day and product: "allow [COURSE]", "warn REASON …", "stop REASON …". `worth`: each dose's status and flags.
    """

    case: str
    paper: str | None = None
    born: date | None = None
    place: str | None = None
    doses: list[str] = []
    findings: list[str] = []
    gate: dict[date, dict[str, str]] = {}
    next: dict[date, Next] = {}
    worth: list[str] = []


class Volumes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Millilitres of a dose by product, for somebody born on a day; none where it may not be given."""

    day: date
    born: date
    role: Role
    ml: dict[str, float | None]


class Screening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an adult's answers and vital signs come to on a day."""

    day: date
    outcome: str
    signs: dict[str, float] = {}
    findings: list[str] = []
    product: str | None = None


class Local(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that a province may set, or that is refused by a rule."""

    case: str
    row: LocalInterval
    refused: str | None = None


class Examples(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`examples.yaml`. `born`: the day on which people of a case were born unless it says otherwise."""

    born: date
    people: list[Person] = []
    volumes: list[Volumes] = []
    screenings: list[Screening] = []
    provinces: list[Local] = []


def run(schedule: Schedule, written: Source, examples: Examples) -> None:
    """Raises `ExampleFails` for the first case that comes out differently, `UnknownName` for what it names in vain."""
    for person in examples.people:
        _person(schedule, written, person, examples.born)
    for volumes in examples.volumes:
        _volumes(schedule, volumes)
    for screening in examples.screenings:
        _screening(written, screening, examples.born)
    for local in examples.provinces:
        _local(written, local)


def _person(schedule: Schedule, written: Source, person: Person, born: date) -> None:
    doses = [_dose(person.case, text, written.products) for text in person.doses]
    findings = [_finding(person.case, text, written.findings) for text in person.findings]
    subject = Subject(born_on=person.born or born)
    for on, verdicts in person.gate.items():
        for product, expected in verdicts.items():
            verdict = schedule.gate(
                subject, doses, findings, product, on=on, place=person.place, vaccine_group=written.group
            )
            _same(person.case, f"{product} {on}", expected, _said(verdict, expected))
    for on, expected in person.next.items():
        answer = schedule.assess(subject, doses, findings, on=on, place=person.place, vaccine_group=written.group).next(
            written.group
        )
        _next(person.case, on, expected, answer)
    if person.worth:
        last = max(dose.on for dose in doses)
        worth = schedule.assess(subject, doses, findings, on=last, place=person.place).evaluations
        ordered = sorted(worth, key=lambda each: each.index)
        _same(person.case, "worth", ", ".join(person.worth), ", ".join(map(_worth, ordered)))


def _next(case: str, on: date, expected: Next, answer: Forecast) -> None:
    for name in Next.__struct_fields__:
        wanted = getattr(expected, name)
        if wanted is not msgspec.UNSET:
            got = getattr(answer, name)
            _same(
                case,
                f"{on} {name}",
                wanted,
                [each.code for each in got if each.code != "ask_finding"] if name == "notices" else got,
            )


def _volumes(schedule: Schedule, volumes: Volumes) -> None:
    for product, expected in volumes.ml.items():
        got = schedule.volume_ml(Subject(born_on=volumes.born), product, role=volumes.role, on=volumes.day)
        _same(f"volumes {volumes.day}", product, expected, got)


def _screening(written: Source, screening: Screening, born: date) -> None:
    found = outcomes.of(
        written,
        born_on=born,
        on=screening.day,
        findings=screening.findings,
        signs=screening.signs,
        products=[screening.product] if screening.product else (),
    )
    what = " ".join([*screening.findings, *(f"{sign} {value:g}" for sign, value in screening.signs.items())])
    _same(f"screening {screening.day}", what, screening.outcome, outcomes.gravest(found))


def _local(written: Source, local: Local) -> None:
    refused = None
    try:
        check.province(FILE, Province(place="VN-00", area="00", intervals=[local.row]), written)
    except ScheduleWrong as wrong:
        refused = wrong.rule
    _same(local.case, "province", local.refused or "accepted", refused or "accepted")


def _said(verdict: Verdict, expected: str) -> str:
    """A verdict in the words of an example; an example that asks for no course or reasons is told none."""
    if isinstance(verdict, Allow):
        return f"allow {verdict.series}" if " " in expected else "allow"
    word = "stop" if isinstance(verdict, Stop) else "warn"
    return " ".join([word, *(reason.code for reason in verdict.reasons)]) if " " in expected else word


def _worth(evaluation: Evaluation) -> str:
    return " ".join([evaluation.status.value, *(flag.value for flag in evaluation.flags)])


def _dose(case: str, text: str, products: Mapping[str, object]) -> Dose:
    product, _, day = text.partition(" ")
    if product not in products:
        raise UnknownName(file=FILE, row=case, kind="product", name=product)
    return Dose(product=product, on=_day(case, day))


def _finding(case: str, text: str, findings: Mapping[str, object]) -> Finding:
    code, *rest = text.split()
    if code not in findings:
        raise UnknownName(file=FILE, row=case, kind="finding", name=code)
    return Finding(code=code, on=_day(case, rest[0]) if rest else None, product=rest[1] if rest[1:] else None)


def _day(case: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _differs(case, "day", "YYYY-MM-DD", text)


def _same(case: str, what: str, expected: Any, got: Any) -> None:
    if expected != got:
        _differs(case, what, expected, got)


def _differs(case: str, what: str, expected: object, got: object) -> NoReturn:
    raise ExampleFails(file=FILE, row=case, what=what, expected=str(expected), got=str(got))
