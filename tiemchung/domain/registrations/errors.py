"""What registering and moving a registration refuses, and why."""

from tiemchung.kit.errors import DomainError


class AlreadyRegistered(DomainError):
    """This person has a live registration for this dose, which the account may not see."""

    sentence = "Người này đã có đăng ký cho mũi tiêm này. Mỗi người chỉ cần một đăng ký; hãy tra cứu bằng mã đã nhận."
    field = "dose"
    rule = "one_registration_per_dose"


class OrganisationKnown(DomainError, constraint="organisation_pkey"):
    """This account acts for an organisation already."""

    sentence = "Số điện thoại này đã là tài khoản của một tổ chức."
    field = "name"
    rule = "one_organisation_per_account"


class TaxCodeTaken(DomainError, constraint="organisation_tax_code_key"):
    """Another account acts for this organisation."""

    sentence = "Mã số thuế này đã có tài khoản. Hãy đăng nhập bằng số điện thoại đã đăng ký, hoặc gọi 1900 9095."
    field = "tax_code"
    rule = "one_account_per_tax_code"


class NotPossible(DomainError):
    """A registration cannot go from where it stands to there; facts: `was` and `to`."""

    sentence = "Đăng ký đang ở trạng thái “{was}”, không chuyển sang “{to}” được."
    rule = "status_order"


class WishTooLate(DomainError):
    """Somebody was invited already, or the registration has ended; facts: `status`."""

    sentence = (
        "Đăng ký đang ở trạng thái “{status}” nên không đổi mong muốn được nữa. Nếu đã được mời, hãy trả lời lời mời."
    )
    rule = "before_invitation"


class HistoryIncomplete(DomainError):
    """A question about health has no answer; facts: `missing`."""

    sentence = "Còn {missing} câu hỏi sức khỏe chưa trả lời."
    status = 422
    field = "history"
    rule = "all_answered"


class OutsideReach(DomainError):
    """The place lies outside the officer's province."""

    sentence = "Điểm tiêm này không thuộc địa bàn bạn phụ trách."
    status = 403
    field = "place"
    rule = "own_area"
