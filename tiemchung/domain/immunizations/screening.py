"""Screening: the form of the day, and the conclusion that its answers and vital signs give."""

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

VITALS = {
    "temperature_c": "Nhiệt độ (°C)",
    "pulse": "Mạch (lần/phút)",
    "systolic": "Huyết áp tâm thu (mmHg)",
    "diastolic": "Huyết áp tâm trương (mmHg)",
    "breaths": "Nhịp thở (lần/phút)",
}
# What a person can have at all: a number outside was mistyped.
POSSIBLE = {
    "temperature_c": ("30", "45"),
    "pulse": ("20", "250"),
    "systolic": ("40", "260"),
    "diastolic": ("20", "180"),
    "breaths": ("5", "80"),
}
CONCLUSIONS = {
    "eligible": "Đủ điều kiện tiêm",
    "caution": "Thận trọng khi tiêm",
    "hospital": "Chuyển tiêm tại bệnh viện",
    "delay": "Trì hoãn tiêm",
    "contraindicated": "Chống chỉ định với vắc xin này",
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and what a yes means."""

    id: str
    words: str
    outcome: str


class Ages(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Whole years, from inclusive, to exclusive."""

    from_: int = 0
    to: int = 200


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The normal range of each vital sign, both ends normal, and what a value outside means."""

    paper: str
    outcome: str
    temperature_c: tuple[Decimal, Decimal]
    pulse: tuple[int, int]
    systolic: tuple[int, int]
    diastolic: tuple[int, int]
    breaths: tuple[int, int]

    def out_of(self, name: str, value: Decimal | int) -> bool:
        """Whether a measured value is abnormal."""
        least, most = getattr(self, name)
        return not least <= value <= most


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A screening form of one ministry paper, for some ages and days."""

    id: str
    paper: str
    confidence: str
    since: date
    until: date | None
    ages: Ages
    items: list[Item]
    vitals: Limits
    without: list[str] = []

    @property
    def asked(self) -> list[Item]:
        """The questions of this version."""
        return [item for item in self.items if item.id not in self.without]


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers come to: the gravest outcome, and the reasons that gave it."""

    outcome: str
    reasons: list[str]
    paper: str

    @property
    def goes_on(self) -> bool:
        """Whether the person may be vaccinated here today."""
        return self.outcome in {"eligible", "caution"}


class _File(msgspec.Struct, frozen=True):
    outcomes: list[str]
    forms: list[Form]


class NoForm(Exception):
    """No screening form is in force for this age and day."""


@cache
def _loaded() -> _File:
    text = (files("tiemchung.domain.immunizations") / "screening.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_File)


def form_for(age_years: int, on: date) -> Form:
    """The form in force for an age on a day. Raises `NoForm`."""
    for form in _loaded().forms:
        if (
            form.ages.from_ <= age_years < form.ages.to
            and form.since <= on
            and (form.until is None or on <= form.until)
        ):
            return form
    raise NoForm(f"{age_years} {on}")


def conclude(form: Form, answers: dict[str, bool], vitals: dict[str, Decimal | int | None]) -> Conclusion:
    """The conclusion of a filled form: every question is answered, vital signs only where measured."""
    found = [(item.outcome, item.words) for item in form.asked if answers[item.id]]
    for name, value in vitals.items():
        if value is not None and form.vitals.out_of(name, value):
            shown = str(value).replace(".", ",")
            found.append((form.vitals.outcome, f"{VITALS[name]}: {shown}"))
    order = _loaded().outcomes
    outcome = max((outcome for outcome, _ in found), key=order.index, default="eligible")
    return Conclusion(outcome=outcome, reasons=[words for _, words in found], paper=form.paper)
