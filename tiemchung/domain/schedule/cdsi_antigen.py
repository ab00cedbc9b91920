"""One antigen's file of CDC's CDSi supporting data: series, contraindications and immunity."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import msgspec

from tiemchung.domain.schedule.model import (
    BirthImmunity,
    Contraindication,
    Immunity,
    Indication,
    Kind,
    Series,
    TargetDose,
)
from tiemchung.domain.schedule.rows import (
    Age,
    Compare,
    Condition,
    Interval,
    Season,
    Since,
    Skip,
    SkipSet,
    Test,
    Vaccine,
)
from tiemchung.domain.schedule.xml_text import BadSchedule, Reader, cvx

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)
SHORT = {"greater": "greaterthan", "equal": "equalto", "less": "lessthan"}  # words that some releases shorten
UNPREFERRED = 99  # a series without a preference comes after those that have one


class Antigen(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says."""

    antigen: str
    series: tuple[Series, ...]
    contraindications: tuple[Contraindication, ...]
    immunity: Immunity | None


def read(file: Reader, paper: str) -> Antigen:
    """The file's rules. Raises `BadSchedule`."""
    found = file.each("series")
    if not found:
        raise BadSchedule(file.file, "series", "missing")
    antigen = found[0].need("targetDisease")
    return Antigen(
        antigen=antigen,
        series=tuple(_series(each, f"{antigen}/{number}", paper) for number, each in enumerate(found, start=1)),
        contraindications=_contraindications(file, antigen, paper),
        immunity=_immunity(file, antigen),
    )


def _series(each: Reader, rule: str, paper: str) -> Series:
    return Series(
        rule=rule,
        paper=paper,
        id=rule,
        name=each.need("seriesName"),
        antigen=each.need("targetDisease"),
        vaccine_group=each.need("vaccineGroup"),
        kind=_word(each, "seriesType", Kind, Kind.standard),
        series_group=each.text("selectSeries/seriesGroup") or "1",
        equivalent_groups=each.numbers("equivalentSeriesGroups"),
        genders=frozenset(gender.lower() for gender in each.texts("requiredGender")),
        default=each.yes("selectSeries/defaultSeries"),
        product_path=each.yes("selectSeries/productPath"),
        priority=each.text("selectSeries/seriesPriority") or "A",
        preference=_number(each, "selectSeries/seriesPreference", UNPREFERRED),
        min_age_to_start=each.duration("selectSeries/minAgeToStart"),
        max_age_to_start=each.duration("selectSeries/maxAgeToStart"),
        indications=tuple(
            Indication(
                rule=f"{rule}/indication/{number}",
                paper=paper,
                finding=indication.text("observationCode/code") or indication.need("observationCode"),
                begin_age=indication.duration("beginAge"),
                end_age=indication.duration("endAge"),
            )
            for number, indication in enumerate(each.each("indication"), start=1)
        ),
        doses=tuple(
            _dose(dose, number, f"{rule}/{number}", paper)
            for number, dose in enumerate(each.each("seriesDose"), start=1)
        ),
    )


def _dose(each: Reader, number: int, rule: str, paper: str) -> TargetDose:
    def rows(path: str, read_row: Callable[[Reader, str, str], T]) -> tuple[T, ...]:
        return tuple(read_row(row, f"{rule}/{path}/{n}", paper) for n, row in enumerate(each.each(path), start=1))

    seasons = rows("seasonalRecommendation", _season)
    return TargetDose(
        number=number,
        ages=rows("age", _age),
        intervals=rows("interval", _interval),
        allowable_intervals=rows("allowableInterval", _interval),
        preferable=rows("preferableVaccine", _vaccine),
        allowable=rows("allowableVaccine", _vaccine),
        inadvertent=frozenset(cvx(row.need("cvx")) for row in each.each("inadvertentVaccine")),
        skips=rows("conditionalSkip", _skip),
        recurring=each.yes("recurringDose"),
        season=seasons[0] if seasons else None,
    )


def _age(row: Reader, rule: str, paper: str) -> Age:
    return Age(
        rule=rule,
        paper=paper,
        since=row.day("effectiveDate"),
        until=row.day("cessationDate"),
        absolute_minimum=row.duration("absMinAge"),
        minimum=row.duration("minAge"),
        earliest_recommended=row.duration("earliestRecAge"),
        latest_recommended=row.duration("latestRecAge"),
        maximum=row.duration("maxAge"),
    )


