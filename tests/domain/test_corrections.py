"""Tickets: owner, clocks and escalation; a correction is a later version, never a change of a row."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from PIL import Image

from tests.citizens import a_new_person, a_registration
from tests.stores import SITE, a_lot
from tests.visits import acting, later, vaccinated
from tiemchung.domain import certificates, corrections, immunizations, people, stock
from tiemchung.domain.access import Purpose
from tiemchung.domain.corrections import About, Claimed, NewTicket, NotAPicture, Ticket, TicketClosed
from tiemchung.domain.immunizations import Dose, DoseChange, DoseGiven, LateDose, LotUnknown, RecordChanged
from tiemchung.domain.people import Identifier, IdentifierTaken, PersonChange
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query


async def a_ticket(db: Db, person_id: UUID, kind: str = "field", **about: Any) -> Ticket:
    person = await people.open_record(db, person_id, purpose=Purpose.own, page="test")
    new = NewTicket(kind=kind, about=About(**about), said="Tên đệm ghi sai", picture=corrections.picture(a_picture()))
    return await corrections.open_ticket(db, person, new, ticket_id=uuid7(db.at))


def a_picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, kind)
    return drawn.getvalue()


async def a_dose(db: Db) -> Dose:
    _, _, visit, _ = await vaccinated(db)
    (dose,) = await immunizations.doses_of(db, visit.person_id)
    return dose


@pytest.mark.parametrize(
    ("opened", "answer_by"),
    [
        (datetime(2026, 3, 2, 3, tzinfo=UTC), date(2026, 3, 4)),  # Monday
        (datetime(2026, 3, 6, 3, tzinfo=UTC), date(2026, 3, 10)),  # Friday
        (datetime(2026, 3, 7, 3, tzinfo=UTC), date(2026, 3, 10)),  # Saturday
    ],
)
def test_a_first_answer_is_due_after_two_working_days(opened: datetime, answer_by: date):
    assert clock.day_of(corrections.after_working_days(opened, 2)) == answer_by


@pytest.mark.parametrize(("kind", "days"), [("field", 10), ("see", 10), ("restrict", 15), ("erase", 20)])
def test_each_kind_has_its_own_end(kind: str, days: int):
    opened = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert clock.day_of(corrections.due_at(kind, opened)) == date(2026, 3, 2) + timedelta(days=days)


async def test_a_ticket_on_a_dose_belongs_to_the_site_of_the_dose_and_opens_by_its_number(db: Db):
    dose = await a_dose(db)

    ticket = await a_ticket(db, dose.person_id, "dose", immunization_id=dose.immunization_id)

    assert ticket.place_id == SITE
    assert ticket.state == "open"
    assert await corrections.by_number(db, ticket.number.lower()) == ticket
    assert await corrections.worklist(db, place_id=SITE, province_code=None, closed=False) == [ticket]
    assert await corrections.worklist(db, place_id=None, province_code="46", closed=False) == []


async def test_a_ticket_of_nobodys_site_belongs_to_the_province(db: Db):
    person = (await a_registration(db)).registration.person_id

    ticket = await a_ticket(db, person, "erase")

    assert ticket.place_id is None
    assert await corrections.worklist(db, place_id=None, province_code="46", closed=False) == [ticket]


async def test_what_is_late_is_put_before_the_province_once(db: Db):
    dose = await a_dose(db)
    ticket = await a_ticket(db, dose.person_id, "dose", immunization_id=dose.immunization_id)
    after = later(db, days=6)
    assert ticket.late(after.at)

    await corrections.escalate(db)
    early = await corrections.worklist(db, place_id=None, province_code="46", closed=False)
    for _ in range(2):
        await corrections.escalate(after)
    found = await corrections.worklist(db, place_id=None, province_code="46", closed=False)

    assert early == []
    assert [one.ticket_id for one in found] == [ticket.ticket_id]
    told = Query("select count(*) from event where kind = 'corrections.moved' and body ->> 'state' = 'escalated'")
    assert await db.value(int, told) == 1


async def test_a_ticket_is_extended_once_and_its_picture_goes_when_it_ends(db: Db):
    person = (await a_registration(db)).registration.person_id
    ticket = await a_ticket(db, person)
    due = ticket.due_at
    kept = Image.open(io.BytesIO(await corrections.photo(db, ticket)))
    assert (kept.format, kept.size) == ("JPEG", (40, 30))

    extended = await corrections.step(db, ticket, "extended", "Cần đối chiếu sổ giấy")
    with pytest.raises(TicketClosed):
        await corrections.step(db, extended, "extended", "Cần thêm thời gian")
    ended = await corrections.step(db, extended, "refused", "Sổ giấy ghi đúng như hồ sơ")

    assert extended.due_at == due + timedelta(days=15)
    assert not ended.has_photo
    with pytest.raises(NotFound):
        await corrections.photo(db, ended)
    assert await db.value(int, Query("select count(*) from ticket_photo")) == 0
    with pytest.raises(TicketClosed):
        await corrections.step(db, ended, "done", "Đã xong")


async def test_a_corrected_name_keeps_what_it_was_with_author_and_reason(db: Db):
    person = (await a_registration(db)).registration.person_id
    ticket = await a_ticket(db, person)
    officer = await acting(db, "province_officer")

    await corrections.apply(officer, ticket, "Đã đối chiếu CCCD", PersonChange(name="Trần Thị Lam"))

    record = await people.open_record(db, person, purpose=Purpose.own, page="test")
    assert record.name == "Trần Thị Lam"
    assert await db.value(str, Query("select search_name from person")) == "tran thi lam"
    assert await db.value(str, Query("select name from person_version")) == "Trần Thị Lan"
    assert await db.value(str, Query("select reason from person_version")) == f"{ticket.number}: Đã đối chiếu CCCD"
    assert await db.value(bool, Query("select changed_by = %(b)s from person_version"), b=officer.actor.id)


async def test_a_number_of_somebody_else_is_no_correction(db: Db):
    person = (await a_registration(db)).registration.person_id
    other = await a_new_person(
        db,
        name="Phạm Thị Khác",
        contacts=[],
        identifiers=[Identifier(kind="national_id", country="VN", value="046190000001")],
    )
    await people.register_person(db, other)

    with pytest.raises(IdentifierTaken):
        await people.amend(db, person, PersonChange(number=other.identifiers[0]), reason="thử")


async def test_a_corrected_day_is_a_later_version_and_takes_the_certificate_with_it(db: Db):
    dose = await a_dose(db)
    change = DoseChange(
        immunization_id=dose.immunization_id, version=1, occurred_at=dose.occurred_at - timedelta(days=2)
    )

    version = await immunizations.correct(db, dose.person_id, change, reason="Sổ giấy")

    (now,) = await immunizations.doses_of(db, dose.person_id)
    assert (version, now.version, now.reason) == (2, 2, "Sổ giấy")
    assert now.occurred_at == dose.occurred_at - timedelta(days=2)
    assert not now.signed
    assert await certificates.passports(db, dose.person_id) == []
    assert await db.value(int, Query("select count(*) from immunization")) == 2
    with pytest.raises(RecordChanged):
        await immunizations.correct(db, dose.person_id, change, reason="Sổ giấy")


async def test_a_dose_that_was_not_given_leaves_the_record_and_the_stock_adds_up(db: Db):
    dose = await a_dose(db)
    change = DoseChange(immunization_id=dose.immunization_id, version=1, not_given=True)

    await immunizations.correct(db, dose.person_id, change, reason="Người này không tiêm")

    assert await immunizations.doses_of(db, dose.person_id) == []
    assert (await stock.prove(db)).differences == []


async def test_another_lot_moves_the_dose_between_lots(db: Db):
    dose = await a_dose(db)
    await a_lot(db, number="XE999")
    change = DoseChange(immunization_id=dose.immunization_id, version=1, lot_number="XE999")

    await immunizations.correct(db, dose.person_id, change, reason="Đọc lại lọ")

    (now,) = await immunizations.doses_of(db, dose.person_id)
    assert now.lot_number == "XE999"
    assert (await stock.prove(db)).differences == []
    with pytest.raises(LotUnknown):
        await immunizations.correct(
            db,
            dose.person_id,
            DoseChange(immunization_id=dose.immunization_id, version=2, lot_number="NOWHERE"),
            reason="thử",
        )


async def test_a_missing_dose_is_entered_by_its_site_once(db: Db):
    person = (await a_registration(db)).registration.person_id
    await a_lot(db, number="XE999")
    claimed = Claimed(product="JAN", given_on=clock.day_of(db.at) - timedelta(days=30), lot="XE999")
    record = await people.open_record(db, person, purpose=Purpose.own, page="test")
    new = NewTicket(kind="missing", about=About(claimed=claimed), said="Thiếu mũi 1", place_id=SITE)
    ticket = await corrections.open_ticket(db, record, new, ticket_id=uuid7(db.at))
    dose = LateDose(
        immunization_id=uuid7(db.at),
        product="JAN",
        lot_number="XE999",
        dose_role="basic",
        ordinal=1,
        place_id=SITE,
        occurred_at=clock.start_of(claimed.given_on) + timedelta(hours=12),
    )

    ended = await corrections.apply(db, ticket, "Có trong sổ tiêm của trạm", dose)

    assert ended.state == "done"
    (found,) = await immunizations.doses_of(db, person)
    assert (found.place_id, found.lot_number, found.source) == (SITE, "XE999", "recorded")
    assert (await stock.prove(db)).differences == []
    with pytest.raises(DoseGiven):
        await immunizations.add_late(
            db, person, msgspec.structs.replace(dose, immunization_id=uuid7()), reason="lần hai"
        )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_and_small(kind: str):
    drawn = corrections.picture(a_picture(kind, (3000, 2000)))
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) == 1600
        assert not picture.getexif()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"0" * 99,
        b"0" * 9_000_000,
    ],
    ids=["empty", "text", "svg", "broken", "large"],
)
def test_what_is_no_picture_is_refused(sent: bytes):
    with pytest.raises(NotAPicture):
        corrections.picture(sent)


def test_a_picture_of_too_many_pixels_is_refused():
    with pytest.raises(NotAPicture):
        corrections.picture(a_picture("PNG", (9_000, 5_000)))
