"""What a correct system must do, by the days and papers of 2021–22: the Vietnamese schedule asked fact by fact.

The worked cases in examples.yaml hold every number; these say in words what must never be otherwise.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tiemchung.domain.schedule import outcomes, read
from tiemchung.domain.schedule.answers import Allow, Dose, Finding, Stop, Subject, Verdict, Warn
from tiemchung.domain.schedule.reasons import sentence
from tiemchung.domain.schedule.rows import Role
from tiemchung.domain.schedule.source import Row
from tiemchung.kit import clock
from tiemchung.web.i18n import translator

READY = read.from_texts(read.shipped("vn-covid19"))
ADULT = date(1980, 5, 2)


def gate(
    product: str, on: str, *doses: str, born: date = ADULT, findings: tuple[str, ...] = (), place: str | None = None
) -> Verdict:
    """The word on a product on a day, after doses such as "AZ 2021-06-01"."""
    return READY.schedule.gate(
        Subject(born_on=born),
        [Dose(product=text.split()[0], on=date.fromisoformat(text.split()[1])) for text in doses],
        [finding(text) for text in findings],
        product,
        on=date.fromisoformat(on),
        place=place,
        vaccine_group="COVID-19",
    )


def finding(text: str) -> Finding:
    code, *day = text.split()
    return Finding(code=code, on=date.fromisoformat(day[0]) if day else None)


def codes(verdict: Verdict) -> list[str]:
    return [] if isinstance(verdict, Allow) else [each.code for each in verdict.reasons]


def test_a_delay_for_covid_holds_by_3802_and_no_more_by_the_rules_after_it():
    assert codes(gate("AZ", "2021-12-20", findings=("covid-infection 2021-09-01",))) == ["deferred"]
    assert isinstance(gate("AZ", "2021-12-21", findings=("covid-infection 2021-09-01",)), Allow)


def test_pregnancy_under_13_weeks_waits_and_sputnik_never_goes_with_pregnancy_or_breastfeeding():
    assert codes(gate("PF", "2021-10-01", findings=("pregnant-under-13-weeks",))) == ["deferred_until_over"]
    for code in ("pregnant-under-13-weeks", "pregnant-13-weeks", "nursing"):
        assert "contraindicated" in codes(gate("SPU1", "2021-10-01", findings=(code,)))
    assert isinstance(gate("PF", "2021-10-01", findings=("nursing",)), Allow)


@pytest.mark.parametrize(
    ("product", "on", "born"),
    [
        ("AZ", "2021-10-01", date(2004, 1, 1)),
        ("PF", "2022-06-01", date(2010, 7, 1)),
        ("MOD", "2021-10-01", date(2021, 3, 1)),
        ("AZ", "2021-10-01", date(2021, 3, 1)),
    ],
    ids=[
        "AstraZeneca at 17",
        "Pfizer's adult dose at 11",
        "anything at 7 months: Moderna",
        "anything at 7 months: AstraZeneca",
    ],
)
def test_nobody_is_vaccinated_under_age(product: str, on: str, born: date):
    assert codes(gate(product, on, born=born)) == ["too_young"]


@pytest.mark.parametrize(("product", "days"), [("PF", 21), ("MOD", 28), ("AZ", 56), ("VC", 21)])
def test_the_second_dose_is_stopped_a_day_too_early_and_given_on_its_day(product: str, days: int):
    first = date(2021, 7, 10)
    early, due = first + timedelta(days=days - 1), first + timedelta(days=days)
    stopped = gate(product, early.isoformat(), f"{product} {first}")
    assert isinstance(stopped, Stop)
    assert (codes(stopped), stopped.earliest) == (["too_soon"], due)
    assert isinstance(gate(product, due.isoformat(), f"{product} {first}"), Allow)


def test_astrazeneca_follows_the_rule_of_the_site():
    assert codes(gate("AZ", "2021-10-13", "AZ 2021-09-01")) == ["too_soon"]
    assert isinstance(gate("AZ", "2021-10-13", "AZ 2021-09-01", place="VN-SG"), Allow)
    assert codes(gate("AZ", "2021-10-12", "AZ 2021-09-01", place="VN-SG")) == ["too_soon"]


def test_moderna_after_astrazeneca_is_refused_on_1_august_and_possible_on_21_september():
    assert isinstance(gate("MOD", "2021-08-01", "AZ 2021-06-01"), Stop)
    allowed = gate("MOD", "2021-09-21", "AZ 2021-06-01")
    assert isinstance(allowed, Warn)
    assert [(each.code, each.paper) for each in allowed.reasons] == [("only_when", "7820/BYT-DP")]


def test_children_get_two_doses_of_one_product():
    child = date(2014, 1, 1)
    assert isinstance(gate("MOD", "2022-06-01", "PFC 2022-05-01", born=child), Stop)
    assert isinstance(gate("PFC", "2022-06-01", "MOD 2022-05-01", born=child), Stop)
    assert isinstance(gate("PFC", "2022-06-01", "PFC 2022-05-01", born=child), Allow)


def test_sputnik_begins_with_its_first_component():
    assert isinstance(gate("SPU2", "2021-08-01"), Stop)
    assert isinstance(gate("SPU1", "2021-08-01"), Allow)


def test_the_same_third_dose_is_basic_additional_or_booster_by_its_course():
    abdala = gate("ABD", "2021-10-29", "ABD 2021-10-01", "ABD 2021-10-15")
    assert isinstance(abdala, Allow) and (abdala.role, abdala.number) == (Role.basic, 3)
    immunosuppressed = gate("PF", "2021-12-20", "PF 2021-11-01", "PF 2021-11-22", findings=("immunosuppressed",))
    assert isinstance(immunosuppressed, Warn) and immunosuppressed.role is Role.additional
    booster = gate("PF", "2022-02-22", "PF 2021-11-01", "PF 2021-11-22")
    assert isinstance(booster, Allow) and (booster.role, booster.ordinal) == (Role.booster, 1)


def test_a_moderna_booster_is_half_a_dose():
    def volume(role: Role) -> float | None:
        return READY.schedule.volume_ml(Subject(born_on=ADULT), "MOD", role=role, on=date(2022, 1, 10))

    assert (volume(Role.basic), volume(Role.booster)) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("sign", "normal", "abnormal"),
    [
        ("temperature_c", [35.5, 37.5], [35.4, 37.6]),
        ("pulse", [60, 100], [59, 101]),
        ("systolic", [90, 140], [89, 141]),
        ("diastolic", [60, 90], [59, 91]),
        ("breaths", [25], [26]),
        ("systolic_rise", [30], [31]),
        ("spo2", [94], [93]),
    ],
)
def test_vital_signs_are_normal_at_both_ends(sign: str, normal: list[float], abnormal: list[float]):
    def outcome(value: float) -> str:
        found = outcomes.of(READY.written.source, born_on=ADULT, on=date(2021, 9, 1), findings=(), signs={sign: value})
        return outcomes.gravest(found)

    assert [outcome(value) for value in normal] == ["eligible"] * len(normal)
    assert [outcome(value) for value in abnormal] == ["caution"] * len(abnormal)


def test_a_reason_names_day_and_paper_in_both_languages():
    (why,) = gate("PF", "2021-12-05", "AZ 2021-04-10", "AZ 2021-06-15").reasons  # type: ignore[union-attr]
    assert (
        sentence(why)
        == "Chưa đủ khoảng cách: sớm nhất ngày 15/12/2021, đủ 6 tháng kể từ ngày 15/06/2021. (10225/BYT-DP)"
    )
    english = sentence(why, translator("en"))
    assert "15/12/2021" in english and "6 months" in english and "(10225/BYT-DP)" in english


def test_every_row_of_the_schedule_names_a_paper_or_says_that_it_is_unsure():
    rows = [
        row
        for series in READY.schedule.rules.series
        for dose in series.doses
        for row in (*dose.ages, *dose.intervals, *dose.preferable)
    ]
    rows += [*READY.schedule.rules.deferrals, *READY.schedule.rules.contraindications, *READY.schedule.rules.cautions]
    assert [row.rule for row in rows if row.paper is None and row.confidence == "sourced"] == []


# Every paper of the reference with the day from which its rule holds: the day before answers otherwise.
@pytest.mark.parametrize(
    ("paper", "before", "since"),
    [
        (
            "3445/QĐ-BYT",
            gate("AZ", "2021-07-14", findings=("nursing",)),
            gate("AZ", "2021-07-15", findings=("nursing",)),
        ),
        ("6030/BYT-DP", gate("PF", "2021-07-26", "AZ 2021-05-01"), gate("PF", "2021-07-27", "AZ 2021-05-01")),
        (
            "3802/QĐ-BYT",
            gate("AZ", "2021-08-09", findings=("allergy",)),
            gate("AZ", "2021-08-10", findings=("allergy",)),
        ),
        ("7548/BYT-DP", gate("MOD", "2021-09-09", "PF 2021-07-10"), gate("MOD", "2021-09-10", "PF 2021-07-10")),
        ("7820/BYT-DP", gate("MOD", "2021-09-19", "AZ 2021-06-01"), gate("MOD", "2021-09-20", "AZ 2021-06-01")),
        (
            "8688/BYT-DP",
            gate("PF", "2021-10-13", born=date(2008, 1, 1)),
            gate("PF", "2021-10-14", born=date(2008, 1, 1)),
        ),
        (
            "10225/BYT-DP",
            gate("PF", "2021-11-30", "AZ 2021-03-01", "AZ 2021-05-01"),
            gate("PF", "2021-12-01", "AZ 2021-03-01", "AZ 2021-05-01"),
        ),
        (
            "10722/BYT-DP",
            gate("PF", "2021-12-16", "AZ 2021-06-01", "AZ 2021-08-01"),
            gate("PF", "2021-12-17", "AZ 2021-06-01", "AZ 2021-08-01"),
        ),
        (
            "5785/QĐ-BYT",
            gate("AZ", "2021-12-20", findings=("covid-infection 2021-11-01",)),
            gate("AZ", "2021-12-21", findings=("covid-infection 2021-11-01",)),
        ),
        (
            "March 2022",
            gate("AZ", "2022-02-28", "PF 2021-09-01", "PF 2021-10-01"),
            gate("AZ", "2022-03-01", "PF 2021-09-01", "PF 2021-10-01"),
        ),
        (
            "14 April 2022",
            gate("PFC", "2022-04-13", born=date(2014, 1, 1)),
            gate("PFC", "2022-04-14", born=date(2014, 1, 1)),
        ),
        (
            "1591/KH-UBND",
            gate("PF", "2022-04-30", "AZ 2021-05-01", "AZ 2021-07-01", "PF 2021-12-20", born=date(1970, 1, 1)),
            gate("PF", "2022-05-01", "AZ 2021-05-01", "AZ 2021-07-01", "PF 2021-12-20", born=date(1970, 1, 1)),
        ),
        (
            "3309/BYT-DP",
            gate("PF", "2022-06-22", "PF 2021-11-01", "PF 2021-12-01", born=date(2007, 1, 1)),
            gate("PF", "2022-06-23", "PF 2021-11-01", "PF 2021-12-01", born=date(2007, 1, 1)),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_paper_changes_the_answer_on_its_day(paper: str, before: Verdict, since: Verdict):
    assert paper
    assert (type(before), codes(before)) != (type(since), codes(since))


def test_midnight_in_viet_nam_is_the_border_of_a_day():
    """The engine takes days; what makes a day of a moment is the platform's clock at +07:00."""
    assert clock.day_of(datetime(2021, 9, 19, 16, 59, 59, tzinfo=UTC)) == date(2021, 9, 19)
    assert clock.day_of(datetime(2021, 9, 19, 17, 0, tzinfo=UTC)) == date(2021, 9, 20)


