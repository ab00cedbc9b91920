"""What devices send: the acts of the site's pages as JSON, each with its own key, each done or refused by name.

One command or a list of them, in the order in which they happened. Each is a transaction of its own, so that one
refusal does not hold back the others; the same id again gets the same answer. What a device did without a line comes as
`sealed` letters; it is done at the moment at which it happened, and a dose that was given is recorded whatever rules say.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain.access import Staff
from tiemchung.immunization_support import act_fields, acts, dose_acts, sealed, walk_in
from tiemchung.immunization_support.acts import Act, At
from tiemchung.immunization_support.today import AT_THE_SITE, at_place
from tiemchung.kit import clock
from tiemchung.kit.db import ActKey, Database, Db
from tiemchung.kit.errors import BadInput, DomainError, Forbidden
from tiemchung.web.answers import Answer, Answered, problem_body
from tiemchung.web.commands import at_once, keep_refusal, once
from tiemchung.web.forms import Form, parse
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, words

MOST = 200


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """The part of every body that says which session and whom it is about."""

    place_id: UUID
    session_id: UUID
    visit_id: UUID | None = None


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One act: its key, what it is, the device's clock, and its fields."""

    id: UUID
    kind: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    body: dict[str, Any]


class Kind(msgspec.Struct, frozen=True):
    """Who may do an act, its fields, and what does it; screening has the fields of the day."""

    roles: tuple[str, ...]
    form: Form[Any] | None
    act: Act


_NURSE = ("nurse",)
KINDS = {
    "visit.check_in": Kind(("registrar", "nurse", "site_head"), act_fields.CHECK_IN, acts.check_in),
    "visit.walk_in": Kind(walk_in.WHO, walk_in.WALK_IN, walk_in.receive),
    "visit.consent": Kind(("registrar", "nurse", "doctor"), act_fields.CONSENT, acts.consent),
    "visit.declare": Kind(("registrar", "nurse", "doctor"), act_fields.DECLARE, acts.declare),
    "visit.screen": Kind(("doctor",), None, acts.screen),
    "visit.not_done": Kind(("nurse", "doctor", "registrar"), act_fields.NOT_DONE, acts.not_done),
    "visit.discharge": Kind(("nurse", "doctor", "registrar"), act_fields.DISCHARGE, acts.discharge),
    "visit.incident": Kind(("nurse", "doctor", "site_head"), act_fields.INCIDENT, acts.incident),
    # A dose that comes late; with a line it is `_recorded`.
    dose_acts.RECORD: Kind(_NURSE, act_fields.INJECT, dose_acts.inject_late),
    "immunization.undo": Kind(_NURSE, act_fields.NOTHING, dose_acts.undo),
    "immunization.amend": Kind(("nurse", "site_head"), act_fields.AMEND, dose_acts.amend),
    "immunization.in_error": Kind(("nurse", "site_head"), act_fields.IN_ERROR, dose_acts.enter_in_error),
    "vial.open": Kind(_NURSE, act_fields.OPEN_VIAL, dose_acts.open_vial),
    "escrow.give_back": Kind(_NURSE, act_fields.ON_DEVICE, dose_acts.give_back),
    "vial.put_away": Kind(_NURSE, act_fields.PUT_AWAY, dose_acts.put_away),
    "vial.extra": Kind(_NURSE, act_fields.EXTRA, dose_acts.extra),
}


@post("/diem-tiem/commands", opt=staff(*AT_THE_SITE))
async def commands(database: Database, request: Web) -> Response[Any]:
    """Do what was sent; one answer for one command, a list of answers for a list."""
    sent = _decoded(await request.body())
    device_clock = _clock(request)
    if isinstance(sent, Command):
        answer = await _answer(database, request, sent, device_clock)
        media_type = "application/json" if answer.status < 400 else "application/problem+json"
        return Response(answer.body, status_code=answer.status, media_type=media_type)
    told: list[dict[str, Any]] = []
    for command in sent:
        answer = await _answer(database, request, command, device_clock)
        told.append({"id": command.id, "status": answer.status, "answer": answer.body})
    return Response(told, status_code=200)


