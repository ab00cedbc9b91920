"""What the site refuses, and why."""

from tiemchung.kit.errors import DomainError


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


class ApproverNeeded(DomainError):
    """Whoever receives a person without an appointment needs another one's leave: a head's or a doctor's of the site."""

    sentence = "Tiếp đón ngoài danh sách cần phụ trách điểm tiêm hoặc bác sĩ khác duyệt. Hãy chọn người đã duyệt."
    status = 422
    field = "approved_by"
    rule = "approved_by_another"


class PossibleDuplicate(DomainError):
    """Somebody of this name, sex and birth is known already; facts: `count`."""

    sentence = (
        "Đã có {count} hồ sơ cùng họ tên, giới tính và ngày sinh. Hãy chọn đúng hồ sơ, hoặc xác nhận là người khác."
    )
    field = "same_as"
    rule = "one_record_a_person"


class GuardianNeeded(DomainError):
    """A child is vaccinated with a parent or guardian who agrees and gives their name (Decision 5002/QĐ-BYT)."""

    sentence = "Người dưới 18 tuổi cần cha mẹ hoặc người giám hộ đồng ý. Hãy ghi họ tên người giám hộ."
    status = 422
    field = "guardian_name"
    rule = "guardian"


class ReviewSettled(DomainError):
    """Somebody has looked at this dose already."""

    sentence = "Mũi tiêm này đã có người xem xét."
    rule = "open_review"


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


class NoLotNamed(DomainError):
    """A vial is opened of a lot that is chosen or scanned."""

    sentence = "Hãy chọn lô, hoặc quét mã trên hộp."
    status = 422
    field = "lot_id"
    rule = "required"


class OtherLotScanned(DomainError):
    """The code that was scanned is of another lot than the vial; facts: `lot` (of the vial), `scanned`."""

    sentence = "Mã vừa quét là lô {scanned}, lọ đang dùng là lô {lot}. Hãy cầm lại đúng lọ."
    field = "code"
    rule = "lot_of_vial"


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


class ReviewsOpen(DomainError):
    """Doses that were given without a line wait for the head's look; facts: `count`."""

    sentence = "Còn {count} mũi tiêm chờ xem xét. Phụ trách điểm tiêm kết luận trước khi đóng phiên."
    field = "explanation"
    rule = "reviews_settled"


class MergeBusy(DomainError):
    """The record that would go is expected at a site or is there."""

    sentence = "Hồ sơ kia đang có lịch hẹn hoặc đang ở điểm tiêm. Hãy xong việc đó rồi gộp."
    field = "merged_id"
    rule = "not_expected"


class MergeGone(DomainError):
    """One of the records was united already, or the merge was undone."""

    sentence = "Một trong hai hồ sơ đã được gộp, hoặc lần gộp này đã được tách. Hãy tải lại trang."
    rule = "two_live_records"


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


class LotUnknown(DomainError):
    """No lot of this vaccine has this number; facts: `lot`."""

    sentence = "Không có lô {lot} của vắc xin này trong hệ thống. Hãy kiểm tra lại số lô trên giấy."
    status = 422
    field = "lot"
    rule = "known_lot"


class ResultKnown(DomainError):
    """The person of a row has a result in this session; facts: `name`."""

    sentence = "{name} đã có kết quả trong phiên này. Nếu kết quả đó sai, hãy sửa mũi đã ghi."
    field = "who"
    rule = "one_result"


class OpenedLater(DomainError):
    """By the paper a dose was drawn before its vial was opened; facts: `vial`, `time`."""

    sentence = "Lọ {vial} mở lúc {time}, sau giờ tiêm của dòng này."
    field = "vial"
    rule = "drawn_after_opening"


class CameLater(DomainError):
    """By the paper somebody had the dose before they came; facts: `time` of arrival."""

    sentence = "Giờ đến {time} sau giờ tiêm của dòng này."
    field = "arrived"
    rule = "given_after_arrival"


class OtherVaccineOnPaper(DomainError):
    """By the paper somebody was given another vaccine than the session's; facts: `product`, `lot`."""

    sentence = "Theo giấy đã tiêm {product}, lô {lot}, không phải vắc xin của phiên."
    field = "vial"
    rule = "product_of_session"
