"""The engine's answers that are the same for everybody, as the rows that stand beside each published schedule."""

from datetime import date

import msgspec

from tiemchung.domain.schedule import tables
from tiemchung.domain.schedule.read import Ready


class Age(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `schedule_age`."""

    product: str
    since: date
    until: date | None
    from_months: int
    from_days: int
    to_months: int | None
    to_days: int | None


def ages(found: Ready) -> list[Age]:
    """The engine's answer about ages, as rows."""
    return [
        Age(
            product=row.product,
            since=row.since,
            until=row.until,
            from_months=row.from_age.months,
            from_days=row.from_age.days,
            to_months=None if row.to_age is None else row.to_age.months,
            to_days=None if row.to_age is None else row.to_age.days,
        )
        for row in tables.ages(found.schedule, found.written.source.group)
    ]
