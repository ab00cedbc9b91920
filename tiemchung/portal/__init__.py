"""Door 2, everyone: figures, site finder, look-up, certificate check, help."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
