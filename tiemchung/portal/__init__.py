"""Door 2, everyone: figures, site finder, certificate check, help. Pages of figures are made once and served from memory."""

from litestar.types import ControllerRouterHandler

from tiemchung.portal import finder, open_data

routes: list[ControllerRouterHandler] = [
    *finder.routes,
    *open_data.routes,
]
