"""The questions of a health declaration and what the answers mean for the visit."""

from datetime import timedelta

import msgspec

from tiemchung.domain.declarations.model import Answers

PREFIX = "KB1:"
# A site takes a declaration as today's for so long.
FRESH = timedelta(days=1)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is answered with yes or no."""

    code: str
    group: str
    title: str


# The national declaration form (khai báo y tế): the last 14 days.
QUESTIONS = (
    Question(code="fever", group="symptoms", title="Sốt từ 37,5 °C"),
    Question(code="cough", group="symptoms", title="Ho hoặc đau họng"),
    Question(code="breath", group="symptoms", title="Khó thở"),
    Question(code="tired", group="symptoms", title="Mệt mỏi, đau người bất thường"),
    Question(code="taste", group="symptoms", title="Mất vị giác hoặc khứu giác"),
    Question(code="case_contact", group="exposure", title="Tiếp xúc gần với người mắc hoặc nghi mắc COVID-19"),
    Question(code="quarantine", group="exposure", title="Đang cách ly hoặc theo dõi y tế"),
    Question(code="travelled", group="travel", title="Đi qua tỉnh khác hoặc nước khác"),
)


def verdict(answers: Answers) -> str:
    """What a site should know first: exposure before symptoms, else nothing to note."""
    groups = {question.group for question in QUESTIONS if question.code in answers.yes}
    if "exposure" in groups:
        return "exposure"
    return "symptoms" if "symptoms" in groups else "clear"
