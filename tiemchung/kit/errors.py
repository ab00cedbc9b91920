"""Domain errors: named facts, each with the sentence that tells a person what is wrong.

A subclass writes its sentence once, in Vietnamese, which is also the message id of the English one. Its arguments are
the facts of the case; `{names}` in the sentence show them. `constraint` makes `kit.db` raise it when PostgreSQL refuses.
"""

import re
from collections.abc import Callable
from typing import ClassVar

by_constraint: dict[str, type["DomainError"]] = {}


class DomainError(Exception):
    """Something that may not be done, with why. `field` names the input at fault, `rule` the rule it breaks."""

    sentence: ClassVar[str] = "Yêu cầu không thực hiện được."
    status: ClassVar[int] = 409
    field: ClassVar[str | None] = None
    rule: ClassVar[str | None] = None
    keeps: ClassVar[bool] = False  # what was written before the refusal stays: a counted try

    def __init__(self, **facts: object) -> None:
        super().__init__(self.sentence)
        self.facts = facts

    def __init_subclass__(cls, *, constraint: str | None = None) -> None:
        if constraint is not None:
            by_constraint[constraint] = cls

    def words(self, translate: Callable[[str], str]) -> str:
        """What the error tells a person; `translate` gives a Vietnamese sentence in the reader's language."""
        return translate(self.sentence).format(**self.facts)

    @classmethod
    def code(cls) -> str:
        """The error's name on the wire: `LotExpired` is `lot_expired`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class NotFound(DomainError):
    """There is no such thing, or not for this actor: the two are told apart to nobody."""

    sentence = "Không tìm thấy nội dung này, hoặc bạn không có quyền xem."
    status = 404


class Forbidden(DomainError):
    """The actor's role or area does not reach this act."""

    sentence = "Vai trò hoặc địa bàn của bạn không được làm việc này."
    status = 403


class SignInNeeded(DomainError):
    """Nobody is signed in, or the sign-in has ended."""

    sentence = "Mời bạn đăng nhập để tiếp tục."
    status = 401


class TooManyRequests(DomainError):
    """A limit was reached; facts: `seconds` until the next try."""

    sentence = "Bạn thao tác quá nhiều lần. Hãy thử lại sau {seconds} giây."
    status = 429


class CrossSite(DomainError):
    """A write came from another site."""

    sentence = "Yêu cầu đến từ một trang khác nên bị từ chối."
    status = 403


class Unavailable(DomainError):
    """The database does not answer; nothing was changed."""

    sentence = "Hệ thống đang gián đoạn, chưa có gì được ghi. Nội dung bạn nhập vẫn còn; hãy thử lại sau ít phút."
    status = 503


class BadInput(DomainError):
    """A machine sent something that does not fit; facts: `field` and `rule`."""

    sentence = "Dữ liệu ở mục {field} không hợp lệ: {rule}."
    status = 422
