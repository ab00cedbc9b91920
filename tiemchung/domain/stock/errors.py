"""What the ledger refuses, and why."""

from tiemchung.kit.errors import DomainError


class NotEnoughDoses(DomainError, constraint="stock_never_negative"):
    """The account holds fewer doses than the act takes."""

    sentence = "Không đủ số liều trong kho cho việc này. Hãy xem lại số dư của lô."
    field = "doses"
    rule = "stock_never_negative"


class EntryUnbalanced(DomainError, constraint="stock_entry_sums_to_zero"):
    """The lines of an entry do not sum to zero."""

    sentence = "Phiếu kho không cân: tổng các dòng phải bằng 0."
    rule = "stock_entry_sums_to_zero"


class AlreadyPosted(DomainError, constraint="stock_posting_pkey"):
    """The entry was posted before."""

    sentence = "Phiếu này đã được ghi sổ."
    rule = "entry_once"


class AlreadyReversed(DomainError, constraint="stock_reversed_once"):
    """The entry was taken back before."""

    sentence = "Phiếu này đã được đảo trước đó."
    rule = "reversed_once"


class LineDoesNotAddUp(DomainError, constraint="shipment_line_adds_up"):
    """Accepted, broken and missing together are what was sent."""

    sentence = "Nhận nguyên, quá nhiệt, vỡ, không thấy và khác lô phải cộng lại bằng số đã gửi của từng dòng."
    field = "accepted"
    rule = "shipment_line_adds_up"


class WrongLotUnknown(DomainError):
    """The lot that came instead is not known for this vaccine; facts: `lot`."""

    sentence = "Không có lô {lot} của vắc xin này trong danh mục. Xem lại số lô trên thùng."
    status = 422
    field = "wrong_lot"
    rule = "known_lot"


class AlreadyReceived(DomainError):
    """Somebody has signed for this shipment."""

    sentence = "Chuyến hàng này đã được ký nhận."
    rule = "received_once"


class TableNotThere(DomainError):
    """The session has fewer tables; facts: `tables`."""

    sentence = "Phiên này có {tables} bàn tiêm. Hãy chọn một trong các bàn đó."
    status = 422
    field = "table"
    rule = "table_of_session"


class VialUsedUp(DomainError, constraint="vial_never_overdrawn"):
    """No dose is left in the vial."""

    sentence = "Lọ này đã hết liều. Hãy mở lọ khác."
    field = "vial"
    rule = "vial_never_overdrawn"


class VialIsClosed(DomainError):
    """The vial was put away."""

    sentence = "Lọ này đã đóng."
    field = "vial"
    rule = "vial_open"


class WrongProduct(DomainError):
    """The lot is of another vaccine than the session's; facts: `lot`, `product`."""

    sentence = "Lô {lot} không phải vắc xin {product} của phiên này."
    field = "lot"
    rule = "product_of_the_session"


class ReviewSettled(DomainError, constraint="stock_review_entry"):
    """Somebody has explained these doses."""

    sentence = "Mục đối chiếu này đã được giải trình."
    rule = "settled_once"


class NeverRefreeze(DomainError):
    """What has thawed is never frozen again."""

    sentence = "Vắc xin đã rã đông, không được cấp đông lại."
    field = "to"
    rule = "never_refreeze"


class NeverFreeze(DomainError):
    """The vaccine is kept at 2–8 °C and must not freeze."""

    sentence = "Vắc xin này bảo quản 2–8 °C, không được để đông."
    field = "to"
    rule = "never_freeze"


class BudgetSpent(DomainError):
    """The days between −25 and −15 °C are used up; facts: `days`."""

    sentence = "Đã dùng hết {days} ngày được phép ở −25…−15 °C. Chỉ còn rã đông."
    field = "to"
    rule = "one_budget"


class NoSuchStorage(DomainError):
    """The maker does not allow this storage for this vaccine."""

    sentence = "Nhà sản xuất không cho phép bảo quản vắc xin này như vậy."
    field = "to"
    rule = "storage_of_the_product"


class UnitMoved(DomainError):
    """Somebody else has changed the unit's storage meanwhile."""

    sentence = "Khay này vừa được người khác đổi cách bảo quản. Hãy tải lại trang."
    rule = "unit_as_seen"


class OverrideNeedsReason(DomainError):
    """Other doses must be used first; facts: `lot`."""

    sentence = "Lô {lot} phải xuất trước. Muốn xuất lô khác, hãy ghi lý do."
    field = "override_reason"
    rule = "earliest_usable_first"


class LotFrozen(DomainError):
    """The lot is recalled or not released: it goes nowhere but back; facts: `lot`."""

    sentence = "Lô {lot} chưa được phép dùng hoặc đã thu hồi: chỉ được trả lại kho cấp trên."
    field = "lot"
    rule = "released_lot"


