"""What is right at the site: pure rules with their sources."""

import math
from datetime import datetime, timedelta

OBSERVATION_MINUTES = 30  # QĐ 3588/QĐ-BYT: at least 30 minutes at the site
UNDO_SECONDS = 60


def minutes_left(observe_until: datetime, at: datetime) -> int:
    """Minutes of observation that are left, rounded up; 0 when it is over."""
    return max(0, math.ceil((observe_until - at).total_seconds() / 60))


def may_undo(recorded_at: datetime, at: datetime) -> bool:
    """Whether a record may still be taken back without a correction."""
    return at - recorded_at <= timedelta(seconds=UNDO_SECONDS)
