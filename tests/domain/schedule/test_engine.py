"""What the schedule's extensions do: courses that open one another, provinces, dated rows, deferrals, flags, the trace."""

from datetime import UTC, date, datetime

import pytest

from tests.domain.schedule.toy import GROUP, TOY
from tiemchung.domain.schedule.answers import Dose, DoseStatus, Finding, Flag, SeriesStatus, Subject
from tiemchung.domain.schedule.history import UnknownGroup, UnknownProduct
from tiemchung.domain.schedule.rows import Role

ADULT = Subject(born_on=date(1980, 5, 17))
CHILD = Subject(born_on=date(2008, 2, 29))


def doses(*given):
    return [Dose(on=date.fromisoformat(day), product=product) for product, day in given]


def ask(given, on, findings=(), who=ADULT, **more):
    return TOY.assess(who, doses(*given), findings, on=date.fromisoformat(on), **more)


BASIC = (("red", "2021-07-01"), ("red", "2021-09-01"))


def test_a_course_opens_only_when_the_one_it_requires_is_complete():
    begun = ask(BASIC[:1], "2022-01-10")
    assert [(each.role, each.number) for each in begun.forecasts] == [(Role.basic, 2)]
    done = ask(BASIC, "2022-01-10")
    assert [(each.role, each.ordinal, each.status) for each in done.forecasts] == [
        (Role.basic, None, SeriesStatus.complete),
        (Role.booster, 1, SeriesStatus.not_complete),
    ]
    assert (done.next(GROUP).number, done.next(GROUP).earliest) == (3, date(2021, 12, 1))


def test_a_third_dose_is_additional_or_booster_by_what_the_person_needs():
    third = (*BASIC, ("blue", "2021-12-20"))
    weak = [Finding(code="immunosuppressed", on=date(2020, 1, 1))]
    assert [each.role for each in ask(third, "2022-01-10").evaluations] == [Role.basic, Role.basic, Role.booster]
    with_need = ask(third, "2022-01-10", weak)
    assert [each.role for each in with_need.evaluations] == [Role.basic, Role.basic, Role.additional]
    assert with_need.next(GROUP).role is Role.booster
    assert with_need.next(GROUP).earliest == date(2022, 3, 20)


def test_a_single_dose_course_is_complete_after_one():
    assert ask([("once", "2021-09-01")], "2021-11-01").next(GROUP).status is SeriesStatus.complete


def test_the_row_in_force_on_the_day_decides():
    assert ask(BASIC, "2021-12-16").next(GROUP).earliest == date(2022, 3, 1)
    assert ask(BASIC, "2021-12-17").next(GROUP).earliest == date(2021, 12, 1)


def test_a_province_has_its_own_interval_from_its_day_on():
    assert ask(BASIC[:1], "2021-09-19", place="VN-XX").next(GROUP).earliest == date(2021, 8, 26)
    assert ask(BASIC[:1], "2021-09-20", place="VN-XX").next(GROUP).earliest == date(2021, 8, 12)
    assert ask(BASIC[:1], "2021-09-20", place="VN-YY").next(GROUP).earliest == date(2021, 8, 26)


def test_an_early_dose_that_nobody_repeats_counts_and_is_flagged():
    early = ask([("red", "2021-07-01"), ("red", "2021-08-01")], "2021-08-02").evaluations[1]
    assert (early.status, early.flags) == (DoseStatus.valid, (Flag.early,))
    strict = ask([("blue", "2021-07-01"), ("blue", "2021-07-17")], "2021-08-02").evaluations[1]
    assert (strict.status, strict.reasons[0].code, strict.reasons[0].paper) == (
        DoseStatus.not_valid,
        "too_soon",
        "strict/P",
    )


def test_a_product_off_the_policy_counts_and_is_flagged():
    mixed = ask([("red", "2021-08-01"), ("blue", "2021-10-01")], "2021-10-02").evaluations[1]
    assert (mixed.status, mixed.flags) == (DoseStatus.valid, (Flag.off_policy, Flag.consent_needed))
    before = ask([("red", "2021-07-01"), ("blue", "2021-09-01")], "2021-10-02")
    assert {each.status for each in before.evaluations} == {DoseStatus.valid, DoseStatus.not_valid}


def test_a_deferral_moves_the_earliest_day_and_ends_with_its_rule():
    ill = [Finding(code="ill", on=date(2021, 8, 1))]
    held = ask(BASIC[:1], "2021-09-01", ill).next(GROUP)
    assert (held.deferred_until, held.earliest) == (date(2022, 2, 1), date(2022, 2, 1))
    assert ask(BASIC[:1], "2021-12-21", ill).next(GROUP).deferred_until is None


def test_a_contraindication_of_the_same_product_rules_it_out_and_leaves_the_others():
    allergic = [Finding(code="anaphylaxis", on=date(2021, 9, 1), product="red")]
    due = ask(BASIC, "2022-01-10", allergic).next(GROUP)
    assert [each.product for each in due.preferred] == ["blue"]
    assert [(each.product, each.reasons[0].code) for each in due.excluded] == [("red", "contraindicated")]


