"""A visit and its steps, the dose, and what refuses them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

VisitId = NewType("VisitId", UUID)
ImmunizationId = NewType("ImmunizationId", UUID)
VialId = NewType("VialId", UUID)

BODY_SITES = {"left_arm": "Tay trái", "right_arm": "Tay phải", "other": "Khác"}
STEPS = {
    "screening": "Khám sàng lọc",
    "injection": "Chờ tiêm",
    "observation": "Theo dõi",
    "done": "Đã xong",
    "deferred": "Hoãn tiêm",
    "left": "Không tiêm",
}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Where one person stands in a session, with what a screen at the site shows of them."""

    place_id: UUID
    visit_id: VisitId
    session_id: UUID
    person_id: UUID
    number: int
    step: str
    name: str
    sex: str
    birth_date: date
    birth_precision: str
    dose_role: str
    ordinal: int
    checked_in_at: datetime
    screened_at: datetime | None
    conclusion: str | None
    override_reason: str | None
    immunization_id: UUID | None
    injected_at: datetime | None
    observe_until: datetime | None


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose in a person's record: the version that counts."""

    person_id: UUID
    immunization_id: ImmunizationId
    version: int
    status: str
    disease: str
    dose_role: str
    ordinal: int
    product: str
    product_name: str
    course_doses: int
    lot_id: UUID | None
    lot_number: str | None
    place_id: UUID
    place_name: str
    session_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    source: str
    reason: str | None
    signed: bool


class Injection(msgspec.Struct, frozen=True, kw_only=True):
    """What the nurse does: who gets a dose from which vial, into which arm.

    `volume_ml` in millilitres, None for the product's own; `device_at` is the clock of the device that sent it.
    """

    place_id: UUID
    visit_id: UUID
    vial_id: UUID
    immunization_id: UUID
    body_site: str
    volume_ml: Decimal | None = None
    device_at: datetime | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier dose, as far as an interval needs it."""

    product: str
    on: date


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """What a record should say instead: another vial of the session, another arm, another volume in millilitres."""

    vial_id: UUID
    body_site: str
    volume_ml: Decimal


class Glass(msgspec.Struct, frozen=True, kw_only=True):
    """A session's vials as somebody counted them by hand: received at the tables, given back closed, thrown away closed."""

    received: int
    returned: int
    discarded: int


class OpenVial(msgspec.Struct, frozen=True, kw_only=True):
    """A vial at the table with its clock."""

    vial_id: VialId
    number: int
    lot_id: UUID
    lot_number: str
    expires_on: date
    product: str
    product_name: str
    volume_ml: Decimal
    opened_at: datetime
    use_by: datetime
    doses_nominal: int
    doses_extra: int
    doses_left: int


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """A session's doses, counted: opened + extra = given + wasted + left; what is left when it closes is wasted."""

    vials: int
    opened: int
    extra: int
    wasted: int
    left: int
    recorded: int
    unfinished: int

    @property
    def given(self) -> int:
        """Doses that left the vials into an arm."""
        return self.opened + self.extra - self.wasted - self.left

    @property
    def difference(self) -> int:
        """Doses that the vials gave but no record names, or the other way round."""
        return self.given - self.recorded

    def missing_vials(self, counted: Glass) -> int:
        """Vials that were received and are neither opened, returned nor thrown away; below zero: too many."""
        return counted.received - self.vials - counted.returned - counted.discarded


class CheckedIn(Event, frozen=True, kw_only=True, tag="visit.checked_in"):
    """A person arrived for their appointment."""

    session_id: UUID
    visit_id: UUID


class Screened(Event, frozen=True, kw_only=True, tag="visit.screened"):
    """A doctor concluded; answers stay with the visit."""

    session_id: UUID
    visit_id: UUID
    conclusion: str
    overridden: bool


