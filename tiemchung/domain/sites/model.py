"""Places of the facility tree, and vaccination sessions with their slots."""

from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.sites import rules
from tiemchung.kit.errors import DomainError, Forbidden
from tiemchung.kit.events import Event

PlaceId = NewType("PlaceId", UUID)
SessionId = NewType("SessionId", UUID)

KINDS = {
    "national_store": "Kho quốc gia",
    "regional_institute": "Viện khu vực",
    "province_cdc": "CDC tỉnh",
    "district_centre": "Trung tâm y tế huyện",
    "station": "Trạm y tế",
    "hospital": "Bệnh viện",
    "clinic": "Phòng khám",
    "mobile_team": "Đội lưu động",
}
SESSION_KINDS = {"fixed": "Tại điểm tiêm", "outreach": "Tiêm ngoài cơ sở", "mobile": "Xe tiêm lưu động"}
STATUSES = {
    "planned": "Chờ duyệt",
    "approved": "Đã duyệt",
    "open": "Đang mở",
    "closed": "Đã đóng",
    "signed": "Đã ký",
    "cancelled": "Đã hủy",
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A store, centre or vaccination site. `parent_id` is who supplies it, `area_path` where it lies."""

    place_id: PlaceId
    code: str
    kind: str
    name: str
    address: str
    area_id: int
    area_path: str
    parent_id: PlaceId | None
    parent_name: str | None
    tables: int
    seats: int
    opening: str
    head: str
    lat: float | None
    lon: float | None
    generated: bool

    @property
    def kind_words(self) -> str:
        """What kind of place it is, in words."""
        return KINDS[self.kind]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A session as somebody wants to hold it; `usable_doses` is what the place's shelf has for it."""

    place_id: UUID
    product: str
    starts_at: datetime
    ends_at: datetime
    tables: int
    usable_doses: int
    kind: str = "fixed"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session and how full it is: `capacity` and `taken` are the sums of its slots."""

    place_id: PlaceId
    session_id: SessionId
    place_name: str
    campaign_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    product: str
    product_name: str
    tables: int
    seats: int
    status: str
    planned_by: UUID | None
    planned_by_name: str | None
    approved_by: UUID | None
    approved_by_name: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    capacity: int
    taken: int

    @property
    def kind_words(self) -> str:
        """Where the session is held, in words."""
        return SESSION_KINDS[self.kind]

    @property
    def status_words(self) -> str:
        """Where the session stands, in words."""
        return STATUSES[self.status]

    @property
    def bookable(self) -> bool:
        """People may be invited: the plan is approved and the session has not been closed."""
        return self.status in {"approved", "open"}

    @property
    def slots(self) -> int:
        """How many stretches of half an hour the session has."""
        return len(rules.slot_starts(self.starts_at, self.ends_at))

    @property
    def people_a_slot(self) -> int:
        """How many people half an hour takes, by tables and observation seats."""
        return rules.people_a_slot(self.tables, self.seats)


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Half an hour of a session: its places, how many are taken, and what the invited people answered."""

    starts_at: datetime
    minutes: int
    capacity: int
    taken: int
    self_capacity: int
    self_taken: int
    released: bool
    confirmed: int
    unanswered: int

    @property
    def ends_at(self) -> datetime:
        """When the half hour is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return max(self.capacity - self.taken, 0)


class SessionPlanned(Event, frozen=True, kw_only=True, tag="sites.session_planned"):
    """A site planned a session; it waits for a second person."""

    session_id: UUID
    product: str
    capacity: int


class SessionApproved(Event, frozen=True, kw_only=True, tag="sites.session_approved"):
    """A second person approved a session: people may be invited."""

    session_id: UUID


class SessionOpened(Event, frozen=True, kw_only=True, tag="sites.session_opened"):
    """A session began to receive people."""

    session_id: UUID


class SessionCancelled(Event, frozen=True, kw_only=True, tag="sites.session_cancelled"):
    """A session will not be held; its appointments fall with it."""

    session_id: UUID
    reason: str


class SessionsOverlap(DomainError, constraint="session_no_overlap"):
    """The place has another session in this time."""

    sentence = "Điểm tiêm đã có một phiên khác trong khoảng giờ này."
    field = "starts"
    rule = "no_overlap"


class NoVaccine(DomainError):
    """The place has no usable dose of the product; facts: `product`."""

    sentence = "Điểm tiêm không còn liều {product} nào dùng được vào ngày này. Hãy nhận vắc xin trước khi lập kế hoạch."
    field = "product"
    rule = "usable_stock"


class TooManyTables(DomainError):
    """The place does not have so many tables; facts: `tables`."""

    sentence = "Điểm tiêm chỉ có {tables} bàn tiêm."
    field = "tables"
    rule = "tables_of_the_place"


class BadHours(DomainError):
    """A session lies in one day, in the future, and takes whole half hours up to ten hours."""

    sentence = "Giờ của phiên phải ở tương lai, trong một ngày, tròn 30 phút và không quá 10 giờ."
    field = "ends"
    rule = "whole_half_hours"


class ApprovalBySelf(DomainError, constraint="session_approved_by_another"):
    """Whoever planned a session may not approve it."""

    sentence = "Người lập kế hoạch không được tự duyệt. Phải có người thứ hai duyệt phiên này."
    status = 403
    rule = "two_people"


class MayNotApprove(Forbidden):
    """The actor is neither an officer of the area nor a head of the place."""

    sentence = "Chỉ cán bộ y tế huyện, tỉnh của địa bàn hoặc người phụ trách khác của điểm tiêm được duyệt phiên."
    rule = "officer_or_other_head"


class SessionNotThere(DomainError):
    """The session is not in a state that allows this; facts: `status`."""

    sentence = "Phiên này đang ở trạng thái “{status}” nên không làm được việc này."
    rule = "session_status"
