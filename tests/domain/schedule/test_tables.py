"""What stands in rows for statements over many people is what the engine answers, person by person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.schedule import read, tables
from tiemchung.domain.schedule.answers import Dose, SeriesStatus, Stop, Subject
from tiemchung.domain.schedule.dates import add

GROUP = "COVID-19"
SCHEDULE = read.from_texts(read.shipped("vn-covid19")).schedule
AGES = tables.ages(SCHEDULE, GROUP)
COURSE = {(row.product, row.number): row.completes for row in tables.course_doses(SCHEDULE)}
PRODUCTS = [product.code for product in SCHEDULE.rules.products]
BY_AGE = {"too_young", "too_young_for_product", "too_old_for_product", "too_old", "aged_out", "wrong_age_for_product"}
BY_DAY = {"not_in_force", "not_licensed"}


def may(product: str, born: date, on: date) -> bool:
    """What the rows say."""
    return any(
        row.product == product
        and row.since <= on
        and (row.until is None or on <= row.until)
        and add(born, row.from_age) <= on
        and (row.to_age is None or on < add(born, row.to_age))
        for row in AGES
    )


@given(
    product=st.sampled_from(PRODUCTS),
    born=st.dates(date(1940, 1, 1), date(2022, 1, 1)) | st.sampled_from([date(2004, 2, 29), date(2008, 2, 29)]),
    on=st.dates(date(2021, 1, 1), date(2027, 1, 1)),
)
def test_ages_are_those_of_the_gate(product: str, born: date, on: date):
    verdict = SCHEDULE.gate(Subject(born_on=born), (), (), product, on=on, vaccine_group=GROUP)
    codes = {reason.code for reason in verdict.reasons} if isinstance(verdict, Stop) else set[str]()
    assert may(product, born, on) == (not codes & (BY_AGE | BY_DAY))


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_turns_to_yes_on_the_very_birthday(product: str):
    row = next(row for row in reversed(AGES) if row.product == product)
    on = row.since + timedelta(days=900)
    for born in (date(on.year - row.from_age.months // 12, on.month, on.day),):
        assert may(product, born, on)
        assert not may(product, born + timedelta(days=1), on)


@given(
    products=st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=3),
    born=st.sampled_from([date(1990, 5, 5), date(2010, 1, 31), date(2015, 6, 1)]),
)
def test_a_dose_completes_a_course_where_the_engine_says_so(products: list[str], born: date):
    """Doses that the gate lets through one after another: complete with the dose that the rows name, and with no other."""
    doses: list[Dose] = []
    on = date(2022, 6, 1)
    for number, product in enumerate(products, 1):
        on += timedelta(weeks=9)
        verdict = SCHEDULE.gate(Subject(born_on=born), doses, (), product, on=on, vaccine_group=GROUP)
        if isinstance(verdict, Stop) or verdict.role != "basic":
            return
        doses.append(Dose(product=product, on=on))
        answer = SCHEDULE.assess(Subject(born_on=born), doses, on=on, vaccine_group=GROUP)
        (basic,) = [each for each in answer.forecasts if each.role == "basic"]
        assert COURSE[product, number] == (basic.status is SeriesStatus.complete)
