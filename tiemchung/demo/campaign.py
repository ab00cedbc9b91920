"""The demonstration campaign as a stream: people with their doses, batch after batch, from a plan.

    planned = plan(100_000, 200_000)
    for batch in batches(planned): ...

Memory is the plan's (about one entry a session) and one batch's, whatever the number of people.
"""

from collections.abc import Iterator

import msgspec

from tiemchung.demo.hours import Hours, hours
from tiemchung.demo.plan import Cohort, Plan, TooManyDoses, plan
from tiemchung.demo.population import People, Person

__all__ = ["Batch", "Dose", "Person", "Plan", "TooManyDoses", "batches", "plan", "session_hours"]

BATCH_PEOPLE = 1_000
MOD_BOOSTER_ML, ADULT_ML = "0.25", {"PF": "0.30"}


class Dose(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A dose given: `person`, `session` and `lot` by their number, `turn` the person's place in the session from 0.

    `at` is when, in Unix seconds.
    """

    person: int
    role: str
    ordinal: int
    product: str
    volume_ml: str
    session: int
    lot: int
    turn: int
    at: int


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Some thousand people and all their doses, in the order of people."""

    people: list[Person]
    doses: list[Dose]


def batches(planned: Plan) -> Iterator[Batch]:
    """Everybody of a plan with their doses. The same plan gives the same people and doses."""
    makers = People(planned.seed)
    days = session_hours(planned)
    people: list[Person] = []
    doses: list[Dose] = []
    index = 0
    for cohort in planned.cohorts:
        begins = planned.sessions[cohort.doses[0].session].day if cohort.doses else None
        people += makers.of(cohort, planned.country.districts[cohort.district], begins, index)
        _give(planned, cohort, index, days, doses)
        index += cohort.people
        if len(people) >= BATCH_PEOPLE:
            yield Batch(people=people, doses=doses)
            people, doses = [], []
    if people:
        yield Batch(people=people, doses=doses)


def session_hours(planned: Plan) -> list[Hours]:
    """The hours of every session, by its number."""
    return [hours(planned.country.sites[session.site], session) for session in planned.sessions]


def _give(planned: Plan, cohort: Cohort, index: int, days: list[Hours], doses: list[Dose]) -> None:
    columns: list[tuple[str, int, str, str, int, int, int, Hours]] = []
    for given in cohort.doses:
        volume = (
            MOD_BOOSTER_ML
            if given.product == "MOD" and given.role == "booster"
            else ADULT_ML.get(given.product, "0.50")
        )
        lot, day = planned.sessions[given.session].lot, days[given.session]
        columns.append((given.role, given.ordinal, given.product, volume, given.session, lot, given.first, day))
    for k in range(cohort.people):
        for role, ordinal, product, volume, session, lot, first, day in columns:
            doses.append(
                Dose(
                    person=index + k,
                    role=role,
                    ordinal=ordinal,
                    product=product,
                    volume_ml=volume,
                    session=session,
                    lot=lot,
                    turn=first + k,
                    at=day.injection(first + k),
                )
            )
