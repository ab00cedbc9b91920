"""The identity check: match or no match, safe differences fix themselves and leave a trace, the rest goes through two hands."""

from collections.abc import Generator
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.arrange import a_member_of_staff, totp_now
from tests.citizens import a_new_person, a_person, an_area
from tests.registry import Population, a_registry
from tiemchung.domain import access, identity, people
from tiemchung.domain.access import SecondFactorNeeded, Staff
from tiemchung.domain.identity import AlreadyHandedOver, Answered, Correct, Finding, LinesLeft, Registry, RegistryAway
from tiemchung.domain.identity import rules as identity_rules
from tiemchung.domain.people import Identifier, PersonId
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.sql import Query

NUMBER = "046154001306"
BORN = date(1954, 9, 3)


@pytest.fixture
def population() -> Generator[tuple[Registry, Population]]:
    with a_registry() as registry:
        yield registry


async def status_of(db: Db, person_id: PersonId) -> str | None:
    return await db.value(str, Query("select identity_status from person where person_id = %(id)s"), id=person_id)


class Kept(msgspec.Struct):
    version: int
    name: str
    birth_date: date
    cause: str


async def trail(db: Db, person_id: PersonId) -> list[Kept]:
    query = "select version, name, birth_date, cause from person_version where person_id = %(id)s order by version"
    return await db.all(Kept, Query(query), id=person_id)


async def findings(db: Db, person_id: PersonId) -> list[str]:
    area_id = await an_area(db)
    return [row.finding for row in (await identity.worklist(db, area_id)).rows if row.person_id == person_id]


async def asked(db: Db, registry: Registry, **changes: object) -> PersonId:
    """Somebody known about whom the registry was asked once."""
    person_id = await a_person(db, **changes)
    await identity.want(db, [person_id])
    await identity.ask(db, registry)
    return person_id


