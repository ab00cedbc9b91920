"""Where a person stands in the basic course, as the schedule in force evaluates it: what cards and certificates rest on.

What a person only declared is left out here: it may put the next dose off, but it completes nothing.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import rulebook
from tiemchung.domain.recommendations.model import Known
from tiemchung.domain.rulebook import InForce
from tiemchung.domain.schedule.answers import Assessment, DoseStatus, Lot, Verdict

DECLARED = "self_declared"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A dose in its person's course, as the schedule evaluates it.

    `complete`: the basic course is complete with it or was before it. `number`: which dose of the basic course it is, None for
    one that is none of them. `before`: how many doses lie before it.
    """

    complete: bool
    number: int | None
    before: int


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A person's basic course: whether it is complete, of how many doses it is, and every dose in it or after it."""

    complete: bool
    doses: int
    steps: dict[UUID, Step]


def assess(force: InForce, known: Known, on: date, *, trace: bool = False) -> Assessment:
    """The engine's answer for what is known of a person, as of a day."""
    ready = force.ready
    return ready.schedule.assess(
        known.subject,
        known.given,
        known.present,
        on=on,
        place=ready.place_of(known.area_code),
        vaccine_group=ready.written.source.group,
        trace=trace,
    )


def gate(force: InForce, known: Known, product: str, on: date, *, lot: Lot | None = None) -> Verdict:
    """What a schedule says to giving a product to somebody on a day, in the province of `known.area_code`."""
    ready = force.ready
    return ready.schedule.gate(
        known.subject,
        known.given,
        known.present,
        product,
        lot,
        on=on,
        place=ready.place_of(known.area_code),
        vaccine_group=ready.written.source.group,
    )


def course_of(force: InForce, known: Known, on: date, answer: Assessment | None = None) -> Course:
    """A person's basic course as of a day; `answer` is the engine's about all that is known, where it was asked already."""
    counted = [dose for dose in known.doses if dose.source != DECLARED]
    if answer is None or len(counted) != len(known.doses):
        answer = assess(force, msgspec.structs.replace(known, doses=counted), on)
    basic = rulebook.basic(answer, force.ready.written.source.group)
    valid = sorted(
        each.index
        for each in answer.evaluations
        if each.status is DoseStatus.valid
        and each.role in {None, "basic"}
        and each.vaccine_group == basic.vaccine_group
    )
    complete = rulebook.is_complete(basic)
    return Course(
        complete=complete,
        doses=force.ready.schedule.doses_in(basic.series),
        steps={
            dose.immunization_id: Step(
                complete=complete and bool(valid) and index >= valid[-1],
                number=valid.index(index) + 1 if index in valid else None,
                before=index,
            )
            for index, dose in enumerate(counted)
        },
    )


def courses_of(force: InForce, people: Sequence[Known], on: date) -> dict[UUID, Course]:
    """The same for some people; equal histories are asked about once."""
    found: dict[bytes, Course] = {}
    courses: dict[UUID, Course] = {}
    for known in people:
        key = known.history
        if key not in found:
            found[key] = course_of(force, known, on)
        own = zip((dose for dose in known.doses if dose.source != DECLARED), found[key].steps.values(), strict=True)
        courses[known.person_id] = msgspec.structs.replace(
            found[key], steps={dose.immunization_id: step for dose, step in own}
        )
    return courses
