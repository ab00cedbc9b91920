"""What the code of a registration lets somebody do without an account: declare health, report a reaction, ask for a correction.

The code is a secret of 60 bits that was sent to the registered phone; with it one tells, and reads nothing about the person.
"""

from typing import Any

from litestar import Response, post

from tiemchung.domain import aefi, corrections, declarations, immunizations, people, registrations
from tiemchung.domain.access import Purpose
from tiemchung.domain.aefi import DANGERS, SIGNS, DoseUnknown
from tiemchung.domain.declarations import QUESTIONS, Answers
from tiemchung.domain.registrations import Registration
from tiemchung.health_book import declaration, reactions, tickets
from tiemchung.health_book.status import HERE as STATUS
from tiemchung.health_book.status import read_code
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.web import qr
from tiemchung.web.forms import Filled, Invalid, command_id, typed_of
from tiemchung.web.guards import limited
from tiemchung.web.pages import Web, page, words
from tiemchung.web.uploads import LARGEST_UPLOAD_BYTES


@post(f"{STATUS}/khai-bao", opt=limited)
async def declare(db: Db, request: Web) -> Response[bytes]:
    """The declaration of whoever holds the code: the form, then the code for the site."""
    typed = await typed_of(request)
    found = await _registration(db, typed)
    if typed.get("action") != "send":
        filled = declaration.all_no() if typed.get("action") == "all_no" else Filled[Answers]()
        return _declaration_page(request, found, filled)
    filled = declaration.read_answers(typed, words(request))
    if filled.errors:
        return _declaration_page(request, found, filled, status=422)
    given = await declarations.declare(
        db, found.person_id, filled.value, declaration_id=await command_id(request), channel="code"
    )
    return page(request, "health_book/declared.html", given=given, qr=qr.svg(given.shown_code))


@post(f"{STATUS}/phan-ung", opt=limited)
async def react(db: Db, request: Web) -> Response[bytes]:
    """A report on the latest dose of whoever holds the code."""
    typed = await typed_of(request)
    found = await _registration(db, typed)
    doses = await immunizations.doses_of(db, found.person_id)
    if not doses:
        raise DoseUnknown
    filled = Filled[reactions.Typed]()
    if typed.get("action") == "send":
        filled = reactions.read_report(typed, words(request))
        if not filled.errors:
            case = await aefi.report(
                db,
                found.person_id,
                doses[0].immunization_id,
                reactions.noticed(filled.value),
                report_id=await command_id(request),
                channel="code",
            )
            return page(request, "health_book/reaction_sent.html", danger=case is not None)
    return page(
        request,
        "health_book/reaction_report.html",
        status=422 if filled.errors else 200,
        person=None,
        dose=doses[0],
        action=f"{STATUS}/phan-ung",
        back=STATUS,
        code=found.code,
        typed=filled.typed,
        errors=filled.errors,
        dangers=DANGERS,
        signs=SIGNS,
        today=clock.day_of(db.at),
    )


@post(f"{STATUS}/phan-anh", opt=limited, request_max_body_size=LARGEST_UPLOAD_BYTES)
async def dispute(db: Db, request: Web) -> Response[bytes]:
    """A ticket of whoever holds the code; the record is not shown, so a dose is described, not picked."""
    typed = await typed_of(request)
    found = await _registration(db, typed)
    person = await people.open_record(db, found.person_id, purpose=Purpose.own, page="Phản ánh bằng mã đăng ký")
    filled = Filled[tickets.Typed]()
    if typed.get("action") == "send":
        filled = await tickets.read_ticket(db, request, typed)
        picture = await tickets.picture_of(request, typed, filled.errors)
        if not filled.errors:
            new = tickets.new_ticket(filled.value, picture, "code")
            ticket = await corrections.open_ticket(db, person, new, ticket_id=await command_id(request))
            steps = await corrections.steps(db, ticket)
            return page(request, "health_book/ticket_sent.html", ticket=ticket, steps=steps)
    return page(
        request,
        "health_book/ticket_form.html",
        status=422 if filled.errors else 200,
        person=None,
        action=f"{STATUS}/phan-anh",
        code=found.code,
        **await tickets.form_context(db, person, filled, doses=False),
    )


async def _registration(db: Db, typed: dict[str, Any]) -> Registration:
    """The registration of the code. Raises `NotFound`."""
    try:
        return await registrations.by_code(db, read_code(str(typed.get("code", ""))))
    except Invalid:
        raise NotFound from None


def _declaration_page(
    request: Web, found: Registration, filled: Filled[Answers], *, status: int = 200
) -> Response[bytes]:
    return page(
        request,
        "health_book/declaration_by_code.html",
        status=status,
        code=found.code,
        typed=filled.typed,
        errors=filled.errors,
        questions=QUESTIONS,
        groups=declaration.GROUPS,
    )


routes = [declare, react, dispute]