def _interval(row: Reader, rule: str, paper: str) -> Interval:
    target, recent = row.text("fromTargetDose"), row.codes("fromMostRecent")
    observation = row.text("fromRelevantObs/code") or row.text("fromRelevantObs")
    if row.yes("fromPrevious"):
        after = Since.previous
    elif target is not None:
        after = Since.target
    elif recent:
        after = Since.recent
    elif observation is not None:
        after = Since.observation
    else:
        raise row.wrong("fromPrevious", "an interval that counts from nothing")
    return Interval(
        rule=rule,
        paper=paper,
        since=row.day("effectiveDate"),
        until=row.day("cessationDate"),
        after=after,
        target=_number(row, "fromTargetDose", 0) if after is Since.target else None,
        recent=recent if after is Since.recent else frozenset(),
        observation=observation if after is Since.observation else None,
        absolute_minimum=row.duration("absMinInt"),
        minimum=row.duration("minInt"),
        earliest_recommended=row.duration("earliestRecInt"),
        latest_recommended=row.duration("latestRecInt"),
        overrides=(row.text("intervalPriority") or "").lower() in {"override", "y", "yes"},
    )


def _vaccine(row: Reader, rule: str, paper: str) -> Vaccine:
    return Vaccine(
        rule=rule,
        paper=paper,
        product=cvx(row.need("cvx")),
        begin_age=row.duration("beginAge"),
        end_age=row.duration("endAge"),
        mvx=row.text("mvx"),
        volume_ml=row.number("volume"),
        forecast=row.yes("forecastVaccineType"),
    )


def _season(row: Reader, rule: str, paper: str) -> Season:
    return Season(rule=rule, paper=paper, start=row.day("startDate"), end=row.day("endDate"))


def _skip(row: Reader, rule: str, paper: str) -> Skip:
    context = (row.text("context") or "both").lower()
    return Skip(
        sets=tuple(_skip_set(each, f"{rule}/{n}", paper) for n, each in enumerate(row.each("set"), start=1)),
        any_of=(row.text("setLogic") or "").lower() == "or",
        evaluation=context in {"both", "evaluation"},
        forecast=context in {"both", "forecast"},
    )


def _skip_set(row: Reader, rule: str, paper: str) -> SkipSet:
    return SkipSet(
        rule=rule,
        paper=paper,
        since=row.day("effectiveDate"),
        until=row.day("cessationDate"),
        any_of=(row.text("conditionLogic") or "").lower() == "or",
        conditions=tuple(
            Condition(
                test=_word(each, "conditionType", Test),
                begin_age=each.duration("beginAge"),
                end_age=each.duration("endAge"),
                start=each.day("startDate"),
                end=each.day("endDate"),
                interval=each.duration("interval"),
                count=_number(each, "doseCount", 0),
                compare=_word(each, "doseCountLogic", Compare, Compare.greater),
                valid_only=(each.text("doseType") or "").lower() == "valid",
                products=each.codes("vaccineTypes"),
                series_groups=each.numbers("seriesGroups"),
            )
            for each in row.each("condition")
        ),
    )


def _contraindications(file: Reader, antigen: str, paper: str) -> tuple[Contraindication, ...]:
    whole = [
        Contraindication(
            rule=f"{antigen}/contraindication/{number}",
            paper=paper,
            finding=each.need("observationCode"),
            antigen=antigen,
            begin_age=each.duration("beginAge"),
            end_age=each.duration("endAge"),
        )
        for number, each in enumerate(file.each("contraindications/vaccineGroup/contraindication"), start=1)
    ]
    products = [
        Contraindication(
            rule=f"{antigen}/vaccine-contraindication/{number}/{n}",
            paper=paper,
            finding=each.need("observationCode"),
            antigen=antigen,
            products=frozenset({cvx(vaccine.need("cvx"))}),
            begin_age=vaccine.duration("beginAge"),
            end_age=vaccine.duration("endAge"),
        )
        for number, each in enumerate(file.each("contraindications/vaccine/contraindication"), start=1)
        for n, vaccine in enumerate(each.each("contraindicatedVaccine"), start=1)
    ]
    return (*whole, *products)


def _immunity(file: Reader, antigen: str) -> Immunity | None:
    findings = [each.need("guidelineCode") for each in file.each("immunity/clinicalHistory")]
    births = [
        BirthImmunity(
            before=born,
            country=each.text("birthCountry"),
            exclusions=frozenset(exclusion.need("exclusionCode") for exclusion in each.each("exclusion")),
        )
        for each in file.each("immunity/dateOfBirth")
        if (born := each.day("immunityBirthDate"))
    ]
    if not findings and not births:
        return None
    return Immunity(antigen=antigen, findings=frozenset(findings), births=tuple(births))


def _word(each: Reader, path: str, words: type[W], otherwise: W | None = None) -> W:
    text = each.text(path)
    if text is None and otherwise is not None:
        return otherwise
    letters = _letters(text or "")
    for word in words:
        if _letters(word.value) in {letters, SHORT.get(letters)}:
            return word
    raise each.wrong(path, text or "missing")


def _letters(text: str) -> str:
    """A word without its case, spaces and hyphens, in which releases differ."""
    return re.sub(r"[\s-]", "", text).lower()


def _number(each: Reader, path: str, otherwise: int) -> int:
    text = each.text(path)
    if text is None:
        return otherwise
    match = re.search(r"\d+", text)
    if match is None:
        raise each.wrong(path, text)
    return int(match[0])