@pytest.mark.parametrize(
    "doses",
    [
        [],
        [Dose(product="AZ", on=date(1979, 1, 1))],
        [Dose(product="AZ", on=date(2030, 1, 1))],
        [Dose(product="AZ", on=date(2021, 6, 1)), Dose(product="PF", on=date(2021, 6, 1))],
        [Dose(product="PF", on=date(2021, 6, 12) + timedelta(days=30 * k)) for k in range(15)],
        [Dose(product="AZ", on=date(2021, 6, 1), by=date(2021, 6, 30))],
        [Dose(product="AZ", on=date(2021, 1, 1), by=date(2021, 12, 31))],
    ],
    ids=["none", "before birth", "in the future", "two on one day", "fifteen", "a month only", "a year only"],
)
def test_strange_histories_are_answered_with_a_reason_for_each_dose_that_does_not_count(doses: list[Dose]):
    answer = READY.schedule.assess(Subject(born_on=ADULT), doses, on=date(2022, 7, 1), vaccine_group="COVID-19")
    assert [each.index for each in sorted(answer.evaluations, key=lambda each: each.index)] == list(range(len(doses)))
    assert all(each.reasons for each in answer.evaluations if each.status not in {"Valid", "Cannot Tell"})


def test_a_stop_gives_the_reason_that_applies_to_this_person_and_product():
    def why(age: int, product: str, on: str, *given: tuple[str, str]) -> tuple[str, str | None, str]:
        day = date.fromisoformat(on)
        doses = [Dose(product=code, on=date.fromisoformat(when)) for code, when in given]
        verdict = READY.schedule.gate(Subject(born_on=day.replace(year=day.year - age)), doses, (), product, on=day)
        assert isinstance(verdict, Stop)
        first = verdict.reasons[0]
        return first.code, first.paper, first.facts.get("products", first.facts.get("earliest", ""))

    # Not by the age of another vaccine's course, and never by a children's one.
    assert why(15, "PF", "2021-09-01") == ("too_young", "2908/QĐ-BYT", "2024-09-01")
    assert why(30, "PFC", "2021-11-01", ("AZ", "2021-08-01"))[0] == "not_licensed"
    assert why(14, "PFC", "2022-05-01")[:2] == ("too_old", "457/QĐ-QLD")
    # The second component first, and the first one twice: what this dose asks for is named, with its paper.
    assert why(30, "SPU2", "2021-09-01") == ("other_products", "1654/QĐ-BYT", "Sputnik V (I)")
    assert why(30, "SPU1", "2021-10-01", ("SPU1", "2021-09-01")) == ("other_products", "1654/QĐ-BYT", "Sputnik V (II)")
    assert why(30, "VC", "2021-11-01", ("PF", "2021-09-01")) == ("other_products", "2908/QĐ-BYT", "Pfizer, Moderna")
    # A mixture before the paper that allows it.
    assert why(30, "MOD", "2021-08-28", ("AZ", "2021-06-01"))[:2] == ("not_in_force", "7820/BYT-DP")


