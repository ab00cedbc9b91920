"""Door 1, citizens: family, registration, declaration, appointments, record, certificates, reactions."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
