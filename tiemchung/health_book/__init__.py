"""Door 1, citizens: family, registration, declaration, appointments, record, certificates, reactions."""

from litestar.types import ControllerRouterHandler

from tiemchung.health_book import (
    appointments,
    book,
    by_code,
    certificates,
    declaration,
    draws,
    home,
    lookup,
    notifications,
    organisations,
    privacy,
    pwa,
    reactions,
    record,
    register,
    relatives,
    sign_in,
    status,
    ticket_status,
    tickets,
)

routes: list[ControllerRouterHandler] = [
    *home.routes,
    *sign_in.routes,
    *register.routes,
    *status.routes,
    *by_code.routes,
    *declaration.routes,
    *reactions.routes,
    *appointments.routes,
    *book.routes,
    *draws.routes,
    *notifications.routes,
    *organisations.routes,
    *record.routes,
    *relatives.routes,
    *tickets.routes,
    *ticket_status.routes,
    *privacy.routes,
    *pwa.routes,
    *certificates.routes,
    *lookup.routes,
]
