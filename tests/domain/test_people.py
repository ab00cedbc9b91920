"""People: one human being, one record; and one gate to it."""

from datetime import date

import pytest

from tests.arrange import a_member_of_staff
from tests.citizens import PHONE, a_new_person, a_person, an_area
from tiemchung.domain import access, people
from tiemchung.domain.access import Purpose
from tiemchung.domain.people import Contact, Doubt, Identifier, IdentifierTaken, national_id_doubts
from tiemchung.kit.db import Actor, Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.sql import Query


async def test_the_same_number_is_the_same_person_however_the_name_is_typed(db: Db):
    first = await a_person(db)

    again = await people.register_person(db, await a_new_person(db, name="TRAN THI LAN", contacts=[]))

    assert again.person_id == first
    assert not again.is_new


async def test_the_same_name_birth_sex_and_phone_is_the_same_person(db: Db):
    first = await a_person(db, identifiers=[])

    assert (await people.register_person(db, await a_new_person(db, identifiers=[]))).person_id == first


async def test_two_people_share_one_phone_and_stay_two(db: Db):
    mother = await a_person(db)

    other = Identifier(kind="national_id", country="VN", value="046186000218")
    daughter = await a_person(db, name="Nguyễn Thị Thu Hương", birth_date=date(1986, 4, 12), identifiers=[other])

    assert mother != daughter


async def test_a_number_of_somebody_else_is_refused(db: Db):
    await a_person(db)

    with pytest.raises(IdentifierTaken):
        await a_person(db, name="Phạm Văn Khác", sex="male", birth_date=date(1990, 1, 2))


async def test_a_child_gets_its_number_later_and_stays_the_same_person(db: Db):
    child = await a_person(db, name="Nguyễn Bình An", birth_date=date(2015, 2, 1), identifiers=[])

    await people.add_identifier(db, child, Identifier(kind="personal_code", country="VN", value="046215000001"))

    opened = await people.open_record(db, child, purpose=Purpose.care, page="thử")
    assert [number.value for number in opened.identifiers] == ["046215000001"]
    assert opened.identity_status == "unchecked"


async def test_a_year_only_birth_is_never_shown_as_a_day(db: Db):
    person = await a_person(db, birth_date=date(1951, 1, 1), birth_precision="year", identifiers=[])

    assert (await people.open_record(db, person, purpose=Purpose.care, page="thử")).birth_words == "1951"


async def test_opening_a_record_is_kept_for_the_person_to_see(db: Db):
    person = await a_person(db)

    await people.open_record(db, person, purpose=Purpose.care, page="Khám sàng lọc")

    (look,) = await people.looks(db, person)
    assert (look.page, look.purpose) == ("Khám sàng lọc", "care")


async def test_staff_of_another_province_find_nobody(db: Db):
    person = await a_person(db)
    staff_id, _ = await a_member_of_staff(db, "province_officer", area_id=await an_area(db, "00001"))
    stranger = Db(
        db.connection, actor=Actor(kind="staff", id=staff_id, label="Người khác"), at=db.at, keys=db.keys, now={}
    )

    with pytest.raises(NotFound):
        await people.open_record(stranger, person, purpose=Purpose.planning, page="thử")
    assert await people.looks(db, person) == []


async def test_numbers_and_phones_lie_encrypted(db: Db):
    person = await a_person(db)

    rows = await (
        await db.connection.execute("select value_sealed from person_identifier where person_id = %s", [person])
    ).fetchall()

    assert all(b"046154001306" not in row["value_sealed"] for row in rows)


async def test_messages_go_to_ones_own_phone_before_a_registrants(db: Db):
    contacts = [
        Contact(kind="phone", relation="registrant", holder_name="Con", value="+84905000999"),
        Contact(kind="phone", relation="self", holder_name=None, value=PHONE),
    ]
    person = await a_person(db, contacts=contacts)

    assert (await people.reach(db, [person]))[person].phone == PHONE


async def test_a_registry_match_verifies_the_number(db: Db):
    person = await a_person(db)

    await people.keep_identity_check(db, person, registry="population", matches=True)

    opened = await people.open_record(db, person, purpose=Purpose.care, page="thử")
    assert opened.identity_status == "matched"
    assert opened.identifiers[0].verified_at == db.at


async def test_a_family_link_can_be_ended(db: Db):
    person, account = await a_person(db), await access.account_of(db, phone=PHONE)
    await people.link(db, account, person, relation="parent", proof="phone_code")

    await people.unlink(db, account, person)

    assert await people.members(db, account) == []
    ended = await db.value(int, Query("select count(*) from account_person where ended_at is not null"))
    assert ended == 1


def test_a_citizen_number_is_doubted_by_its_province_sex_and_year():
    assert national_id_doubts("046154001306", date(1954, 9, 3), "female") == []
    assert national_id_doubts("000154001306", date(1954, 9, 3), "female") == [Doubt.province]
    assert national_id_doubts("046054001306", date(1954, 9, 3), "female") == [Doubt.sex]
    assert national_id_doubts("046154001306", date(1955, 9, 3), "female") == [Doubt.birth_year]
    assert national_id_doubts("046354001306", date(1954, 9, 3), "female") == [Doubt.birth_year]
    assert national_id_doubts("191012384", date(1954, 9, 3), "female") == []
