"""Administrative units on a day."""

from datetime import date

import pytest

from tiemchung.domain import geography
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound
from tiemchung.kit.vietnamese import search_name, sort_key

CAMPAIGN_DAY = date(2021, 7, 1)


async def test_there_are_63_provinces_in_2021_and_34_after_the_reform(db: Db):
    assert len(await geography.provinces(db, CAMPAIGN_DAY)) == 63
    assert len(await geography.provinces(db, date(2025, 7, 1))) == 34


async def test_an_address_line_goes_from_the_commune_to_the_province(db: Db):
    commune = await geography.by_code(db, "19762", CAMPAIGN_DAY)

    assert (await geography.lineage(db, commune.area_id)).words == "P. Thuận Hòa, TP Huế, Thừa Thiên Huế"


async def test_the_children_of_a_district_are_its_communes(db: Db):
    hue = await geography.by_code(db, "474", CAMPAIGN_DAY)

    communes = await geography.children(db, hue.area_id, CAMPAIGN_DAY)

    assert {commune.level for commune in communes} == {"commune"}
    assert "Phường Thuận Hòa" in [commune.name for commune in communes]


@pytest.mark.parametrize("typed", ["thuan hoa hue", "Thuận Hòa, Huế", "thuan hoa thua thien hue"])
async def test_a_commune_is_found_without_marks_and_with_its_city_first(db: Db, typed: str):
    found = await geography.search(db, typed, CAMPAIGN_DAY)

    assert found[0].area.code == "19762"
    assert found[0].within == "TP Huế, Thừa Thiên Huế"


async def test_a_code_that_was_not_valid_on_the_day_is_not_found(db: Db):
    with pytest.raises(NotFound):
        await geography.by_code(db, "474", date(2026, 1, 1))


def test_search_names_forget_marks_and_sort_keys_keep_their_order():
    assert search_name("  Đặng  Thị Ngọc Ánh ") == "dang thi ngoc anh"
    names = ["Lê Ân", "Lê Bình", "Lê Ăn", "Lê An", "Lê Đức", "Lê Dũng", "Lê Ấn"]
    assert sorted(names, key=sort_key) == ["Lê An", "Lê Ăn", "Lê Ân", "Lê Ấn", "Lê Bình", "Lê Dũng", "Lê Đức"]
