"""Recalls: ordered by the nation, seen at each store, and at each site the list of those who had a dose there."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tiemchung.domain import people, stock
from tiemchung.domain.access import Purpose
from tiemchung.domain.stock.recalls import Dosed
from tiemchung.immunization_support.lots import LOT, OPERATOR
from tiemchung.immunization_support.stock_desk import KEEPERS, STORE, keeper
from tiemchung.kit.db import Db
from tiemchung.web import fields
from tiemchung.web.answers import Answer
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Form, command_id, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page

HERE = STORE + "/thu-hoi"


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """Why a lot is recalled, and what people who had it are told."""

    reason: str
    instructions: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the list, as the site calls them."""

    dosed: Dosed
    name: str
    born: str
    phones: list[str]


ORDERED = Form(
    Ordered,
    reason=Field("Lý do thu hồi", fields.text(300, 5)),
    instructions=Field("Hướng dẫn cho người đã tiêm", fields.text(200, 5)),
)


@post(LOT + "/thu-hoi", opt=staff(OPERATOR))
async def order(db: Db, request: Web, lot_id: UUID) -> Response[Any] | Redirect:
    """Recall a lot: frozen everywhere from the answer on."""
    form = await read(request, ORDERED)
    if form.errors:
        return page(request, "immunization_support/recall_order.html", status=422, form=form, lot_id=lot_id)

    async def act() -> Answer:
        recall_id = await stock.recalls.order(
            db, lot_id, reason=form.value.reason, instructions=form.value.instructions
        )
        return Answer(location=f"/dieu-hanh/thu-hoi/{recall_id}")

    return await once(db, request, await command_id(request), "lot.recall", act)


@get(LOT + "/thu-hoi", opt=staff(OPERATOR))
async def order_form(request: Web, lot_id: UUID) -> Response[bytes]:
    """The form, on a page of its own: this cannot be undone."""
    return page(request, "immunization_support/recall_order.html", form={}, lot_id=lot_id)


@get(HERE, opt=staff(*KEEPERS))
async def here(db: Db, request: Web) -> Response[bytes]:
    """Recalled lots, with what of them is at one's place and on its way."""
    place_id = keeper(request).place_id
    found = [
        (recall, place)
        for recall in await stock.recalls.recalls(db)
        for place in await stock.recalls.at_places(db, recall.recall_id, path=None)
        if place.place_id == place_id
    ]
    return page(request, "immunization_support/stock/recalls.html", found=found)


@get(HERE + "/{recall_id:uuid}", opt=staff("site_head"))
async def dosed(db: Db, request: Web, recall_id: UUID) -> Response[bytes]:
    """Those who had a dose of the lot at one's site, fifty a page; each look is written down and shown to the person."""
    place_id = keeper(request).place_id
    after = request.query_params.get("sau")
    found = await stock.recalls.dosed_at(db, recall_id, place_id, after=UUID(after) if after else None)
    listed = [await _opened(db, each) for each in found]
    return page(
        request,
        "immunization_support/stock/recall.html",
        recall=await stock.recalls.recall(db, recall_id),
        listed=listed,
        next=found[-1].person_id if len(found) == 50 else None,
    )


async def _opened(db: Db, each: Dosed) -> Listed:
    person = await people.open_record(db, each.person_id, purpose=Purpose.care, page=HERE)
    phones = [people.local_phone(contact.value) for contact in person.contacts if contact.kind == "phone"]
    born = people.birth_words(person.birth_date, person.birth_precision)
    return Listed(dosed=each, name=person.name, born=born, phones=phones)


routes: list[ControllerRouterHandler] = [order, order_form, here, dosed]
