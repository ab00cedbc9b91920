"""Taking a place: the hottest write, a raw handler in front of the framework.

Whoever asks at the same moment goes to the database together (`kit/batch.py`, the function `take_places`), and hears the
answer after the commit. Sign-in, family and registration are judged there too, in the same statement.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout

from tiemchung.domain import appointments
from tiemchung.domain.appointments import Ask, Target, Told, opening, room
from tiemchung.domain.appointments.opening import Mode, OnlyReading
from tiemchung.domain.appointments.room import NotYetLetIn
from tiemchung.kit import clock
from tiemchung.kit.batch import Batcher
from tiemchung.kit.crypto import digest
from tiemchung.kit.db import Database
from tiemchung.kit.errors import BadInput, DomainError, SignInNeeded, Unavailable
from tiemchung.web import raw
from tiemchung.web.answers import sentence
from tiemchung.web.asgi import Receive, Scope, Send
from tiemchung.web.forms import Invalid
from tiemchung.web.guards import CITIZEN_COOKIE
from tiemchung.web.pages import render
from tiemchung.web.raw import Raw
from tiemchung.web.security import check_same_site
from tiemchung.web.service import TICKET_COOKIE, Watch

ADDRESS = "/so-suc-khoe/dat-lich"
HOLD_PAGE, APPOINTMENTS_PAGE = "/so-suc-khoe/giu-cho", "/so-suc-khoe/lich-hen"
log = structlog.get_logger()


class TakePlace:
    """The handler of one process, with its batches."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._batches: Batcher[Ask, Told] | None = None

    async def serve(self, database: Database, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `POST /so-suc-khoe/dat-lich`: hold a place, or book it at once."""
        asked: Raw | None = None
        try:
            asked = await raw.read(scope, receive)
            check_same_site(scope)
            mode = self._watch.mode(database)
            self._check_turn(asked, database)
            ask = _ask(asked)
            if mode is Mode.accept_and_queue:
                await self._accept(database, ask, asked, send)
                return
            if mode is not Mode.normal:
                raise OnlyReading
            told = await self._carry(database, ask)
            if told.refusal is not None:
                raise told.refusal
        except DomainError as refused:
            await _refuse(send, asked, refused, scope)
            return
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as away:
            log.warning("database unavailable", error=type(away).__name__)
            await _refuse(send, asked, Unavailable(), scope)
            return
        location = _location(told, asked.key)
        if asked.wants_json:
            await raw.answer_json(send, 200, _body(told, asked.key, location))
        else:
            await raw.answer_see_other(send, location)

    def _check_turn(self, asked: Raw, database: Database) -> None:
        """Behind a waiting room, only who has been let in books. Raises `NotYetLetIn`, `TicketForged`."""
        waiting = self._watch.service.room
        if waiting is None:
            return
        ticket = room.read(asked.cookies.get(TICKET_COOKIE, ""), database.keys)
        now = clock.now()
        if ticket.room_id != waiting.room_id or not self._watch.order.standing(waiting, ticket, now).let_in:
            raise NotYetLetIn

    async def _accept(self, database: Database, ask: Ask, asked: Raw, send: Send) -> None:
        async with database.statement() as db:
            await opening.accept(db, ask)
        if asked.wants_json:
            body = {"appointment_id": ask.command_id, "status": "queued", "location": f"{APPOINTMENTS_PAGE}?cho=1"}
            await raw.answer_json(send, 202, body)
        else:
            await raw.answer_see_other(send, f"{APPOINTMENTS_PAGE}?cho=1")

    async def _take(self, database: Database, asks: Sequence[Ask]) -> list[Told]:
        began = time.monotonic()
        told = await appointments.take(database, asks)
        self._watch.took(time.monotonic() - began)
        return told

    async def _carry(self, database: Database, ask: Ask) -> Told:
        if self._batches is None:
            self._batches = Batcher(
                lambda asks: self._take(database, asks),
                most=appointments.MOST_AT_ONCE,
                flights=appointments.AT_A_TIME,
            )
        return await self._batches.carry(ask)


def read_slot(typed: object) -> Target:
    """A half hour as pages and open data name it, `place.session.second`. Raises `BadInput`."""
    try:
        return Target.read(str(typed))
    except ValueError:
        raise BadInput(field="slot", rule="place.session.second") from None


def chosen_slot(typed: str) -> Target:
    """The same as a field that a page offers."""
    try:
        return Target.read(typed)
    except ValueError:
        raise Invalid("{label}: hãy chọn một mục trong danh sách.") from None


def _ask(asked: Raw) -> Ask:
    token = asked.cookies.get(CITIZEN_COOKIE)
    if not token:
        raise SignInNeeded
    slot = read_slot(asked.typed.get("slot", ""))
    act = asked.typed.get("act") or "hold"
    if act not in {"hold", "book"}:
        raise BadInput(field="act", rule="hold | book")
    ordinal = str(asked.typed.get("ordinal") or "")
    if ordinal and ordinal not in {"1", "2", "3"}:
        raise BadInput(field="ordinal", rule="1 | 2 | 3")
    role = str(asked.typed.get("dose_role") or "")
    if role and role not in {"basic", "additional", "booster"}:
        raise BadInput(field="dose_role", rule="basic | additional | booster")
    return Ask(
        command_id=asked.key,
        act=act,
        channel="self",
        person_id=asked.id_of("person_id"),
        place_id=slot.place_id,
        session_id=slot.session_id,
        starts_at=slot.starts_at,
        request_id=asked.request_id,
        sign_in_id=digest(token),
        dose_role=role or None,
        ordinal=int(ordinal) if ordinal else None,
    )


def _location(told: Told, appointment_id: UUID) -> str:
    if told.act == "book":
        return f"{APPOINTMENTS_PAGE}?dat={appointment_id}"
    return f"{HOLD_PAGE}/{told.person_id}/{appointment_id}"


def _body(told: Told, appointment_id: UUID, location: str) -> dict[str, Any]:
    return {
        "appointment_id": appointment_id,
        "status": "booked" if told.act == "book" else "held",
        "held_until": told.held_until,
        "starts_at": told.starts_at,
        "location": location,
    }


async def _refuse(send: Send, asked: Raw | None, refused: DomainError, scope: Scope) -> None:
    request_id = scope.get("request_id", "")
    if asked is not None and not asked.wants_json and isinstance(refused, NotYetLetIn | room.TicketForged):
        await raw.answer_see_other(send, "/phong-cho")
        return
    if asked is None or asked.wants_json:
        await raw.answer_problem(send, refused, request_id)
        return
    person, place = str(asked.typed.get("person_id", "")), str(asked.typed.get("slot", "")).partition(".")[0]
    html = render(
        "problem.html",
        asked.lang,
        here=f"{ADDRESS}?nguoi={person}&diem={place}" if _plain(person) and _plain(place) else ADDRESS,
        told=sentence(refused, asked.lang),
        code=refused.code(),
        reference=request_id,
    )
    await raw.answer(send, refused.status, html.encode(), [(b"content-type", b"text/html; charset=utf-8")])


def _plain(typed: str) -> bool:
    """Whether a typed id may stand in an address."""
    return len(typed) <= 36 and all(character.isalnum() or character == "-" for character in typed)
