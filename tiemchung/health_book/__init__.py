"""Door 1, citizens: family, registration, declaration, appointments, record, certificates, reactions."""

from litestar.types import ControllerRouterHandler

from tiemchung.health_book import appointments, book, certificates, home, pwa, record, register, sign_in, status

routes: list[ControllerRouterHandler] = [
    *home.routes,
    *sign_in.routes,
    *register.routes,
    *status.routes,
    *appointments.routes,
    *book.routes,
    *record.routes,
    *pwa.routes,
    *certificates.routes,
]
