"""Door 3, health workers and officers: lists, plans, sessions, the four site steps, stock."""

from litestar.types import ControllerRouterHandler

from tiemchung.immunization_support import (
    board,
    close,
    commands,
    declarations,
    draws,
    identity,
    identity_batch,
    invite,
    own_places,
    plan,
    point_of_care,
    reactions,
    registrations,
    screening,
    sign_in,
    staff,
    stock,
    stock_reviews,
    today,
)

routes: list[ControllerRouterHandler] = [
    *sign_in.routes,
    *staff.routes,
    *today.routes,
    *declarations.routes,
    *reactions.routes,
    *registrations.routes,
    *board.routes,
    *point_of_care.routes,
    *commands.routes,
    *screening.routes,
    *close.routes,
    *stock.routes,
    *stock_reviews.routes,
    *plan.routes,
    *invite.routes,
    *own_places.routes,
    *identity.routes,
    *identity_batch.routes,
    *draws.routes,
]
