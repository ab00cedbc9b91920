"""Door 5, machines: figures and sites for programs; shapes and hand-over only."""

from litestar.types import ControllerRouterHandler

from tiemchung.exchange import figures, messages

routes: list[ControllerRouterHandler] = [*figures.routes, *messages.routes]
