"""Figures: rollups kept by a follower of the event log, indicators and their definitions, alerts, and the proof of the sums."""

from tiemchung.domain.analytics import alerts
from tiemchung.domain.analytics.actions import (
    FOLLOWER,
    behind_seconds,
    forget_minutes,
    measure,
    national,
    open_rows,
    operations,
    province,
    version,
    wall,
)
from tiemchung.domain.analytics.indicators import INDICATORS, Indicator
from tiemchung.domain.analytics.model import (
    Alert,
    AlertCounts,
    AlertNotYours,
    Area,
    Figures,
    Measured,
    OpenRow,
    Operations,
    ProductFigures,
    Supply,
    Totals,
    Wall,
)
from tiemchung.domain.analytics.proof import Proof, prove

__all__ = [
    "FOLLOWER",
    "INDICATORS",
    "Alert",
    "AlertCounts",
    "AlertNotYours",
    "Area",
    "Figures",
    "Indicator",
    "Measured",
    "OpenRow",
    "Operations",
    "ProductFigures",
    "Proof",
    "Supply",
    "Totals",
    "Wall",
    "alerts",
    "behind_seconds",
    "forget_minutes",
    "measure",
    "national",
    "open_rows",
    "operations",
    "prove",
    "province",
    "version",
    "wall",
]
