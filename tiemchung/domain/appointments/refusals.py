"""Why a place is not given: each reason a sentence, the same to the person, the phone agent and the machine."""

from tiemchung.kit.errors import DomainError


class AlreadyBooked(DomainError, constraint="dose_claim_pkey"):
    """This person already has an appointment or a record for this dose."""

    sentence = "Người này đã có lịch hẹn hoặc đã có mũi tiêm này trong sổ."
    rule = "one_per_person_and_dose"


class SlotFull(DomainError):
    """Every place of the half hour that this channel may take is taken."""

    sentence = "Khung giờ này vừa hết chỗ. Hãy chọn khung giờ khác."
    field = "slot"
    rule = "slot_never_oversold"


class SlotPast(DomainError):
    """The half hour is over."""

    sentence = "Khung giờ này đã qua. Hãy chọn khung giờ khác."
    field = "slot"
    rule = "not_in_the_past"


class SessionClosed(DomainError):
    """The session is not approved yet, closed or cancelled."""

    sentence = "Phiên tiêm này không nhận đặt lịch. Hãy chọn phiên khác."
    field = "slot"
    rule = "approved_or_open"


class NotRegistered(DomainError):
    """The person has no open registration for this campaign."""

    sentence = "Người này chưa có đăng ký tiêm đang chờ. Hãy đăng ký tiêm trước khi đặt lịch."
    field = "person_id"
    rule = "registered"


class UnderReview(DomainError):
    """An officer has to settle first whether the registration is a double."""

    sentence = "Đăng ký này đang được kiểm tra trùng, chưa đặt lịch được. Chúng tôi sẽ nhắn khi xong."
    field = "person_id"
    rule = "no_suspected_double"


class TooEarly(DomainError):
    """The minimum interval after the dose before is not over on that day."""

    sentence = "Ngày này chưa đủ khoảng cách tối thiểu sau mũi tiêm trước. Hãy chọn ngày muộn hơn."
    field = "slot"
    rule = "minimum_interval"


class TooYoung(DomainError):
    """The person's age on that day is not one that the vaccine may be given at: too young for it, or too old."""

    sentence = "Vào ngày này tuổi của người được tiêm không hợp với loại vắc xin ở phiên này."
    field = "slot"
    rule = "licensed_age"


class NotDue(DomainError):
    """The schedule has another dose for this person, or none."""

    sentence = "Theo lịch tiêm, mũi đã đăng ký không phải là mũi đến lượt của người này. Hãy xem mũi tiếp theo trong sổ sức khỏe."
    field = "person_id"
    rule = "the_dose_that_is_due"


class KeyUsed(DomainError):
    """The idempotency key was used for another act or by somebody else."""

    sentence = "Mã yêu cầu này đã dùng cho một việc khác. Hãy tải lại trang rồi thử lại."
    field = "id"
    rule = "one_key_one_act"


class HoldRanOut(DomainError):
    """The minutes of the hold are over and the place went back."""

    sentence = "Đã hết thời gian giữ chỗ, chỗ đã được trả lại. Hãy chọn lại khung giờ."
    rule = "within_the_hold"


class NotHeld(DomainError):
    """The appointment is neither held nor booked any more."""

    sentence = "Chỗ này không còn được giữ cho bạn. Hãy chọn lại khung giờ."
    rule = "held_or_booked"


class NextDoseTooNear(DomainError):
    """Moving this dose would bring it too near to the next one, which is booked already."""

    sentence = "Lịch mới quá gần lịch hẹn của mũi sau. Hãy đổi lịch của mũi sau trước."
    field = "slot"
    rule = "minimum_interval"


class NothingFollows(DomainError):
    """After this dose the schedule has none to come, or it is not the person's first day to say."""

    sentence = "Theo lịch tiêm, sau mũi này chưa có mũi nào để giữ chỗ trước."
    rule = "a_dose_follows"


class OtherVaccine(DomainError):
    """The session's vaccine may not be given after the doses before."""

    sentence = "Vắc xin của phiên này không dùng được sau các mũi trước. Hãy chọn phiên khác."
    field = "slot"
    rule = "allowed_after_the_dose_before"


class NothingToGive(DomainError):
    """The place has no usable dose of the session's product today; facts: `product`."""

    sentence = "Kho của điểm tiêm không có liều {product} nào dùng được lúc này. Hãy nhận vắc xin trước khi mở phiên."
    rule = "usable_stock"
