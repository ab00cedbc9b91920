"""The 12 questions before a vaccination, what an answer leads to, and the order of a registration's statuses."""

from datetime import date

import msgspec

from tiemchung.domain import people
from tiemchung.domain.registrations.model import Answer, History, Status


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question about health: its code, its words, what it means, and what to add after a yes."""

    code: str
    title: str
    hint: str = ""
    more: str = "Ghi rõ (nếu nhớ)"


# The medical-history page of the national registration form: Có, Không or Không rõ, none pre-answered.
QUESTIONS = (
    Question(
        code="anaphylaxis",
        title="Đã từng bị phản vệ từ độ 2 trở lên chưa?",
        hint="Nổi mề đay nhanh, sưng mặt, khó thở hoặc ngất sau khi tiêm, uống thuốc, ăn hay bị ong đốt.",
        more="Với chất gì? (nếu nhớ)",
    ),
    Question(code="covid", title="Có mắc COVID-19 trong vòng 6 tháng qua không?", more="Khi nào?"),
    Question(code="other_vaccine", title="Có tiêm vắc xin khác trong 14 ngày qua không?", more="Vắc xin gì, ngày nào?"),
    Question(
        code="immunodeficiency",
        title="Có bị suy giảm miễn dịch, ung thư giai đoạn cuối, cắt lách hoặc xơ gan mất bù không?",
    ),
    Question(
        code="immunosuppressant",
        title="Có đang dùng thuốc ức chế miễn dịch, corticoid liều cao, hóa trị hoặc xạ trị không?",
        hint="Corticoid liều cao: từ 2 mg prednisolon cho mỗi kg cân nặng mỗi ngày, trong 7 ngày trở lên.",
    ),
    Question(code="acute_illness", title="Có đang mắc bệnh cấp tính không?", hint="Ví dụ: sốt, ho, tiêu chảy."),
    Question(code="chronic_progressing", title="Có bệnh mạn tính đang tiến triển không?", more="Bệnh gì?"),
    Question(
        code="chronic_treated",
        title="Có bệnh mạn tính đã được điều trị tốt không?",
        hint="Ví dụ: tăng huyết áp, đái tháo đường, hen đã ổn định.",
        more="Bệnh gì?",
    ),
    Question(code="pregnancy", title="Có đang mang thai hoặc cho con bú không?", more="Tuần thai thứ mấy?"),
    Question(code="age_65", title="Có từ 65 tuổi trở lên không?", hint="Câu này được tính theo ngày sinh."),
    Question(
        code="clotting", title="Có rối loạn đông máu, cầm máu hoặc đang dùng thuốc chống đông không?", more="Ghi rõ"
    ),
    Question(code="allergy", title="Có dị ứng với các dị nguyên khác không?", more="Với chất gì?"),
)
CODES = tuple(question.code for question in QUESTIONS)
# Who answered yes to these is vaccinated where anaphylaxis can be treated, or after a doctor's look (Decision 3802/QĐ-BYT).
_HOSPITAL = {"anaphylaxis", "immunodeficiency", "clotting"}
_DELAY = {"covid", "acute_illness", "other_vaccine", "chronic_progressing"}
_CARE = {"immunosuppressant", "chronic_treated", "pregnancy", "age_65", "allergy"}

_NEXT = {
    Status.registered: {Status.approved, Status.refused, Status.withdrawn, Status.confirmed, Status.checked_in},
    Status.approved: {Status.assigned, Status.refused, Status.withdrawn, Status.confirmed, Status.checked_in},
    Status.assigned: {
        Status.assigned,
        Status.planned,
        Status.invited,
        Status.confirmed,
        Status.refused,
        Status.withdrawn,
        Status.checked_in,
    },
    Status.planned: {Status.invited, Status.confirmed, Status.assigned, Status.withdrawn, Status.checked_in},
    Status.invited: {Status.confirmed, Status.declined, Status.assigned, Status.checked_in, Status.withdrawn},
    Status.confirmed: {Status.checked_in, Status.declined, Status.assigned, Status.withdrawn},
    Status.declined: {
        Status.assigned,
        Status.planned,
        Status.invited,
        Status.confirmed,
        Status.checked_in,
        Status.withdrawn,
    },
    Status.checked_in: {Status.done, Status.assigned},
    # A dose that was entered in error puts the person back among those who wait.
    Status.done: {Status.assigned},
    Status.refused: {Status.registered},
    Status.withdrawn: set[Status](),
}

ENDED = frozenset({Status.refused, Status.withdrawn, Status.done})


def may_move(was: Status, to: Status) -> bool:
    """Whether a registration may go from one status to another."""
    return to in _NEXT[was]


def settle(history: History, birth_date: date, on: date) -> History:
    """The answers as they are kept: the question on age is answered by the birth date."""
    is_65 = people.age(birth_date, on) >= 65
    answers = history.answers | {"age_65": Answer(answer="yes" if is_65 else "no")}
    return msgspec.structs.replace(history, answers=answers)


def missing(history: History) -> list[str]:
    """The questions without an answer."""
    return [code for code in CODES if code not in history.answers]


def all_no(birth_date: date | None, on: date) -> dict[str, Answer]:
    """What "no to everything" fills in; age follows the birth date."""
    answers = {code: Answer(answer="no") for code in CODES}
    if birth_date is not None:
        return settle(History(answers=answers), birth_date, on).answers
    return answers


def advice(history: History) -> str:
    """Where the answers lead, for the officer and the person: hospital, delay, care or eligible.

    A hint for planning; the doctor's screening at the site decides.
    """
    said_yes = {code for code, answer in history.answers.items() if answer.answer == "yes"}
    if said_yes & _HOSPITAL:
        return "hospital"
    if said_yes & _DELAY:
        return "delay"
    if said_yes & _CARE:
        return "care"
    return "eligible"
