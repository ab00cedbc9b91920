"""The schedule in force at the table: what it says of the dose in hand, and what was answered by the doctor already."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from tiemchung.domain import recommendations
from tiemchung.domain.immunizations.errors import LotExpired, LotNotReleased
from tiemchung.domain.recommendations import AnotherDose, GivenDose, Known, Present, Stopped, WarningsUnread
from tiemchung.domain.rulebook import InForce
from tiemchung.domain.schedule.answers import Lot, Reason, Stop, Verdict, Warn

# What the doctor concluded on today and answers for: care is the conclusion's own word, a delay may be overridden.
CARE = {"needs_care", "needs_hospital"}
DELAYS = {"deferred", "deferred_until_over"}
HEALTH = {*DELAYS, "contraindicated", "immune"}
ROLES = {"basic": "mũi cơ bản", "additional": "mũi bổ sung", "booster": "mũi nhắc lại"}


class ForDose(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the database says before a dose; `area_code` is the site's province."""

    dose_role: str
    ordinal: int
    session_product: str
    product: str | None
    product_name: str
    volume_ml: Decimal
    disease: str
    person_id: UUID
    birth_date: date
    birth_precision: str
    sex: str
    area_code: str | None
    lot_number: str | None
    lot_status: str | None
    lot_expires_on: date | None
    rule_set_id: UUID
    immunization_id: UUID | None
    conclusion: str | None
    override_reason: str | None
    consented: bool
    observation_minutes: int | None
    doses: list[GivenDose]
    findings: list[Present]

    @property
    def known(self) -> Known:
        """What the schedule is asked about the person."""
        return Known(
            person_id=self.person_id,
            birth_date=self.birth_date,
            birth_precision=self.birth_precision,
            sex=self.sex,
            area_code=self.area_code,
            doses=self.doses,
            findings=self.findings,
        )

    @property
    def lot(self) -> Lot | None:
        """The lot in hand."""
        if self.lot_number is None or self.lot_expires_on is None:
            return None
        status = self.lot_status
        return Lot(
            number=self.lot_number,
            expires_on=self.lot_expires_on,
            recalled=status == "recalled",
            released=status == "released",
        )


def check(force: InForce, seen: ForDose, on: date, *, warnings_read: bool) -> Decimal | None:
    """The dose's volume in millilitres, None where the schedule says none, once nothing speaks against it.

    Raises `LotExpired`, `LotNotReleased`, `Stopped`, `WarningsUnread`, `AnotherDose`.
    """
    verdict = recommendations.gate(force, seen.known, seen.product or seen.session_product, on, lot=seen.lot)
    if isinstance(verdict, Stop):
        stops = stops_of(verdict, overridden=seen.override_reason is not None)
        if any(each.code == "lot_expired" for each in stops):
            raise LotExpired
        if any(each.code in {"lot_recalled", "lot_not_released"} for each in stops):
            raise LotNotReleased
        if stops:
            raise Stopped(stops)
        return None
    if (warnings := to_answer(verdict)) and not warnings_read:
        raise WarningsUnread(warnings)
    if seen.doses and (verdict.role or seen.dose_role) != seen.dose_role:
        raise AnotherDose(due=ROLES[verdict.role or seen.dose_role], planned=ROLES[seen.dose_role])
    volume = force.ready.schedule.volume_ml(
        seen.known.subject, seen.product or seen.session_product, role=verdict.role, on=on
    )
    return None if volume is None else Decimal(str(volume))


def stops_of(verdict: Verdict, *, overridden: bool) -> list[Reason]:
    """What stops the dose; a doctor who decided otherwise with a reason answers for a delay, for nothing else."""
    if not isinstance(verdict, Stop):
        return []
    return [each for each in verdict.reasons if not (overridden and each.code in DELAYS)]


def to_answer(verdict: Verdict) -> list[Reason]:
    """The warnings that nobody has answered yet: those that the screening answers are the doctor's."""
    return [each for each in verdict.reasons if each.code not in CARE] if isinstance(verdict, Warn) else []
