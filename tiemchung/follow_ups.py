"""What happens after what: the only place that says it.

`NOW` runs inside the transaction of the act: what must commit together. `LATER` reads the event log after commit, in
order, in batches, and may see a batch again after a crash: its handlers are idempotent by event id.
"""

from tiemchung.domain import analytics, appointments, messaging
from tiemchung.domain.registrations import RegistrationMoved
from tiemchung.domain.sites import SessionCancelled
from tiemchung.kit.events import Follower, Now

NOW: Now = {
    RegistrationMoved: [appointments.registration_moved],
    SessionCancelled: [appointments.session_cancelled],
}

LATER: list[Follower] = [
    analytics.FOLLOWER,
    Follower(name="messages", kinds=("messaging.queued",), handle=messaging.deliver),
]
