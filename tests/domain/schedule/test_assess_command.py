"""The command on bad input: every line is answered in its place, a wrong one by field and rule, and the rest goes on."""

import io
import json
import subprocess
import sys
from datetime import date, timedelta

import msgspec
import pytest

from tests.domain.schedule.material import RELEASE, needs_material
from tiemchung.domain.schedule import cdsi, command
from tiemchung.domain.schedule.engine import Schedule

pytestmark = needs_material
GOOD = {
    "id": "a",
    "birth_date": "2020-02-29",
    "sex": "F",
    "assessment_date": "2022-03-01",
    "vaccine_group": "MMR",
    "doses": [{"date": "2021-03-01", "cvx": "03"}],
    "observations": [],
}


@pytest.fixture(scope="module")
def schedule():
    return Schedule(cdsi.load(RELEASE))


def ask(schedule, **changes):
    line = msgspec.json.encode(GOOD | changes)
    return msgspec.to_builtins(next(command.answers(schedule, [line])))


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"birth_date": "2021-02-29"}, "birth_date", "date"),
        ({"birth_date": None}, "birth_date", "required"),
        ({"birth_date": "2023-01-01"}, "birth_date", "after_assessment_date"),
        ({"birth_date": "2020-13"}, "birth_date", "date"),
        ({"assessment_date": "2022-03"}, "assessment_date", "date"),
        ({"assessment_date": "2022-03-01T00:00:00"}, "assessment_date", "date"),
        ({"sex": "both"}, "sex", "one_of_female_male_other_unknown"),
        ({"vaccine_group": "Plague"}, "vaccine_group", "unknown_vaccine_group"),
        ({"vaccine_group": None}, "vaccine_group", "required"),
        ({"doses": {}}, "doses", "list"),
        ({"doses": [3]}, "doses[0]", "object"),
        ({"doses": [{"date": "2021-03-01"}]}, "doses[0].cvx", "required"),
        ({"doses": [{"date": "2021-03-01", "cvx": "9999"}]}, "doses[0].cvx", "unknown_product"),
        ({"doses": [{"date": "2021-03-01", "product": "nothing"}]}, "doses[0].product", "unknown_product"),
        ({"doses": [{"date": "31/03/2021", "cvx": "03"}]}, "doses[0].date", "date"),
        ({"doses": [{"date": "2020-02-28", "cvx": "03"}]}, "doses[0].date", "before_birth"),
        ({"doses": [{"date": "2022-03-02", "cvx": "03"}]}, "doses[0].date", "after_assessment_date"),
        ({"doses": [{"date": "2021-03-01", "cvx": "03", "volume_ml": -1}]}, "doses[0].volume_ml", "positive_number"),
        ({"observations": [{"date": "2021-03-01"}]}, "observations[0].code", "required"),
        ({"observations": [{"code": "007", "date": "yesterday"}]}, "observations[0].date", "date"),
        ({"observations": [{"code": "007", "date": [1]}]}, "observations[0].date", "date"),
        ({"sex": 1}, "sex", "text"),
        ({"doses": [{"date": 20210301, "cvx": "03"}]}, "doses[0].date", "date"),
        ({"doses": [{"date": "2021-03-01", "cvx": ["03"]}]}, "doses[0].cvx", "text"),
        ({"doses": [{"date": "2021-03-01", "cvx": "03", "volume_ml": "0.5"}]}, "doses[0].volume_ml", "positive_number"),
        ({"known_at": "2022-03-01T00:00:00"}, "known_at", "moment_with_offset"),
    ],
)
def test_what_is_wrong_is_named_by_field_and_rule(schedule, changes, field, rule):
    assert ask(schedule, **changes) == {"id": "a", "error": {"field": field, "rule": rule}}


NOT_JSON = (b"", b"\n", b"{", b"NaN", b'{"id": NaN}', b"\xff", b"\x00", b'{"id": 1}{"id": 2}', b"[" * 100_000)


def test_a_line_that_is_no_json_or_no_object_is_answered_in_its_place_and_the_rest_goes_on(schedule):
    lines = [*NOT_JSON, b"[]", b"7", msgspec.json.encode(GOOD)]
    found = [msgspec.to_builtins(each) for each in command.answers(schedule, lines)]
    assert [each.get("error", {}).get("rule") for each in found] == ["json"] * len(NOT_JSON) + ["object"] * 2 + [None]
    assert found[-1]["series_status"] == "Not Complete"


def test_born_on_29_february_is_one_year_old_on_1_march(schedule):
    assert ask(schedule)["evaluations"] == [{"date": "2021-03-01", "cvx": "03", "status": "Valid", "reason": None}]
    assert ask(schedule, doses=[{"date": "2021-02-24", "cvx": "03"}])["evaluations"][0]["reason"] == "too_young"


def test_midnight_in_vietnam_is_the_day_that_begins(schedule):
    found = ask(schedule, doses=[{"date": "2021-02-28T17:00:00Z", "cvx": "3"}])
    assert found["evaluations"] == [{"date": "2021-03-01", "cvx": "3", "status": "Valid", "reason": None}]


def test_a_partial_date_is_told_when_both_ends_agree_and_not_told_when_they_do_not(schedule):
    agreed = ask(schedule, doses=[{"date": "2021-06", "cvx": "03"}])
    assert agreed["evaluations"] == [{"date": "2021-06", "cvx": "03", "status": "Valid", "reason": None}]
    split = ask(schedule, doses=[{"date": "2021", "cvx": "03"}])
    assert split["evaluations"] == [{"date": "2021", "cvx": "03", "status": "Cannot Tell", "reason": "cannot_tell"}]
    assert (split["forecast_number"], split["earliest"]) == (None, None)


def test_two_doses_on_one_day_count_as_one(schedule):
    found = ask(schedule, doses=[{"date": "2021-03-01", "cvx": "03"}, {"date": "2021-03-01", "cvx": "03"}])
    assert sorted(each["status"] for each in found["evaluations"]) == ["Not Valid", "Valid"]
    assert "same_day" in {each["reason"] for each in found["evaluations"]}


def test_fifteen_doses_are_all_kept_and_each_has_a_status(schedule):
    doses = [{"date": f"{date(2021, 3, 20) + timedelta(days=23 * k)}", "cvx": "03"} for k in range(15)]
    found = ask(schedule, doses=doses)
    assert len(found["evaluations"]) == 15
    assert [each["reason"] for each in found["evaluations"]] == [None, *["too_soon"] * 14]


def test_a_vaccine_group_goes_by_any_of_its_names_in_any_case(schedule):
    assert ask(schedule, vaccine_group="mmr") == ask(schedule)
    assert ask(schedule, vaccine_group="var", doses=[])["series_status"] == "Not Complete"


def test_the_command_needs_no_database_and_prints_nothing_but_answers():
    lines = f"{json.dumps(GOOD)}\nnot json\n{json.dumps(GOOD | {'id': 2})}\n"
    done = subprocess.run(
        [sys.executable, "-m", "tiemchung.cli", "schedule", "assess", "--cdsi", str(RELEASE), "--spec", "4.5"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in io.StringIO(done.stdout)]
    assert [each["id"] for each in answers] == ["a", None, 2]
    assert set(answers[0]) == {
        "id", "evaluations", "series_status", "forecast_number", "earliest", "recommended", "past_due"
    }  # fmt: skip


def test_a_folder_that_holds_no_schedule_is_refused_with_its_name(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tiemchung.cli", "schedule", "assess", "--cdsi", str(tmp_path)],
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert tmp_path.name in done.stderr
