"""Reading a health declaration at the door: its code scanned or typed, what it says, how old it is."""

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import declarations, people
from tiemchung.domain.access import Purpose
from tiemchung.immunization_support.today import AT_THE_SITE
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import fields
from tiemchung.web.forms import Field, Filled, Form, read
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, page, words

HERE = "/diem-tiem/khai-bao"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The code of a declaration."""

    code: str


ASKED = Form(Asked, code=Field("Mã khai báo y tế", fields.text(40)))


@get(HERE, opt=staff(*AT_THE_SITE))
async def ask(request: Web) -> Response[bytes]:
    """Where the code is scanned or typed."""
    return page(request, "immunization_support/declaration.html", form=Filled[Asked](), given=None)


@post(HERE, opt=staff(*AT_THE_SITE))
async def tell(db: Db, request: Web) -> Response[bytes]:
    """What the declaration says. It is a look at a record, so the person sees who read it."""
    form = await read(request, ASKED)
    given = person = None
    if not form.errors:
        try:
            given = await declarations.by_code(db, form.value.code)
            person = await people.open_record(db, given.person_id, purpose=Purpose.care, page="Khai báo y tế")
        except NotFound:
            given = None
            form.errors["code"] = words(request)("Không có khai báo nào của người đến điểm tiêm này với mã đó.")
    return page(
        request,
        "immunization_support/declaration.html",
        status=422 if form.errors else 200,
        form=form,
        given=given,
        person=person,
        stale=given is not None and db.at - given.declared_at > declarations.FRESH,
        titles={question.code: question.title for question in declarations.QUESTIONS},
    )


routes: list[ControllerRouterHandler] = [ask, tell]
