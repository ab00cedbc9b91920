"""CDC's files load unchanged, and a file that cannot be understood is named with the place that is wrong."""

import shutil

import msgspec
import pytest

from tests.domain.schedule.material import RELEASE, needs_material
from tiemchung.domain.schedule import cdsi
from tiemchung.domain.schedule.model import Kind, RuleSet, Spec
from tiemchung.domain.schedule.rows import Since
from tiemchung.domain.schedule.xml_text import BadSchedule

pytestmark = needs_material


@pytest.fixture(scope="module")
def release():
    return cdsi.load(RELEASE)


def test_a_release_loads_whole(release):
    assert (len(release.groups), len({each.antigen for each in release.series}), len(release.series)) == (23, 27, 127)
    assert len(release.conflicts) == 529
    assert {row.after for each in release.series for dose in each.doses for row in dose.intervals} == {
        Since.previous,
        Since.target,
        Since.recent,
        Since.observation,
    }


def test_every_row_names_its_rule_and_its_release(release):
    rows = [
        row for each in release.series for dose in each.doses for row in dose.ages + dose.intervals + dose.preferable
    ]
    assert {row.paper for row in rows} == {"CDSi 2023-02"}
    assert len({row.rule for row in rows}) == len(rows)


def test_a_rule_set_is_kept_as_json_and_read_back_the_same(release):
    assert msgspec.json.decode(msgspec.json.encode(release), type=RuleSet) == release


def test_one_antigen_without_the_schedule_file_loads_too(tmp_path):
    shutil.copy(next(RELEASE.glob("*Cholera*")), tmp_path)
    alone = cdsi.load(tmp_path)
    assert [group.name for group in alone.groups] == ["Cholera"]
    assert alone.products


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("<minAge>2 years</minAge>", "<minAge>two years</minAge>", "age1/minAge"),
        ("<seriesType>Risk</seriesType>", "<seriesType>Rsk</seriesType>", "seriesType"),
        ("<seriesName>", "<seriesNme>", "xml"),
        ("<targetDisease>Cholera</targetDisease>", "<targetDisease/>", "targetDisease"),
    ],
)
def test_a_typing_error_is_named_with_its_place(tmp_path, old, new, where):
    text = next(RELEASE.glob("*Cholera*")).read_text(encoding="utf-8-sig")
    assert old in text
    (tmp_path / "cholera.xml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadSchedule) as wrong:
        cdsi.load(tmp_path)
    assert wrong.value.file == "cholera.xml"
    assert wrong.value.where.endswith(where)


def test_rows_that_say_nothing_and_units_behind_a_volume_are_read_as_meant(tmp_path):
    text = next(RELEASE.glob("*Cholera*")).read_text(encoding="utf-8-sig")
    empty = "<interval><fromPrevious/><absMinInt/></interval><allowableVaccine><cvx> </cvx></allowableVaccine>"
    changed = text.replace("<recurringDose>", f"{empty}<recurringDose>").replace("<volume>100", "<volume>100 mL")
    assert changed.count(empty) == text.count("<recurringDose>")
    (tmp_path / "cholera.xml").write_text(changed.replace("<seriesType>Risk", "<seriesType>evaluation-only"), "utf-8")
    series = cdsi.load(tmp_path).series[0]
    assert (series.kind, series.doses[0].intervals) == (Kind.evaluation_only, ())
    assert series.doses[0].preferable[0].volume_ml == 100


def test_the_specification_is_told_by_the_seasons_of_a_release_unless_it_is_given(release, tmp_path):
    assert release.spec is Spec.all_doses
    for name in ("Cholera", "Influenza"):
        text = next(RELEASE.glob(f"*{name}*")).read_text(encoding="utf-8-sig")
        season = "<seasonalRecommendation><startDate>20240801</startDate><endDate>20250731</endDate></seasonalRecommendation>"
        (tmp_path / f"{name}.xml").write_text(text.replace("<seasonalRecommendation/>", season), "utf-8")
    assert cdsi.load(tmp_path).spec is Spec.season
    assert cdsi.load(tmp_path, spec=Spec.all_doses).spec is Spec.all_doses


def test_a_folder_without_a_schedule_is_refused(tmp_path):
    with pytest.raises(BadSchedule):
        cdsi.load(tmp_path)
