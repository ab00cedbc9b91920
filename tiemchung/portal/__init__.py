"""Door 2, everyone: figures, site finder, certificate check, help. Pages of figures are made once and served from memory."""

from litestar.types import ControllerRouterHandler

from tiemchung.portal import (
    check,
    check_app,
    draws,
    facilities,
    finder,
    help_desk,
    lists,
    lots,
    open_data,
    standby,
    status,
)

routes: list[ControllerRouterHandler] = [
    *check.routes,
    *check_app.routes,
    *lists.routes,
    *draws.routes,
    *finder.routes,
    *standby.routes,
    *open_data.routes,
    *lots.routes,
    *status.routes,
    *facilities.routes,
    *help_desk.routes,
]
