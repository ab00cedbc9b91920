"""The clocks of requests about personal data (Law 91/2025/QH15, Decree 356/2025/NĐ-CP)."""

from datetime import datetime, timedelta

from tiemchung.kit import clock

# A first answer within two working days; restricting within 15 days, other rights within 10 to 20; one extension of at
# most 15 days, with its reason.
ANSWER_WORKING_DAYS = 2
DAYS = {"field": 10, "dose": 10, "missing": 10, "see": 10, "restrict": 15, "erase": 20}
EXTENSION = timedelta(days=15)
CLOSED = frozenset({"done", "refused"})
_NEXT = {
    "open": {"answered", "extended", "done", "refused"},
    "answered": {"answered", "extended", "done", "refused"},
    "extended": {"answered", "done", "refused"},
    "done": set[str](),
    "refused": set[str](),
}


def after_working_days(at: datetime, days: int) -> datetime:
    """The end of the working day that lies so many working days after a moment; Saturday and Sunday do not count."""
    day = clock.day_of(at)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return clock.start_of(day) + timedelta(hours=17)


def due_at(kind: str, opened_at: datetime) -> datetime:
    """By when a request of a kind must have ended: the end of that day."""
    return clock.start_of(clock.day_of(opened_at) + timedelta(days=DAYS[kind] + 1)) - timedelta(seconds=1)


def may_step(was: str, to: str, *, extended: bool) -> bool:
    """Whether a ticket may go from one state to another; it is extended once."""
    return to in _NEXT[was] and not (to == "extended" and extended)