class DoseRecorded(Event, frozen=True, kw_only=True, tag="immunization.recorded"):
    """A dose was given. The facts that figures need, and ids for the rest."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    product: str
    lot_id: UUID | None
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    source: str
    sex: str
    birth_year: int
    priority_group_id: int | None


class DoseUndone(Event, frozen=True, kw_only=True, tag="immunization.undone"):
    """A dose was entered in error; the same facts as when it was recorded, to be subtracted."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    product: str
    lot_id: UUID | None
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    source: str
    sex: str
    birth_year: int
    priority_group_id: int | None
    reason: str


class DoseAmended(Event, frozen=True, kw_only=True, tag="immunization.amended"):
    """A record got a later version that says something else about the same dose."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    lot_id: UUID | None
    reason: str


class Discharged(Event, frozen=True, kw_only=True, tag="visit.discharged"):
    """A person went home after observation, or earlier for a reason."""

    session_id: UUID
    visit_id: UUID
    reason: str | None = None


class Deferred(Event, frozen=True, kw_only=True, tag="visit.deferred"):
    """A person leaves without a dose, with the reason."""

    session_id: UUID
    visit_id: UUID
    reason: str


class SessionClosed(Event, frozen=True, kw_only=True, tag="session.closed"):
    """A session's vials and doses were counted and it was closed."""

    session_id: UUID
    given: int
    wasted: int
    explained: bool


class SessionSigned(Event, frozen=True, kw_only=True, tag="session.signed"):
    """Whoever answers for the records signed them with a second factor."""

    session_id: UUID
    signature_id: UUID
    doses: int


class CodeUnknown(DomainError):
    """No appointment has this check-in code."""

    sentence = "Không có lịch hẹn nào mang mã {typed}. Hãy quét lại, hoặc tìm theo tên."
    status = 422
    field = "code"
    rule = "known_code"


class CodeOfAnotherSession(DomainError):
    """The code belongs to another session; facts: `place`, `time`."""

    sentence = "Mã này là của phiên khác: {place}, {time}. Không tiếp đón ở phiên này được."
    field = "code"
    rule = "this_session"


class AlreadyCheckedIn(DomainError, constraint="visit_once_a_session"):
    """The person has a number in this session."""

    sentence = "Người này đã được tiếp đón trong phiên này."
    field = "code"
    rule = "once_a_session"


class AppointmentNotLive(DomainError):
    """The appointment was cancelled or has lapsed."""

    sentence = "Lịch hẹn này không còn hiệu lực. Hãy xếp lịch lại hoặc tiếp đón ngoài danh sách có người duyệt."
    field = "code"
    rule = "live_appointment"


class SessionNotOpen(DomainError, constraint="session_is_open"):
    """Nothing is recorded outside an open session."""

    sentence = "Phiên tiêm chưa mở hoặc đã đóng, nên không ghi được."
    rule = "session_open"


class NotWaitingForInjection(DomainError, constraint="visit_waits_for_injection"):
    """The person has had the dose, has not been screened, or has left."""

    sentence = "Người này không ở bước chờ tiêm: chưa khám sàng lọc, đã tiêm, hoặc đã ra về. Hãy tải lại trang."
    rule = "waits_for_injection"


class ScreeningMissing(DomainError, constraint="visit_screened_eligible"):
    """No conclusion allows the injection."""

    sentence = "Chưa có kết luận khám sàng lọc đủ điều kiện tiêm."
    rule = "screened_eligible"


class ConsentMissing(DomainError):
    """There is no consent in force."""

    sentence = "Chưa có phiếu đồng ý tiêm chủng còn hiệu lực."
    rule = "consent"


class VialNotOpen(DomainError, constraint="vial_is_open"):
    """The vial was closed, or belongs to another session."""

    sentence = "Lọ vắc xin này không mở ở phiên này. Hãy chọn lọ đang dùng."
    field = "vial_id"
    rule = "open_vial"


class VialPastItsTime(DomainError, constraint="vial_in_time"):
    """The vial is past its time since opening."""

    sentence = "Lọ vắc xin đã quá giờ dùng sau khi mở. Hãy bỏ phần còn lại và mở lọ mới."
    field = "vial_id"
    rule = "use_by"


