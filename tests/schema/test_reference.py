"""The reference files: complete, coherent, and the same whenever they are made."""

import unicodedata
from collections import Counter, defaultdict
from datetime import date
from importlib.resources import files

import pytest

from tiemchung.schema.load import rows

BEFORE, AFTER = "2021-01-01", "2025-07-01"
SITE_KINDS = ("station", "hospital", "clinic", "mobile_team")


@pytest.fixture(scope="module")
def areas() -> list[dict[str, str | None]]:
    return list(rows("area.csv.gz"))


@pytest.fixture(scope="module")
def places() -> list[dict[str, str | None]]:
    return list(rows("place.csv.gz"))


def test_every_text_is_nfc():
    for file in (files("tiemchung.schema") / "reference").iterdir():
        if ".csv" in file.name:
            for row in rows(file.name):
                for cell in row.values():
                    assert cell is None or unicodedata.is_normalized("NFC", cell), (file.name, cell)


def test_the_geography_of_2021_and_the_one_of_2025_are_complete(areas):
    levels = Counter((row["valid_from"], row["level"]) for row in areas)
    assert levels == {
        (BEFORE, "country"): 1,
        (BEFORE, "region"): 6,
        (BEFORE, "province"): 63,
        (BEFORE, "district"): 705,
        (BEFORE, "commune"): 10_599,
        (AFTER, "country"): 1,
        (AFTER, "province"): 34,
        (AFTER, "commune"): 3_321,
    }


def test_a_code_and_its_first_day_name_one_area(areas):
    assert len({(row["code"], row["valid_from"]) for row in areas}) == len(areas)
    assert len({row["path"] for row in areas}) == len(areas)


def test_every_area_has_its_parent_of_the_same_days_and_its_path(areas):
    paths = {(row["code"], row["valid_from"]): row["path"] for row in areas}
    for row in areas:
        parent = paths[row["parent_code"], row["valid_from"]] if row["parent_code"] else None
        assert parent is None or str(row["path"]).rpartition(".")[0] == parent


def test_successions_lead_from_an_old_unit_to_a_new_one(areas):
    codes = defaultdict(set)
    for row in areas:
        codes[row["valid_from"]].add(row["code"])
    successions = list(rows("area_succession.csv"))
    assert {row["on_date"] for row in successions} == {AFTER}
    assert {row["from_code"] for row in successions} <= codes[BEFORE]
    assert {row["to_code"] for row in successions} <= codes[AFTER]
    assert {r["code"] for r in areas if r["level"] == "province" and r["valid_from"] == BEFORE} <= {
        row["from_code"] for row in successions
    }


def test_populations_sum_to_the_nation_and_bands_fit_into_them(areas):
    levels = {row["code"]: row["level"] for row in areas if row["valid_from"] == BEFORE}
    people: dict[tuple[str | None, str | None], dict[str | None, int]] = defaultdict(dict)
    for row in rows("area_population.csv"):
        people[row["area_code"], row["year"]][row["band"]] = int(str(row["people"]))
    sums: Counter[tuple[str | None, str | None]] = Counter()
    for (code, year), bands in people.items():
        sums[levels[code], year] += bands["all"]
        assert bands["all"] >= sum(bands.get(band, 0) for band in ("18+", "12-17", "5-11"))
    assert sums["province", "2019"] == 96_208_984
    # Each province's estimate was rounded by itself.
    assert abs(sums["province", "2021"] - 98_506_193) <= 63
    assert sums["district", "2021"] == sums["province", "2021"]


def test_there_are_19_500_sites_and_a_station_in_each_commune(areas, places):
    sites = [row for row in places if row["kind"] in SITE_KINDS]
    assert len(sites) == 19_500
    assert len({row["code"] for row in places}) == len(places)
    assert all(len(str(row["code"])) == 5 for row in sites)
    communes = {row["code"] for row in areas if row["level"] == "commune" and row["valid_from"] == BEFORE}
    stations = Counter(row["area_code"] for row in sites if row["kind"] == "station")
    assert set(stations) == communes
    assert set(stations.values()) == {1}
    assert all(int(str(row["tables"])) > 0 and int(str(row["seats"])) > 0 for row in sites)


def test_the_facility_tree_leads_to_the_national_store(places):
    kinds = {row["code"]: row["kind"] for row in places}
    above = {
        "province_cdc": "regional_institute",
        "district_centre": "province_cdc",
        "regional_institute": "national_store",
        **dict.fromkeys(SITE_KINDS, "district_centre"),
    }
    assert Counter(kinds.values())["district_centre"] == 705
    for row in places:
        assert kinds.get(row["parent_code"]) == above.get(str(row["kind"]))


def test_places_of_a_district_have_names_of_their_own(places):
    names = Counter((row["parent_code"], row["name"]) for row in places)
    assert {name for name, count in names.items() if count > 1} == set()


def test_the_daily_curve_is_the_reported_one():
    lines = list(rows("national_daily.csv"))
    days = [date.fromisoformat(str(row["day"])) for row in lines]
    assert (days[0], days[-1]) == (date(2021, 3, 8), date(2022, 3, 6))
    assert len(days) == (days[-1] - days[0]).days + 1
    sums = [sum(int(str(row[c])) for row in lines) for c in ("doses", "first", "full", "booster")]
    assert sums == [197_910_353, 79_603_926, 77_454_922, 40_851_505]
    assert min(int(str(row[c])) for row in lines for c in ("doses", "first", "full", "booster")) == 0


def test_lists_have_their_lengths_and_products_their_rows():
    assert [row["code"] for row in rows("priority_group.csv")] == [str(code) for code in range(1, 17)]
    assert len(list(rows("ethnic_group.csv"))) == 54
    products = {row["code"] for row in rows("product.csv")}
    assert products == {"AZ", "PF", "PFC", "MOD", "VC", "HV", "SPU1", "SPU2", "JAN", "ABD"}
    for product in products:
        assert any(row["system"] == "atc" for row in rows("product_code.csv") if row["product"] == product)
    for file in ("product_pack.csv", "product_code.csv", "storage_limit.csv"):
        assert {row["product"] for row in rows(file)} == products
