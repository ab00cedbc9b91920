"""Figures: rollups kept by a follower of the event log, indicators and their definitions, alerts, and the proof of the sums."""

from tiemchung.domain.analytics import alerts, areas, gaps, open_data, public, quality
from tiemchung.domain.analytics.actions import (
    last_day,
    ledger,
    measure,
    national,
    operations,
    province,
    reached,
    reached_on,
    region,
    wall,
)
from tiemchung.domain.analytics.alerts import Alert, AlertCounts, AlertNotYours, AlertRule
from tiemchung.domain.analytics.counting import FOLLOWER, behind_seconds, count_operations, forget_minutes, version
from tiemchung.domain.analytics.indicators import INDICATORS, Indicator
from tiemchung.domain.analytics.model import (
    Area,
    Figures,
    Ledger,
    Measured,
    Operations,
    ProductFigures,
    Reached,
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
    "AlertRule",
    "Area",
    "Figures",
    "Indicator",
    "Ledger",
    "Measured",
    "Operations",
    "ProductFigures",
    "Proof",
    "Reached",
    "Supply",
    "Totals",
    "Wall",
    "alerts",
    "areas",
    "behind_seconds",
    "count_operations",
    "forget_minutes",
    "gaps",
    "last_day",
    "ledger",
    "measure",
    "national",
    "open_data",
    "operations",
    "prove",
    "province",
    "public",
    "quality",
    "reached",
    "reached_on",
    "region",
    "version",
    "wall",
]
