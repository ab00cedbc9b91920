"""A usual change is written into the files where it belongs: the row before ends, the new one begins, all else stays."""

import difflib
from datetime import date

import pytest

from tiemchung.domain.schedule import edit, read
from tiemchung.domain.schedule.answers import Allow, Dose, Stop, Subject, Verdict
from tiemchung.domain.schedule.edit import AgeBound, Allowed, By, DoseVolume, Length, Stopped
from tiemchung.domain.schedule.rows import Confidence, Role
from tiemchung.domain.schedule.wrong import UnsurePaper, WrongOrder

SHIPPED = read.shipped("vn-covid19")
SINCE = date(2026, 12, 1)
BY = By(since=SINCE, paper="3309/BYT-DP")


def lines_of(texts: edit.Texts) -> tuple[list[str], list[str]]:
    """The lines that went and that came."""
    found = list(difflib.ndiff(SHIPPED["schedule.yaml"].splitlines(), texts["schedule.yaml"].splitlines()))
    return [line[2:].strip() for line in found if line[0] == "-"], [
        line[2:].strip() for line in found if line[0] == "+"
    ]


def gate(texts: edit.Texts, product: str, on: str, *doses: str, age: int = 40) -> Verdict:
    day = date.fromisoformat(on)
    given = [Dose(product=text.split()[0], on=date.fromisoformat(text.split()[1])) for text in doses]
    return read.tried(texts).schedule.gate(
        Subject(born_on=day.replace(year=day.year - age)), given, (), product, on=day
    )


def test_an_interval_changes_from_its_day_on_and_not_before():
    texts = edit.changed(SHIPPED, Length(series="pf", dose=2, minimum="5 weeks", recommended="6 weeks"), BY)
    gone, came = lines_of(texts)
    assert came[0] == gone[0].removesuffix("}") + ", until: 2026-11-30}"
    assert came[1:] == [
        "- {after: previous, minimum: 5 weeks, recommended: 6 weeks, since: 2026-12-01, paper: 3309/BYT-DP}"
    ]
    assert isinstance(gate(texts, "PF", "2026-11-30", "PF 2026-11-09"), Allow)
    refused = gate(texts, "PF", "2026-12-01", "PF 2026-11-09")
    assert isinstance(refused, Stop)
    assert [(each.code, each.paper) for each in refused.reasons] == [("too_soon", "3309/BYT-DP")]


def test_what_an_interval_counts_from_and_what_provinces_may_shorten_stay():
    _, booster = lines_of(edit.changed(SHIPPED, Length(series="booster-1", dose=1, minimum="2 months"), BY))
    assert booster[-1].startswith("- {after: [basic, additional], minimum: 2 months,")
    _, az = lines_of(edit.changed(SHIPPED, Length(series="az", dose=2, minimum="6 weeks"), BY))
    assert "local: {floor: 4 weeks, since: 2021-09-20, paper: 7820/BYT-DP}" in az[-1]


def test_ages_change_for_a_product_and_for_a_dose():
    younger = edit.changed(SHIPPED, AgeBound(product="PF", bound="from_age", at="10 years"), BY)
    assert isinstance(gate(younger, "PF", "2026-12-01", age=10), Allow)
    assert isinstance(gate(younger, "PF", "2026-11-30", age=10), Stop)
    course = ("PF 2026-01-10", "PF 2026-02-10", "PF 2026-06-10")
    fifty = edit.changed(SHIPPED, AgeBound(series="booster-2", dose=1, bound="from_age", at="50 years"), BY)
    assert isinstance(gate(fifty, "PF", "2026-12-01", *course, age=49), Stop)
    assert isinstance(gate(fifty, "PF", "2026-12-01", *course, age=50), Allow)


