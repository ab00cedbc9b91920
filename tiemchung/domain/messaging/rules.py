"""When a message may go out, when it is tried again, and what a reply means."""

from datetime import datetime, timedelta

from tiemchung.kit import clock
from tiemchung.kit.vietnamese import search_name

# A code is asked for by who waits for it: it goes at any hour, beyond any budget, and to who has said stop.
URGENT = frozenset({"otp"})
QUIET_FROM, QUIET_UNTIL = 21, 7
MOST_TRIES = 6
MOST_A_DAY = 10
_FIRST_PAUSE = timedelta(seconds=30)
_STOP = {"stop", "dung", "huy", "tu choi", "tc huy"}
_START = {"start", "bat dau", "nhan lai"}
_NOT_ME = {"not me", "khong phai toi", "nham so", "sai so", "sai nguoi"}


def not_before(template: str, at: datetime) -> datetime:
    """The moment from which a message may go: between 21:00 and 07:00 only what is urgent."""
    local = clock.local(at)
    if template in URGENT or QUIET_UNTIL <= local.hour < QUIET_FROM:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= QUIET_FROM else 0)
    return clock.start_of(day) + timedelta(hours=QUIET_UNTIL)


def next_try(tries: int, at: datetime) -> datetime | None:
    """When a message that was not taken is tried again: after 30 seconds, then twice as long each time; None: never."""
    return at + _FIRST_PAUSE * 2 ** (tries - 1) if tries < MOST_TRIES else None


def reply_kind(text: str) -> str | None:
    """What a reply says: stop, start, not_me, or nothing that we know. Marks, case and full stops do not matter."""
    words = search_name(text).strip(" .!")
    if words in _STOP:
        return "stop"
    if words in _START:
        return "start"
    return "not_me" if words in _NOT_ME else None