# Every vaccine of the ministry: its course, from which age on 1 June 2022, under which, a basic dose in ml, the intervals.
VACCINES = {
    "AZ": ("az", "18 years", None, 0.5, ["8 weeks"]),
    "PF": ("pf", "12 years", None, 0.3, ["21 days"]),
    "PFC": ("pf-child", "5 years", "12 years", 0.2, ["21 days"]),
    "MOD": ("mod", "6 years", None, 0.5, ["28 days"]),
    "VC": ("vc", "18 years", None, 0.5, ["3 weeks"]),
    "HV": ("hv", "18 years", None, 0.5, ["3 weeks"]),
    "SPU1": ("spu", "18 years", None, 0.5, ["21 days"]),
    "SPU2": ("spu", "18 years", None, 0.5, ["21 days"]),
    "JAN": ("jan", "18 years", None, 0.5, []),
    "ABD": ("abd", "19 years", "66 years", 0.5, ["14 days", "14 days"]),
}
# Every paper of the reference's table with the days on which rows of it begin; None for rows that hold from the start.
PAPERS = {
    "3445/QĐ-BYT": {"2021-07-15"},
    "6030/BYT-DP": {None, "2021-07-27"},
    "3802/QĐ-BYT": {"2021-08-10"},
    "7548/BYT-DP": {"2021-09-10"},
    "7820/BYT-DP": {"2021-09-20"},
    "8688/BYT-DP": {"2021-10-14"},
    "10225/BYT-DP": {"2021-12-01"},
    "10722/BYT-DP": {"2021-12-01", "2021-12-17"},  # the earlier day is its dose's, on which nobody was due by it
    "3309/BYT-DP": {None, "2022-06-23"},
    "5002/QĐ-BYT": {"2021-10-29"},
}


