"""Closing and signing: everybody has a result, every vial and dose is accounted for, and somebody answers for it."""

import hashlib
from uuid import UUID

import pytest
from pyotp import totp

from tests.arrange import TOTP
from tests.stores import SITE, acting
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, arrived, facts, later, ready
from tiemchung.domain import immunizations, sites, stock
from tiemchung.domain.access import SecondFactorNeeded, Staff
from tiemchung.domain.immunizations import (
    DifferenceUnexplained,
    Glass,
    NothingToSign,
    Reconciliation,
    SessionNotOpen,
    UnfinishedPeople,
)
from tiemchung.kit.db import Db


def glass(received: int, returned: int = 0, discarded: int = 0) -> Glass:
    return Glass(received=received, returned=returned, discarded=discarded)


def code_at(db: Db) -> str:
    """What the second factor of every test account shows at the moment of an act."""
    return totp.TOTP(TOTP).at(db.at)


async def a_finished_session(db: Db, people: int = 2) -> tuple[Db, dict[str, UUID]]:
    """A session whose people were vaccinated from one vial and went home; a nurse, and the keys of the session."""
    session_id, codes = await an_open_session(db, people)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    for code in codes:
        visit = await ready(nurse, session_id, code)
        await immunizations.record(nurse, an_injection(visit, vial.vial_id))
        await immunizations.discharge(later(nurse, minutes=30), place_id=SITE, visit_id=visit.visit_id)
    return later(nurse, minutes=31), {"place_id": SITE, "session_id": session_id}


async def test_what_is_left_in_open_vials_is_wasted_when_a_session_closes(db: Db):
    nurse, session = await a_finished_session(db)

    counted = await immunizations.close(nurse, **session, glass=glass(1), explanation=None)

    assert (counted.vials, counted.opened, counted.given, counted.wasted, counted.left) == (1, 5, 2, 3, 0)
    told = await stock.conservation(db, SITE)
    assert (told.administered, told.wasted, told.opened, told.adds_up) == (2, 3, 0, True)
    assert (await stock.prove(db)).ok
    assert (await sites.session(db, **session)).status == "closed"
    with pytest.raises(SessionNotOpen):
        await immunizations.close(nurse, **session, glass=glass(1), explanation=None)


async def test_vials_that_were_changed_during_the_session_still_add_up(db: Db):
    session_id, codes = await an_open_session(db, 2)
    nurse = await a_nurse(db)
    for code in codes:
        vial = await an_open_vial(nurse, session_id)
        visit = await ready(nurse, session_id, code)
        await immunizations.record(nurse, an_injection(visit, vial.vial_id))
        await stock.close_vial(nurse, SITE, vial.vial_id, reason=stock.Waste.contaminated)

    counted = await immunizations.reconcile(db, SITE, session_id)

    assert (counted.vials, counted.opened, counted.wasted, counted.given, counted.difference) == (2, 10, 8, 2, 0)


async def test_an_extra_dose_is_counted_as_one_more(db: Db):
    session_id, codes = await an_open_session(db, 6)
    nurse = await a_nurse(db)
    vial = await an_open_vial(nurse, session_id)
    await stock.declare_extra(nurse, SITE, vial.vial_id, doses=1, reason="Rút được thêm một liều")
    for code in codes:
        await immunizations.record(nurse, an_injection(await ready(nurse, session_id, code), vial.vial_id))

    counted = await immunizations.reconcile(db, SITE, session_id)

    assert (counted.opened, counted.extra, counted.given, counted.difference) == (5, 1, 6, 0)
    assert (await stock.prove(db)).ok


async def test_a_session_with_somebody_unfinished_stays_open(db: Db):
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    await arrived(nurse, session_id, codes[0])

    with pytest.raises(UnfinishedPeople) as refused:
        await immunizations.close(nurse, place_id=SITE, session_id=session_id, glass=glass(0), explanation=None)
    assert refused.value.facts == {"count": 1}


@pytest.mark.parametrize(
    ("counted", "missing"), [(glass(3), 2), (glass(3, 1), 1), (glass(3, 1, 1), 0), (glass(1), 0), (glass(0), -1)]
)
def test_received_vials_were_opened_returned_or_thrown_away(counted: Glass, missing: int):
    said = Reconciliation(vials=1, opened=5, extra=0, wasted=3, left=0, recorded=2, unfinished=0)

    assert said.missing_vials(counted) == missing


async def test_a_missing_vial_must_be_explained_and_the_reason_is_kept(db: Db):
    nurse, session = await a_finished_session(db)

    with pytest.raises(DifferenceUnexplained) as refused:
        await immunizations.close(nurse, **session, glass=glass(3, 1), explanation=None)
    assert refused.value.facts == {"doses": 0, "vials": 1}

    await immunizations.close(nurse, **session, glass=glass(3, 1), explanation="Một lọ vỡ khi mở hộp")
    (row,) = await facts(db, "select reconciliation from session where session_id = %(s)s", s=session["session_id"])
    assert row["reconciliation"]["explanation"] == "Một lọ vỡ khi mở hộp"
    assert row["reconciliation"]["received"] == 3


async def test_a_signature_covers_the_versions_that_count(db: Db):
    nurse, session = await a_finished_session(db)
    await immunizations.close(nurse, **session, glass=glass(1), explanation=None)
    member = nurse.actor
    assert isinstance(member, Staff)

    signature_id = await immunizations.sign(nurse, member, **session, totp=code_at(nurse))

    (row,) = await facts(db, "select * from site_signature where signature_id = %(s)s", s=signature_id)
    rows = await facts(
        db, "select immunization_id, version from immunization where session_id = %(s)s", s=session["session_id"]
    )
    assert sorted(map(tuple, row["covers"])) == sorted((str(r["immunization_id"]), r["version"]) for r in rows)
    assert len(row["digest"]) == hashlib.sha256().digest_size
    assert row["staff_id"] == member.id
    (event,) = await facts(db, "select body from event where kind = 'session.signed'")
    assert event["body"]["doses"] == 2
    with pytest.raises(NothingToSign):
        await immunizations.sign(nurse, member, **session, totp=code_at(nurse))


async def test_nobody_signs_without_a_fresh_code_or_before_closing(db: Db):
    nurse, session = await a_finished_session(db)
    member = nurse.actor
    assert isinstance(member, Staff)

    with pytest.raises(NothingToSign):
        await immunizations.sign(nurse, member, **session, totp=code_at(nurse))
    await immunizations.close(nurse, **session, glass=glass(1), explanation=None)
    with pytest.raises(SecondFactorNeeded):
        await immunizations.sign(nurse, member, **session, totp="000000")
    assert (await sites.session(db, **session)).status == "closed"
    head = await acting(db, "site_head", place=SITE)
    assert isinstance(head.actor, Staff)
    await immunizations.sign(head, head.actor, **session, totp=code_at(head))
    assert (await sites.session(db, **session)).status == "signed"
