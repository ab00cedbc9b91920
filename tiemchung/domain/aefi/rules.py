"""Days of the diary, signs and dangers in plain words, the clocks of a serious case, and when a lot has too many."""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

# Days after each dose on which the diary asks; the site's own observation comes before (safety.md 2.2).
DAYS = (1, 3, 7, 14, 28, 42)
# A second report of the same dose within a week belongs to the case that is open (person, dose, event, ±7 days).
SAME_CASE = timedelta(days=7)
# A serious case: the health department investigates within 24 hours, the expert council concludes within 5 days
# (Decree 104/2016/NĐ-CP).
INVESTIGATE_WITHIN = timedelta(hours=24)
COUNCIL_WITHIN = timedelta(days=5)
# Every dose can answer in the book; this share of them is asked by SMS too, and all whose phone shows messages at no cost.
SAMPLE_PERCENT = 3

# A lot is looked at when so many cases or more would come by chance alone in fewer than one lot of a hundred.
CHANCE = 0.01


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person may notice: its code and its words."""

    code: str
    words: str


# The eight groups after which one goes to hospital at once (Decision 3588/QĐ-BYT).
DANGERS = (
    Sign(code="mouth", words="Miệng: tê quanh môi hoặc lưỡi"),
    Sign(code="skin", words="Da: phát ban, đỏ, tím tái, xuất huyết dưới da"),
    Sign(code="throat", words="Họng: ngứa, căng cứng, nghẹn họng, nói khó"),
    Sign(code="neuro", words="Thần kinh: đau đầu kéo dài hoặc dữ dội, lơ mơ, lú lẫn, hôn mê, co giật"),
    Sign(code="heart", words="Tim mạch: đau tức ngực, hồi hộp kéo dài, ngất"),
    Sign(code="gut", words="Đường tiêu hóa: nôn, đau quặn bụng, tiêu chảy"),
    Sign(code="breathing", words="Hô hấp: khó thở, thở rít, khò khè, tím tái"),
    Sign(
        code="general",
        words="Toàn thân: choáng, xây xẩm, yếu bất thường, đau dữ dội; sốt trên 39 °C uống thuốc không hạ",
    ),
)
SIGNS = (
    Sign(code="pain", words="Đau, sưng, đỏ hoặc ngứa chỗ tiêm"),
    Sign(code="fever", words="Sốt, ớn lạnh"),
    Sign(code="tired", words="Mệt mỏi"),
    Sign(code="headache", words="Đau đầu"),
    Sign(code="aches", words="Đau cơ, đau khớp"),
    Sign(code="nausea", words="Buồn nôn"),
    Sign(code="restless", words="Bồn chồn"),
)


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """When a serious case must be under investigation, and when its cause must be concluded on."""

    investigate_by: datetime
    council_by: datetime


def clocks(serious_at: datetime) -> Clocks:
    """The clocks of a case that became serious at a moment."""
    return Clocks(investigate_by=serious_at + INVESTIGATE_WITHIN, council_by=serious_at + COUNCIL_WITHIN)


def due_checks(given_on: date, today: date, answered: Iterable[int]) -> list[int]:
    """The days of the diary that can be answered now: the latest one that has come, unless it was answered."""
    come = [day for day in DAYS if given_on + timedelta(days=day) <= today]
    if not come or today > given_on + timedelta(days=DAYS[-1] + 7):
        return []
    return [] if come[-1] in set(answered) else [come[-1]]


def chance_of(cases: int, expected: float) -> float:
    """How probable so many cases or more are where `expected` are (exact upper tail of Poisson's distribution).

    The scan of a lot within its vaccine with doses as denominator; a prompt to look, not a finding (safety.md 2.3).
    """
    if cases == 0:
        return 1.0
    if expected == 0:
        return 0.0
    fewer = math.fsum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(cases))
    return max(0.0, 1.0 - fewer)
