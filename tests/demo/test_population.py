"""Made-up people: plausible as a whole, valid in form, and nobody real."""

import unicodedata
from collections import Counter
from datetime import date

import phonenumbers
import pytest

from tiemchung.demo.campaign import Person, batches, plan
from tiemchung.domain import people
from tiemchung.schema.load import rows


@pytest.fixture(scope="module")
def everybody() -> list[Person]:
    return [person for batch in batches(plan(20_000, 40_000)) for person in batch.people]


def test_names_are_nfc_words_and_nguyen_is_the_most_frequent(everybody):
    for person in everybody:
        assert unicodedata.is_normalized("NFC", person.name)
        assert person.name == " ".join(person.name.split())
        assert person.name
    families = Counter(person.name.split()[0] for person in everybody)
    assert families.most_common(2)[0][0] == "Nguyễn"
    assert 0.28 < families["Nguyễn"] / len(everybody) < 0.42
    assert len({person.name for person in everybody}) > 5_000


def test_sexes_and_bands_are_those_of_the_population(everybody):
    assert sum(person.sex == "male" for person in everybody) / len(everybody) == pytest.approx(0.498, abs=0.015)
    adults = sum(person.born <= date(2003, 3, 8) for person in everybody)
    assert adults / len(everybody) == pytest.approx(0.733, abs=0.01)


def test_provinces_have_their_share(everybody):
    provinces = {
        str(r["code"]): str(r["path"]).split(".")[2]
        for r in rows("area.csv.gz")
        if str(r["path"]).startswith("VN.") and str(r["path"]).count(".") > 2
    }
    here = Counter(provinces[person.area_code] for person in everybody)
    assert len(here) == 63
    assert here["79"] / len(everybody) == pytest.approx(0.0935, abs=0.003)


def test_national_ids_have_the_form_of_their_owner_and_a_tail_that_nobody_has(everybody):
    seen = set()
    for person in everybody:
        for kind, country, value in person.numbers:
            assert (kind, country, value) not in seen
            seen.add((kind, country, value))
            if kind == "insurance":
                assert people.is_insurance(value)
                assert value[5:7] == "99"
            elif kind == "passport":
                assert people.is_passport(value)
                assert value.startswith("XX")
            elif len(value) == 12:
                assert people.is_national_id(value)
                assert value[6] == "9"
                assert not people.national_id_doubts(value, birth_date=person.born, sex=person.sex)
            else:
                assert kind == "national_id"
                assert people.is_national_id(value)
                assert value[0] == "9"


def test_phones_are_valid_and_of_a_network_that_closed(everybody):
    for person in everybody:
        assert person.phone.startswith("+8495")
        assert phonenumbers.is_valid_number(phonenumbers.parse(person.phone))
        assert (person.phone_of == "self") == (person.guardian is None)
    own = [person.phone for person in everybody if person.phone_of == "self"]
    assert len(set(own)) == len(own)


def test_births_known_by_year_are_old_and_stand_on_the_first_of_january(everybody):
    by_year = [person for person in everybody if person.precision == "year"]
    assert len(by_year) > 50
    assert all((p.born.month, p.born.day) == (1, 1) and p.born.year <= 1961 for p in by_year)


def test_groups_follow_occupation_and_age(everybody):
    assert {person.group for person in everybody} <= set(range(1, 17))
    assert all(person.group == 9 for person in everybody if person.born.year < 1955)
    assert all(person.group == 1 for person in everybody if person.occupation == "Nhân viên y tế")
    groups = {row["code"] for row in rows("ethnic_group.csv")}
    assert {person.ethnic_group for person in everybody} <= groups | {None}


def test_foreigners_have_passports_and_no_registry_check(everybody):
    foreign = [person for person in everybody if person.nationality != "VN"]
    assert 3 <= len(foreign) <= 100
    assert all(p.identity_status == "foreigner" and p.numbers[0][0] == "passport" for p in foreign)


def test_the_identity_status_fits_the_numbers(everybody):
    for person in everybody:
        numbered = any(kind != "insurance" for kind, _, _ in person.numbers)
        assert (person.identity_status == "no_identifier") == (not numbered)
    matched = sum(person.identity_status == "matched" for person in everybody) / len(everybody)
    assert 0.5 < matched < 0.75
