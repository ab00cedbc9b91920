"""A registration: a wish to be vaccinated, and where it stands."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType, TypeAlias
from uuid import UUID

import msgspec

from tiemchung.domain.people import NewPerson, PersonId

RegistrationId = NewType("RegistrationId", UUID)


class Status(StrEnum):
    """Where a registration stands."""

    registered = "registered"
    approved = "approved"
    assigned = "assigned"
    planned = "planned"
    invited = "invited"
    confirmed = "confirmed"
    declined = "declined"
    checked_in = "checked_in"
    done = "done"
    refused = "refused"
    withdrawn = "withdrawn"


STATUS_WORDS = {
    Status.registered: "Chờ duyệt",
    Status.approved: "Đã duyệt",
    Status.assigned: "Đã phân về điểm tiêm",
    Status.planned: "Đã vào kế hoạch phiên tiêm",
    Status.invited: "Đã mời",
    Status.confirmed: "Đã xác nhận lịch",
    Status.declined: "Đã từ chối lịch",
    Status.checked_in: "Đã đến điểm tiêm",
    Status.done: "Đã tiêm",
    Status.refused: "Không duyệt",
    Status.withdrawn: "Đã rút đăng ký",
}
# What a status means for the person and what comes next.
NEXT_WORDS = {
    Status.registered: "Sở Y tế đang xem đăng ký, thường trong 2 ngày làm việc. Bạn chưa phải làm gì.",
    Status.approved: "Đăng ký đủ điều kiện. Tiếp theo, bạn được phân về một điểm tiêm gần nơi ở.",
    Status.assigned: "Bạn trong danh sách của điểm tiêm. Khi có vắc xin, ai chờ lâu nhất được mời trước, có giờ cụ thể.",
    Status.planned: "Điểm tiêm đang xếp giờ cho bạn. Lời mời sẽ đến qua tin nhắn và trong sổ.",
    Status.invited: "Điểm tiêm đang chờ bạn trả lời có đến hay không.",
    Status.confirmed: "Hãy đến đúng giờ, mang giấy tờ tùy thân và mã check-in.",
    Status.declined: "Bạn vẫn trong danh sách và sẽ được mời lại khi có đợt tiêm khác.",
    Status.checked_in: "Bạn đang ở điểm tiêm: khám sàng lọc, tiêm, rồi theo dõi ít nhất 30 phút.",
    Status.done: "Mũi tiêm đã được ghi nhận. Hãy theo dõi sức khỏe trong 28 ngày, nhất là 7 ngày đầu.",
    Status.refused: "Xem lý do ở dưới. Bạn có thể sửa và đăng ký lại, hoặc gọi 1900 9095.",
    Status.withdrawn: "Không ai mời bạn theo đăng ký này nữa. Bạn có thể đăng ký lại bất cứ lúc nào.",
}
# Until somebody is invited, a wish guides who plans; after a refused invitation it does so again.
WISH_COUNTS = (Status.registered, Status.approved, Status.assigned, Status.declined)
PARTS = {"morning": "Buổi sáng", "afternoon": "Buổi chiều", "day": "Cả ngày"}
DOSES = {
    "basic-1": "Mũi thứ nhất",
    "basic-2": "Mũi thứ hai",
    "basic-3": "Mũi thứ ba của loạt cơ bản (Abdala)",
    "additional-1": "Mũi bổ sung",
    "booster-1": "Mũi nhắc lại",
    "booster-2": "Mũi nhắc lại lần hai",
}
DoseRole: TypeAlias = Literal["basic", "additional", "booster"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question about health: yes, no or unknown, with a word on what."""

    answer: Literal["yes", "no", "unknown"]
    note: str = ""


class Previous(msgspec.Struct, frozen=True, kw_only=True):
    """The latest earlier dose as the person tells it."""

    product: str
    given_on: date
    place: str = ""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody told about their health, by the codes of the 12 questions, and about an earlier dose."""

    answers: dict[str, Answer]
    previous: Previous | None = None


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign; the day it began decides which administrative units its forms offer."""

    campaign_id: int
    code: str
    name: str
    name_en: str
    disease: str
    valid_from: date

    @property
    def geography_on(self) -> date:
        """The day whose administrative units the campaign's forms and plans use."""
        return self.valid_from


class PriorityGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One of the 16 groups of Decision 3355/QĐ-BYT: a category, not a place in a queue."""

    priority_group_id: int
    code: int
    name: str
    name_en: str


class ConsentText(msgspec.Struct, frozen=True, kw_only=True):
    """The consent form in force."""

    consent_text_id: int
    valid_from: date
    body: str
    body_en: str


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A consent as it was given: the version of its text is the day that text came into force."""

    consent_id: UUID
    text_from: date
    channel: str
    given_by: str
    given_at: datetime
    withdrawn_at: datetime | None


class NewRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was sent: who, which dose, when they would like it, and what they agreed to."""

    person: NewPerson
    channel: str
    relation: str
    dose_role: str
    ordinal: int
    wanted_on: date
    wanted_part: str
    wanted_place_id: UUID | None = None
    history: History
    consent_text_id: int
    given_by: str = "self"


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as it stands."""

    person_id: PersonId
    registration_id: RegistrationId
    code: str
    campaign_id: int
    channel: str
    relation: str
    dose_role: str
    ordinal: int
    wanted_on: date
    wanted_part: str
    wanted_place_id: UUID | None
    history: History
    province_code: str
    district_code: str
    status: Status
    status_at: datetime
    status_reason: str | None
    assigned_place_id: UUID | None
    assigned_place: str | None
    wanted_place: str | None
    registered_at: datetime
    suspected_person_id: UUID | None
    earliest_on: date | None

    @property
    def may_change_wish(self) -> bool:
        """Whether the day, part of the day and site wished for still guide anybody."""
        return self.status in WISH_COUNTS

    @property
    def next_words(self) -> str:
        """What the status means and what comes next, in plain words."""
        return NEXT_WORDS[self.status]

    @property
    def status_words(self) -> str:
        """The status for a reader."""
        return STATUS_WORDS[self.status]

    @property
    def dose_words(self) -> str:
        """Which dose it is about."""
        return DOSES.get(f"{self.dose_role}-{self.ordinal}", f"Mũi {self.ordinal}")


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """The registration that a form led to; `is_new` is false for one that was there already."""

    registration: Registration
    is_new: bool


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a registration's status, for its timeline."""

    to: Status
    at: datetime
    actor_label: str | None
    reason: str | None

    @property
    def words(self) -> str:
        """The status for a reader."""
        return STATUS_WORDS[self.to]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an officer's worklist: enough to decide, no more."""

    registration_id: RegistrationId
    person_id: PersonId
    code: str
    name: str
    sex: str
    birth_date: date
    birth_precision: str
    nationality: str
    identity_status: str
    area_id: int
    dose_role: str
    ordinal: int
    history: History
    group_code: int | None
    registered_at: datetime
    status: Status
    status_reason: str | None
    assigned_place: str | None
    suspected_person_id: UUID | None


class Worklist(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an officer's worklist and how many lines there are in all."""

    rows: list[Row]
    total: int


class Tab(StrEnum):
    """The states that an officer works through."""

    waiting = "cho-duyet"
    suspected = "nghi-trung"
    approved = "da-duyet"
    assigned = "da-phan"
    refused = "khong-duyet"


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a worklist; `province_code` is the officer's reach, None the nation."""

    province_code: str | None
    tab: Tab = Tab.waiting
    district_code: str | None = None
    group_code: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    dose_role: str | None = None
    words: str = ""
    page: int = 1


class PlaceChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Where people may be assigned to: a district centre or a site."""

    place_id: UUID
    name: str
    kind: str
    waiting: int


Counts: TypeAlias = Mapping[Tab, int]


def family_proof(given_by: str) -> str:
    """What shows that the account may open the record of whom it registered."""
    return "guardianship" if given_by == "guardian" else "phone_code"
