"""What is right at the site: pure rules with their sources."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

from tiemchung.domain.immunizations.errors import TooSoon
from tiemchung.domain.immunizations.model import Given

OBSERVATION_MINUTES = 30  # QĐ 3588/QĐ-BYT: at least 30 minutes at the site
UNDO_SECONDS = 60


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Days between a dose and the one before it, from a day on, by a paper of the ministry."""

    days: int
    since: date
    paper: str
    after: str | None = None


def check_interval(given: Sequence[Given], role: str, on: date) -> None:
    """Whether the dose before lies long enough back. Raises `TooSoon`.

    A dose that nobody recorded sets no limit here: the screening asks for it.
    """
    last = max(given, key=lambda dose: dose.on, default=None)
    if last is None:
        return
    rule = interval_after(last.product, role, on)
    days = max(rule.days if rule else 0, 1)
    earliest = last.on + timedelta(days=days)
    if on < earliest:
        raise TooSoon(last=f"{last.on:%d/%m/%Y}", days=days, earliest=f"{earliest:%d/%m/%Y}")


def interval_after(product: str, role: str, on: date) -> Interval | None:
    """The interval in force on a day after a dose of a product, for the next dose's role."""
    rows = [row for row in _intervals()[role] if row.after in {None, product} and row.since <= on]
    return max(rows, key=lambda row: row.since, default=None)


def minutes_left(observe_until: datetime, at: datetime) -> int:
    """Minutes of observation that are left, rounded up; 0 when it is over."""
    return max(0, math.ceil((observe_until - at).total_seconds() / 60))


def may_undo(recorded_at: datetime, at: datetime) -> bool:
    """Whether a record may still be taken back without a correction."""
    return at - recorded_at <= timedelta(seconds=UNDO_SECONDS)


@cache
def _intervals() -> dict[str, list[Interval]]:
    text = (files("tiemchung.domain.immunizations") / "intervals.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, list[Interval]])
