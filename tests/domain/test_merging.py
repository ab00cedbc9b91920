"""Two records of one person: united with all doses, conflicts flagged, parted again exactly."""

from datetime import date

import pytest

from tests.citizens import a_person
from tests.stores import SITE, acting
from tests.visits import facts, vaccinated
from tiemchung.domain import geography, immunizations, people, stock
from tiemchung.domain.immunizations import MergeBusy, MergeGone, imported, merging
from tiemchung.domain.people import Identifier, PersonId
from tiemchung.kit.db import Db

TOLD = imported.Told(product="AZ", on=date(2021, 6, 1), lot_number="ABX3771", place_id=SITE)
OTHER = imported.Told(product="PF", on=date(2021, 9, 1), lot_number=None, place_id=SITE)


async def two_records(db: Db) -> tuple[PersonId, PersonId]:
    """One human being known twice: with and without the number of the card."""
    first = await a_person(db)
    second = await a_person(
        db, name="Trần Thị Lân", identifiers=[Identifier(kind="passport", country="VN", value="B1234567")], contacts=[]
    )
    return first, second


async def an_officer(db: Db) -> Db:
    """The province's officer."""
    thua_thien_hue = await geography.by_code(db, "46", date(2021, 7, 1))
    return await acting(db, "province_officer", area_id=thua_thien_hue.area_id)


def told(doses: list[immunizations.Dose]) -> set[tuple[str, date]]:
    """Doses as product and day."""
    return {(dose.product, dose.occurred_at.date()) for dose in doses}


async def test_doses_are_united_a_conflict_is_flagged_and_undo_is_exact(db: Db):
    first, second = await two_records(db)
    await imported.keep(db, first, [TOLD])
    await imported.keep(db, second, [OTHER])
    before = [await immunizations.doses_of(db, one) for one in (first, second)]
    numbers = [await people.identifiers(db, one) for one in (first, second)]
    officer = await an_officer(db)

    preview = await merging.preview(officer, first, second)
    merge_id = await merging.merge(officer, first, second, reason="Cùng một người, hai số giấy tờ")

    assert [dose.product for dose in preview.conflicts] == ["PF"]
    assert told(await immunizations.doses_of(db, first)) == told(before[0] + before[1])
    assert await immunizations.doses_of(db, second) == []
    assert [c["copy"] for c in await facts(db, "select copy from dose_claim order by copy")] == [0, 1]
    assert {one.value for one in await people.identifiers(db, first)} == {n.value for both in numbers for n in both}
    assert (await stock.prove(db)).ok

    await merging.part(officer, first, merge_id, reason="Hóa ra là hai chị em")

    assert [told(await immunizations.doses_of(db, one)) for one in (first, second)] == [told(one) for one in before]
    assert [[n.value for n in await people.identifiers(db, one)] for one in (first, second)] == [
        [n.value for n in both] for both in numbers
    ]
    with pytest.raises(MergeGone):
        await merging.part(officer, first, merge_id, reason="Thêm một lần nữa")


async def test_a_dose_that_came_after_the_merge_stays_where_it_is(db: Db):
    first, second = await two_records(db)
    await imported.keep(db, second, [TOLD])
    officer = await an_officer(db)
    merge_id = await merging.merge(officer, first, second, reason="Cùng một người")
    await imported.keep(db, first, [OTHER])

    await merging.part(officer, first, merge_id, reason="Hai người")

    assert {dose.product for dose in await immunizations.doses_of(db, first)} == {"PF"}
    assert {dose.product for dose in await immunizations.doses_of(db, second)} == {"AZ"}


async def test_a_recorded_dose_moves_with_the_stock_as_it_was(db: Db):
    _, _, visit, _ = await vaccinated(db)
    await db.connection.execute("update visit set step = 'done', discharged_at = now()")
    other = await a_person(db)
    officer = await an_officer(db)

    await merging.merge(officer, other, visit.person_id, reason="Cùng một người")

    assert [dose.product for dose in await immunizations.doses_of(db, other)] == ["JAN"]
    assert (await stock.prove(db)).ok


async def test_who_is_at_a_site_is_not_united_and_nobody_is_united_twice(db: Db):
    _, _, visit, _ = await vaccinated(db)
    other = await a_person(db)
    officer = await an_officer(db)

    with pytest.raises(MergeBusy):
        await merging.merge(officer, other, visit.person_id, reason="Đang theo dõi sau tiêm")
    first, second = other, await a_person(db, name="Trần Thị Lân", identifiers=[], contacts=[])
    await merging.merge(officer, first, second, reason="Cùng một người")
    with pytest.raises(MergeGone):
        await merging.merge(officer, first, second, reason="Cùng một người")


async def test_the_likeliest_pair_comes_first_and_decided_ones_are_not_asked_again(db: Db):
    first, second = await two_records(db)
    officer = await an_officer(db)
    (row,) = await facts(db, "select path::text from area where code = '46' and level = 'province' limit 1")
    path = row["path"]

    (pair,) = await merging.pairs(db, path)
    await merging.keep_apart(officer, second, first)

    assert {pair.person_id, pair.other_id} == {first, second}
    assert 40 <= pair.score < 100
    assert await merging.pairs(db, path) == []
