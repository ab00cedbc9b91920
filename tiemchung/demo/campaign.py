"""The demonstration campaign as a stream: people with their doses, batch after batch, from a plan.

    planned = plan(100_000, 200_000)
    for batch in batches(planned): ...

Memory is the plan's (about one entry a session) and one batch's, whatever the number of people.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from tiemchung.demo.lots import Session
from tiemchung.demo.plan import Cohort, Plan, TooManyDoses, plan
from tiemchung.demo.population import People, Person

__all__ = ["Batch", "Dose", "Person", "Plan", "TooManyDoses", "batches", "opens_at", "pace_seconds", "plan"]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BATCH_PEOPLE = 5_000
OPENS = time(7, 30)
SECONDS_A_PERSON = 300  # what a table needs for one person, and never longer than a working day for all
WORKING_SECONDS = 9 * 3600
MOD_BOOSTER_ML, ADULT_ML = "0.25", {"PF": "0.30"}


class Dose(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A dose given: `person` and `session` by their index, `number` is the person's turn in the session, `at` Unix seconds."""

    person: int
    role: str
    ordinal: int
    product: str
    volume_ml: str
    session: int
    lot: int
    number: int
    at: int


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Some thousand people and all their doses, in the order of people."""

    people: list[Person]
    doses: list[Dose]


def batches(planned: Plan) -> Iterator[Batch]:
    """Everybody of a plan with their doses. The same plan gives the same people and doses."""
    makers = People(planned.seed)
    starts = [_pace(planned, session) for session in planned.sessions]
    people: list[Person] = []
    doses: list[Dose] = []
    index = 0
    for cohort in planned.cohorts:
        begins = planned.sessions[cohort.doses[0].session].day if cohort.doses else None
        people += makers.of(cohort, planned.country.districts[cohort.district], begins, index)
        _give(planned, cohort, index, starts, doses)
        index += cohort.people
        if len(people) >= BATCH_PEOPLE:
            yield Batch(people=people, doses=doses)
            people, doses = [], []
    if people:
        yield Batch(people=people, doses=doses)


def opens_at(day: date) -> int:
    """When sites open on a day, in Unix seconds."""
    return _opens(day)


def pace_seconds(planned: Plan, session: Session) -> int:
    """Seconds between two people of a session: as many tables as the site has, and all within a working day."""
    tables = planned.country.sites[session.site].tables
    return max(10, min(SECONDS_A_PERSON // max(1, tables), WORKING_SECONDS // session.people))


def _give(planned: Plan, cohort: Cohort, index: int, starts: list[tuple[int, int]], doses: list[Dose]) -> None:
    columns = []
    for given in cohort.doses:
        start, pace = starts[given.session]
        volume = (
            MOD_BOOSTER_ML
            if given.product == "MOD" and given.role == "booster"
            else ADULT_ML.get(given.product, "0.50")
        )
        columns.append((given, volume, planned.sessions[given.session].lot, start, pace))
    for k in range(cohort.people):
        for given, volume, lot, start, pace in columns:
            number = given.first + k
            doses.append(
                Dose(
                    person=index + k,
                    role=given.role,
                    ordinal=given.ordinal,
                    product=given.product,
                    volume_ml=volume,
                    session=given.session,
                    lot=lot,
                    number=number + 1,
                    # A few seconds more or less, so that clocks do not tick together.
                    at=start + number * pace + (number * 7 + given.session) % min(pace, 60),
                )
            )


def _pace(planned: Plan, session: Session) -> tuple[int, int]:
    return _opens(session.day) + 900, pace_seconds(planned, session)


@cache
def _opens(day: date) -> int:
    return int(datetime.combine(day, OPENS, VIETNAM).astimezone(UTC).timestamp())


def day_of(at: int) -> date:
    """The calendar day in Viet Nam of Unix seconds."""
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=7)).date()
