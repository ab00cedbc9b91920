"""What must never break under Viet Nam's schedule, whatever the history and the day."""

from datetime import date, timedelta
from functools import cache

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tiemchung.domain.schedule import read
from tiemchung.domain.schedule.answers import Dose, DoseStatus, Finding, Stop, Subject
from tiemchung.domain.schedule.grouping import Person, assess_groups

GROUP = "COVID-19"
SETTLED = date(2022, 7, 1)  # after the last paper: one set of rules
PRODUCTS = st.sampled_from(["AZ", "PF", "MOD", "VC", "HV", "SPU1", "SPU2", "JAN", "ABD", "PFC"])
PEOPLE = st.builds(Subject, born_on=st.dates(date(1935, 1, 1), date(2018, 1, 1)))
DAYS = st.dates(date(2021, 3, 8), date(2022, 6, 20))
DOSES = st.lists(st.builds(Dose, on=DAYS, product=PRODUCTS), max_size=5)
FINDINGS = st.lists(
    st.builds(Finding, code=st.sampled_from(["covid-infection", "immunosuppressed", "exposed", "scarce"]), on=DAYS),
    max_size=2,
)
AFTER = st.integers(0, 400).map(lambda days: SETTLED + timedelta(days=days))
quick = settings(max_examples=100, deadline=None)


@cache
def vietnam():
    return read.from_texts(read.shipped("vn-covid19")).schedule


def next_of(who, doses, findings, on):
    return vietnam().assess(who, doses, findings, on=on, vaccine_group=GROUP).next(GROUP)


def worth(who, doses, findings, on):
    found = vietnam().assess(who, doses, findings, on=on, vaccine_group=GROUP).evaluations
    return {each.status for each in found if each.index == len(doses) - 1}


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.integers(1, 900))
def test_a_later_day_never_moves_the_earliest_back_within_one_set_of_rules(who, doses, findings, on, days):
    now, later = (next_of(who, doses, findings, day) for day in (on, on + timedelta(days=days)))
    assume(now.earliest is not None and later.earliest is not None and now.deferred_until is None)
    assume((now.series, now.role) == (later.series, later.role))
    assert later.earliest >= now.earliest


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.randoms())
def test_a_forecast_taken_at_its_earliest_day_with_a_preferred_product_is_valid(who, doses, findings, on, choice):
    due = next_of(who, doses, findings, on)
    assume(due.earliest is not None and due.preferred)
    day = max(due.earliest, on)
    taken = Dose(on=day, product=choice.choice(due.preferred).product)
    assert worth(who, [*doses, taken], findings, day) == {DoseStatus.valid}


@quick
@given(PEOPLE, DOSES, FINDINGS, DAYS | AFTER, PRODUCTS)
def test_what_would_not_be_valid_the_gate_stops_on_any_day_of_any_rule(who, doses, findings, on, product):
    doses = [dose for dose in doses if dose.on <= on]
    verdict = vietnam().gate(who, doses, findings, product, on=on, vaccine_group=GROUP)
    if worth(who, [*doses, Dose(on=on, product=product)], findings, on) != {DoseStatus.valid}:
        assert isinstance(verdict, Stop)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(PEOPLE, st.integers(0, 2)), max_size=40), st.lists(DOSES, min_size=3, max_size=3), DAYS | AFTER
)
def test_people_assessed_in_groups_get_their_own_answer(people, histories, on):
    asked = [Person(key=n, subject=who, doses=tuple(histories[h])) for n, (who, h) in enumerate(people)]
    told = {key: answer for answer, keys in assess_groups(vietnam(), asked, on=on, vaccine_group=GROUP) for key in keys}
    assert told == {each.key: vietnam().assess(each.subject, each.doses, on=on, vaccine_group=GROUP) for each in asked}
