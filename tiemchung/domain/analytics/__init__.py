"""Figures: rollups kept by a follower of the event log, indicators and their definitions, alerts, and the proof of the sums."""

from tiemchung.domain.analytics.actions import (
    FOLLOWER,
    claim,
    national,
    open_rows,
    operations,
    province,
    raise_alerts,
    resolve,
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
    OpenRow,
    Operations,
    ProductFigures,
    Supply,
    Totals,
    Wall,
)

__all__ = [
    "FOLLOWER",
    "INDICATORS",
    "Alert",
    "AlertCounts",
    "AlertNotYours",
    "Area",
    "Figures",
    "Indicator",
    "OpenRow",
    "Operations",
    "ProductFigures",
    "Supply",
    "Totals",
    "Wall",
    "claim",
    "national",
    "open_rows",
    "operations",
    "province",
    "raise_alerts",
    "resolve",
    "version",
    "wall",
]
