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