def test_what_was_recorded_later_was_not_known():
    later = datetime(2021, 9, 2, tzinfo=UTC)
    given = [doses(*BASIC)[0], Dose(on=date(2021, 9, 1), product="red", recorded_at=later)]
    known_at = datetime(2021, 9, 1, 12, tzinfo=UTC)
    found = TOY.assess(ADULT, given, on=date(2021, 9, 2), known_at=known_at)
    assert (len(found.evaluations), found.known_at) == (1, known_at)


def test_a_dose_before_birth_or_of_tomorrow_is_kept_with_its_reason_and_counts_for_nothing():
    found = ask([("red", "1980-05-16"), ("red", "2021-09-02")], "2021-09-01")
    assert [(each.status, each.reasons[0].code) for each in found.evaluations] == [
        (DoseStatus.not_valid, "before_birth"),
        (DoseStatus.not_valid, "in_future"),
    ]
    assert found.next(GROUP).number == 1


def test_a_bad_lot_is_substandard():
    given = [Dose(on=date(2021, 7, 1), product="red", expired_on=date(2021, 6, 30))]
    found = TOY.assess(ADULT, given, on=date(2021, 7, 2)).evaluations[0]
    assert (found.status, found.reasons[0].code) == (DoseStatus.substandard, "expired_lot")


def test_born_on_29_february_is_of_age_on_1_march():
    assert ask((), "2022-01-01", who=CHILD).next(GROUP).earliest == date(2020, 2, 29)
    assert [each.product for each in ask((), "2026-02-28", who=CHILD).next(GROUP).preferred] == ["blue"]
    given = TOY.assess(CHILD, doses(("red", "2026-03-01")), on=date(2026, 3, 1)).evaluations[0]
    assert given.status is DoseStatus.valid
    assert (
        TOY.assess(CHILD, doses(("red", "2026-02-28")), on=date(2026, 3, 1)).evaluations[0].status
        is DoseStatus.not_valid
    )


def test_a_dose_known_by_its_month_is_told_only_where_both_ends_agree():
    sure = [Dose(on=date(2021, 7, 1), by=date(2021, 7, 31), product="red"), *doses(("red", "2021-10-15"))]
    assert TOY.assess(ADULT, sure, on=date(2021, 11, 1)).next(GROUP).status is SeriesStatus.complete
    unsure = [*doses(("blue", "2021-07-01")), Dose(on=date(2021, 7, 1), by=date(2021, 7, 31), product="blue")]
    found = TOY.assess(ADULT, unsure, on=date(2021, 11, 1))
    assert found.evaluations[1].status is DoseStatus.cannot_tell
    assert found.next(GROUP).status is SeriesStatus.cannot_tell


def test_the_trace_tells_each_decision_with_its_rule_and_is_off_by_default():
    assert ask(BASIC, "2022-01-10").trace == ()
    steps = ask(BASIC, "2022-01-10", trace=True).trace
    told = {(each.question, each.facts.get("series"), each.facts.get("on"), each.outcome) for each in steps}
    assert ("dose", "red-red", "2021-09-01", "Valid") in told
    assert ("dose", "blue-blue", "2021-09-01", "Not Valid") in told


def test_every_answer_names_the_rule_set_that_gave_it():
    found = ask(BASIC, "2022-01-10")
    assert (found.schedule, found.version, found.hash) == ("toy", "1", "toy-1")
    assert found.evaluations[1].rules == ("age/2", "eight", "red-2")


def test_an_unknown_product_or_group_is_refused_by_name():
    with pytest.raises(UnknownProduct) as unknown:
        ask([("green", "2021-07-01")], "2021-08-01")
    assert unknown.value.facts == {"product": "green"}
    with pytest.raises(UnknownGroup):
        ask((), "2021-08-01", vaccine_group="Apple scab")


@pytest.mark.parametrize(
    ("given", "on", "expected"),
    [
        (BASIC[:1], "2021-08-01", date(2021, 8, 26)),  # due
        (BASIC[:1], "2021-08-26", date(2021, 9, 20)),  # another product is taken from then on
        (BASIC, "2021-10-01", date(2021, 12, 1)),  # boosters begin
        (BASIC, "2021-12-02", date(2021, 12, 17)),  # their interval becomes shorter
    ],
)
def test_the_next_change_is_the_first_day_on_which_time_alone_changes_the_answer(given, on, expected):
    assert TOY.next_change(ADULT, doses(*given), on=date.fromisoformat(on)) == expected


def test_an_answer_that_time_does_not_change_has_no_next_change():
    assert TOY.next_change(ADULT, doses(*BASIC, ("blue", "2022-01-10")), on=date(2022, 1, 11)) is None
