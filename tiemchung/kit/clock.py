"""The clock, read once at the edge; everything below takes the time as an argument."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The calendar day of a moment in Viet Nam: at +07:00, midnight is where days part."""
    return at.astimezone(VIETNAM).date()


def local(at: datetime) -> datetime:
    """A moment as the clock on a wall in Viet Nam shows it."""
    return at.astimezone(VIETNAM)


def start_of(day: date) -> datetime:
    """Midnight in Viet Nam at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def at(day: date, hour: time) -> datetime:
    """The moment at which clocks in Viet Nam show an hour of a day."""
    return datetime.combine(day, hour, tzinfo=VIETNAM)
