"""What is right at the site: pure rules with their sources."""

import math
import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta

OBSERVATION_MINUTES = 30  # QĐ 3588/QĐ-BYT: at least 30 minutes at the site
CAREFUL_MINUTES = 60  # people whom the doctor let through with caution, such as a known allergy
UNDO_SECONDS = 60
PACE_MINUTES = 30
FEWEST_FOR_A_PACE = 3


def observation(conclusion: str | None) -> int:
    """Minutes of observation after a screening's conclusion."""
    return OBSERVATION_MINUTES if conclusion == "eligible" else CAREFUL_MINUTES


def minutes_left(observe_until: datetime, at: datetime) -> int:
    """Minutes of observation that are left, rounded up; 0 when it is over."""
    return max(0, math.ceil((observe_until - at).total_seconds() / 60))


def expected_wait(ahead: int, injected: Sequence[tuple[float, float]], at: datetime) -> int | None:
    """Minutes until the injection for who arrives now, None while too few were vaccinated to say.

    Who is ahead, at the pace of the last half hour; never less than who was vaccinated then has waited (their median).
    `injected`: arrival and injection of each person as seconds.
    """
    since = (at - timedelta(minutes=PACE_MINUTES)).timestamp()
    waits = [given - arrived for arrived, given in injected if given >= since]
    if len(waits) < FEWEST_FOR_A_PACE:
        return None
    return math.ceil(max(ahead * PACE_MINUTES / len(waits), statistics.median(waits) / 60))


def average_minutes(injected: Sequence[tuple[float, float]]) -> int | None:
    """Minutes from arrival to injection, on average; None while too few were vaccinated to say. `injected` as above."""
    if len(injected) < FEWEST_FOR_A_PACE:
        return None
    return round(statistics.fmean(given - arrived for arrived, given in injected) / 60)


def may_undo(given_at: datetime, at: datetime) -> bool:
    """Whether a dose may still be taken back without a correction; both moments by the same clock."""
    return at - given_at <= timedelta(seconds=UNDO_SECONDS)
