"""A ticket, its steps, and what is told of them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.corrections import rules
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

KINDS = {
    "field": "Thông tin cá nhân sai",
    "dose": "Mũi tiêm ghi sai",
    "missing": "Thiếu mũi tiêm",
    "see": "Yêu cầu được xem, nhận dữ liệu",
    "restrict": "Yêu cầu hạn chế xử lý dữ liệu",
    "erase": "Yêu cầu xóa dữ liệu",
}
FIELDS = {
    "name": "Họ và tên",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
    "number": "Số giấy tờ",
    "phone": "Số điện thoại",
    "address": "Nơi ở hiện nay",
    "nationality": "Quốc tịch",
}
STATE_WORDS = {
    "open": "Đã nhận, chờ xử lý",
    "answered": "Đang xử lý",
    "extended": "Gia hạn một lần",
    "done": "Đã giải quyết",
    "refused": "Không chấp nhận",
}


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as the person says it was given."""

    product: str
    given_on: date
    lot: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket is about: a field of the record, a recorded dose, or a dose that is missing."""

    field: str | None = None
    immunization_id: UUID | None = None
    claimed: Claimed | None = None


class NewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for; `picture` is a JPEG that `pictures.picture` made."""

    kind: str
    about: About
    said: str
    place_id: UUID | None = None
    picture: bytes | None = None
    channel: str = "app"


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as it stands; what was written opens with `actions.said`."""

    person_id: UUID
    ticket_id: UUID
    number: str
    kind: str
    about: About
    place_id: UUID | None
    place_name: str | None
    province_code: str
    opened_at: datetime
    answer_by: datetime
    escalated_at: datetime | None
    step: int
    state: str
    due_at: datetime
    message: str
    at: datetime
    person_name: str
    has_photo: bool

    @property
    def kind_words(self) -> str:
        """What is asked for."""
        return KINDS[self.kind]

    @property
    def state_words(self) -> str:
        """Where it stands."""
        return STATE_WORDS[self.state]

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.state in rules.CLOSED

    def late(self, at: datetime) -> bool:
        """Whether a first answer or the end is overdue at a moment."""
        return not self.closed and (at > self.due_at or (self.state == "open" and at > self.answer_by))


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a ticket."""

    step: int
    state: str
    due_at: datetime
    message: str
    at: datetime
    by_name: str | None

    @property
    def state_words(self) -> str:
        """What it came to."""
        return STATE_WORDS[self.state]


class TicketOpened(Event, frozen=True, kw_only=True, tag="corrections.opened"):
    """Somebody asks for something about their record."""

    ticket_id: UUID
    ticket_kind: str


class TicketMoved(Event, frozen=True, kw_only=True, tag="corrections.moved"):
    """A ticket was answered, extended, settled or refused; or it is late and the province was told."""

    ticket_id: UUID
    state: str


class NotAPicture(DomainError):
    """What was sent is no picture, or too large a one."""

    sentence = "Ảnh phải là tệp JPEG, PNG hoặc WebP thật, tối đa 8 MB."
    status = 422
    field = "photo"
    rule = "real_picture"


class TicketClosed(DomainError, constraint="ticket_step_pkey"):
    """The ticket has ended, cannot go there, or somebody was faster."""

    sentence = "Phản ánh này vừa được cập nhật hoặc đã kết thúc. Hãy xem lại."
    rule = "ticket_state"
