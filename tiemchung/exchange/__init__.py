"""Door 5, machines: open data, imports, devices: shapes and hand-over only."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