class LotNotReleased(DomainError, constraint="lot_is_released"):
    """The lot is recalled or not yet released."""

    sentence = "Lô vắc xin này bị thu hồi hoặc chưa được phép dùng. Dừng dùng ngay và báo thủ kho."
    field = "vial_id"
    rule = "released_lot"


class LotExpired(DomainError, constraint="lot_in_date"):
    """The lot's expiry has passed."""

    sentence = "Lô vắc xin này đã hết hạn. Dừng dùng ngay và báo thủ kho."
    field = "vial_id"
    rule = "lot_in_date"


class DoseGiven(DomainError, constraint="dose_given_once"):
    """This dose of the course is recorded already, or booked at another site."""

    sentence = "Mũi này đã được ghi nhận hoặc đã được hẹn ở điểm khác. Không tiêm thêm."
    rule = "one_dose_once"


class TooYoung(DomainError):
    """The person is younger than the product allows; facts: `age`, `from_age`, `product`."""

    sentence = "Người này {age} tuổi; {product} chỉ tiêm từ {from_age} tuổi."
    rule = "minimum_age"


class TooSoon(DomainError):
    """The dose before is not long enough ago; facts: `last`, `days`, `earliest`."""

    sentence = "Mũi trước tiêm ngày {last}, phải cách ít nhất {days} ngày: sớm nhất {earliest}."
    rule = "minimum_interval"


class RecordChanged(DomainError, constraint="immunization_pkey"):
    """Somebody else has changed this record meanwhile."""

    sentence = "Bản ghi này vừa được người khác sửa hoặc đã được ghi. Hãy tải lại trang."
    rule = "current_version"


class RecordSigned(DomainError):
    """A signed record is corrected by a request, not at the table."""

    sentence = "Phiên đã đóng nên bản ghi không sửa tại bàn được. Hãy gửi yêu cầu chỉnh sửa thông tin."
    rule = "open_session"


class WrongProduct(DomainError):
    """The vial holds another product than the session plans; facts: `product`."""

    sentence = "Lọ này chứa {product}, không phải vắc xin của phiên."
    field = "vial_id"
    rule = "product_of_session"


class NotWaitingForScreening(DomainError):
    """The person was screened before, or has left."""

    sentence = "Người này không còn chờ khám sàng lọc. Hãy tải lại trang."
    rule = "waits_for_screening"


class VisitGone(DomainError):
    """The person has had the dose or has left."""

    sentence = "Người này đã tiêm hoặc đã rời phiên. Hãy tải lại trang."
    rule = "before_injection"


class NotInObservation(DomainError):
    """The person is not observed: not vaccinated yet, or gone home."""

    sentence = "Người này không ở bước theo dõi: chưa tiêm, hoặc đã về. Hãy tải lại trang."
    rule = "in_observation"


class ObservationNotOver(DomainError):
    """The person stays until the observation is over; facts: `minutes` left."""

    sentence = "Còn {minutes} phút theo dõi. Chỉ cho về sớm khi chuyển viện, có ghi lý do."
    rule = "observation"


class UnfinishedPeople(DomainError):
    """People of the session still wait or are observed; facts: `count`."""

    sentence = "Còn {count} người chưa xong trong phiên. Hãy hoàn tất hoặc ghi lý do không tiêm trước khi đóng phiên."
    rule = "everybody_finished"


class DifferenceUnexplained(DomainError):
    """Vials, doses and records differ; facts: `doses` and `vials` that are missing or too many."""

    sentence = "Số liều lệch {doses}, số lọ lệch {vials}. Hãy đếm lại, hoặc ghi lý do để đóng phiên."
    field = "explanation"
    rule = "reconciled"


class NothingToSign(DomainError):
    """The session is not closed, or was signed."""

    sentence = "Phiên chưa đóng hoặc đã ký rồi."
    rule = "closed_session"


class UndoOver(DomainError):
    """A dose can be taken back within a minute; later it is amended with a reason."""

    sentence = "Đã quá 60 giây nên không hoàn tác được. Hãy lập bản sửa có lý do."
    rule = "sixty_seconds"