async def test_a_match_verifies_and_leaves_no_trace(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Lan", "1954-09-03", "female")
    person_id = await asked(db, registry)

    assert await status_of(db, person_id) == "matched"
    assert await trail(db, person_id) == []
    assert await findings(db, person_id) == []
    assert await identity.ask(db, registry) == 0


async def test_the_registry_is_told_no_more_than_it_compares(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    await asked(db, registry)
    assert {name for question in known.asked for name in question} == {"id", "number", "name", "birth", "sex", "marks"}


async def test_day_and_month_the_wrong_way_round_fix_themselves_with_a_trace(
    db: Db, population: tuple[Registry, Population]
):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Lan", "1954-03-09", "female")
    person_id = await asked(db, registry)

    assert await status_of(db, person_id) == "matched"
    record = await people.open_record(db, person_id, purpose=access.Purpose.correction, page="test")
    assert record.birth_date == date(1954, 3, 9)
    assert await trail(db, person_id) == [Kept(1, "Trần Thị Lan", BORN, "day_month")]


async def test_a_tone_mark_in_its_other_place_fixes_itself(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Hoà", "1954-09-03", "female")
    person_id = await asked(db, registry, name="Trần Thị Hòa")

    assert await status_of(db, person_id) == "matched"
    assert [kept.cause for kept in await trail(db, person_id)] == ["spelling"]
    record = await people.open_record(db, person_id, purpose=access.Purpose.correction, page="test")
    assert record.name == "Trần Thị Hoà"


async def test_other_marks_are_found_but_left_to_a_human(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Làn", "1954-09-03", "female")
    person_id = await asked(db, registry)

    assert await status_of(db, person_id) == "mismatched"
    assert await findings(db, person_id) == [Finding.spelling]
    assert await trail(db, person_id) == []


@pytest.mark.parametrize(("number", "finding"), [(NUMBER, Finding.unknown), ("046054001306", Finding.wrong_number)])
async def test_what_is_not_known_waits_under_its_reason(
    db: Db, population: tuple[Registry, Population], number: str, finding: Finding
):
    registry, _ = population
    numbers = [Identifier(kind="national_id", country="VN", value=number)]
    person_id = await asked(db, registry, identifiers=numbers)
    assert await findings(db, person_id) == [finding]


async def test_who_has_no_number_waits_without_being_asked_about(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    person_id = await asked(db, registry, identifiers=[])
    assert known.asked == []
    assert await findings(db, person_id) == [Finding.missing]


async def test_foreigners_are_not_asked_about(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    passport = [Identifier(kind="passport", country="FR", value="12AB34567")]
    person_id = await asked(db, registry, nationality="FR", identifiers=passport)
    assert known.asked == []
    assert await status_of(db, person_id) == "foreigner"


@pytest.mark.parametrize(
    "instead",
    [(500, b""), (401, b""), (200, b"no json"), (200, b'{"answers": []}'), (200, b'{"answers": [{"id": 1}]}')],
)
async def test_a_registry_that_does_not_answer_as_agreed_changes_nothing(
    db: Db, population: tuple[Registry, Population], instead: tuple[int, bytes]
):
    registry, known = population
    known.instead = instead
    person_id = await a_person(db)
    await identity.want(db, [person_id])
    with pytest.raises(RegistryAway):
        await identity.ask(db, registry)
    assert await status_of(db, person_id) == "unchecked"

    known.instead = None
    assert await identity.ask(db, registry) == 1


async def test_a_number_verified_for_another_person_is_a_wrong_number_here(
    db: Db, population: tuple[Registry, Population]
):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Lan", "1954-09-03", "female")
    first = await asked(db, registry)
    described = await a_new_person(db)
    second = await people.introduce(db, described)
    await identity.want(db, [second])
    await identity.ask(db, registry)

    assert await status_of(db, first) == "matched"
    assert await findings(db, second) == [Finding.wrong_number]


async def test_station_and_police_clean_a_record_that_was_wrong(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows("046154001399", "Trần Thị Lân", "1954-10-03", "female")
    person_id = await asked(db, registry)
    clerk, police, area_id = await two_hands(db)
    batch_id = await identity.hand_over(on(db, clerk), area_id, [person_id])
    right = Correct(name="Trần Thị Lân", birth_date=date(1954, 10, 3), birth_precision="day", number="046154001399")
    answers = [Answered(person_id=person_id, answer="record_wrong", correct=right)]
    await identity.answer(on(db, police), police, area_id, batch_id, answers, totp=totp_now(db.at))
    assert await status_of(db, person_id) == "mismatched"

    await identity.apply(on(db, clerk), area_id, batch_id, person_id)
    await identity.ask(db, registry)
    assert await status_of(db, person_id) == "matched"
    assert [(kept.name, kept.cause) for kept in await trail(db, person_id)] == [("Trần Thị Lan", "police")]
    record = await people.open_record(db, person_id, purpose=access.Purpose.correction, page="test")
    assert [number.value for number in record.identifiers] == ["046154001399"]
    with pytest.raises(identity.NothingToApply):
        await identity.apply(on(db, clerk), area_id, batch_id, person_id)


async def test_a_wrong_number_that_was_replaced_is_free_for_its_owner(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Lan", "1954-09-03", "female")
    wrongly = await asked(db, registry)
    await people.replace_identifier(db, wrongly, Identifier(kind="national_id", country="VN", value="046154001399"))
    owner = await people.introduce(db, await a_new_person(db))
    await identity.want(db, [owner])
    await identity.ask(db, registry)
    assert await status_of(db, owner) == "matched"


async def test_a_list_is_signed_by_other_hands_with_every_line_answered(
    db: Db, population: tuple[Registry, Population]
):
    registry, _ = population
    person_id = await asked(db, registry)
    clerk, police, area_id = await two_hands(db)
    batch_id = await identity.hand_over(on(db, clerk), area_id, [person_id])

    async def signing(member: Staff, answers: list[Answered], *, area: int = area_id, totp: str | None = None) -> None:
        async with db.connection.transaction():
            await identity.answer(on(db, member), member, area, batch_id, answers, totp=totp or totp_now(db.at))

    answered = [Answered(person_id=person_id, answer="not_found")]
    with pytest.raises(LinesLeft):
        await signing(police, [])
    with pytest.raises(SecondFactorNeeded):
        await signing(police, answered, totp="000000")
    with pytest.raises(identity.SameHands):
        await signing(clerk, answered)
    with pytest.raises(NotFound):
        await signing(police, answered, area=area_id + 1)
    await signing(police, answered)
    with pytest.raises(NotFound):
        await signing(police, answered)


async def test_a_record_stands_on_one_list_at_a_time_and_only_of_its_commune(
    db: Db, population: tuple[Registry, Population]
):
    registry, _ = population
    person_id = await asked(db, registry)
    clerk, _, area_id = await two_hands(db)
    elsewhere = await an_area(db, "19768")
    with pytest.raises(NotFound):
        async with db.connection.transaction():
            await identity.hand_over(on(db, clerk), elsewhere, [person_id])
    await identity.hand_over(on(db, clerk), area_id, [person_id])
    with pytest.raises(AlreadyHandedOver):
        await identity.hand_over(on(db, clerk), area_id, [person_id])


async def test_figures_add_up_to_the_people_of_a_commune(db: Db, population: tuple[Registry, Population]):
    registry, known = population
    known.knows(NUMBER, "Trần Thị Lan", "1954-09-03", "female")
    await asked(db, registry)
    numbers = [Identifier(kind="national_id", country="VN", value="046154001307")]
    await asked(db, registry, name="Trần Thị Mai", identifiers=numbers, contacts=[])
    await asked(db, registry, name="Trần Thị Sen", identifiers=[], contacts=[])
    path = await db.value(str, Query("select path::text from area where area_id = %(id)s"), id=await an_area(db))
    (figures,) = await identity.figures_of_communes(db, path or "")
    assert (figures.people, figures.matched, figures.mismatched, figures.no_identifier) == (3, 1, 1, 1)
    assert figures.rate == 0.5


@given(st.text("aàáoòóeèéuùúyỳýqhntm ", max_size=30))
def test_another_spelling_is_the_same_name_without_marks(name: str):
    for other in identity_rules.spellings(name):
        assert identity_rules.without_marks(other) == identity_rules.without_marks(name)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Nguyễn Thị Thúy", "Nguyễn Thị Thuý"), ("KHỎE", "KHOẺ"), ("Hoà", "Hòa"), ("Quý", None), ("Loan", None)],
)
def test_tone_marks_move_in_oa_oe_and_uy_alone(name: str, other: str | None):
    assert identity_rules.spellings(name) == ([other] if other else [])


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_a_swapped_day_swaps_back(born: date):
    other = identity_rules.swapped(born, "day")
    assert other is None or identity_rules.swapped(other, "day") == born


async def two_hands(db: Db) -> tuple[Staff, Staff, int]:
    """A clerk of the station and the police of a commune, signed in."""
    area_id = await an_area(db)
    return await signed_in(db, "station_clerk", area_id), await signed_in(db, "commune_police", area_id), area_id


async def signed_in(db: Db, role: str, area_id: int) -> Staff:
    _, login = await a_member_of_staff(db, role, area_id=area_id)
    token = await access.sign_in_staff(db, login=login, password="mat-khau-thu-nghiem", totp=totp_now(db.at))
    member = await access.staff(db, token, request_id="test")
    assert member is not None
    return member


def on(db: Db, member: Staff) -> Db:
    """The same transaction with somebody at work."""
    return Db(db.connection, actor=member, at=db.at, keys=db.keys, now={})
