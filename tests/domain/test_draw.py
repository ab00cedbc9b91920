"""A fair draw: committed before, open to all, drawn by a second person, and the same for everybody who runs it again."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest

from tests.places import an_open_session
from tests.stores import CENTRE, SITE, acting, people_assigned
from tests.visits import facts, later
from tiemchung.domain import appointments, messaging
from tiemchung.domain.appointments import Ask, codes, draw
from tiemchung.domain.appointments.codes import CodeNotValid
from tiemchung.domain.appointments.draw import DrawnBySelf, NotDrawable, NotOpen
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

BEACON = "XSMB 48291"


async def a_draw(db: Db, *, places: int = 2) -> tuple[Db, UUID, UUID]:
    """An officer, the draw that they announced, and its session."""
    slots = await an_open_session(db)
    officer = await acting(db, "district_officer", place=CENTRE)
    draw_id = await draw.announce(
        officer,
        name="Đợt thử",
        place_id=SITE,
        session_id=slots[0].session_id,
        places=places,
        tiers=[[1, 2], [9]],
        opens_at=db.at,
        closes_at=db.at + timedelta(hours=1),
    )
    return officer, draw_id, slots[0].session_id


async def entered(db: Db, draw_id: UUID, count: int) -> Sequence[UUID]:
    people = await people_assigned(db, count)
    for person in people:
        await draw.enter(db, draw_id, person)
    return people


async def test_anybody_gets_the_same_winners_byte_for_byte(db: Db, tmp_path: Path):
    _, draw_id, _ = await a_draw(db, places=3)
    await entered(db, draw_id, 7)
    after = later(await acting(db, "district_officer", place=CENTRE), hours=2)

    await draw.draw(after, draw_id, BEACON)

    asked = await draw.one(db, draw_id)
    listed = tmp_path / "danh-sach.csv"
    listed.write_bytes(await draw.entries_csv(db, draw_id))
    script = files("tiemchung.web").joinpath("static", "draw.py")
    command = [sys.executable, str(script), str(listed), str(asked.seed), BEACON, "3"]
    again = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    assert again.stdout == await draw.winners_csv(db, draw_id)
    assert hashlib.sha256(str(asked.seed).encode()).hexdigest() == asked.seed_digest
    assert (asked.entries, asked.winners) == (7, 3)


async def test_tiers_come_first_and_nobody_enters_twice_or_late(db: Db):
    _, draw_id, _ = await a_draw(db, places=1)
    people = await entered(db, draw_id, 3)
    (group,) = await facts(db, "select priority_group_id from priority_group where code = 9 and valid_to is null")
    fourth, late = await people_assigned(db, 2, first=10)
    await db.connection.execute(
        "update person set priority_group_id = %s where person_id = %s", [*group.values(), fourth]
    )
    first = await draw.enter(db, draw_id, fourth)
    assert await draw.enter(db, draw_id, fourth) == first
    assert first.tier == 2
    with pytest.raises(NotOpen):
        await draw.enter(later(db, hours=1), draw_id, late)

    await draw.draw(later(await acting(db, "district_officer", place=CENTRE), hours=2), draw_id, BEACON)

    won = await draw.entry(db, draw_id, fourth)
    assert won is not None and won.rank == 1
    assert len(people) == 3


async def test_a_draw_waits_for_its_window_and_for_a_second_person_and_is_drawn_once(db: Db):
    officer, draw_id, _ = await a_draw(db)
    await entered(db, draw_id, 2)
    with pytest.raises(NotDrawable):
        await draw.draw(officer, draw_id, BEACON)
    with pytest.raises(DrawnBySelf):
        async with db.connection.transaction():
            await draw.draw(later(officer, hours=2), draw_id, BEACON)
    other = later(await acting(db, "district_officer", place=CENTRE), hours=2)
    await draw.draw(other, draw_id, BEACON)
    with pytest.raises(NotDrawable):
        await draw.draw(other, draw_id, BEACON)


async def test_a_winner_books_once_with_a_personal_code(db: Db):
    _, draw_id, session_id = await a_draw(db, places=1)
    people = await entered(db, draw_id, 2)
    after = later(await acting(db, "district_officer", place=CENTRE), hours=2)
    await draw.draw(after, draw_id, BEACON)
    await draw.tell_winners(after, draw_id)
    ranks = {person: (await draw.entry(db, draw_id, person)) for person in people}
    winner = next(person for person, entry in ranks.items() if entry and entry.rank == 1)
    other = next(person for person in people if person != winner)
    number = f"+849050{people.index(winner):05}"
    (told,) = [message for message in await messaging.inbox(db, number) if message.template == "draw_won"]
    code = told.body.split("Mã mời của bạn: ")[1].split(",")[0]
    slots = await appointments.listed_slots(after, SITE, session_id)

    def ask(person: UUID) -> Ask:
        return Ask(
            command_id=uuid7(after.at),
            act="book",
            channel="invitation",
            person_id=person,
            place_id=SITE,
            session_id=session_id,
            starts_at=slots[0].starts_at,
            staff_id=uuid7(),
        )

    with pytest.raises(CodeNotValid):
        await codes.use(after, code, ask(other))
    assert len(await codes.of_person(after, winner)) == 1
    assert (await codes.use(after, code.lower(), ask(winner))).outcome == "taken"
    with pytest.raises(CodeNotValid):
        await codes.use(after, code, ask(winner))
    (booked,) = await appointments.of_person(db, winner)
    assert (booked.channel, booked.status) == ("invitation", "booked")