def _decoded(body: bytes) -> Command | list[Command]:
    try:
        sent = msgspec.json.decode(body, type=Command | list[Command])
    except msgspec.DecodeError as wrong:
        raise BadInput(field="body", rule=str(wrong)) from wrong
    if isinstance(sent, list) and len(sent) > MOST:
        raise BadInput(field="body", rule=f"max {MOST}")
    return sent


def _clock(request: Web) -> datetime | None:
    """What the device's clock shows as it sends, by the header `Device-Clock`. Raises `BadInput`."""
    told = request.headers.get("device-clock")
    try:
        return msgspec.convert(told, Annotated[datetime, msgspec.Meta(tz=True)]) if told else None
    except msgspec.ValidationError as wrong:
        raise BadInput(field="Device-Clock", rule=str(wrong)) from wrong


async def _answer(database: Database, request: Web, command: Command, device_clock: datetime | None) -> Answer:
    sender: Staff = request.state.actor
    request.state.command = None
    device_id: UUID | None = None
    try:
        if command.kind == sealed.KIND:
            act, request.state.actor = await sealed.opened(database, command.id, command.body, sender)
            command, device_id = Command(id=act.id, kind=act.kind, at=act.at, body=act.body), act.device_id
        member: Staff = request.state.actor
        kind = KINDS.get(command.kind)
        if kind is None:
            raise BadInput(field="kind", rule=", ".join(KINDS))
        if not member.has(*kind.roles):
            raise Forbidden
        where = _where(command)
        moment = sealed.moment(command.at, device_clock, clock.now())
        late = device_id is not None and bool(command.body.get("late"))
        told = msgspec.structs.asdict(where)
        at = At(key=command.id, device_id=device_id, device_at=command.at, late=late, **told)
        if command.kind == dose_acts.RECORD and not late:
            return await _recorded(database, request, command, at, moment)
        async with database.transaction(member, at=moment) as db:
            done = partial(_done, db, request, kind, command, at)
            answered = await once(db, request, command.id, command.kind, done)
            return Answer(body=answered.content)
    except Answered as before:
        return before.answer
    except DomainError as refused:
        await keep_refusal(database, request, refused)
        return Answer(body=problem_body(refused, request.scope.get("request_id", "")), status=refused.status)
    finally:
        request.state.actor = sender


def _where(command: Command) -> Where:
    """The part of the body that says where and of whom. Raises `BadInput`."""
    try:
        return msgspec.convert(command.body, Where, strict=False)
    except msgspec.ValidationError as wrong:
        raise BadInput(field="body", rule=str(wrong)) from wrong


async def _recorded(database: Database, request: Web, command: Command, at: At, moment: datetime) -> Answer:
    """A dose given with a line."""
    answer = Answer(body={"done": command.kind, "immunization_id": command.id})
    key = ActKey(id=command.id, kind=command.kind, answer=answer)

    async def act(db: Db) -> None:
        at_place(request.state.actor, at.place_id)
        await dose_acts.inject(db, at, _filled(request, act_fields.INJECT, command), key)

    await at_once(database, request, key, act, at=moment)
    return answer


async def _done(db: Db, request: Web, kind: Kind, command: Command, at: At) -> Answer:
    at_place(request.state.actor, at.place_id)
    form = kind.form or acts.screening_form(acts.asked_of(await acts.visit_of(db, at), db.at))
    return Answer(body={"done": command.kind} | await kind.act(db, at, _filled(request, form, command)))


def _filled(request: Web, form: Form[Any], command: Command) -> Any:
    filled = parse(command.body, form, words(request))
    for name, wrong in filled.errors.items():
        raise BadInput(field=name, rule=wrong)
    return filled.value


routes: list[ControllerRouterHandler] = [commands]
