"""Door 4, managers: coverage, operations, logistics, safety, data quality, administration."""

from litestar.types import ControllerRouterHandler

from tiemchung.command_centre import (
    alert_rules,
    alerts,
    areas,
    bookings,
    bulletin,
    lots,
    opening,
    quality,
    recalls,
    schedule_changes,
    schedule_drafts,
    schedules,
    utilisation,
    wall,
)

routes: list[ControllerRouterHandler] = [
    *wall.routes,
    *alerts.routes,
    *alert_rules.routes,
    *areas.routes,
    *bulletin.routes,
    *quality.routes,
    *bookings.routes,
    *opening.routes,
    *lots.routes,
    *schedules.routes,
    *schedule_drafts.routes,
    *schedule_changes.routes,
    *recalls.routes,
    *utilisation.routes,
]
