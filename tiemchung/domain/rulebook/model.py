"""Published schedules, drafts on their way to one, and what is told and refused of them."""

from datetime import date, datetime
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.domain.schedule.read import Ready
from tiemchung.kit.errors import DomainError
from tiemchung.kit.events import Event

RuleSetId = NewType("RuleSetId", UUID)
DraftId = NewType("DraftId", UUID)

STATUSES = {
    "comparing": "Đang so sánh trên dân số",
    "waiting": "Chờ người thứ hai đọc so sánh và duyệt",
    "approved": "Đã duyệt, chờ công bố",
    "published": "Đã công bố",
    "withdrawn": "Đã rút",
}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A published schedule: from which day it answers, who wrote and who approved it. Nobody wrote the one that was shipped."""

    rule_set_id: RuleSetId
    code: str
    valid_from: date
    digest: bytes
    published_at: datetime
    note: str | None
    author: str | None
    approver: str | None


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """A published schedule, ready to be asked."""

    rule_set_id: RuleSetId
    ready: Ready


class Births(msgspec.Struct, frozen=True, kw_only=True):
    """Days of birth, later than `after` (where there is such a bound) and not later than `by`."""

    after: date | None
    by: date


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A change on its way. `comparison` belongs to the very text; a new text has none yet."""

    draft_id: DraftId
    code: str
    digest: bytes
    note: str
    based_on: RuleSetId
    author_id: UUID
    author: str
    drafted_at: datetime
    comparison: "Comparison | None"
    compared_at: datetime | None
    approved_by: UUID | None
    approver: str | None
    approved_at: datetime | None
    rule_set_id: RuleSetId | None
    withdrawn_at: datetime | None

    @property
    def status(self) -> str:
        """Where the draft stands, by the words of `STATUSES`."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.rule_set_id:
            return "published"
        if self.approved_at:
            return "approved"
        return "waiting" if self.comparison else "comparing"

    @property
    def open(self) -> bool:
        """Whether its text may still change."""
        return self.withdrawn_at is None and self.rule_set_id is None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """People who stand in the same way: what is next for them (`role`, `ordinal`), and whether it is due, by each schedule."""

    state: str
    role: str | None
    ordinal: int | None
    before: int
    after: int

    @property
    def change(self) -> int:
        """How many more people the new schedule puts here."""
        return self.after - self.before


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two schedules on the same population and day. `moved`: people whose answer differs; `revalued`: whose doses do."""

    on: date
    people: int
    histories: int
    moved: int
    revalued: int
    lines: list[Line]


class ScheduleDrafted(Event, frozen=True, kw_only=True, tag="rule_set.drafted"):
    """An officer wrote a change, or rewrote it."""

    draft_id: UUID
    digest: str


class ScheduleApproved(Event, frozen=True, kw_only=True, tag="rule_set.approved"):
    """A second officer, who had the comparison before them, approved a change."""

    draft_id: UUID
    digest: str


class SchedulePublished(Event, frozen=True, kw_only=True, tag="rule_set.published"):
    """A schedule answers from a day on."""

    draft_id: UUID
    rule_set_id: UUID
    valid_from: date


class ScheduleWithdrawn(Event, frozen=True, kw_only=True, tag="rule_set.withdrawn"):
    """A change was given up."""

    draft_id: UUID


class NoSchedule(DomainError):
    """No schedule of this code is in force on the day; facts: `code`."""

    sentence = "Không có lịch tiêm “{code}” nào có hiệu lực vào ngày này."
    rule = "schedule_in_force"


class NothingChanged(DomainError):
    """The draft says what the schedule in force says."""

    sentence = "Bản thảo giống hệt lịch tiêm đang có hiệu lực."
    status = 422
    field = "text"
    rule = "a_change"


class DraftClosed(DomainError):
    """A published or withdrawn draft stays as it is."""

    sentence = "Bản thảo đã công bố hoặc đã rút nên không sửa được nữa. Hãy lập bản thảo mới."
    rule = "open_draft"


class OnlyItsAuthor(DomainError):
    """Somebody else's draft is read, not rewritten."""

    sentence = "Chỉ người lập bản thảo được sửa hoặc rút."
    status = 403
    rule = "author"


class ApprovedByItsAuthor(DomainError, constraint="draft_two_people"):
    """Whoever wrote a change may not approve it."""

    sentence = "Người lập bản thảo không được tự duyệt. Phải có người thứ hai đọc so sánh rồi duyệt."
    status = 403
    rule = "two_people"


class NotCompared(DomainError, constraint="draft_compared_as_it_is"):
    """The comparison is not there yet, or is of another text."""

    sentence = "Chưa có bản so sánh của đúng văn bản này. Hãy đợi rồi tải lại trang."
    rule = "compared"


class NotRead(DomainError, constraint="draft_read_before_approved"):
    """Whoever approves has not had the comparison of this text before them."""

    sentence = "Bạn chưa mở bản so sánh của văn bản này. Hãy đọc rồi mới duyệt."
    rule = "comparison_read"


class NotApproved(DomainError, constraint="rule_set_two_people"):
    """Only what a second officer approved is published."""

    sentence = "Bản thảo chưa được người thứ hai duyệt nên chưa công bố được."
    rule = "approved"


class PublishedInThePast(DomainError):
    """A schedule begins to answer today or later: what was answered stays as it was."""

    sentence = "Ngày bắt đầu phải từ hôm nay trở đi."
    status = 422
    field = "valid_from"
    rule = "today_or_later"


class PublishedTwice(DomainError, constraint="rule_set_code"):
    """The very text is published for this day already."""

    sentence = "Văn bản này đã được công bố cho ngày đó rồi."
    rule = "published_once"
