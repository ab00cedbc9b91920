"""The bulk loader leaves what the real acts leave, whole and provable, and goes on after an interruption."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.conftest import copy_of
from tiemchung import worker
from tiemchung.demo import command, denominators
from tiemchung.demo.copier import Stopped
from tiemchung.demo.load import AnotherLoad, load
from tiemchung.demo.sheet import Detail
from tiemchung.domain import appointments, immunizations, people, sites, stock
from tiemchung.domain.stock import orders
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database, Db
from tiemchung.kit.events import Event, Logged, kind_of
from tiemchung.kit.sql import Query

PEOPLE, DOSES = 1_000, 2_000
BY_PROVINCE = (
    "select ltree2text(subpath(path, 2, 1)), (occurred_at at time zone 'Asia/Ho_Chi_Minh')::date, product, dose_role, ordinal,"
    " count(*) from immunization join area using (area_id) group by 1, 2, 3, 4, 5"
)
ROLLED = (
    "select province_code, day, product, dose_role, ordinal, sum(doses)::bigint from rollup_province_day"
    " group by 1, 2, 3, 4, 5"
)


@pytest.fixture(scope="module")
async def loaded(postgres: Path, template: str, keys: Keys):
    """A database with a small campaign that all tests here read."""
    async with copy_of(postgres, template, keys) as database:
        heard: list[tuple[int, int]] = []
        done = await load(database.url, keys, PEOPLE, DOSES, lambda step, of: heard.append((step, of)))
        assert done.finished
        assert heard == sorted(heard)
        assert heard[-1][0] == heard[-1][1]
        yield database


@pytest.fixture
async def in_it(loaded: Database):
    async with loaded.pool.connection() as connection, connection.transaction(force_rollback=True):
        yield loaded.on(connection)


async def test_everybody_and_every_dose_is_there(in_it: Db):
    assert await count(in_it, "person") == PEOPLE
    assert (
        await count(in_it, "immunization where source = 'generated' and status = 'completed' and version = 1") == DOSES
    )
    for table in ("dose_claim", "visit where step = 'done'", "appointment where status = 'done'"):
        assert await count(in_it, table) == DOSES


async def test_shares_are_of_the_people_to_be_until_they_are_counted(in_it: Db):
    adults = Query(
        "select sum(people)::int as n from area_population where band = '18+' and length(area_code) = 2 and year = 2021"
    )
    planned = await in_it.value(int, adults)
    await denominators.scale(in_it)
    found = await in_it.value(int, adults)
    assert planned and found
    assert abs(planned - found) <= found / 100, "some of 17 turn 18 within the year"
    sources = await in_it.all(Source, Query("select distinct source from area_population where year = 2021"))
    assert [each.source for each in sources] == ["demo: people of the demonstration"]


async def test_the_stock_adds_up_everywhere(in_it: Db):
    proof = await stock.prove(in_it)
    assert proof.differences == []
    assert proof.checked > 5_000
    given = await in_it.value(
        int, Query("select sum(balance)::int as n from stock_account where state = 'administered'")
    )
    assert given == DOSES
    for code in ("TW000", "79CDC", "TT474", "46005"):
        place = await sites.by_code(in_it, code)
        assert (await stock.conservation(in_it, place.place_id)).adds_up, code


async def test_what_the_national_store_decided_is_what_it_sent_of_each_vaccine(in_it: Db):
    store = await sites.by_code(in_it, "TW000")
    decided = await orders.allocations(in_it, store.place_id)
    assert decided
    for one in decided:
        assert one.decided_on < one.due_on
        assert all(share.decided == share.sent >= share.received > 0 for share in one.shares), one.decision
    whole = await in_it.value(int, Query("select sum(doses)::int as n from allocation_line"))
    lines = " from shipment s join shipment_line l using (place_id, shipment_id) join lot using (lot_id)"
    sent = "select sum(l.doses)::int as n" + lines + f" where s.place_id = '{store.place_id}'"
    assert whole == await in_it.value(int, Query(sent))
    mixed = (
        "select count(*)::int as n"
        + lines
        + " join allocation a on a.place_id = s.place_id and a.allocation_id = s.allocation_id"
        " where a.product <> lot.product or a.made_at > s.sent_at"
    )
    assert await in_it.value(int, Query(mixed)) == 0
    loose = Query(
        f"select count(*)::int as n from shipment where place_id = '{store.place_id}' and allocation_id is null"
    )
    assert await in_it.value(int, loose) == 0


async def test_slots_hold_exactly_their_appointments(in_it: Db):
    wrong = Query(
        "select count(*)::int as n from slot where taken <> (select count(*) from appointment a where a.place_id = slot.place_id"
        " and a.session_id = slot.session_id and a.starts_at = slot.starts_at)"
    )
    assert await in_it.value(int, wrong) == 0
    overlapping = Query(
        "select count(*)::int as n from session a join session b on b.place_id = a.place_id and b.session_id > a.session_id"
        " and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)"
    )
    assert await in_it.value(int, overlapping) == 0


async def test_steps_of_a_visit_come_in_their_order_and_doses_in_open_vials(in_it: Db):
    wrong = Query(
        "select count(*)::int as n from visit v join immunization i using (person_id, immunization_id)"
        " join vial w on w.place_id = i.place_id and w.vial_id = i.vial_id join session s on s.session_id = v.session_id"
        " and s.place_id = v.place_id join appointment t on t.place_id = v.place_id and t.appointment_id = v.appointment_id"
        " where not (t.starts_at <= v.checked_in_at and v.checked_in_at < v.screened_at and v.screened_at < v.injected_at"
        " and v.injected_at = i.occurred_at and v.observe_until <= v.discharged_at and v.discharged_at <= s.closed_at"
        " and w.opened_at < i.occurred_at and i.occurred_at < w.use_by and i.recorded_at > i.occurred_at"
        " and v.checked_in_at > s.opened_at and w.session_id = v.session_id and w.lot_id = i.lot_id)"
    )
    assert await in_it.value(int, wrong) == 0


async def test_every_event_is_one_that_the_domain_knows_and_its_id_tells_its_time(in_it: Db):
    types = {kind_of(type_): type_ for type_ in every_event(Event)}
    kinds = await in_it.all(Kind, Query("select kind, count(*)::int as number from event group by kind"))
    assert {kind.kind for kind in kinds} <= set(types)
    assert len(kinds) > 15
    some = Query(
        "select distinct on (kind) event_id, kind, person_id, place_id, area_id, actor_id, body, recorded_at from event"
    )
    for logged in await in_it.all(Logged, some):
        event = logged.as_(types[logged.kind])
        assert set(logged.body) <= set(msgspec.structs.asdict(event)) - {"person_id", "place_id", "area_id"}
    outside = Query(
        "select count(*)::int as n from event join immunization i on i.immunization_id = (body ->> 'immunization_id')::uuid"
        " where kind = 'immunization.recorded' and uuid_extract_timestamp(event_id) <> i.recorded_at"
    )
    assert await in_it.value(int, outside) == 0


async def test_the_followers_make_figures_that_agree_with_the_records(loaded: Database):
    await catch_up(loaded)
    async with loaded.transaction() as db:
        assert await count(db, f"({BY_PROVINCE} except select * from ({ROLLED}) r) missing") == 0
        assert await db.value(int, Query("select sum(doses)::int as n from rollup_province_day")) == DOSES


async def test_a_person_is_found_by_number_and_opens_in_the_record(in_it: Db, keys: Keys):
    row = await in_it.one(
        Numbered,
        Query(
            "select person_id, kind, country, blind_index, value_sealed from person_identifier join person using (person_id)"
            " where kind = 'national_id' and identity_status = 'matched' limit 1"
        ),
    )
    number = keys.open(row.value_sealed, f"person_identifier.value.{row.person_id}")
    assert people.is_national_id(number)
    assert keys.blind("national_id:VN", number) == row.blind_index
    held = (await people.masked_documents(in_it, [row.person_id]))[row.person_id]
    assert held.value == number
    assert held.verified_at is not None
    reach = await people.reach(in_it, [row.person_id])
    assert reach[row.person_id].phone.startswith("+8495")


async def test_doses_and_appointments_of_a_person_read_like_any_other(in_it: Db):
    person_id = await in_it.value(
        UUID, Query("select person_id from immunization group by person_id having count(*) = 3 limit 1")
    )
    assert person_id is not None
    doses = await immunizations.doses_of(in_it, person_id)
    assert len(doses) == 3
    assert doses[0].occurred_at > doses[1].occurred_at > doses[2].occurred_at
    booked = await appointments.of_person(in_it, person_id)
    assert [found.status for found in booked] == ["done"] * 3
    assert {found.answer for found in booked} == {"confirmed", None}


async def test_signatures_cover_the_records_of_their_sessions(in_it: Db):
    wrong = Query(
        "select count(*)::int as n from site_signature s where covers <> (select jsonb_agg(jsonb_build_array("
        " i.immunization_id, i.version) order by i.immunization_id) from immunization i"
        " where i.place_id = s.place_id and i.session_id = s.session_id)"
    )
    assert await in_it.value(int, wrong) == 0
    signed = await count(in_it, "session where status = 'signed'")
    assert signed == await count(in_it, "site_signature")
    assert 0 < await count(in_it, "session where status = 'closed'") < signed / 5


async def test_nobody_can_sign_in_as_made_up_staff(in_it: Db):
    assert (
        await count(
            in_it, "staff where starts_with(login, 'trinhdien-') and (ended_at is null or totp_sealed is not null)"
        )
        == 0
    )
    assert await count(in_it, "staff_role join staff using (staff_id) where starts_with(login, 'trinhdien-')") == 0


async def test_a_second_load_changes_nothing_and_another_size_is_refused(loaded: Database, keys: Keys):
    again = await load(loaded.url, keys, PEOPLE, DOSES, lambda *_: None)
    assert again.finished
    with pytest.raises(AnotherLoad):
        await load(loaded.url, keys, PEOPLE, DOSES + 1, lambda *_: None)


async def test_the_command_says_what_stands_in_its_way(
    loaded: Database, keys: Keys, capsys: pytest.CaptureFixture[str]
):
    assert await command.run_load(loaded.url, keys, people=PEOPLE, doses=DOSES) == command.LOADED
    assert "1,000 people, 2,000 doses" in capsys.readouterr().out
    assert await command.run_load(loaded.url, keys) == command.REFUSED
    assert "1,000 people, 2,000 doses" in capsys.readouterr().err
    assert await command.run_load(loaded.url, keys, once=True) == command.LOADED


async def test_an_interrupted_load_goes_on_where_it_stopped(database: Database, keys: Keys):
    def interrupt(step: int, steps: int) -> None:
        if step > steps // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load(database.url, keys, 500, 1_000, interrupt)
    await _goes_on(database, keys)


async def test_a_load_whose_copier_dies_says_so_and_goes_on(database: Database, keys: Keys):
    def kill(step: int, steps: int) -> None:
        if step > steps // 3:
            for child in multiprocessing.active_children():
                child.kill()

    with pytest.raises(Stopped):
        await load(database.url, keys, 500, 1_000, kill)
    await _goes_on(database, keys)


async def test_a_load_that_is_killed_leaves_no_copier_and_goes_on(database: Database, keys: Keys, installation: Path):
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": database.url, "TIEMCHUNG_FOLDER": str(installation)}
    command = [sys.executable, "-m", "tiemchung.cli", "demo", "load", "--people", "500", "--doses", "1000"]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    while process.returncode is None:
        await asyncio.sleep(0.01)
        async with database.transaction() as db:
            if await count(db, "session"):
                process.kill()
                break
    assert await process.wait() == -signal.SIGKILL
    async with asyncio.timeout(10):
        while await _copiers(database):  # noqa: ASYNC110 another process ends
            await asyncio.sleep(0.05)
    await _goes_on(database, keys)


async def _copiers(database: Database) -> int:
    """How many hold the lock of the load, or wait for it."""
    here = "(select oid from pg_database where datname = current_database())"
    async with database.transaction() as db:
        return await count(db, f"pg_locks where locktype = 'advisory' and database = {here}")


async def _goes_on(database: Database, keys: Keys) -> None:
    async with database.transaction() as db:
        assert await count(db, "immunization") < 1_000
    done = await load(database.url, keys, 500, 1_000, lambda *_: None)
    assert done.finished
    async with database.transaction() as db:
        assert await count(db, "immunization") == 1_000
        assert (await stock.prove(db)).differences == []


async def test_the_register_alone_has_people_doses_and_stock(database: Database, keys: Keys):
    await load(database.url, keys, 500, 1_000, lambda *_: None, Detail.register)
    await catch_up(database)
    async with database.transaction() as db:
        assert await count(db, "immunization") == await count(db, "dose_claim") == 1_000
        assert await count(db, "event") == 1_000
        assert await count(db, "visit") == await count(db, "registration") == 0
        assert (await stock.prove(db)).differences == []
        assert await db.value(int, Query("select sum(doses)::int as n from rollup_province_day")) == 1_000


async def count(db: Db, what: str) -> int:
    return await db.value(int, Query(f"select count(*)::int as n from {what}")) or 0


async def catch_up(database: Database) -> None:
    """Let the followers read the whole log, however many batches hold nothing for them."""
    behind = Query(
        "select exists (select from event where tx >= (select min(watermark::text::bigint)::text::xid8 from follower)) as more"
    )
    await worker.catch_up(database)
    for _ in range(100):
        async with database.transaction() as db:
            if not await db.value(bool, behind):
                return
        await worker.catch_up(database)
    raise AssertionError("the followers never reached the end of the log")


def every_event(type_: type[Event]) -> Iterator[type[Event]]:
    for below in type_.__subclasses__():
        yield below
        yield from every_event(below)


class Kind(msgspec.Struct):
    kind: str
    number: int


class Numbered(msgspec.Struct):
    person_id: people.PersonId
    kind: str
    country: str
    blind_index: bytes
    value_sealed: bytes


class Source(msgspec.Struct):
    source: str
