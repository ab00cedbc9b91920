"""Asking after a dose: whoever has messages on a screen, and a small sample of the others; all can answer in the book."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.aefi import rules
from tiemchung.domain.aefi.actions import queries
from tiemchung.domain.immunizations import DoseRecorded
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.events import Follower, Logged, kind_of

_AT_ONCE = 500


async def sample(db: Db, logged: list[Logged]) -> None:
    """Put the days on which a message asks into the diary; seeing a batch again changes nothing."""
    today = clock.day_of(db.at)
    pushed = await messaging.reached_by_push(db, [event.person_id for event in logged if event.person_id])
    for event in logged:
        if event.person_id not in pushed and event.event_id.int % 100 >= rules.SAMPLE_PERCENT:
            continue
        recorded = event.as_(DoseRecorded)
        given_on = clock.day_of(recorded.occurred_at)
        days = [day for day in rules.DAYS if given_on + timedelta(days=day) >= today]
        await db.run(
            queries.plan_checks,
            person_id=recorded.person_id,
            immunization_id=recorded.immunization_id,
            days=days,
            due=[given_on + timedelta(days=day) for day in days],
        )


async def ask(db: Db) -> None:
    """Send the questions that are due today; run every hour. A dose that was taken back is not asked about."""
    for due in await db.all(_Due, queries.due, today=clock.day_of(db.at), at=db.at, most=_AT_ONCE):
        await messaging.tell(db, due.person_id, "reaction_check")


class _Due(msgspec.Struct):
    person_id: UUID


FOLLOWER = Follower(name="reactions", kinds=(kind_of(DoseRecorded),), handle=sample)
