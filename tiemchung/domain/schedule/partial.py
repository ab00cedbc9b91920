"""Dates known by month or year only: the question is asked at both ends, and where the answers differ it cannot be told."""

from collections.abc import Sequence
from itertools import product
from typing import TypeVar

import msgspec

from tiemchung.domain.schedule.answers import (
    Dose,
    DoseStatus,
    Evaluation,
    Forecast,
    Reason,
    SeriesStatus,
    Step,
    Subject,
)

# Six dates with two ends each are 64 questions; beyond that all early, all late and the two alternations stand for the rest.
MOST_PARTIAL_DATES = 6
DAYS = ("earliest", "recommended", "past_due", "latest", "deferred_until")
T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an assessment that depends on how a partial date is read."""

    evaluations: tuple[Evaluation, ...]
    forecasts: tuple[Forecast, ...]
    trace: tuple[Step, ...] = ()


def ends(subject: Subject, doses: Sequence[Dose]) -> list[tuple[Subject, Sequence[Dose]]]:
    """The person and the doses at each end of every partial date; with none, just as they are."""
    open_doses = sum(1 for dose in doses if dose.by is not None)
    if not open_doses and subject.born_by is None:
        return [(subject, doses)]
    born = [subject.born_on] if subject.born_by is None else [subject.born_on, subject.born_by]
    return [
        (msgspec.structs.replace(subject, born_on=day, born_by=None), _read(doses, late))
        for day in born
        for late in _choices(open_doses)
    ]


def agreed(answers: Sequence[Answer]) -> Answer:
    """What all answers agree on; where they differ, "cannot tell"."""
    first = answers[0]
    if all(each == first for each in answers[1:]):
        return first
    evaluations = _aligned([{(e.index, e.vaccine_group): e for e in each.evaluations} for each in answers])
    forecasts = _aligned([{(f.vaccine_group, f.role, f.ordinal): f for f in each.forecasts} for each in answers])
    return Answer(
        evaluations=tuple(_evaluation(each) for each in evaluations),
        forecasts=tuple(_forecast(each) for each in forecasts),
        trace=tuple(step for each in answers for step in each.trace),
    )


def _choices(number: int) -> list[tuple[bool, ...]]:
    if number <= MOST_PARTIAL_DATES:
        return list(product((False, True), repeat=number))
    alternating = tuple(at % 2 == 0 for at in range(number))
    return [(False,) * number, (True,) * number, alternating, tuple(not late for late in alternating)]


def _read(doses: Sequence[Dose], late: tuple[bool, ...]) -> list[Dose]:
    choices = iter(late)
    return [
        dose if dose.by is None else msgspec.structs.replace(dose, on=dose.by if next(choices) else dose.on, by=None)
        for dose in doses
    ]


def _aligned(answers: list[dict[tuple[object, ...], T]]) -> list[list[T]]:
    """The same question in each answer; one that is asked in some of them only is answered by those."""
    keys = dict.fromkeys(key for each in answers for key in each)
    return [[each[key] for each in answers if key in each] for key in keys]


def _evaluation(each: list[Evaluation]) -> Evaluation:
    first = each[0]
    if all(other.status is first.status for other in each):
        return first
    statuses = ", ".join(dict.fromkeys(other.status.value for other in each))
    return msgspec.structs.replace(
        first,
        status=DoseStatus.cannot_tell,
        reasons=(Reason(code="cannot_tell", facts={"statuses": statuses}),),
        flags=(),
        target=None,
    )


def _forecast(each: list[Forecast]) -> Forecast:
    first = each[0]
    if all(other == first for other in each):
        return first
    if any(other.status is not first.status for other in each):
        statuses = ", ".join(dict.fromkeys(other.status.value for other in each))
        why = Reason(code="cannot_tell", facts={"statuses": statuses})
        return Forecast(
            vaccine_group=first.vaccine_group,
            antigens=first.antigens,
            status=SeriesStatus.cannot_tell,
            role=first.role,
            ordinal=first.ordinal,
            reasons=(why,),
        )
    differing = {name for name in DAYS if any(getattr(other, name) != getattr(first, name) for other in each)}
    facts = {name: ", ".join(dict.fromkeys(str(getattr(other, name)) for other in each)) for name in sorted(differing)}
    unknown: object = None
    changes = dict.fromkeys(differing, unknown)
    if any(other.number != first.number for other in each):
        changes["number"] = None
    if not changes:
        return first
    changes["reasons"] = (*first.reasons, Reason(code="cannot_tell_days", facts=facts))
    return msgspec.structs.replace(first, **changes)
