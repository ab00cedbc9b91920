"""Door 3, health workers and officers: lists, plans, sessions, the four site steps, stock."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
