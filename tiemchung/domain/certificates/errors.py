"""What may not be done with certificates, as named facts."""

from tiemchung.kit.errors import DomainError


class NameZoneWrong(DomainError):
    """The text is no name field of a passport's machine-readable zone."""

    sentence = "Họ tên theo hộ chiếu chỉ gồm chữ in hoa A–Z và dấu <, ví dụ NGUYEN<<BAO<DUY."
    field = "zone"
    rule = "mrz"


class SamePerson(DomainError, constraint="revocation_two_persons"):
    """The person who proposed may not decide."""

    sentence = "Người đề nghị thu hồi không được tự phê duyệt: cần một người khác."
    rule = "two_persons"


class AlreadyProposed(DomainError, constraint="revocation_open"):
    """The same withdrawal waits for a decision."""

    sentence = "Đã có một đề nghị cho đối tượng này đang chờ quyết định."


class AlreadyDecided(DomainError):
    """Somebody has decided before."""

    sentence = "Đề nghị này đã được quyết định."


class NothingToWithdraw(DomainError):
    """No live certificate, or for a restoration no withdrawn one, stands behind the target."""

    sentence = "Không có chứng nhận nào phù hợp với đề nghị này."


class ReasonTooShort(DomainError, constraint="revocation_reason_check"):
    """A withdrawal says why, in 10 to 500 characters."""

    sentence = "Hãy ghi lý do, từ 10 đến 500 ký tự."
    field = "reason"
    rule = "length"


class CertificateReplaced(DomainError, constraint="certificate_live"):
    """A newer certificate for the same dose is live: the withdrawn one cannot come back beside it."""

    sentence = "Liều tiêm này đã có chứng nhận mới; chứng nhận cũ không thể khôi phục."


class NotLive(DomainError):
    """The person has no such certificate, or it no longer holds."""

    sentence = "Chứng nhận này không còn hiệu lực hoặc không có."
    status = 404
