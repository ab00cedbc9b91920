"""What the storekeeper's pages share: who keeps a store, where it sends to, and an act whose refusal comes back to its form."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from tiemchung.domain import sites
from tiemchung.domain.access import Staff
from tiemchung.domain.sites import Place
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Filled, command_id
from tiemchung.web.pages import Web, language

KEEPERS = ("storekeeper", "site_head")
STORE = "/diem-tiem/kho"
MOST = 10_000_000


async def done(
    db: Db,
    request: Web,
    kind: str,
    act: Callable[[], Awaitable[str]],
    *,
    form: Filled[Any],
    again: Callable[[int], Awaitable[Response[bytes]]],
) -> Response[Any] | Redirect:
    """Do an act and go on to the address it returns; a refusal stands at its field, with what was typed kept."""

    async def answer() -> Answer:
        return Answer(location=await act())

    try:
        return await once(db, request, await command_id(request), kind, answer)
    except NotFound:
        raise
    except DomainError as refused:
        form.errors[refused.field or "form"] = sentence(refused, language(request))
        return await again(refused.status)


async def receivers(db: Db, place_id: UUID) -> dict[UUID, tuple[str, Place]]:
    """Where a place may send to, each with the kind of shipment: those it supplies, its own supplier, its neighbours."""
    here = await sites.place(db, place_id)
    found = {place.place_id: ("supply", place) for place in await sites.supplied_by(db, place_id)}
    if here.parent_id is not None:
        found[here.parent_id] = ("return", await sites.place(db, here.parent_id))
        for place in await sites.supplied_by(db, here.parent_id):
            if place.place_id != place_id:
                found[place.place_id] = ("transfer", place)
    return {UUID(str(place_id)): kind_and_place for place_id, kind_and_place in found.items()}


def keeper(request: Web) -> Staff:
    """Who is at the desk."""
    member: Staff = request.state.actor
    return member
