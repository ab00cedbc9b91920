"""A health declaration and what a site reads in it."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

VERDICT_WORDS = {
    "clear": "Không có dấu hiệu đáng chú ý",
    "symptoms": "Có triệu chứng: bác sĩ hỏi kỹ khi khám",
    "exposure": "Có tiếp xúc gần: hỏi tại bàn tiếp đón",
}


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What was declared: the codes answered with yes, and where somebody has been in the last 14 days."""

    yes: list[str]
    travel: str = ""
    note: str = ""


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration as it was given."""

    person_id: UUID
    declaration_id: UUID
    code: str
    answers: Answers
    verdict: str
    channel: str
    declared_at: datetime

    @property
    def shown_code(self) -> str:
        """What the square on the phone holds and a site's scanner reads."""
        return f"KB1:{self.code}"

    @property
    def verdict_words(self) -> str:
        """What it means for the visit."""
        return VERDICT_WORDS[self.verdict]


class TravelUnsaid(DomainError):
    """Whoever has travelled says where."""

    sentence = "Hãy ghi nơi đã đi qua."
    status = 422
    field = "travel"
    rule = "travelled_where"


class Declared(Event, frozen=True, kw_only=True, tag="declarations.declared"):
    """Somebody declared their health; what, stays with the declaration."""

    declaration_id: UUID
    channel: str
