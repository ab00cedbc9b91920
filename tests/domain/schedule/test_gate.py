"""The gate: what may be given now, what needs a thought, what is stopped, each with its reason and paper."""

from datetime import date

import pytest

from tests.domain.schedule.toy import TOY
from tiemchung.domain.schedule.answers import Allow, Dose, Finding, Lot, Stop, Subject, Warn
from tiemchung.domain.schedule.rows import Role

ADULT = Subject(born_on=date(1980, 5, 17))
FIRST = (("red", "2021-07-01"),)
BASIC = (("red", "2021-07-01"), ("red", "2021-09-01"))


def gate(given, product, on, findings=(), who=ADULT, lot=None, place=None):
    doses = [Dose(on=date.fromisoformat(day), product=code) for code, day in given]
    return TOY.gate(who, doses, findings, product, lot, on=date.fromisoformat(on), place=place)


def codes(verdict):
    return [each.code for each in verdict.reasons]


def test_a_dose_in_its_time_is_allowed_as_the_dose_that_it_is():
    verdict = gate(FIRST, "red", "2021-08-26")
    assert isinstance(verdict, Allow)
    assert (verdict.role, verdict.number, verdict.series) == (Role.basic, 2, "red-red")


def test_a_day_too_early_stops_and_says_from_when_and_by_which_paper():
    verdict = gate(FIRST, "red", "2021-08-25")
    assert isinstance(verdict, Stop)
    assert (codes(verdict), verdict.reasons[0].paper, verdict.rules) == (["too_soon"], "eight/P", ("eight",))
    assert verdict.earliest == date(2021, 8, 26)


def test_a_province_that_shortened_the_interval_lets_it_pass():
    assert isinstance(gate(FIRST, "red", "2021-09-20", place="VN-XX"), Allow)
    later = (("red", "2021-08-09"),)
    assert isinstance(gate(later, "red", "2021-09-20", place="VN-XX"), Allow)
    assert codes(gate(later, "red", "2021-09-20")) == ["too_soon"]


def test_another_product_stops_until_the_rule_that_takes_it_and_then_warns_until_answered():
    assert isinstance(gate((("red", "2021-07-01"),), "blue", "2021-09-19"), Stop)
    verdict = gate(FIRST, "blue", "2021-09-20")
    assert isinstance(verdict, Warn)
    assert codes(verdict) == ["only_when", "consent_needed"]
    answered = [Finding(code="scarce"), Finding(code="consent")]
    assert isinstance(gate(FIRST, "blue", "2021-09-20", answered), Allow)


def test_a_product_that_would_only_count_by_throwing_a_dose_away_is_stopped():
    assert isinstance(gate((("red", "2021-07-01"),), "once", "2021-09-01"), Stop)


@pytest.mark.parametrize(
    ("findings", "code", "earliest"),
    [
        ([Finding(code="ill", on=date(2021, 8, 1))], "deferred", date(2022, 2, 1)),
        ([Finding(code="fever", on=date(2021, 9, 1))], "deferred_until_over", None),
        ([Finding(code="anaphylaxis", product="red")], "contraindicated", None),
        ([Finding(code="anaphylaxis")], "contraindicated", None),
    ],
)
def test_findings_stop(findings, code, earliest):
    verdict = gate(FIRST, "red", "2021-09-01", findings)
    assert isinstance(verdict, Stop)
    assert (codes(verdict), verdict.earliest) == ([code], earliest)


def test_a_finding_that_has_ended_stops_no_more():
    ended = [Finding(code="fever", on=date(2021, 8, 20), until=date(2021, 8, 25))]
    assert isinstance(gate(FIRST, "red", "2021-09-01", ended), Allow)


def test_a_finding_that_needs_care_warns_with_its_paper():
    verdict = gate(FIRST, "red", "2021-09-01", [Finding(code="chronic")])
    assert isinstance(verdict, Warn)
    assert [(each.code, each.paper) for each in verdict.reasons] == [("needs_hospital", "old/P")]


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        (Lot(number="L1", expires_on=date(2021, 8, 31)), "lot_expired"),
        (Lot(number="L1", expires_on=date(2022, 8, 31), recalled=True), "lot_recalled"),
        (Lot(number="L1", expires_on=date(2022, 8, 31), released=False), "lot_not_released"),
    ],
)
def test_a_lot_that_may_not_be_used_stops(lot, code):
    assert codes(gate(FIRST, "red", "2021-09-01", lot=lot)) == [code]


def test_a_lot_is_good_on_its_last_day():
    assert isinstance(gate(FIRST, "red", "2021-09-01", lot=Lot(number="L1", expires_on=date(2021, 9, 1))), Allow)


def test_a_second_dose_on_one_day_stops():
    assert "same_day" in codes(gate(FIRST, "red", "2021-07-01"))


def test_who_is_too_young_for_a_product_is_stopped_until_a_birthday():
    child = Subject(born_on=date(2008, 2, 29))
    assert isinstance(gate((), "blue", "2021-09-01", who=child), Allow)
    verdict = gate((), "red", "2021-09-01", who=child)
    assert isinstance(verdict, Stop)
    assert verdict.earliest == date(2026, 3, 1)


def test_nothing_is_given_when_nothing_is_due():
    assert isinstance(gate(BASIC, "red", "2021-10-01"), Stop)
    assert isinstance(gate((*BASIC, ("red", "2022-01-01")), "red", "2022-09-01"), Stop)


def test_a_booster_of_the_same_product_is_allowed_and_after_a_mixed_course_it_is_not():
    assert isinstance(gate(BASIC, "red", "2021-12-20"), Allow)
    mixed = (("red", "2021-07-01"), ("blue", "2021-09-20"))
    assert isinstance(gate(mixed, "red", "2021-12-20"), Stop)
    assert isinstance(gate(mixed, "blue", "2021-12-20"), Allow)


def test_a_partial_date_is_read_at_both_ends_and_the_gravest_word_counts():
    month = [Dose(on=date(2021, 7, 1), by=date(2021, 7, 31), product="red")]
    assert isinstance(TOY.gate(ADULT, month, (), "red", on=date(2021, 9, 1)), Stop)
    assert isinstance(TOY.gate(ADULT, month, (), "red", on=date(2021, 9, 25)), Allow)
