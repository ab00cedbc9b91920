"""Door 1, citizens: family, registration, declaration, appointments, record, certificates, reactions."""

from litestar.types import ControllerRouterHandler

from tiemchung.health_book import register, sign_in

routes: list[ControllerRouterHandler] = [
    *sign_in.routes,
    *register.routes,
]