def test_every_vaccine_of_the_ministry_stands_in_the_schedule_with_its_ages_volume_and_intervals():
    source, day = READY.written.source, date(2022, 6, 1)
    courses = {series.id: series for series in source.series}
    found = {
        code: (
            course,
            next(row.at for row in source.products[code].from_age if (row.since or day) <= day <= (row.until or day)),
            next((row.at for row in source.products[code].to_age), None),
            source.products[code].volume_ml[0].at,
            [row.minimum for dose in courses[course].doses for row in dose.interval],
        )
        for code, (course, *_) in VACCINES.items()
    }
    assert set(source.products) == set(VACCINES)
    assert all(
        any(code == row.product for dose in courses[found[code][0]].doses for row in dose.give) for code in found
    )
    assert found == VACCINES


def test_every_paper_of_the_reference_has_its_rows_on_its_days():
    begins: dict[str, set[str | None]] = {}
    for row in rows_of(READY.written.source):
        begins.setdefault(row.paper, set()).add(None if row.since is None else row.since.isoformat())
    assert {paper: begins.get(paper) for paper in PAPERS} == PAPERS
    # One rule ends without another: adults wait no longer for six months after COVID-19 (5785/QĐ-BYT).
    adult = [
        row for row in READY.written.source.deferrals if row.finding == "covid-infection" and row.from_age == "18 years"
    ]
    assert max(row.until for row in adult if row.until) == date(2021, 12, 20)
    assert "5785/QĐ-BYT" in {paper.id for paper in READY.written.papers}


def rows_of(part: object) -> Iterator[Row]:
    """Every dated row within."""
    if isinstance(part, Row):
        yield part
    if isinstance(part, msgspec.Struct):
        part = [getattr(part, name) for name in part.__struct_fields__]
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from rows_of(each)
