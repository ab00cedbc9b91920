"""What must never break, whatever the history: under a schedule with courses and under CDC's own release."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.schedule.material import RELEASE, needs_material
from tests.domain.schedule.toy import GROUP, TOY
from tiemchung.domain.schedule import cdsi
from tiemchung.domain.schedule.answers import Dose, DoseStatus, Finding, SeriesStatus, Stop, Subject
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.grouping import Person, assess_groups

SETTLED = date(2022, 1, 1)  # no row of the small schedule changes from here on
DAYS = st.dates(date(2021, 3, 1), date(2021, 12, 31))
FINDINGS = st.lists(
    st.builds(Finding, code=st.sampled_from(["ill", "fever", "immunosuppressed", "chronic", "anaphylaxis"]), on=DAYS),
    max_size=2,
)
PEOPLE = st.builds(Subject, born_on=st.dates(date(1930, 1, 1), date(2012, 1, 1)))
DOSES = st.lists(st.builds(Dose, on=DAYS, product=st.sampled_from(["red", "blue", "once"])), max_size=5)
AFTER = st.integers(0, 400).map(lambda days: SETTLED + timedelta(days=days))
quick = settings(max_examples=150, deadline=None)


@quick
@given(PEOPLE, DOSES.flatmap(lambda doses: st.tuples(st.just(doses), st.permutations(doses))), FINDINGS, AFTER)
def test_the_order_of_input_does_not_matter(who, orders, findings, on):
    first, second = (TOY.assess(who, doses, findings, on=on) for doses in orders)
    assert first.forecasts == second.forecasts
    assert [without_index(each) for each in first.evaluations] == [without_index(each) for each in second.evaluations]


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.integers(1, 900))
def test_a_later_day_never_moves_the_earliest_back_within_one_set_of_rules(who, doses, findings, on, days):
    now, later = (TOY.assess(who, doses, findings, on=day).next(GROUP) for day in (on, on + timedelta(days=days)))
    if now.earliest is not None and later.earliest is not None and now.deferred_until is None:
        assert (now.role, now.ordinal) == (later.role, later.ordinal)
        assert later.earliest >= now.earliest


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.randoms())
def test_a_forecast_taken_at_its_earliest_day_with_a_preferred_product_is_valid(who, doses, findings, on, choice):
    due = TOY.assess(who, doses, findings, on=on).next(GROUP)
    assume(due.earliest is not None and due.preferred)
    day = max(due.earliest, on)
    taken = Dose(on=day, product=choice.choice(due.preferred).product)
    assert worth(TOY, who, [*doses, taken], findings, day) == {DoseStatus.valid}


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.sampled_from(["red", "blue", "once"]))
def test_what_would_not_be_valid_the_gate_stops(who, doses, findings, on, product):
    verdict = TOY.gate(who, doses, findings, product, on=on)
    if worth(TOY, who, [*doses, Dose(on=on, product=product)], findings, on) != {DoseStatus.valid}:
        assert isinstance(verdict, Stop)
    if isinstance(verdict, Stop):
        assert verdict.reasons


@quick
@given(PEOPLE, DOSES, FINDINGS, AFTER, st.integers(1, 100))
def test_nothing_changes_before_the_next_change(who, doses, findings, on, percent):
    change = TOY.next_change(who, doses, findings, on=on)
    last = on + timedelta(days=2000) if change is None else change - timedelta(days=1)
    between = on + (last - on) * percent // 100
    now, then = (TOY.assess(who, doses, findings, on=day) for day in (on, between))
    assert (now.evaluations, now.forecasts) == (then.evaluations, then.forecasts)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(PEOPLE, st.sampled_from([0, 1, 2])), max_size=30), st.lists(DOSES, min_size=3, max_size=3), AFTER
)
def test_people_assessed_in_groups_get_their_own_answer(people, histories, on):
    asked = [Person(key=n, subject=who, doses=tuple(histories[h])) for n, (who, h) in enumerate(people)]
    told = {key: answer for answer, keys in assess_groups(TOY, asked, on=on) for key in keys}
    assert told == {each.key: TOY.assess(each.subject, each.doses, on=on) for each in asked}


@pytest.fixture(scope="module")
def release():
    return Schedule(cdsi.load(RELEASE))


SINCE = date(2023, 3, 1)
CHILDREN = st.builds(Subject, born_on=st.dates(date(2005, 1, 1), date(2022, 9, 1)))
PARTS = {
    "MMR": ["03", "94", "05"],
    "DTaP/Tdap/Td": ["20", "106", "115", "110"],
    "COVID-19": ["208", "207", "217"],
    "Hib": ["48", "49"],
}
HISTORIES = st.sampled_from(sorted(PARTS)).flatmap(
    lambda group: st.tuples(
        st.just(group),
        st.lists(
            st.builds(Dose, on=st.dates(date(2022, 10, 1), date(2023, 2, 20)), product=st.sampled_from(PARTS[group])),
            max_size=4,
        ),
        st.sampled_from(PARTS[group]),
    )
)


@needs_material
@settings(max_examples=80, deadline=None)
@given(CHILDREN, HISTORIES, st.integers(0, 900))
def test_under_cdcs_release_too_order_does_not_matter_and_the_gate_stops_what_would_not_be_valid(
    release, who, history, days
):
    group, doses, product = history
    on = SINCE + timedelta(days=days)
    one, other = (release.assess(who, each, on=on, vaccine_group=group) for each in (doses, doses[::-1]))
    assert one.forecasts == other.forecasts
    verdict = release.gate(who, doses, (), product, on=on, vaccine_group=group)
    statuses = worth(release, who, [*doses, Dose(on=on, product=product)], (), on, group)
    if statuses != {DoseStatus.valid}:
        assert isinstance(verdict, Stop)


@needs_material
@settings(max_examples=80, deadline=None)
@given(CHILDREN, HISTORIES, st.integers(0, 900))
def test_under_cdcs_release_too_a_forecast_taken_at_its_earliest_day_is_valid(release, who, history, days):
    group, doses, _ = history
    on = SINCE + timedelta(days=days)
    due = release.assess(who, doses, on=on, vaccine_group=group).next(group)
    assume(due.status is SeriesStatus.not_complete and due.earliest is not None and due.preferred)
    day = max(due.earliest, on)
    assert DoseStatus.valid in worth(
        release, who, [*doses, Dose(on=day, product=due.preferred[0].product)], (), day, group
    )


def worth(schedule, who, doses, findings, on, group=None):
    """What the last dose of a list is worth."""
    found = schedule.assess(who, doses, findings, on=on, vaccine_group=group).evaluations
    return {each.status for each in found if each.index == len(doses) - 1}


def without_index(evaluation):
    return msgspec.structs.replace(evaluation, index=0)