def test_a_volume_changes_for_the_role_that_it_has_rows_of():
    texts = edit.changed(SHIPPED, DoseVolume(product="MOD", at=0.4, role=Role.basic), BY)
    schedule, adult = read.tried(texts).schedule, Subject(born_on=date(1980, 1, 1))
    volumes = {
        (role, day): schedule.volume_ml(adult, "MOD", role=role, on=date.fromisoformat(day))
        for role in (Role.basic, Role.booster)
        for day in ("2026-11-30", "2026-12-01")
    }
    assert volumes == {
        (Role.basic, "2026-11-30"): 0.5,
        (Role.basic, "2026-12-01"): 0.4,
        (Role.booster, "2026-11-30"): 0.25,
        (Role.booster, "2026-12-01"): 0.25,
    }


def test_a_mixture_is_allowed_and_stopped_and_a_vaccine_ends_altogether():
    mixed = edit.changed(SHIPPED, Allowed(series="pf", dose=2, product="AZ"), BY)
    assert isinstance(gate(mixed, "AZ", "2026-12-01", "PF 2026-10-01"), Allow)
    assert isinstance(gate(mixed, "AZ", "2026-11-30", "PF 2026-10-01"), Stop)
    apart = edit.changed(SHIPPED, Stopped(product="MOD", series="az", dose=2), BY)
    assert isinstance(gate(apart, "MOD", "2026-12-01", "AZ 2026-09-01"), Stop)
    assert isinstance(gate(apart, "MOD", "2026-12-01"), Allow)
    ended = edit.changed(SHIPPED, Stopped(product="JAN"), BY)
    assert isinstance(gate(ended, "JAN", "2026-11-30"), Allow)
    assert isinstance(gate(ended, "JAN", "2026-12-01"), Stop)


@pytest.mark.parametrize(
    ("change", "since", "error"),
    [
        (Length(series="jan", dose=1, minimum="3 weeks"), SINCE, edit.NothingOpen),
        (Length(series="none", dose=1, minimum="3 weeks"), SINCE, edit.NothingOpen),
        (Length(series="pf", dose=9, minimum="3 weeks"), SINCE, edit.NothingOpen),
        (AgeBound(product="AZ", bound="to_age", at="70 years"), SINCE, edit.NothingOpen),
        (Stopped(product="VC", series="az", dose=2), SINCE, edit.NothingOpen),
        (Allowed(series="pf", dose=2, product="PF"), SINCE, edit.AlreadyAllowed),
        (Stopped(product="MOD", series="az", dose=2), date(2021, 9, 20), edit.NotAfterTheRowBefore),
    ],
)
def test_a_change_that_follows_nothing_is_refused_by_its_rule(change: edit.Change, since: date, error: type[Exception]):
    with pytest.raises(error):
        edit.changed(SHIPPED, change, By(since=since, paper="3309/BYT-DP"))


def test_what_a_change_makes_of_the_whole_is_tried_as_any_text_is():
    backwards = Length(series="pf", dose=2, minimum="6 weeks", recommended="4 weeks")
    with pytest.raises(WrongOrder):
        read.tried(edit.changed(SHIPPED, backwards, BY))
    with pytest.raises(UnsurePaper):
        read.tried(edit.changed(SHIPPED, Length(series="pf", dose=2, minimum="5 weeks"), By(since=SINCE, paper=None)))
    unsure = By(since=SINCE, paper=None, confidence=Confidence.unsure)
    read.tried(edit.changed(SHIPPED, Length(series="pf", dose=2, minimum="5 weeks"), unsure))


def test_a_paper_that_is_not_listed_is_listed_once():
    once = edit.with_paper(SHIPPED, "1/BYT", date(2026, 11, 30), "Đổi khoảng cách: 5 tuần", "Interval: 5 weeks")
    assert read.tried(once).written.papers[-1].id == "1/BYT"
    assert edit.with_paper(once, "1/BYT", date(2026, 11, 30), "Khác", "Other") == once
    assert once["papers.yaml"].startswith(SHIPPED["papers.yaml"])
