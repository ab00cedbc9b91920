"""Screening: the form of the day, and the conclusion that its answers and vital signs give by the schedule in force."""

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import msgspec

from tiemchung.domain.schedule import outcomes
from tiemchung.domain.schedule.read import Ready

VITALS = {
    "temperature_c": "Nhiệt độ (°C)",
    "pulse": "Mạch (lần/phút)",
    "systolic": "Huyết áp tâm thu (mmHg)",
    "diastolic": "Huyết áp tâm trương (mmHg)",
    "breaths": "Nhịp thở (lần/phút)",
    "systolic_rise": "Huyết áp tâm thu cao hơn thường ngày (mmHg)",
    "spo2": "SpO₂ (%)",
}
# What a person can have at all: a number outside was mistyped.
POSSIBLE = {
    "temperature_c": ("30", "45"),
    "pulse": ("20", "250"),
    "systolic": ("40", "260"),
    "diastolic": ("20", "180"),
    "breaths": ("5", "80"),
    "systolic_rise": ("0", "150"),
    "spo2": ("50", "100"),
}
CONCLUSIONS = {
    "eligible": "Đủ điều kiện tiêm",
    "caution": "Thận trọng khi tiêm",
    "hospital": "Chuyển tiêm tại bệnh viện",
    "delay": "Trì hoãn tiêm",
    "contraindicated": "Chống chỉ định với vắc xin này",
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and the finding that a yes is."""

    id: str
    words: str
    finding: str


class Ages(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Whole years, from inclusive, to exclusive."""

    from_: int = 0
    to: int = 200


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A screening form of one ministry paper, for some ages and days."""

    id: str
    paper: str
    confidence: str
    since: date
    until: date | None
    ages: Ages
    items: list[Item]
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

    def at(self, kind: str) -> "Conclusion":
        """The conclusion at a kind of place: who has to go to a hospital is vaccinated with care where one is."""
        return msgspec.structs.replace(self, outcome=here(self.outcome, kind))


def here(outcome: str, kind: str) -> str:
    """What an outcome comes to at a kind of place (3802/QĐ-BYT: at a facility that can treat anaphylaxis)."""
    return "caution" if outcome == "hospital" and kind == "hospital" else outcome


class _File(msgspec.Struct, frozen=True):
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


def limits(ready: Ready, on: date) -> dict[str, tuple[float | None, float | None]]:
    """The normal range of each vital sign on a day, both ends normal, None where there is no end."""
    rows = ready.written.source.vital_signs
    return {row.sign: (row.least, row.most) for row in rows if (row.since or on) <= on <= (row.until or on)}


def conclude(
    form: Form,
    answers: dict[str, bool],
    vitals: dict[str, Decimal | int | None],
    ready: Ready,
    *,
    born_on: date,
    on: date,
    product: str,
) -> Conclusion:
    """The conclusion of a filled form by a schedule: every question is answered, vital signs only where measured.

    A "yes" that the schedule says nothing of today changes nothing; it stays with the answers.
    """
    words = {item.finding: item.words for item in form.asked}
    words |= {sign: f"{VITALS[sign]}: {str(value).replace('.', ',')}" for sign, value in vitals.items()}
    found = outcomes.of(
        ready.written.source,
        born_on=born_on,
        on=on,
        findings=[item.finding for item in form.asked if answers[item.id]],
        signs={sign: value for sign, value in vitals.items() if value is not None},
        products=[product],
    )
    return Conclusion(
        outcome=outcomes.gravest(found),
        reasons=list(dict.fromkeys(words[each.what] for each in found)),
        paper=form.paper,
    )
