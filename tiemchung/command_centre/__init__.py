"""Door 4, managers: coverage, operations, logistics, safety, data quality, administration."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
