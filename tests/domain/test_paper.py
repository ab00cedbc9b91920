"""A session kept on paper: each row takes stock and goes through the gate, and what it refuses is recorded all the same."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tests.stores import SITE
from tests.visits import a_nurse, an_open_session, facts, later
from tiemchung.domain import appointments, immunizations, sites, stock
from tiemchung.domain.immunizations import OpenedLater, ResultKnown, SessionNotOpen, paper
from tiemchung.domain.immunizations.paper import Flask, Missing, Row
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

EVENING = {"days": 1, "hours": 18}


async def a_paper(db: Db, people: int = 2) -> tuple[Db, UUID, datetime, list[Missing], Flask]:
    """The evening after a session on paper: the nurse, the session, its morning, whom it expected, a vial by the paper."""
    session_id, _ = await an_open_session(db, people)
    starts_at = (await sites.session(db, SITE, session_id)).starts_at
    nurse = later(await a_nurse(db), **EVENING)
    (unit, *_) = await stock.usable_units(nurse, SITE, "JAN", starts_at)
    vial = await stock.open_vial(nurse.moved(starts_at), SITE, session_id, lot_id=unit.lot_id)
    flask = Flask(vial_id=vial.vial_id, lot_id=vial.lot_id, number=vial.number, opened_at=vial.opened_at)
    return nurse, session_id, starts_at, await paper.missing(nurse, SITE, session_id), flask


def a_row(session_id: UUID, who: Missing, at: datetime, flask: Flask | None, **changes: object) -> Row:
    """A row in which everything is in order."""
    given: dict[str, object] = {"conclusion": "eligible", "consented": True, "body_site": "left_arm", "not_given": None}
    return Row(
        entry_id=uuid7(), place_id=SITE, session_id=session_id, who=who, happened_at=at, flask=flask,
        **given | changes,  # pyright: ignore[reportArgumentType] — a row's own fields
    )  # fmt: skip


async def test_a_row_is_a_dose_with_stock_and_both_clocks_and_the_person_is_done(db: Db):
    nurse, session_id, morning, (first, second), flask = await a_paper(db)
    at = morning + timedelta(minutes=20)

    await paper.enter(nurse, a_row(session_id, first, at, flask))
    await paper.enter(nurse, a_row(session_id, second, at, None, not_given="Đang sốt, hẹn lại"))

    (dose,) = await facts(db, "select * from immunization where status = 'completed'")
    assert dose["occurred_at"] == at
    assert (await stock.conservation(db, SITE)).administered == 1
    assert (await stock.prove(db)).ok
    entered = await paper.entries(nurse, SITE, session_id)
    assert {(one.given, one.happened_at, one.entered_at) for one in entered} == {
        (True, at, nurse.at),
        (False, at, nurse.at),
    }
    assert await paper.missing(nurse, SITE, session_id) == []
    counted = await immunizations.reconcile(nurse, SITE, session_id)
    assert (counted.difference, counted.unfinished) == (0, 0)


async def test_the_same_row_again_is_the_same_row_and_a_second_result_is_refused(db: Db):
    nurse, session_id, morning, (first, _), flask = await a_paper(db)
    row = a_row(session_id, first, morning, flask)

    await paper.enter(nurse, row)
    await paper.enter(nurse, row)
    with pytest.raises(immunizations.AlreadyCheckedIn):
        await paper.enter(nurse, a_row(session_id, first, morning, flask))
    (visit,) = await immunizations.visits(db, SITE, session_id)
    received = msgspec.structs.replace(first, visit_id=visit.visit_id, code=None)
    with pytest.raises(ResultKnown):
        await paper.enter(nurse, a_row(session_id, received, morning, flask))

    assert (await stock.conservation(db, SITE)).administered == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consented": False}, "consent_missing"),
        ({"conclusion": None}, "screening_missing"),
        ({"conclusion": "delay"}, "screening_missing"),
    ],
)
async def test_what_the_gate_would_have_stopped_is_kept_with_a_review(db: Db, changes: dict[str, object], reason: str):
    nurse, session_id, morning, (first, _), flask = await a_paper(db)
    await db.connection.execute("update consent set withdrawn_at = now()")

    await paper.enter(nurse, a_row(session_id, first, morning, flask, **changes))

    (review,) = await immunizations.given.reviews(nurse, SITE, session_id)
    assert review.reasons == [reason]
    assert (await immunizations.reconcile(nurse, SITE, session_id)).difference == 0
    assert (await stock.prove(db)).ok


async def test_a_person_whom_the_schedule_stops_is_recorded_as_given(db: Db):
    nurse, session_id, morning, (first, _), flask = await a_paper(db)
    await db.connection.execute("update person set birth_date = '2020-05-01'")

    await paper.enter(nurse, a_row(session_id, first, morning, flask))

    (review,) = await immunizations.given.reviews(nurse, SITE, session_id)
    assert review.reasons == ["stopped"]
    assert len(await facts(db, "select * from immunization where status = 'completed'")) == 1


async def test_a_dose_from_no_known_vial_or_from_an_old_one_is_given_and_looked_at(db: Db):
    nurse, session_id, morning, (first, second), flask = await a_paper(db)

    await paper.enter(nurse, a_row(session_id, first, morning, Flask(vial_id=None, lot_id=flask.lot_id)))
    await paper.enter(nurse, a_row(session_id, second, morning + timedelta(hours=10), flask))

    reviews = await immunizations.given.reviews(nurse, SITE, session_id)
    assert [one.reasons for one in reviews] == [["vial_not_open"], ["vial_past_its_time"]]
    assert (await stock.prove(db)).ok


async def test_a_vial_that_is_used_up_gives_no_more_by_the_book(db: Db):
    nurse, session_id, morning, expected, flask = await a_paper(db, 6)

    for one in expected:
        await paper.enter(nurse, a_row(session_id, one, morning, flask))

    assert [one.reasons for one in await immunizations.given.reviews(nurse, SITE, session_id)] == [["vial_used_up"]]
    assert (await immunizations.reconcile(nurse, SITE, session_id)).difference == -1
    assert (await stock.prove(db)).ok


async def test_a_dose_before_its_vial_was_opened_and_a_closed_session_are_refused(db: Db):
    nurse, session_id, morning, (first, _), flask = await a_paper(db)

    with pytest.raises(OpenedLater):
        await paper.enter(nurse, a_row(session_id, first, morning - timedelta(minutes=1), flask))
    await db.connection.execute("update session set status = 'closed'")
    with pytest.raises(SessionNotOpen):
        await paper.enter(nurse, a_row(session_id, first, morning, flask))

    assert await facts(db, "select * from visit") == await facts(db, "select * from paper_entry") == []


async def test_who_is_still_observed_by_the_paper_stays_on_the_board(db: Db):
    nurse, session_id, morning, (first, _), flask = await a_paper(db)
    soon = nurse.moved(morning + timedelta(minutes=10))

    await paper.enter(soon, a_row(session_id, first, morning, flask))

    (visit,) = await immunizations.visits(db, SITE, session_id)
    assert (visit.step, visit.observe_until) == ("observation", morning + timedelta(minutes=30))
    assert (await appointments.of_session(db, SITE, session_id))[0].status
