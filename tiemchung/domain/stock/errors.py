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

    sentence = "Nhận nguyên, vỡ và không thấy phải cộng lại bằng số đã gửi của từng dòng."
    field = "accepted"
    rule = "shipment_line_adds_up"


class AlreadyReceived(DomainError):
    """Somebody has signed for this shipment."""

    sentence = "Chuyến hàng này đã được ký nhận."
    rule = "received_once"


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