class IssueBeforeReceipt(DomainError):
    """Doses cannot leave before they came; facts: `lot`, `received`."""

    sentence = "Lô {lot} vào kho lúc {received}: không thể xuất trước khi nhận."
    field = "lot"
    rule = "receipt_before_issue"


class ClaimAnswered(DomainError, constraint="claim_once"):
    """The sender has answered this claim."""

    sentence = "Khiếu nại này đã được trả lời."
    rule = "answered_once"


class AnswerDoesNotFit(DomainError):
    """The answer is not one to this kind of difference."""

    sentence = "Trả lời này không hợp với loại khiếu nại."
    field = "answer"
    rule = "fitting_answer"


class NothingAllocated(DomainError):
    """The decision gives no doses to anybody."""

    sentence = "Hãy nhập số liều cho ít nhất một nơi."
    status = 422
    field = "doses"
    rule = "one_share"


class DecidedByAsker(DomainError, constraint="request_decided_by_another"):
    """Who asked does not decide."""

    sentence = "Người đề nghị không tự duyệt. Cần một người khác."
    rule = "second_person"


class AdjustedByOne(DomainError, constraint="adjustment_by_another"):
    """Who corrected does not agree to it."""

    sentence = "Người điều chỉnh không tự xác nhận. Cần một người khác."
    rule = "second_person"


class DecidedBefore(DomainError):
    """Somebody has decided, or it was never asked here."""

    sentence = "Việc này đã được quyết định, hoặc không phải của nơi này."
    rule = "decided_once"


class SecondPersonNeeded(DomainError):
    """The difference is above the limit; facts: `doses`, `percent`."""

    sentence = "Lệch hơn {doses} liều hoặc {percent} %: cần người thứ hai xác nhận."
    rule = "second_person"


class CountOpen(DomainError, constraint="stocktake_one_open"):
    """A count of the place is not verified yet."""

    sentence = "Đang có một đợt kiểm kê chưa xác nhận."
    rule = "one_count"


class CountIncomplete(DomainError):
    """Not every unit was counted."""

    sentence = "Hãy nhập số đếm được của mọi dòng; không có thì nhập 0."
    status = 422
    field = "counted"
    rule = "every_unit"


class CountOver(DomainError):
    """The count was verified, or has not been made."""

    sentence = "Đợt kiểm kê này chưa đếm xong hoặc đã xác nhận."
    rule = "count_open"


class WitnessesMissing(DomainError, constraint="destruction_witnesses_check"):
    """Two witnesses at least."""

    sentence = "Hủy vắc xin cần ít nhất hai người chứng kiến."
    status = 422
    field = "witness_1"
    rule = "two_witnesses"


class FinishedBeforeDecided(DomainError, constraint="allocation_finishes_after_decision"):
    """The doses of a round cannot be given by a day before its decision."""

    sentence = "Ngày phải tiêm xong không được trước ngày quyết định."
    field = "finish_by"
    rule = "finish_after_decision"


class MonitorGoesForward(DomainError):
    """The vial monitors showed a later stage before; facts: `stage`."""

    sentence = "Chỉ thị nhiệt của khay này đã ở mức {stage}: mức đã thấy không bao giờ lùi. Hãy xem lại lọ."
    status = 409
    field = "stage"
    rule = "monitor_forward"


class ProtocolUsed(DomainError, constraint="destruction_protocol"):
    """The place has a destruction under this number."""

    sentence = "Số biên bản này đã dùng."
    field = "protocol"
    rule = "protocol_once"


class RecalledBefore(DomainError, constraint="recall_once"):
    """The lot was recalled before."""

    sentence = "Lô này đã được thu hồi trước đó."
    field = "reason"
    rule = "recalled_once"


class CodeUnreadable(DomainError):
    """What was scanned or typed is no GS1 code of a package."""

    sentence = "Không đọc được mã. Quét lại, hoặc nhập số in dưới mã, ví dụ (01)…(17)…(10)…; nếu không, hãy chọn lô."
    status = 422
    field = "code"
    rule = "gs1"


class WrongCheckDigit(DomainError):
    """A number of the code does not fit its own check digit; facts: `number`."""

    sentence = "Số kiểm tra của {number} sai: mã bị đọc hoặc gõ nhầm. Hãy quét lại."
    status = 422
    field = "code"
    rule = "check_digit"


class LotOfCodeUnknown(DomainError):
    """No known lot of the package's product has this number and last day; facts: `lot`."""

    sentence = "Không có lô {lot} với hạn dùng này trong danh mục của vắc xin. Không dùng; báo thủ kho cấp trên."
    status = 422
    field = "code"
    rule = "known_lot"
