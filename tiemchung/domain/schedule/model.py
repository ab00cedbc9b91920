"""A schedule as data, compiled: what a loader makes of CDC's files or of our own, and what the engine reads.

Six extensions over CDSi: dated rows on vaccines and products, `requires` another role's completion, deferrals, places' own
rows, a role and an ordinal for every dose, and flags on valid doses. Every row names its rule and the paper that set it.
"""

from datetime import date
from enum import StrEnum

import msgspec

from tiemchung.domain.schedule.dates import Duration
from tiemchung.domain.schedule.rows import NONE, Age, Confidence, Interval, Role, Row, Season, Skip, Vaccine, When


class Kind(StrEnum):
    """CDSi's series types."""

    standard = "Standard"
    risk = "Risk"
    evaluation_only = "Evaluation Only"


class TargetDose(msgspec.Struct, frozen=True, kw_only=True):
    """What one dose of a series has to be. `inadvertent`: products that never count here, whatever their day."""

    number: int
    ages: tuple[Age, ...] = ()
    intervals: tuple[Interval, ...] = ()
    allowable_intervals: tuple[Interval, ...] = ()
    preferable: tuple[Vaccine, ...] = ()
    allowable: tuple[Vaccine, ...] = ()
    inadvertent: frozenset[str] = NONE
    skips: tuple[Skip, ...] = ()
    recurring: bool = False
    season: Season | None = None


class Indication(Row, frozen=True, kw_only=True):
    """A finding for which a series is meant, within an age from begin to before end."""

    finding: str
    begin_age: Duration | None = None
    end_age: Duration | None = None


class Requires(msgspec.Struct, frozen=True, kw_only=True):
    """Another role's course that must be complete first. `if_indicated`: only where that course is meant for the person."""

    role: Role
    ordinal: int | None = None
    if_indicated: bool = False


class Series(Row, frozen=True, kw_only=True):
    """A path of target doses for an antigen.

    `role` and `ordinal` say what its doses are (None in CDC's data); `requires` opens it only after other courses, whose
    doses it then does not see. `when` must hold for the series to be meant for the person at all.
    Series of one antigen with the same `series_group` compete; across `equivalent_groups` a complete one silences the
    others. `min_age_to_start` and `max_age_to_start` bound the first dose.
    """

    id: str
    name: str
    antigen: str
    vaccine_group: str
    kind: Kind = Kind.standard
    doses: tuple[TargetDose, ...]
    series_group: str = "1"
    equivalent_groups: frozenset[str] = NONE
    genders: frozenset[str] = NONE
    default: bool = False
    product_path: bool = False
    priority: str = "A"
    preference: int = 99
    min_age_to_start: Duration | None = None
    max_age_to_start: Duration | None = None
    indications: tuple[Indication, ...] = ()
    role: Role | None = None
    ordinal: int | None = None
    requires: tuple[Requires, ...] = ()
    when: When | None = None


class Association(msgspec.Struct, frozen=True, kw_only=True):
    """An antigen in a product, for persons of an age at administration from begin to before end."""

    antigen: str
    begin_age: Duration | None = None
    end_age: Duration | None = None


class Licence(Row, frozen=True, kw_only=True):
    """When and for which ages a product may be used at all, with the volume of a dose and the roles it may have.

    Rows of one product are alternatives; a product without any is not bounded. No roles means every role.
    """

    begin_age: Duration | None = None
    end_age: Duration | None = None
    volume_ml: float | None = None
    roles: frozenset[Role] = frozenset()


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A vaccine product under the schedule's own code; other systems' codes are its attributes."""

    code: str
    name: str
    associations: tuple[Association, ...]
    cvx: str | None = None
    mvx: str | None = None
    platform: str | None = None
    codes: dict[str, str] = {}
    licences: tuple[Licence, ...] = ()


class Contraindication(Row, frozen=True, kw_only=True):
    """A finding for which nothing of an antigen, or not these products, may be given at an age from begin to before end.

    `products` empty: the whole antigen. `same_product`: the product that the finding names, and where it names none,
    every product received until its day.
    """

    finding: str
    antigen: str
    products: frozenset[str] = NONE
    same_product: bool = False
    begin_age: Duration | None = None
    end_age: Duration | None = None


class Deferral(Row, frozen=True, kw_only=True):
    """A finding that says "not before" (extension): `wait` after its day; None waits until the finding has ended.

    `roles`/`ordinal` empty: every dose. `products` empty: every product. Ages from begin to before end.
    """

    finding: str
    antigen: str
    wait: Duration | None = None
    begin_age: Duration | None = None
    end_age: Duration | None = None
    roles: frozenset[Role] = frozenset()
    ordinal: int | None = None
    products: frozenset[str] = NONE


class Care(StrEnum):
    """What to do about a finding that neither forbids nor delays."""

    careful = "careful"
    hospital = "hospital"


class Caution(Row, frozen=True, kw_only=True):
    """A finding with which a dose may be given with care, or only where anaphylaxis can be treated (extension).

    `wait`: it holds only from this long after the finding's day (pregnancy from its 13th week).
    """

    finding: str
    antigen: str
    care: Care
    wait: Duration | None = None
    begin_age: Duration | None = None
    end_age: Duration | None = None
    products: frozenset[str] = NONE


class BirthImmunity(msgspec.Struct, frozen=True, kw_only=True):
    """Immune if born before a day, unless one of the findings is present. `country`: only if born there."""

    before: date
    country: str | None = None
    exclusions: frozenset[str] = NONE


class Immunity(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a person immune to an antigen without a dose: findings, or a birth before a day."""

    antigen: str
    findings: frozenset[str] = NONE
    births: tuple[BirthImmunity, ...] = ()


class Conflict(Row, frozen=True, kw_only=True):
    """Two live vaccines too close: the current one is not valid from `begin` to before `end` after the previous one.

    `end_after_valid` holds when the previous dose was valid, `end` otherwise.
    """

    previous: str
    current: str
    begin: Duration
    end_after_valid: Duration
    end: Duration


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A vaccine group and its antigens. `full` [administerFullVaccineGroup]: recommend all antigens or none."""

    name: str
    antigens: tuple[str, ...]
    full: bool | None = None
    aliases: frozenset[str] = NONE


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A ministry paper that rows name."""

    id: str
    on: date | None = None
    title: str = ""
    url: str | None = None
    confidence: Confidence = Confidence.sourced


class Spec(StrEnum):
    """Which logic specification a forecast number follows: until 4.4 (test suite 4.42) it counts all doses that were valid,
    from 4.5 (suite 4.45) those of the season, where the next dose has one.
    """

    all_doses = "4.4"
    season = "4.5"


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """A whole schedule. `version` names it to people; `hash` is of its content, made by the loader.

    `findings`: the codes that observations may have, with their titles; empty where a schedule lists none. `grace`: the gate
    lets a dose pass between the absolute minimum and the minimum; otherwise it waits for the minimum.
    """

    id: str
    version: str
    hash: str = ""
    groups: tuple[Group, ...]
    products: tuple[Product, ...]
    series: tuple[Series, ...]
    contraindications: tuple[Contraindication, ...] = ()
    deferrals: tuple[Deferral, ...] = ()
    cautions: tuple[Caution, ...] = ()
    immunities: tuple[Immunity, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    findings: dict[str, str] = {}
    papers: tuple[Paper, ...] = ()
    spec: Spec = Spec.all_doses
    grace: bool = False
