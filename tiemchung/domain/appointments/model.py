"""Appointments and invitations: a place in a slot for one person and one dose."""

from datetime import date, datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.appointments.rules import PREFIX
from tiemchung.domain.schedule.answers import Reason
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

AppointmentId = NewType("AppointmentId", UUID)

ANSWERS = {
    "invited": "Chưa trả lời",
    "confirmed": "Đã xác nhận",
    "declined": "Đã từ chối",
    "offered": "Đã nhường",
    "expired": "Hết hạn",
}


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A person's place in a session. `answer` is what they said to the invitation, if one was sent."""

    place_id: UUID
    appointment_id: AppointmentId
    session_id: UUID
    person_id: UUID
    place_name: str
    place_address: str
    starts_at: datetime
    minutes: int
    product: str
    product_name: str
    dose_role: str
    ordinal: int
    code: str
    channel: str
    status: str
    held_until: datetime | None
    session_status: str
    booked_at: datetime
    answer: str | None

    @property
    def shown_code(self) -> str:
        """The check-in code as it is printed and put into the QR: VX1:7K2Q-9XW3-M85T."""
        return PREFIX + self.code

    @property
    def live(self) -> bool:
        """The place is still kept for this person."""
        return self.status in {"held", "booked", "checked_in"}

    @property
    def answerable(self) -> bool:
        """The person may still say yes or no."""
        return self.status == "booked" and self.answer in {"invited", "confirmed"}

    @property
    def counts(self) -> bool:
        """The check-in code is worth showing: the place is more than held."""
        return self.status in {"booked", "checked_in"}

    @property
    def changeable(self) -> bool:
        """The person may still choose another half hour or give the place back."""
        return self.status in {"held", "booked"}

    @property
    def answer_words(self) -> str:
        """What the person said, in words."""
        return ANSWERS[self.answer] if self.answer else ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody assigned to the site who waits for an invitation, and why not if they cannot be invited."""

    person_id: UUID
    registration_id: UUID
    name: str
    birth_date: date
    birth_precision: str
    sex: str
    dose_role: str
    ordinal: int
    wanted_on: date
    wanted_part: str
    registered_at: datetime
    group_code: int | None
    obstacle: Reason | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How many people a session may invite, as the page explains it."""

    tables: int
    people_a_table: int
    slots: int
    people_a_slot: int
    seats: int
    usable: int
    promised_elsewhere: int
    percent: int
    capacity: int
    maximum: int
    invited: int
    confirmed: int
    unanswered: int
    declined: int
    set_aside: int
    room: int

    @property
    def for_this_session(self) -> int:
        """Usable doses that no other session has promised."""
        return max(self.usable - self.promised_elsewhere, 0)

    @property
    def free(self) -> int:
        """How many more may be invited now: within the maximum, and as many as the slots have places for.

        Places that people may still book themselves are promised too.
        """
        return max(min(self.maximum - self.invited - self.set_aside, self.room), 0)


class OpenSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A half hour in which people book a place themselves, and how many places are left."""

    place_id: UUID
    session_id: UUID
    starts_at: datetime
    minutes: int
    product: str
    product_name: str
    free: int

    @property
    def slot(self) -> str:
        """The half hour as forms and addresses name it: place, session and the second it begins."""
        return f"{self.place_id}.{self.session_id}.{int(self.starts_at.timestamp())}"


class OpenPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A site where people book a place themselves; `first_at` is its first half hour with a place left."""

    place_id: UUID
    name: str
    address: str
    lat: float | None
    lon: float | None
    half_hours: int
    places: int
    first_at: datetime | None
    products: list[str]


class Invited(Event, frozen=True, kw_only=True, tag="appointments.invited"):
    """A person was given a place and asked to come."""

    session_id: UUID
    appointment_id: UUID
    starts_at: datetime


class Answered(Event, frozen=True, kw_only=True, tag="appointments.answered"):
    """The person confirmed, or declined and gave the place back."""

    session_id: UUID
    appointment_id: UUID
    accepted: bool


class AppointmentCancelled(Event, frozen=True, kw_only=True, tag="appointments.cancelled"):
    """An appointment fell: its session was cancelled, or the registration was withdrawn."""

    session_id: UUID
    appointment_id: UUID
    reason: str


class AppointmentBooked(Event, frozen=True, kw_only=True, tag="appointments.booked"):
    """A person has a place that they chose themselves. Those who book at once leave this event by `take_places`."""

    session_id: UUID
    appointment_id: UUID
    starts_at: datetime
    channel: str


class AppointmentMoved(Event, frozen=True, kw_only=True, tag="appointments.moved"):
    """A person has another half hour instead of the one before."""

    session_id: UUID
    appointment_id: UUID
    starts_at: datetime
    instead_of: UUID


class HoldExpired(Event, frozen=True, kw_only=True, tag="appointments.hold_expired"):
    """Nobody confirmed in time: the place went back."""

    session_id: UUID
    appointment_id: UUID


class SessionShrunk(Event, frozen=True, kw_only=True, tag="appointments.session_shrunk"):
    """A session takes fewer people; so many were booked again or wait."""

    session_id: UUID
    people_a_slot: int
    affected: int


class PlacesSetAside(Event, frozen=True, kw_only=True, tag="appointments.set_aside"):
    """A session gave people themselves a number of places in each half hour."""

    session_id: UUID
    places_a_slot: int
    release_at: datetime | None


class PlacesReleased(Event, frozen=True, kw_only=True, tag="appointments.released"):
    """Every channel may take every place that is left in a session."""

    session_id: UUID


class TooMany(DomainError):
    """More people than usable doses and places allow; facts: `most`."""

    sentence = "Chỉ còn mời được {most} người: không mời quá số liều dùng được và sức chứa của phiên."
    field = "people"
    rule = "min_of_stock_and_capacity"


class NobodyToInvite(DomainError):
    """Nobody who is assigned to the site waits for this dose and may get it on the day."""

    sentence = "Không còn ai đã phân về điểm tiêm mà đủ điều kiện tiêm vào ngày này."
    field = "people"
    rule = "assigned_and_eligible"


class NotWaiting(DomainError):
    """Somebody on the list is not (or no longer) waiting at this site; facts: `count`."""

    sentence = "Có {count} người trong danh sách không còn chờ mời ở điểm tiêm này. Hãy tải lại danh sách."
    field = "people"
    rule = "assigned_and_eligible"


class SlotsFull(DomainError):
    """Every place of the session is taken."""

    sentence = "Các khung giờ của phiên đã kín chỗ."
    rule = "slot_never_oversold"


class NotAnswerable(DomainError):
    """The appointment is over, cancelled, or the person has been checked in; facts: `status`."""

    sentence = "Lịch hẹn này không còn trả lời được: {status}."
    rule = "booked_only"


class CodeMistyped(DomainError):
    """The check character does not fit: a character was misread."""

    sentence = "Mã check-in không đúng. Hãy kiểm tra lại từng ký tự, hoặc quét mã QR."
    status = 422
    field = "code"
    rule = "check_character"


STATUS_WORDS = {
    "held": "đang giữ chỗ",
    "booked": "đã có chỗ",
    "checked_in": "đã đến điểm tiêm",
    "done": "đã tiêm",
    "cancelled": "đã hủy",
    "no_show": "không đến",
    "expired": "hết hạn",
}
