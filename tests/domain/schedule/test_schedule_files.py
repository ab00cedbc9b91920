"""A schedule file that is wrong stops by name, with its file, its row and the rule that it breaks; a good one is read whole."""

import io
import json
import sys
from pathlib import Path

import pytest

from tiemchung import cli
from tiemchung.domain.schedule import read
from tiemchung.domain.schedule.wrong import (
    BelowFloor,
    DaysWithoutRow,
    EndsBeforeItBegins,
    ExampleFails,
    FileMissing,
    NamedTwice,
    NotLeftToProvinces,
    NotYaml,
    RowsOverlap,
    ScheduleWrong,
    UnknownName,
    UnsurePaper,
    WrongLength,
    WrongOrder,
    WrongShape,
)

TEXTS = read.shipped("vn-covid19")
SCHEDULE, HCMC = "schedule.yaml", "provinces/VN-SG.yaml"


@pytest.mark.parametrize(
    ("error", "file", "old", "new", "row"),
    [
        (RowsOverlap, SCHEDULE, "until: 2021-12-16, paper: 10225", "until: 2021-12-17, paper: 10225", "interval"),
        (DaysWithoutRow, SCHEDULE, "until: 2021-12-16, paper: 10225", "until: 2021-12-15, paper: 10225", "interval"),
        (RowsOverlap, SCHEDULE, "until: 2021-08-09, paper: 3445", "until: 2021-08-10, paper: 3445", "deferral"),
        (DaysWithoutRow, SCHEDULE, "{at: 12 years, since: 2021-10-14", "{at: 12 years, since: 2021-10-15", "product PF"),
        (EndsBeforeItBegins, SCHEDULE, "07-15, until: 2021-08-09", "07-15, until: 2021-07-09", "deferral"),
        (WrongShape, SCHEDULE, "minimum: 21 days, recommended", "minimun: 21 days, recommended", "series"),
        (WrongShape, SCHEDULE, "since: 2021-02-01", "since: 2021-02-31", "products"),
        (WrongShape, SCHEDULE, "role: booster\n    ordinal: 1", "role: boster\n    ordinal: 1", "series"),
        (WrongLength, SCHEDULE, "minimum: 28 days", "minimum: 28 dayz", "interval"),
        (WrongOrder, SCHEDULE, "recommended: 28 days, past_due", "recommended: 27 days, past_due", "interval"),
        (UnknownName, SCHEDULE, "give: [{product: JAN,", "give: [{product: JANSEN,", "series jan"),
        (UnknownName, SCHEDULE, "paper: 7548/BYT-DP", "paper: 7549/BYT-DP", "give"),
        (UnknownName, SCHEDULE, "{finding: nursing, since", "{finding: nurse, since", "deferral"),
        (NamedTwice, SCHEDULE, "- id: hv\n", "- id: vc\n", "series"),
        (UnsurePaper, SCHEDULE, "at: 0 days, paper: unknown, confidence: unsure", "at: 0 days, paper: unknown", "grace"),
        (NotYaml, SCHEDULE, "\nseries:\n", "\nseries: [\n", ""),
        (NotYaml, SCHEDULE, "id: vn-covid19\n", "id: vn-covid19\nid: again\n", ""),
        (BelowFloor, HCMC, "minimum: 6 weeks", "minimum: 3 weeks", "interval 1"),
        (NotLeftToProvinces, HCMC, "since: 2021-09-20", "since: 2021-09-19", "interval 1"),
        (NotLeftToProvinces, HCMC, "series: az", "series: pf", "interval 1"),
        (UnknownName, HCMC, "series: az", "series: azz", "interval 1"),
        (ExampleFails, "examples.yaml", "2021-07-27: {AZ: allow az,", "2021-07-27: {AZ: stop too_soon,", "8 weeks"),
        (UnknownName, "examples.yaml", "doses: [JAN 2021-08-01]", "doses: [JAM 2021-08-01]", "Janssen"),
        (ExampleFails, "examples.yaml", "doses: [JAN 2021-08-01]", "doses: [JAN 2021-08-41]", "Janssen"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(error: type[ScheduleWrong], file: str, old: str, new: str, row: str):
    assert old in TEXTS[file]
    with pytest.raises(error) as wrong:
        read.tried(TEXTS | {file: TEXTS[file].replace(old, new, 1)})
    assert type(wrong.value) is error
    assert wrong.value.facts["file"] == ("examples.yaml" if error is ExampleFails else file)
    assert row in str(wrong.value.facts["row"])
    assert wrong.value.rule
    assert str(wrong.value.facts["file"]) in wrong.value.words(str)


def test_a_file_that_is_missing_is_named(tmp_path: Path):
    for name in ("schedule.yaml", "papers.yaml"):
        (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    with pytest.raises(FileMissing) as wrong:
        read.load_schedule(tmp_path)
    assert wrong.value.facts["file"] == "examples.yaml"


def written(folder: Path) -> Path:
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_command_answers_under_a_folder_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
):
    lines = [
        {"id": "1", "birth_date": "1980-01-01", "sex": "F", "assessment_date": "2021-07-01", "vaccine_group": "COVID-19",
         "doses": [{"date": "2021-06-01", "product": "AZ"}], "observations": [], "place": None},
        {"id": "2", "birth_date": "1980-01-01", "sex": "F", "assessment_date": "2021-10-01", "vaccine_group": "COVID-19",
         "doses": [{"date": "2021-09-01", "product": "AZ"}], "observations": [], "place": "VN-SG"},
        {"id": "3", "birth_date": "1980-01-01", "sex": "F", "assessment_date": "2021-10-01", "vaccine_group": "COVID-19",
         "doses": [{"date": "2021-09-01", "product": "XX"}], "observations": []},
    ]  # fmt: skip
    typed = "\n".join(json.dumps({k: v for k, v in line.items() if v is not None}) for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
    assert cli.main(["schedule", "assess", "--schedule", str(written(tmp_path))]) == 0
    first, local, unknown = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    assert (first["earliest"], first["past_due"], first["forecast_number"]) == ("2021-07-27", "2021-08-23", "2")
    assert local["earliest"] == "2021-10-13"
    assert unknown["error"]["rule"] == "unknown_product"


def test_the_command_says_what_is_wrong_with_a_folder_and_ends_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = written(tmp_path)
    changed = TEXTS[SCHEDULE].replace("minimum: 21 days, recommended", "minimun: 21 days, recommended", 1)
    (folder / SCHEDULE).write_text(changed, encoding="utf-8")
    assert cli.main(["schedule", "assess", "--schedule", str(folder)]) == 2
    assert "minimun" in capsys.readouterr().err
