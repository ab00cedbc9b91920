"""A session kept on paper: each row takes stock and goes through the gate, and what it refuses is recorded all the same."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tests.arrange import a_member_of_staff
from tests.citizens import a_new_person, a_person
from tests.stores import SITE
from tests.visits import a_nurse, an_open_session, facts, later
from tiemchung.domain import appointments, immunizations, recommendations, sites, stock
from tiemchung.domain.immunizations import CameLater, OpenedLater, ResultKnown, SessionNotOpen, merging, paper, walk_ins
from tiemchung.domain.immunizations.paper import Flask, Missing, Row
from tiemchung.domain.people import NewPerson
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
    """A row in which everything is in order; a colleague gave it who is not looked at."""
    given: dict[str, object] = {"conclusion": "eligible", "consented": True, "body_site": "left_arm", "not_given": None}
    given["given_by"] = uuid7()
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


async def test_a_row_names_who_gave_the_dose_beside_who_typed_it_in(db: Db):
    nurse, session_id, morning, (first, second), flask = await a_paper(db)
    giver, _ = await a_member_of_staff(db, "nurse", place_id=SITE)
    await db.connection.execute("update staff set name = 'Lê Thị Tiêm' where staff_id = %s", [giver])

    await paper.enter(nurse, a_row(session_id, first, morning, flask, given_by=giver))
    await paper.enter(nurse, a_row(session_id, second, morning, flask, given_by=giver, conclusion=None))

    doses = await facts(db, "select staff_id, recorded_by from immunization where status = 'completed'")
    assert doses == [{"staff_id": giver, "recorded_by": nurse.actor.id}] * 2
    assert {one.given_by_name for one in await paper.entries(nurse, SITE, session_id)} == {"Lê Thị Tiêm"}


async def test_who_may_have_given_a_dose_are_the_nurses_and_doctors_of_the_place(db: Db):
    nurse, session_id, *_ = await a_paper(db)
    registrar, _ = await a_member_of_staff(db, "registrar", place_id=SITE)
    left, _ = await a_member_of_staff(db, "doctor", place_id=SITE)
    await db.connection.execute("update staff set ended_at = now() - interval '1 day' where staff_id = %s", [left])

    found = {one.staff_id for one in await paper.givers(db, SITE, session_id)}

    assert nurse.actor.id in found
    assert not {registrar, left} & found


async def test_the_hour_of_arrival_is_that_of_the_paper_and_never_after_the_dose(db: Db):
    nurse, session_id, morning, (first, second), flask = await a_paper(db)
    at = morning + timedelta(minutes=20)

    await paper.enter(nurse, a_row(session_id, first, at, flask, arrived_at=morning))
    with pytest.raises(CameLater):
        await paper.enter(nurse, a_row(session_id, second, at, flask, arrived_at=at + timedelta(minutes=1)))

    visits = await facts(db, "select checked_in_at, injected_at from visit")
    assert visits == [{"checked_in_at": morning, "injected_at": at}]


async def a_stranger_on_paper(
    nurse: Db, session_id: UUID, came_at: datetime, described: NewPerson, same_as: UUID | str | None = "unsure"
) -> Missing:
    """Somebody whom only the paper names, received: what a row takes them by."""
    approver, _ = await a_member_of_staff(nurse.moved(came_at - timedelta(days=2)), "site_head", place_id=SITE)
    walk_in = walk_ins.WalkIn(
        person=described,
        given_by="self",
        reason="Đến cùng người nhà",
        approved_by=approver,
        same_as=same_as,  # pyright: ignore[reportArgumentType] — one of the answers
    )
    seen = await walk_ins.receive(
        nurse.moved(came_at), walk_in, place_id=SITE, session_id=session_id, visit_id=uuid7(), held_to_schedule=False
    )
    return next(one for one in await paper.missing(nurse, SITE, session_id) if one.visit_id == seen.visit_id)


async def test_a_stranger_whom_the_schedule_stops_is_recorded_from_paper_and_waits_for_a_look(db: Db):
    nurse, session_id, morning, _, flask = await a_paper(db, 1)
    child = await a_new_person(db, birth_date=date(2019, 5, 1))
    with pytest.raises(recommendations.Stopped):
        await walk_ins.receive(
            nurse,
            walk_ins.WalkIn(
                person=child,
                given_by="guardian",
                reason="Đến cùng mẹ",
                approved_by=(await a_member_of_staff(db, "site_head", place_id=SITE))[0],
            ),
            place_id=SITE,
            session_id=session_id,
            visit_id=uuid7(),
        )

    who = await a_stranger_on_paper(nurse, session_id, morning, child)
    await paper.enter(nurse, a_row(session_id, who, morning, flask))

    (review,) = await immunizations.given.reviews(nurse, SITE, session_id)
    assert review.reasons == ["stopped", "walk_in"]
    assert len(await facts(db, "select 1 from immunization where status = 'completed'")) == 1
    assert (await stock.prove(db)).ok


async def test_a_stranger_on_paper_who_may_be_known_is_asked_about_and_if_unsure_flagged(db: Db):
    nurse, session_id, morning, _, flask = await a_paper(db, 1)
    described = await a_new_person(db, name="Lò Thị Hai Lần", identifiers=[], contacts=[])
    known = await a_person(db, name="Lò Thị Hai Lần", identifiers=[], contacts=[])
    with pytest.raises(walk_ins.PossibleDuplicate):
        await a_stranger_on_paper(nurse, session_id, morning, described, same_as=None)

    who = await a_stranger_on_paper(nurse, session_id, morning, described)
    await paper.enter(nurse, a_row(session_id, who, morning, flask))

    (review,) = await immunizations.given.reviews(nurse, SITE, session_id)
    assert review.reasons == ["possible_duplicate"]
    (where,) = await facts(db, "select path::text from area where code = '46' and level = 'province' limit 1")
    (pair,) = await merging.pairs(db, where["path"])
    assert {pair.person_id, pair.other_id} == {known, review.person_id}
