"""CDC's published cases through the command itself: each agrees in every dose and field, or is a known drift with its why."""

import msgspec
import pytest

from tests.domain.schedule.material import MATERIAL, RELEASE, needs_material
from tiemchung.domain.schedule import cdsi, command
from tiemchung.domain.schedule.engine import Schedule

pytestmark = needs_material
FIELDS = ("series_status", "forecast_number", "earliest", "recommended", "past_due")


class Drift(msgspec.Struct, forbid_unknown_fields=True):
    fields: list[str]
    why: str


@pytest.fixture(scope="module")
def schedule():
    return Schedule(cdsi.load(RELEASE))


@pytest.fixture(scope="module")
def cases():
    return [msgspec.json.decode(line) for line in (MATERIAL / "cases-conditions-4.4.jsonl").read_bytes().splitlines()]


@pytest.fixture(scope="module")
def drift(request):
    return msgspec.yaml.decode((request.path.parent / "drift.yaml").read_bytes(), type=dict[str, Drift])


def test_every_case_agrees_or_drifts_where_and_why_it_is_known_to(schedule, cases, drift):
    given = list(command.answers(schedule, [line(case) for case in cases]))
    differing = {
        case["id"]: fields for case, answer in zip(cases, given, strict=True) if (fields := differences(case, answer))
    }
    assert differing == {name: each.fields for name, each in drift.items()}


def test_covid_cases_agree_in_17_of_22_forecasts_and_in_every_dose(schedule, cases):
    covid = [case for case in cases if case["vaccine_group"] == "COVID-19"]
    given = list(command.answers(schedule, [line(case) for case in covid]))
    assert sum(1 for case, answer in zip(covid, given, strict=True) if not differences(case, answer)) == 17
    assert sum(len(case["doses"]) for case in covid) == 53
    assert not any("doses" in differences(case, answer) for case, answer in zip(covid, given, strict=True))


def line(case):
    return msgspec.json.encode(
        {
            "id": case["id"],
            "birth_date": case["dob"],
            "sex": case["gender"],
            "assessment_date": case["assessment_date"],
            "vaccine_group": case["vaccine_group"],
            "doses": [{name: dose[name] for name in ("date", "cvx", "mvx")} for dose in case["doses"]],
            "observations": [{"code": each["code"], "date": each["date"]} for each in case["observations"]],
        }
    )


def differences(case, answer):
    """The fields in which an answer differs from what the case expects; "doses" for any dose's status."""
    plain = msgspec.to_builtins(answer)
    expected = {name: None if value == "-" else value for name, value in case["expected"].items()}
    found = [name for name in FIELDS if plain[name] != expected[name]]
    statuses = [each["status"].lower() for each in plain["evaluations"]]
    return found + ["doses"] * (statuses != [dose["expected_status"].lower() for dose in case["doses"]])


def test_a_fourth_dose_of_dtap_is_recommended_by_age_though_the_interval_of_one_antigen_has_priority(schedule):
    found = forecast(schedule, "DTaP", "2020-01-01", [("2020-03-01", "20"), ("2020-05-01", "20")])
    assert found == ("3", "2020-05-29", "2020-07-01", "2020-08-28")


def test_a_group_waits_for_all_its_antigens_where_none_has_priority(schedule):
    # DT leaves out pertussis, whose own first dose was due long ago; the next vaccine holds all three.
    assert forecast(schedule, "DTaP", "2020-01-01", [("2020-03-01", "28")])[1] == "2020-03-29"


def test_where_one_antigen_has_priority_the_group_does_not_wait_for_the_others(schedule):
    given = [
        ("2000-03-01", "20"),
        ("2000-05-01", "20"),
        ("2000-07-01", "20"),
        ("2001-04-01", "20"),
        ("2004-01-01", "20"),
    ]
    # Td lacks pertussis, so Tdap may follow at once, ten years before the next Td.
    assert forecast(schedule, "DTaP", "2000-01-01", [*given, ("2011-01-01", "09")])[:3] == (
        "7",
        "2011-01-01",
        "2011-01-01",
    )


def test_a_total_counts_vaccines_that_the_antigen_does_not_even_have(schedule):
    # Td takes the place of the seventh dose of pertussis, which it does not hold: the eighth waits six months, not four weeks.
    given = [("2008-01-01", "09"), ("2008-03-01", "115"), ("2008-03-29", "115")]
    [answer] = command.answers(schedule, [msgspec.json.encode(question("DTaP", "2000-01-01", given, on="2008-03-29"))])
    assert [each["status"] for each in answer["evaluations"]] == ["Valid", "Valid", "Not Valid"]


def test_less_than_the_recommended_volume_still_counts(schedule):
    asked = question("HepB", "2000-01-01", [("2012-01-01", "43"), ("2012-06-01", "43")], on="2012-06-01")
    for each in asked["doses"]:
        each["volume_ml"] = 0.5
    [answer] = command.answers(schedule, [msgspec.json.encode(asked)])
    assert answer["series_status"] == "Complete"


def test_nothing_is_recommended_once_the_season_is_over(schedule):
    [answer] = command.answers(schedule, [msgspec.json.encode(question("Flu", "2010-01-01", [], on="2023-07-01"))])
    assert (answer["series_status"], answer["earliest"]) == ("Not Recommended", None)


def forecast(schedule, group, born, given):
    [answer] = command.answers(schedule, [msgspec.json.encode(question(group, born, given, on=given[-1][0]))])
    plain = msgspec.to_builtins(answer)
    assert [each["status"] for each in plain["evaluations"]] == ["Valid"] * len(given)
    return tuple(plain[name] for name in FIELDS[1:])


def question(group, born, given, *, on):
    doses = [{"date": day, "cvx": code} for day, code in given]
    return {"id": 1, "birth_date": born, "assessment_date": on, "vaccine_group": group, "doses": doses}
