"""A small schedule that uses every extension: courses, a province, deferrals, circumstances, dated rows. No name is real."""

from datetime import date

from tiemchung.domain.schedule.dates import parse
from tiemchung.domain.schedule.engine import Schedule
from tiemchung.domain.schedule.model import (
    Association,
    Care,
    Caution,
    Contraindication,
    Deferral,
    Group,
    Indication,
    Kind,
    Licence,
    Product,
    Requires,
    RuleSet,
    Series,
    TargetDose,
)
from tiemchung.domain.schedule.rows import Age, Course, Interval, Role, Since, Vaccine, When

GROUP = "Plum pox"
ADULT, OLD = parse("18 years"), parse("65 years")
SHORTER = date(2021, 12, 17)
BEFORE = frozenset({Role.basic, Role.additional})


def _product(code, *licences):
    return Product(
        code=code, name=code.title(), cvx=code, associations=(Association(antigen=GROUP),), licences=licences
    )


def _series(number, series, *doses, **more):
    return Series(
        rule=series, id=series, name=series, antigen=GROUP, vaccine_group=GROUP, preference=number, doses=doses, **more
    )


def _dose(number, *vaccines, intervals=(), age=ADULT):
    ages = (Age(rule=f"age/{number}", absolute_minimum=age, minimum=age, earliest_recommended=age),)
    return TargetDose(number=number, ages=ages, intervals=intervals, preferable=vaccines)


def _give(rule, product, **more):
    return Vaccine(rule=rule, paper=f"{rule}/P", product=product, **more)


def _after(rule, minimum, **more):
    length = parse(minimum)
    row = {"absolute_minimum": parse("0 days"), "minimum": length, "earliest_recommended": length}
    return Interval(rule=rule, paper=f"{rule}/P", **(row | more))


RULES = RuleSet(
    id="toy",
    version="1",
    hash="toy-1",
    groups=(Group(name=GROUP, antigens=(GROUP,)),),
    products=(
        _product("red", Licence(rule="red/licence", begin_age=ADULT, volume_ml=0.5)),
        _product("blue", Licence(rule="blue/licence", begin_age=parse("12 years"), end_age=OLD)),
        _product("once"),
    ),
    series=(
        _series(
            1,
            "red-red",
            _dose(1, _give("red-1", "red")),
            _dose(
                2,
                _give("red-2", "red"),
                _give("red-blue", "blue", circumstance="scarce", consent=True, since=date(2021, 9, 20)),
                intervals=(
                    _after("eight", "8 weeks", latest_recommended=parse("12 weeks"), floor=parse("4 weeks")),
                    _after("six-here", "6 weeks", place="VN-XX", replaces="eight", since=date(2021, 9, 20)),
                ),
            ),
            role=Role.basic,
        ),
        _series(
            2,
            "blue-blue",
            _dose(1, _give("blue-1", "blue"), age=parse("12 years")),
            _dose(
                2,
                _give("blue-2", "blue"),
                intervals=(_after("strict", "21 days", absolute_minimum=parse("21 days - 4 days")),),
                age=parse("12 years"),
            ),
            role=Role.basic,
        ),
        _series(3, "one", _dose(1, _give("once-1", "once")), role=Role.basic),
        _series(
            1,
            "extra",
            _dose(1, _give("extra-1", "blue"), intervals=(_after("extra-28", "28 days", after=Since.role, roles=BEFORE),)),
            role=Role.additional,
            kind=Kind.risk,
            indications=(Indication(rule="weak", finding="immunosuppressed"),),
            requires=(Requires(role=Role.basic),),
        ),
        _series(
            1,
            "boost",
            _dose(
                1,
                _give("boost-blue", "blue"),
                _give("boost-same", "red", same=True, when=When(course=Course(mixed=False))),
                intervals=(
                    _after("six-months", "6 months", after=Since.role, roles=BEFORE, until=date(2021, 12, 16)),
                    _after("three-months", "3 months", after=Since.role, roles=BEFORE, since=SHORTER),
                ),
            ),
            role=Role.booster,
            ordinal=1,
            since=date(2021, 12, 1),
            requires=(Requires(role=Role.basic), Requires(role=Role.additional, if_indicated=True)),
        ),
    ),
    contraindications=(
        Contraindication(rule="allergy", paper="allergy/P", finding="anaphylaxis", antigen=GROUP, same_product=True),
    ),
    deferrals=(
        Deferral(rule="after-illness", paper="ill/P", finding="ill", antigen=GROUP, wait=parse("6 months"),
                 until=date(2021, 12, 20)),
        Deferral(rule="fever", paper="fever/P", finding="fever", antigen=GROUP),
    ),
    cautions=(Caution(rule="old", paper="old/P", finding="chronic", antigen=GROUP, care=Care.hospital),),
    findings={"ill": "bệnh", "fever": "sốt"},
)  # fmt: skip
TOY = Schedule(RULES)
