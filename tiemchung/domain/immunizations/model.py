"""A visit and its steps, the dose, the count of a session, and what is told of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.kit.events import Event

VisitId = NewType("VisitId", UUID)
ImmunizationId = NewType("ImmunizationId", UUID)
VialId = NewType("VialId", UUID)

BODY_SITES = {"left_arm": "Tay trái", "right_arm": "Tay phải", "other": "Khác"}
STEPS = {
    "screening": "Khám sàng lọc",
    "injection": "Chờ tiêm",
    "observation": "Theo dõi",
    "done": "Đã xong",
    "deferred": "Hoãn tiêm",
    "left": "Không tiêm",
}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Where one person stands in a session, with what a screen at the site shows of them; `vitals` as they were measured."""

    place_id: UUID
    visit_id: VisitId
    session_id: UUID
    person_id: UUID
    number: int
    step: str
    name: str
    sex: str
    birth_date: date
    birth_precision: str
    dose_role: str
    ordinal: int
    checked_in_at: datetime
    screened_at: datetime | None
    conclusion: str | None
    override_reason: str | None
    immunization_id: UUID | None
    injected_at: datetime | None
    observe_until: datetime | None
    product: str
    last_product: str | None
    off_list: bool
    vitals: dict[str, str]


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose in a person's record: the version that counts."""

    person_id: UUID
    immunization_id: ImmunizationId
    version: int
    status: str
    disease: str
    dose_role: str
    ordinal: int
    product: str
    product_name: str
    lot_id: UUID | None
    lot_number: str | None
    place_id: UUID
    place_name: str
    session_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    source: str
    reason: str | None
    table_number: int | None
    signed: bool


class Injection(msgspec.Struct, frozen=True, kw_only=True):
    """What the nurse does: who gets a dose from which vial, into which arm.

    `volume_ml` in millilitres, None for what the schedule says; `device_id` and `device_at` are the device that sent it and
    its clock; `warnings_read`: the schedule's warnings were read and answered; `given_by` gave it where somebody else
    types it in from paper. `session_id`, where it is named, is the session that the visit must be of.
    """

    place_id: UUID
    visit_id: UUID
    vial_id: UUID
    immunization_id: UUID
    body_site: str
    volume_ml: Decimal | None = None
    device_id: UUID | None = None
    device_at: datetime | None = None
    warnings_read: bool = False
    given_by: UUID | None = None
    session_id: UUID | None = None


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """What a record should say instead: another vial of the session, another arm, another volume in millilitres."""

    vial_id: UUID
    body_site: str
    volume_ml: Decimal


class Glass(msgspec.Struct, frozen=True, kw_only=True):
    """A session's vials as somebody counted them by hand: received at the tables, given back closed, thrown away closed."""

    received: int
    returned: int
    discarded: int


class OpenVial(msgspec.Struct, frozen=True, kw_only=True):
    """A vial at the table with its clock."""

    vial_id: VialId
    number: int
    lot_id: UUID
    lot_number: str
    expires_on: date
    product: str
    product_name: str
    volume_ml: Decimal
    opened_at: datetime
    use_by: datetime
    doses_nominal: int
    doses_extra: int
    doses_left: int
    table_number: int | None


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """A session's doses, counted: opened + extra = given + wasted + left; what is left when it closes is wasted."""

    vials: int
    opened: int
    extra: int
    wasted: int
    left: int
    recorded: int
    unfinished: int

    @property
    def given(self) -> int:
        """Doses that left the vials into an arm."""
        return self.opened + self.extra - self.wasted - self.left

    @property
    def difference(self) -> int:
        """Doses that the vials gave but no record names, or the other way round."""
        return self.given - self.recorded

    def missing_vials(self, counted: Glass) -> int:
        """Vials that were received and are neither opened, returned nor thrown away; below zero: too many."""
        return counted.received - self.vials - counted.returned - counted.discarded


class CheckedIn(Event, frozen=True, kw_only=True, tag="visit.checked_in"):
    """A person arrived for their appointment, or without one for the reason `off_list`."""

    session_id: UUID
    visit_id: UUID
    off_list: str | None = None


class ConsentTaken(Event, frozen=True, kw_only=True, tag="visit.consent_taken"):
    """A person, or a guardian for them, agreed at the site."""

    session_id: UUID
    given_by: str


class Screened(Event, frozen=True, kw_only=True, tag="visit.screened"):
    """A doctor concluded; answers stay with the visit."""

    session_id: UUID
    visit_id: UUID
    conclusion: str
    overridden: bool


class DoseRecorded(Event, frozen=True, kw_only=True, tag="immunization.recorded"):
    """A dose was given. The facts that figures need, and ids for the rest."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    product: str
    lot_id: UUID | None
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    source: str
    sex: str
    birth_year: int
    priority_group_id: int | None


class DoseReviewOpened(Event, frozen=True, kw_only=True, tag="immunization.review_opened"):
    """A dose was given without a line that a rule refuses: somebody has to look."""

    immunization_id: UUID
    reasons: list[str]


class DoseReviewSettled(Event, frozen=True, kw_only=True, tag="immunization.review_settled"):
    """Somebody has looked: right, or in error."""

    immunization_id: UUID
    outcome: str


class PersonsMerged(Event, frozen=True, kw_only=True, tag="people.merged"):
    """Two records of one person were united under `person_id`."""

    merge_id: UUID
    merged_id: UUID
    doses: int


class PersonsParted(Event, frozen=True, kw_only=True, tag="people.parted"):
    """A merge was undone."""

    merge_id: UUID
    merged_id: UUID


class DoseUndone(Event, frozen=True, kw_only=True, tag="immunization.undone"):
    """A dose was entered in error; the same facts as when it was recorded, to be subtracted."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    product: str
    lot_id: UUID | None
    disease: str
    dose_role: str
    ordinal: int
    occurred_at: datetime
    source: str
    sex: str
    birth_year: int
    priority_group_id: int | None
    reason: str


class DoseAmended(Event, frozen=True, kw_only=True, tag="immunization.amended"):
    """A record got a later version that says something else about the same dose."""

    immunization_id: UUID
    version: int
    session_id: UUID | None
    lot_id: UUID | None
    reason: str


class Discharged(Event, frozen=True, kw_only=True, tag="visit.discharged"):
    """A person went home after observation, or earlier for a reason."""

    session_id: UUID
    visit_id: UUID
    reason: str | None = None


class Deferred(Event, frozen=True, kw_only=True, tag="visit.deferred"):
    """A person leaves without a dose, with the reason."""

    session_id: UUID
    visit_id: UUID
    reason: str


class SessionClosed(Event, frozen=True, kw_only=True, tag="session.closed"):
    """A session's vials and doses were counted and it was closed."""

    session_id: UUID
    given: int
    wasted: int
    explained: bool


class SessionSigned(Event, frozen=True, kw_only=True, tag="session.signed"):
    """Whoever answers for the records signed them with a second factor."""

    session_id: UUID
    signature_id: UUID
    doses: int
