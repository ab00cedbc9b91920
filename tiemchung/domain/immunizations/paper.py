"""A session that was kept on paper, typed in afterwards: each row happened as it says, whatever rules say of it now.

A dose takes stock and goes through the gate like any other. What the gate refuses is kept as given, and a review opens.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.immunizations import actions, given, prepared, walk_ins
from tiemchung.domain.immunizations.errors import (
    CameLater,
    OpenedLater,
    OtherVaccineOnPaper,
    ResultKnown,
    SessionNotOpen,
)
from tiemchung.domain.immunizations.model import Injection, Visit, VisitId
from tiemchung.domain.vaccines import Lot
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "paper.sql")


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody without a result: expected, with the code of the appointment, or received, with a number.

    `starts_at`: when they were expected, or when they came.
    """

    visit_id: UUID | None
    number: int | None
    code: str | None
    name: str
    birth_date: date
    birth_precision: str
    sex: str
    dose_role: str
    ordinal: int
    starts_at: datetime

    @property
    def key(self) -> str:
        """What a row of the paper names them by: the check-in code, or the number in the queue."""
        return f"#{self.number}" if self.code is None else self.code


class Flask(msgspec.Struct, frozen=True, kw_only=True):
    """What a dose was drawn from: a vial of the session, or only a lot where no vial is known; when it was opened.

    `other`: the lot where it is of another vaccine than the session's, and the paper was read twice.
    """

    vial_id: UUID | None
    lot_id: UUID
    other: Lot | None = None
    number: int | None = None
    opened_at: datetime | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the paper. Given: from what, into which arm, by whom; else why not.

    `conclusion` is None where the form is missing, `arrived_at` where the paper has no hour of arrival.
    """

    entry_id: UUID
    place_id: UUID
    session_id: UUID
    who: Missing
    arrived_at: datetime | None = None
    happened_at: datetime
    flask: Flask | None
    given_by: UUID
    body_site: str
    conclusion: str | None
    consented: bool
    not_given: str | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was entered, with both clocks."""

    entry_id: UUID
    number: int
    name: str
    happened_at: datetime
    entered_at: datetime
    by_name: str
    given_by_name: str | None
    lot_number: str | None
    vial_number: int | None
    given: bool
    outcome: str | None
    reasons: list[str]


async def missing(db: Db, place_id: UUID, session_id: UUID) -> list[Missing]:
    """Who has no result yet in a session."""
    return await db.all(Missing, queries.missing, place_id=place_id, session_id=session_id)


async def never_came(db: Db, place_id: UUID, session_id: UUID) -> list[Missing]:
    """Whom a session expected and nobody received."""
    return await db.all(Missing, queries.never_came, place_id=place_id, session_id=session_id)


async def givers(db: Db, place_id: UUID, session_id: UUID) -> list[prepared.Allower]:
    """Who may have given doses in a session: the place's nurses and doctors of that day, by name."""
    return await db.all(prepared.Allower, queries.givers, place_id=place_id, session_id=session_id)


async def entries(db: Db, place_id: UUID, session_id: UUID) -> list[Entry]:
    """What was typed in of a session, the newest first."""
    return await db.all(Entry, queries.entries, place_id=place_id, session_id=session_id)


async def enter(db: Db, row: Row) -> None:
    """Keep a row as it happened; the same row again is the same row.

    Raises `SessionNotOpen`, `ResultKnown`, `OpenedLater`, `CameLater`, and what checking in refuses but for the schedule.
    """
    session = {"place_id": row.place_id, "session_id": row.session_id}
    status = await db.value(str, actions.queries.lock_session, **session)
    if await db.value(bool, queries.known, place_id=row.place_id, entry_id=row.entry_id):
        return
    if status != "open":
        raise SessionNotOpen
    if row.flask and row.flask.opened_at and row.flask.opened_at > row.happened_at:
        raise OpenedLater(vial=row.flask.number or 0, time=f"{clock.local(row.flask.opened_at):%H:%M}")
    if row.arrived_at and row.arrived_at > row.happened_at:
        raise CameLater(time=f"{clock.local(row.arrived_at):%H:%M}")
    then = db.moved(row.happened_at)
    visit = await _received(db.moved(row.arrived_at or row.happened_at), row)
    if row.flask is None:
        await actions.not_done(then, place_id=row.place_id, visit_id=visit.visit_id, reason=row.not_given or "")
    else:
        await _give(then, row, visit, row.flask)
    await db.run(
        queries.insert,
        **session,
        entry_id=row.entry_id,
        visit_id=visit.visit_id,
        immunization_id=row.entry_id if row.flask else None,
        at=row.happened_at,
        entered_at=db.at,
        by=db.actor.id,
    )
    seen = await actions.visit(db, row.place_id, visit.visit_id)
    if seen.observe_until is not None and seen.observe_until <= db.at:
        await actions.discharge(db, place_id=row.place_id, visit_id=visit.visit_id)


async def _received(then: Db, row: Row) -> Visit:
    if row.who.code is not None:
        return await actions.check_in(
            then,
            place_id=row.place_id,
            session_id=row.session_id,
            code=row.who.code,
            visit_id=row.entry_id,
            asked_before=False,
        )
    if row.who.visit_id is None:
        raise ResultKnown(name=row.who.name)
    visit = await actions.visit(then, row.place_id, VisitId(row.who.visit_id))
    if visit.step not in {"screening", "injection"}:
        raise ResultKnown(name=visit.name)
    return visit


async def _give(then: Db, row: Row, visit: Visit, flask: Flask) -> None:
    is_child = people.age(visit.birth_date, clock.day_of(then.at)) < 18
    if row.consented:
        await walk_ins.agree(then, visit, given_by="guardian" if is_child else "self")
    at = {"place_id": row.place_id, "visit_id": visit.visit_id}
    await then.run(queries.screened, **at, conclusion=row.conclusion, at=then.at, by=then.actor.id)
    injection = Injection(
        place_id=row.place_id,
        visit_id=visit.visit_id,
        vial_id=flask.vial_id or flask.lot_id,
        immunization_id=row.entry_id,
        body_site=row.body_site,
        given_by=row.given_by,
    )
    if flask.other:
        refused = OtherVaccineOnPaper(product=flask.other.product_name, lot=flask.other.number)
    else:
        refused = await given.refusal(then, injection)
    if refused:
        await given.keep(then, injection, refused, lot_id=flask.lot_id)
    else:
        await given.ask(then, seen_at=at, immunization_id=row.entry_id, refused=None, off_list=False)
