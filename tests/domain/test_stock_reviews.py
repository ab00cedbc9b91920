"""Doses without stock are counted and asked about; two hundred vaccinators give what there is; the proof's one command."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from tests.stores import PROVINCE, SITE, a_lot, a_shelf
from tests.visits import a_nurse, an_injection, an_open_session, an_open_vial, later, ready, vaccinated
from tiemchung.domain import immunizations, stock
from tiemchung.domain.immunizations import Injection
from tiemchung.domain.stock import AlreadyPosted, NotEnoughDoses, ReviewSettled, Waste
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query

WAITING = Query(
    """
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select area_id from place where place_id = %(place_id)s), 'địa chỉ', 'unchecked', now()
      from generate_series(1, %(people)s) n returning person_id),
agreed as (
    insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
    select person_id, uuidv7(), (select min(consent_text_id) from consent_text), 'staff', 'self', now() from who)
insert into visit (place_id, visit_id, session_id, person_id, number, step, dose_role, ordinal, checked_in_at,
                   checked_in_by, conclusion, screened_at)
select %(place_id)s, uuidv7(), %(session_id)s, person_id, row_number() over (), 'injection', 'basic', 1, now(),
       uuidv7(), 'eligible', now() from who returning visit_id
"""
)


async def unexplained(db: Db, lot_id: UUID, note: str = "Ghi từ thiết bị ngoại tuyến") -> UUID:
    return await stock.give_unexplained(db, place_id=SITE, lot_id=lot_id, immunization_id=uuid7(), note=note)


async def test_a_real_dose_without_stock_is_counted_and_asked_about(db: Db):
    lot_id = await a_lot(db)

    review_id = await unexplained(db, lot_id)

    told = await stock.conservation(db, SITE)
    assert (told.administered, told.unexplained, told.adds_up) == (1, -1, True)
    (asked,) = await stock.open_reviews(db, place_id=SITE)
    assert (asked.review_id, asked.doses, asked.kind) == (review_id, 1, "dose")


async def test_a_dose_without_stock_that_is_sent_twice_is_one_dose(db: Db):
    lot_id, immunization_id = await a_lot(db), uuid7()
    await stock.give_unexplained(db, place_id=SITE, lot_id=lot_id, immunization_id=immunization_id, note="Lần 1")

    with pytest.raises(AlreadyPosted):
        async with db.connection.transaction():
            await stock.give_unexplained(
                db, place_id=SITE, lot_id=lot_id, immunization_id=immunization_id, note="Lần 2"
            )

    assert (await stock.conservation(db, SITE)).administered == 1


async def test_doses_found_on_the_shelf_leave_it_and_nothing_stays_unexplained(db: Db):
    lot_id = await a_shelf(db, 10)
    review_id = await unexplained(db, lot_id)

    await stock.explain_from_shelf(db, SITE, review_id, note="Lọ mở ở đội lưu động, chưa ghi")

    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.administered, told.unexplained, told.adds_up) == (9, 1, 0, True)
    assert await stock.open_reviews(db, place_id=SITE) == []
    with pytest.raises(ReviewSettled):
        await stock.leave_unexplained(later(db, minutes=1), SITE, review_id, note="Không rõ")


async def test_a_shelf_that_does_not_have_the_doses_cannot_explain_them(db: Db):
    lot_id = await a_lot(db)
    review_id = await unexplained(db, lot_id)

    with pytest.raises(NotEnoughDoses):
        await stock.explain_from_shelf(db, SITE, review_id, note="Tìm thấy")


async def test_what_nobody_can_explain_stays_in_its_account_with_who_looked(db: Db):
    lot_id = await a_lot(db)
    review_id = await unexplained(db, lot_id)

    await stock.leave_unexplained(db, SITE, review_id, note="Đã hỏi kho huyện, không có phiếu xuất")

    settled = await stock.review(db, SITE, review_id)
    assert (settled.outcome, settled.outcome_note) == ("unknown", "Đã hỏi kho huyện, không có phiếu xuất")
    assert (await stock.conservation(db, SITE)).unexplained == -1
    assert not [d for d in (await stock.prove(db)).differences if d.what == "reviews"]


async def kept_without_stock(db: Db) -> tuple[Db, UUID, dict[str, UUID]]:
    """A dose from a vial that was empty on the book, kept because it was given; in a nurse's hands, with its lot and key."""
    session_id, codes = await an_open_session(db)
    nurse = await a_nurse(db)
    visit = await ready(nurse, session_id, codes[0])
    vial = await an_open_vial(nurse, session_id)
    await stock.close_vial(nurse, SITE, vial.vial_id, reason=Waste.session_end)
    dose = an_injection(visit, vial.vial_id)
    await immunizations.given.keep(nurse, dose, immunizations.VialNotOpen(), lot_id=vial.lot_id)
    return nurse, vial.lot_id, {"person_id": visit.person_id, "immunization_id": dose.immunization_id}


async def test_a_dose_without_stock_that_was_not_given_has_to_be_explained_no_more(db: Db):
    nurse, _, key = await kept_without_stock(db)
    assert len(await stock.open_reviews(db, place_id=SITE)) == 1

    await immunizations.enter_in_error(nurse, **key, version=1, reason="Ghi nhầm người")

    assert await stock.open_reviews(db, place_id=SITE) == []
    told = await stock.conservation(db, SITE)
    assert (told.administered, told.unexplained) == (0, 0)
    assert (await stock.prove(db)).ok


