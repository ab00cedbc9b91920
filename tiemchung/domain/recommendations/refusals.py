"""What the schedule in force refuses or asks to be read first, told in its own reasons with their papers."""

from collections.abc import Callable, Sequence

from tiemchung.domain.schedule import reasons as words
from tiemchung.domain.schedule.answers import Reason
from tiemchung.kit.errors import DomainError


class WithReasons(DomainError):
    """An error that says why in the engine's reasons; facts: `reasons` (their codes), `why` (their sentences)."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reasons=" ".join(each.code for each in reasons), why=sentences(reasons))
        self.reasons = tuple(reasons)

    def words(self, translate: Callable[[str], str]) -> str:
        """The error with its reasons, all in the reader's language."""
        return translate(self.sentence).format(why=sentences(self.reasons, translate))


class Stopped(WithReasons):
    """The schedule in force does not allow this product for this person now."""

    sentence = "Không tiêm mũi này hôm nay. {why}"
    rule = "schedule"


class WarningsUnread(WithReasons):
    """The dose may be given once these warnings were read and answered."""

    sentence = "Hãy đọc và xác nhận trước khi tiêm: {why}"
    field = "warnings_read"
    rule = "warnings_read"


class AnotherDose(DomainError):
    """By the record another dose is due than the one that was planned; facts: `due`, `planned`."""

    sentence = "Theo hồ sơ, mũi đến lượt là {due}, không phải {planned}. Hãy kiểm tra lại trước khi tiêm."
    rule = "dose_that_is_due"

    def words(self, translate: Callable[[str], str]) -> str:
        """The error with both doses named in the reader's language."""
        return translate(self.sentence).format(**{name: translate(str(fact)) for name, fact in self.facts.items()})


def sentences(reasons: Sequence[Reason], translate: Callable[[str], str] = str) -> str:
    """Reasons in words, one after the other."""
    return " ".join(words.sentence(each, translate) for each in reasons)
