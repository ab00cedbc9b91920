"""Where a ticket stands: by its number, without signing in; nothing about the person."""

import msgspec
from litestar import Response, get, post

from tiemchung.domain import corrections
from tiemchung.health_book.status import read_code
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import limited, public
from tiemchung.web.pages import Web, page, words

HERE = "/so-suc-khoe/tra-cuu-phan-anh"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The number of a ticket."""

    number: str


ASKED = Form(Asked, number=Field("Số phản ánh", read_code))


@get(HERE, opt=public)
async def ask(request: Web) -> Response[bytes]:
    """Where the number is typed."""
    return page(request, "health_book/ticket_status.html", form=Filled[Asked](), ticket=None)


@post(HERE, opt=limited)
async def tell(db: Db, request: Web) -> Response[bytes]:
    """Where the ticket of a number stands, and what was answered."""
    form = await read(request, ASKED)
    ticket = None
    if not form.errors:
        try:
            ticket = await corrections.by_number(db, form.value.number)
        except NotFound:
            form.errors["number"] = words(request)("Không có phản ánh nào với số này. Hãy kiểm tra lại từng ký tự.")
    return page(
        request,
        "health_book/ticket_status.html",
        status=422 if form.errors else 200,
        form=form,
        ticket=ticket,
        late=ticket.late(db.at) if ticket else False,
        steps=await corrections.steps(db, ticket) if ticket else [],
    )


routes = [ask, tell]
