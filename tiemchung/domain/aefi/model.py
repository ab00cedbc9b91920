"""A report, a case with its versions, and what is told of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain.aefi import rules
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

STATUS_WORDS = {
    "open": "Chưa liên hệ",
    "contacted": "Đã liên hệ",
    "investigating": "Đang điều tra",
    "closed": "Đã kết thúc",
}
SERIOUS_WORDS = {
    "no": "Không nghiêm trọng",
    "death": "Tử vong",
    "life_threatening": "Đe dọa tính mạng",
    "hospital": "Nhập viện hoặc kéo dài nằm viện",
    "disability": "Để lại di chứng",
    "anomaly": "Dị tật bẩm sinh",
    "other": "Sự cố y khoa quan trọng khác",
}
# WHO's classes of causality, second edition of 2018.
CAUSALITY = {
    "A1": "A1: do thành phần vắc xin",
    "A2": "A2: do lỗi chất lượng vắc xin",
    "A3": "A3: do sai sót tiêm chủng",
    "A4": "A4: do lo lắng, căng thẳng",
    "B1": "B1: trùng thời gian, chưa đủ bằng chứng",
    "B2": "B2: bằng chứng trái ngược",
    "C": "C: trùng hợp ngẫu nhiên",
    "D": "D: không xếp loại được",
}


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody noticed after a dose; `temperature_c` in degrees Celsius."""

    dangers: Sequence[str] = ()
    signs: Sequence[str] = ()
    onset_on: date
    temperature_c: Decimal | None = None
    sought_care: bool = False
    missed_work: bool = False
    note: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it was sent."""

    person_id: UUID
    report_id: UUID
    immunization_id: UUID
    place_id: UUID
    dangers: list[str]
    signs: list[str]
    onset_on: date
    temperature_c: Decimal | None
    sought_care: bool
    missed_work: bool
    note: str
    channel: str
    reported_at: datetime


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the diary that was asked or answered."""

    immunization_id: UUID
    day: int
    feeling: str | None
    answered_at: datetime | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands: the version that counts, with whom and what it is about."""

    person_id: UUID
    case_id: UUID
    version: int
    report_id: UUID
    immunization_id: UUID
    place_id: UUID
    place_name: str
    status: str
    serious: str | None
    causality: str | None
    council: str | None
    decided_on: date | None
    note: str
    opened_at: datetime
    serious_at: datetime | None
    at: datetime
    by_name: str | None
    person_name: str
    product_name: str
    lot_number: str | None
    session_id: UUID | None
    occurred_at: datetime
    dangers: list[str]

    @property
    def clocks(self) -> rules.Clocks | None:
        """The clocks of a serious case."""
        return None if self.serious_at is None else rules.clocks(self.serious_at)

    def late(self, at: datetime) -> str:
        """What is overdue at a moment: "investigate", "council" or nothing."""
        if self.clocks is None or self.status == "closed":
            return ""
        if self.causality is None and at > self.clocks.council_by:
            return "council"
        waiting = self.status in {"open", "contacted"}
        return "investigate" if waiting and at > self.clocks.investigate_by else ""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What a site or province says about a case now."""

    status: str
    serious: str | None
    causality: str | None
    council: str | None
    decided_on: date | None
    note: str


class Reported(Event, frozen=True, kw_only=True, tag="aefi.reported"):
    """Somebody reported a reaction; whether it held a sign of danger."""

    report_id: UUID
    immunization_id: UUID
    danger: bool
    channel: str


class CaseOpened(Event, frozen=True, kw_only=True, tag="aefi.case_opened"):
    """A case waits for the site where the dose was given."""

    case_id: UUID
    immunization_id: UUID


class CaseFollowed(Event, frozen=True, kw_only=True, tag="aefi.case_followed"):
    """A case has a later version."""

    case_id: UUID
    version: int
    status: str
    serious: str | None
    causality: str | None


class DoseUnknown(DomainError):
    """There is no dose to report on."""

    sentence = "Chưa có mũi tiêm nào được ghi nhận để báo phản ứng. Nếu thấy bất thường, hãy gọi 115 hoặc 1900 9095."
    field = "dose"
    rule = "recorded_dose"


class NotYet(DomainError):
    """The day of the diary has not come, or is long past."""

    sentence = "Ngày theo dõi này chưa đến hoặc đã qua."
    rule = "diary_day"


class CaseChanged(DomainError, constraint="aefi_case_pkey"):
    """Somebody else has followed the case meanwhile."""

    sentence = "Có người vừa cập nhật ca này. Hãy xem lại rồi ghi tiếp."
    rule = "newest_version"


class OfLot(msgspec.Struct, frozen=True, kw_only=True):
    """What followed the doses of a lot: reports, and serious cases as they stand."""

    lot_id: UUID
    reports: int
    serious: int


class AmongLots(msgspec.Struct, frozen=True, kw_only=True):
    """A lot beside all other lots of its vaccine; `doses` and `other_doses` are those given."""

    reports: int
    serious: int
    doses: int
    other_reports: int
    other_serious: int
    other_doses: int

    @property
    def reports_rate(self) -> float | None:
        """Reports for 100,000 doses; None without a dose."""
        return per_100_000(self.reports, self.doses)

    @property
    def other_reports_rate(self) -> float | None:
        """Reports for 100,000 doses of the other lots."""
        return per_100_000(self.other_reports, self.other_doses)

    @property
    def serious_rate(self) -> float | None:
        """Serious cases for 100,000 doses."""
        return per_100_000(self.serious, self.doses)

    @property
    def other_serious_rate(self) -> float | None:
        """Serious cases for 100,000 doses of the other lots."""
        return per_100_000(self.other_serious, self.other_doses)

    @property
    def must_be_looked_at(self) -> bool:
        """Whether chance would seldom bring so many serious cases to this lot, by the rate of the others."""
        if not self.other_doses:
            return False  # nothing to compare with
        return rules.chance_of(self.serious, self.other_serious * self.doses / self.other_doses) < rules.CHANCE


def per_100_000(cases: int, doses: int) -> float | None:
    """Cases for 100,000 doses; None without a dose."""
    return cases * 100_000 / doses if doses else None
