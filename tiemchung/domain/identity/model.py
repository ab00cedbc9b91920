"""Questions to the registry, what a no match means, lists that a station and the police clean together."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain.people import birth_words
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

# A list that the commune's police can work through in an afternoon.
LONGEST_BATCH = 50


class Finding(StrEnum):
    """Why a record waits: its number contradicts it, the spelling differs, nobody is known by it, or it has no number."""

    wrong_number = "wrong_number"
    spelling = "spelling"
    unknown = "unknown"
    missing = "missing"


FINDINGS = {
    Finding.wrong_number: "Số sai",
    Finding.spelling: "Khác dấu",
    Finding.unknown: "Không khớp",
    Finding.missing: "Thiếu số",
}
ANSWERS = {
    "registry_completed": "Hồ sơ đúng, công an đã bổ sung cơ sở dữ liệu",
    "record_wrong": "Hồ sơ sai, ghi lại theo giấy tờ",
    "not_found": "Không có người này trên địa bàn",
}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry is asked about one person; `marks` says whether the spelling of the name must fit to the letter.

    `birth` is ISO as far as it is known: `1954-09-03`, `1954-09` or `1954`; the registry compares no further.
    """

    id: UUID
    number: str
    name: str
    birth: str
    sex: str
    marks: bool = True


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A record that waits, as the worklist shows it; its number is shown masked beside it."""

    person_id: UUID
    name: str
    sex: str
    birth_date: date
    birth_precision: str
    address: str
    finding: Finding
    since: datetime
    batch_id: UUID | None
    answer: str | None
    doses: int

    @property
    def birth_words(self) -> str:
        """The birth date as far as it is known."""
        return birth_words(self.birth_date, self.birth_precision)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a worklist, how many it holds in all, and how many of each finding."""

    rows: list[Row]
    total: int
    counts: dict[str, int]


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A list at the police or back from them: `left` lines are not applied yet."""

    batch_id: UUID
    area_id: int
    area_name: str
    made_at: datetime
    made_by: UUID
    made_by_name: str
    answered_at: datetime | None
    answered_by_name: str | None
    lines: int
    left: int


class Correct(msgspec.Struct, frozen=True, kw_only=True):
    """What a record should say by the person's papers; None leaves what it says."""

    name: str | None = None
    birth_date: date | None = None
    birth_precision: str | None = None
    number: str | None = None


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list with what the police answered."""

    person_id: UUID
    finding: Finding
    answer: str | None
    correct: Correct | None
    done_at: datetime | None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The police's answer to one line."""

    person_id: UUID
    answer: str
    correct: Correct | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The identity of a commune's people in numbers; `rate` is matched of those who have a number and were asked."""

    area_id: int
    name: str
    people: int
    matched: int
    mismatched: int
    no_identifier: int
    unchecked: int
    foreigners: int

    @property
    def rate(self) -> float | None:
        """Matched among matched and mismatched; None where nobody was asked about."""
        asked = self.matched + self.mismatched
        return self.matched / asked if asked else None


class SiteFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a site's doses from becoming passports."""

    place_id: UUID
    name: str
    doses: int
    unsigned: int
    mismatched: int
    no_identifier: int
    without_result: int


class IdentityFixed(Event, frozen=True, kw_only=True, tag="identity.fixed"):
    """A safe difference was put right by itself: `cause` is spelling or day_month."""

    cause: str


class ListHandedOver(Event, frozen=True, kw_only=True, tag="identity.list_handed_over"):
    """A station handed a list to the commune's police."""

    batch_id: UUID
    people: Sequence[UUID]


class ListSigned(Event, frozen=True, kw_only=True, tag="identity.list_signed"):
    """The police answered every line of a list and signed it."""

    batch_id: UUID


class LineApplied(Event, frozen=True, kw_only=True, tag="identity.line_applied"):
    """The station brought a record up to what the police answered."""

    batch_id: UUID
    answer: str


class AlreadyHandedOver(DomainError, constraint="cleansing_line_live"):
    """A record stands on one list at a time."""

    sentence = "Có người trong lựa chọn đã nằm trong một danh sách gửi công an. Hãy tải lại trang."
    rule = "one_list_at_a_time"


class SameHands(DomainError, constraint="cleansing_batch_two_hands"):
    """Who made a list does not answer it."""

    sentence = "Người lập danh sách không được tự trả lời danh sách đó."
    status = 403
    rule = "two_people"


class LinesLeft(DomainError):
    """A list is signed when every line has its answer."""

    sentence = "Còn {left} dòng chưa có kết quả; hãy trả lời hết rồi ký."
    status = 422
    field = "answer"
    rule = "every_line"


class NothingToApply(DomainError):
    """The line is not answered yet, or was applied."""

    sentence = "Dòng này chưa có kết quả của công an, hoặc đã được cập nhật."
    rule = "answered_line"
