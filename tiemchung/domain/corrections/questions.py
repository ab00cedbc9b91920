"""Questions of anybody to the help desk: asked without an account, answered by an officer, read by number."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import messaging
from tiemchung.domain.corrections import rules
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import normal_code, readable_code

queries = sql.load(__name__, "questions.sql")

KINDS = {
    "register": "Đăng ký tiêm",
    "invitation": "Lịch hẹn, lời mời",
    "certificate": "Chứng nhận, hộ chiếu vắc xin",
    "site": "Điểm tiêm",
    "reaction": "Phản ứng sau tiêm",
    "data": "Số liệu, dữ liệu mở",
    "other": "Việc khác",
}
STATE_WORDS = {"open": "Đã nhận, chờ trả lời", "answered": "Đã trả lời, đang theo dõi", "closed": "Đã trả lời xong"}


class NewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks; the province says whose officers answer, none is the nation's. Answers are told in `lang`."""

    topic: str
    said: str
    phone: str | None = None
    province_code: str | None = None
    lang: str = "vi"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it stands; what was written opens with `written`."""

    question_id: UUID
    number: str
    topic: str
    province_code: str | None
    province_name: str | None
    asked_at: datetime
    answer_by: datetime
    has_phone: bool
    step: int
    state: str

    @property
    def topic_words(self) -> str:
        """What it is about."""
        return KINDS[self.topic]

    @property
    def state_words(self) -> str:
        """Where it stands."""
        return STATE_WORDS[self.state]

    def late(self, at: datetime) -> bool:
        """Whether the first answer is overdue at a moment."""
        return self.state == "open" and at > self.answer_by


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote, the phone that they left, and their language."""

    said: str
    phone: str | None
    lang: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the help desk."""

    step: int
    outcome: str
    message: str
    at: datetime
    by_name: str


class Asked(Event, frozen=True, kw_only=True, tag="corrections.asked"):
    """Somebody asked the help desk."""

    question_id: UUID
    topic: str


class QuestionAnswered(Event, frozen=True, kw_only=True, tag="corrections.question_answered"):
    """The help desk answered, or closed a question with its answer."""

    question_id: UUID
    outcome: str


class AnsweredMeanwhile(DomainError, constraint="help_answer_pkey"):
    """Somebody was faster, or the question is closed."""

    sentence = "Câu hỏi này vừa có người trả lời hoặc đã kết thúc. Hãy xem lại."
    rule = "question_state"


async def ask(db: Db, new: NewQuestion, *, question_id: UUID) -> Question:
    """Open a question; the same id again is the same question."""
    written = await db.run(
        queries.ask,
        question_id=question_id,
        number=readable_code(),
        topic=new.topic,
        province_code=new.province_code,
        said_sealed=db.keys.seal(new.said, f"help.said.{question_id}"),
        phone_sealed=db.keys.seal(new.phone, f"help.phone.{question_id}") if new.phone else None,
        lang=new.lang,
        at=db.at,
        answer_by=rules.after_working_days(db.at, rules.ANSWER_WORKING_DAYS),
    )
    if written:
        await db.happened(Asked(question_id=question_id, topic=new.topic))
    return await one(db, question_id)


async def answer(db: Db, question: Question, message: str, *, closes: bool) -> None:
    """Answer a question, and close it where nothing is left; whoever left a phone hears that there is an answer, not what.

    Raises `AnsweredMeanwhile`.
    """
    now = await one(db, question.question_id)
    if now.state == "closed" or now.step != question.step:
        raise AnsweredMeanwhile
    outcome = "closed" if closes else "answered"
    key = {"question_id": question.question_id, "step": question.step + 1}
    await db.run(queries.answer, **key, outcome=outcome, message=message, at=db.at, by=db.actor.id)
    await db.happened(QuestionAnswered(question_id=question.question_id, outcome=outcome))
    asked = await written(db, question)
    if asked.phone is not None:
        await messaging.send(
            db, phone=asked.phone, template="question_answered", lang=asked.lang, number=question.number
        )


async def one(db: Db, question_id: UUID) -> Question:
    """A question. Raises `NotFound`."""
    return await db.one(Question, queries.one, question_id=question_id)


async def by_number(db: Db, number: str) -> Question:
    """The question of a number, however it was typed. Raises `NotFound`."""
    question_id = await db.value(UUID, queries.by_number, number=normal_code(number))
    if question_id is None:
        raise NotFound
    return await one(db, question_id)


async def written(db: Db, question: Question) -> Written:
    """What was asked, and the phone to call back; for the help desk alone."""
    found = await db.one(_Sealed, queries.written, question_id=question.question_id)
    sealed = found.phone_sealed
    return Written(
        said=db.keys.open(found.said_sealed, f"help.said.{question.question_id}"),
        phone=db.keys.open(sealed, f"help.phone.{question.question_id}") if sealed else None,
        lang=found.lang,
    )


async def answers(db: Db, question: Question) -> list[Answered]:
    """What was answered, in order."""
    return await db.all(Answered, queries.answers, question_id=question.question_id)


async def worklist(db: Db, *, province: str | None, closed: bool) -> list[Question]:
    """What waits in a province or in the nation, the most urgent first; or what has ended, the newest first."""
    return await db.all(Question, queries.worklist, province=province, closed=closed)


class _Sealed(msgspec.Struct):
    said_sealed: bytes
    phone_sealed: bytes | None
    lang: str
