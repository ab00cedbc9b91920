"""What happens after what: the only place that says it.

`NOW` runs inside the transaction of the act: what must commit together. `LATER` reads the event log after commit, in
order, in batches, and may see a batch again after a crash: its handlers are idempotent by event id. `PERIODIC` is due
every so many seconds. The signing process (`signer.py`) takes what `certificates` queued here, because only it holds keys.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

import structlog

from tiemchung.domain import (
    aefi,
    analytics,
    appointments,
    certificates,
    corrections,
    identity,
    messaging,
    recommendations,
    registrations,
    rulebook,
    stock,
)
from tiemchung.domain.appointments import AppointmentBooked, AppointmentMoved
from tiemchung.domain.appointments.draw import Drawn
from tiemchung.domain.immunizations import (
    DoseAmended,
    DoseRecorded,
    DoseUndone,
    PersonsMerged,
    PersonsParted,
    SessionClosed,
    SessionSigned,
)
from tiemchung.domain.people import IdentityChecked, PersonCorrected, PersonRegistered, PersonUpdated
from tiemchung.domain.recommendations import CourseCompleted, FindingRecorded
from tiemchung.domain.registrations import RegistrationMoved, RegistrationSubmitted
from tiemchung.domain.rulebook import SchedulePublished
from tiemchung.domain.sites import SessionCancelled
from tiemchung.kit import clock, events
from tiemchung.kit.db import Db
from tiemchung.kit.events import Follower, Logged, Now, kind_of

log = structlog.get_logger()

Periodic: TypeAlias = tuple[float, Callable[[Db], Awaitable[None]]]


async def _nobody_came(db: Db, event: SessionClosed) -> None:
    if event.place_id is not None:
        await appointments.nobody_came(db, event.place_id, event.session_id)


async def _tell_winners(db: Db, logged: list[Logged]) -> None:
    for event in logged:
        await appointments.draw.tell_winners(db, event.as_(Drawn).draw_id)


NOW: Now = {
    RegistrationMoved: [appointments.registration_moved],
    SessionCancelled: [appointments.session_cancelled],
    SessionClosed: [_nobody_came],
    DoseUndone: [certificates.dose_changed],
    DoseAmended: [certificates.dose_changed],
    SessionSigned: [certificates.session_signed],
    IdentityChecked: [certificates.identity_checked],
    PersonCorrected: [certificates.person_corrected],
    CourseCompleted: [certificates.course_completed],
}


async def _identity_wanted(db: Db, logged: list[Logged]) -> None:
    await identity.want(db, [event.person_id for event in logged if event.person_id is not None])


# What may change what a person is recommended next.
RECOMMENDS = tuple(
    kind_of(event)
    for event in (
        DoseRecorded,
        DoseUndone,
        DoseAmended,
        FindingRecorded,
        PersonRegistered,
        PersonUpdated,
        PersonCorrected,
        PersonsMerged,
        PersonsParted,
        SchedulePublished,
    )
)

LATER: list[Follower] = [
    analytics.FOLLOWER,
    aefi.FOLLOWER,
    Follower(name="recommendations", kinds=RECOMMENDS, handle=recommendations.follow),
    Follower(name="messages", kinds=("messaging.queued",), handle=messaging.deliver),
    Follower(
        name="bookings",
        kinds=(kind_of(AppointmentBooked), kind_of(AppointmentMoved)),
        handle=appointments.tell_booked,
    ),
    Follower(name="recalls", kinds=(kind_of(stock.recalls.LotRecalled),), handle=stock.recalls.follow),
    Follower(name="draws", kinds=(kind_of(Drawn),), handle=_tell_winners),
    Follower(name="registry", kinds=(kind_of(RegistrationSubmitted), kind_of(PersonUpdated)), handle=_identity_wanted),
    Follower(name="passports", kinds=(kind_of(certificates.CertificateIssued),), handle=certificates.tell_issued),
]


async def _next_partitions(db: Db) -> None:
    today = clock.day_of(db.at)
    await events.ensure_partitions(db, today, today + timedelta(days=100))


async def _ask_registry(db: Db) -> None:
    registry = identity.configured(db.keys)
    if registry is None:
        return
    try:
        await identity.ask(db, registry)
    except identity.RegistryAway:
        log.warning("population registry away")


PERIODIC: list[Periodic] = [
    (1, recommendations.refresh_due),
    (5, rulebook.compare_waiting),
    (3600, recommendations.put_in_line),
    (5, stock.recalls.tell_next),
    (60, stock.recalls.gather_all),
    (2, _ask_registry),
    (1, appointments.opening.answer_accepted),
    (5, appointments.standby.expire),
    (5, appointments.expire_holds),
    (10, messaging.deliver_due),
    (60, appointments.audit.keep_looking),
    (60, appointments.release_due),
    (5, analytics.count_operations),
    (60, analytics.alerts.raise_all),
    (60, analytics.open_data.publish),
    (3600, analytics.forget_minutes),
    (3600, analytics.quality.count_people),
    (3600, certificates.renew),
    (3600, _next_partitions),
    (3600, registrations.drafts.forget_old),
    (3600, registrations.organisations.forget_old),
    (3600, aefi.ask),
    (3600, corrections.escalate),
]