async def test_a_dose_explained_from_the_shelf_and_then_not_given_lies_on_the_shelf_again(db: Db):
    nurse, _, key = await kept_without_stock(db)
    before = (await stock.conservation(db, SITE)).on_hand
    (asked,) = await stock.open_reviews(db, place_id=SITE)
    await stock.explain_from_shelf(nurse, SITE, asked.review_id, note="Lọ ở đội lưu động")

    await immunizations.enter_in_error(nurse, **key, version=1, reason="Ghi nhầm người")

    told = await stock.conservation(db, SITE)
    assert (told.on_hand, told.administered, told.unexplained) == (before, 0, 0)
    assert (await stock.review(db, SITE, asked.review_id)).outcome == "undone"
    assert (await stock.prove(db)).ok


async def test_the_proof_finds_unexplained_doses_that_nobody_asks_about(db: Db):
    await unexplained(db, await a_lot(db))

    await db.connection.execute("delete from stock_review")

    assert "reviews" in {difference.what for difference in (await stock.prove(db)).differences}


async def test_a_dose_keeps_the_clock_of_its_device_beside_the_servers(db: Db):
    lot_id, immunization_id = await a_lot(db), uuid7()
    happened = later(db, hours=-3).at

    await stock.give_unexplained(
        db, place_id=SITE, lot_id=lot_id, immunization_id=immunization_id, note="Muộn", device_at=happened
    )

    row = await (
        await db.connection.execute(
            "select distinct device_at, recorded_at from stock_posting where entry_id = %s", [immunization_id]
        )
    ).fetchone()
    assert row == {"device_at": happened, "recorded_at": db.at}


async def test_received_is_given_wasted_moved_and_on_hand_for_every_lot_and_place(db: Db):
    nurse, *_ = await vaccinated(db)

    for lot in await stock.of_lots(nurse):
        assert lot.adds_up
        for at in await stock.at_places(nurse, lot.lot_id, path=None):
            assert at.adds_up, at
    assert (await stock.prove(nurse)).ok


async def test_where_a_lot_is_names_its_provinces_and_the_nations_stores(db: Db):
    lot_id = await a_shelf(db, 40, SITE)
    await stock.receive_from_maker(db, place_id=PROVINCE, lot_id=lot_id, doses=60)

    (row,) = await stock.where_is(db, lot_id)

    assert (row.province_code, row.places, row.on_hand) == ("46", 2, 100)


async def test_two_hundred_vaccinators_on_sixty_doses_give_exactly_sixty(database: Database, keys: Keys):
    async with database.transaction() as db:
        session_id, _ = await an_open_session(db, people=0, doses=60)
        lot_id = (await stock.units(db, SITE))[0].lot_id
        vials = [(await stock.open_vial(db, SITE, session_id, lot_id=lot_id)).vial_id for _ in range(12)]
        parameters = {"place_id": SITE, "session_id": session_id, "people": 200}
        rows = await (await db.connection.execute(WAITING.encode(), parameters)).fetchall()

    async def vaccinate(visit_id: UUID, first: int, crowd: Database) -> str:
        """A vaccinator takes one vial after another until one gives a dose, or all are empty."""
        refused = ""
        for k in range(len(vials)):
            injection = Injection(
                place_id=SITE,
                visit_id=visit_id,
                vial_id=vials[(first + k) % len(vials)],
                immunization_id=uuid7(),
                body_site="left_arm",
            )
            try:
                async with crowd.transaction() as db:
                    await immunizations.record(db, injection)
            except DomainError as error:
                refused = error.code()
            else:
                return "given"
        return refused

    async with Database(database.url, keys, connections=40) as crowd:
        acts = (vaccinate(row["visit_id"], k, crowd) for k, row in enumerate(rows))
        outcomes = await asyncio.gather(*acts)

    assert (outcomes.count("given"), outcomes.count("vial_used_up")) == (60, 140)
    async with database.transaction() as db:
        told = await stock.conservation(db, SITE)
        assert (told.administered, told.opened, told.on_hand) == (60, 0, 0)
        assert (await stock.prove(db)).ok


def proved(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": url, "TIEMCHUNG_FOLDER": str(folder)}
    command = [sys.executable, "-m", "tiemchung.cli", "stock", "prove"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


async def test_the_command_tells_true_false_and_could_not_look_apart(database: Database, tmp_path: Path):
    async with database.transaction() as db:
        await a_shelf(db, 10)

    true = await asyncio.to_thread(proved, database.url, tmp_path)
    async with database.transaction() as db:
        await db.connection.execute("update stock_account set balance = 9 where state = 'on_hand'")
    false = await asyncio.to_thread(proved, database.url, tmp_path)
    away = await asyncio.to_thread(proved, "postgresql://127.0.0.1:1/none", tmp_path)

    assert (true.returncode, false.returncode, away.returncode) == (0, 1, 2)
    told = json.loads(true.stdout)
    assert list(told) == ["ok", "checked", "differences"]
    assert (told["ok"], told["differences"]) == (True, [])
    assert told["checked"] > 0
    differs = json.loads(false.stdout)
    assert not differs["ok"]
    assert all(list(difference) == ["what", "key", "expected", "found"] for difference in differs["differences"])
    assert away.stdout == ""
    assert "stock prove:" in away.stderr
