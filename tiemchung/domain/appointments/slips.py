"""What a site prints for a session: who comes when, with the check-in code, by where they live."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.appointments.invitations import queries
from tiemchung.domain.appointments.rules import PREFIX
from tiemchung.domain.registrations import DOSES
from tiemchung.kit import clock
from tiemchung.kit.db import Db


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """One person's slip; `where` is the commune and the address, whose residential group hands it out."""

    appointment_id: UUID
    starts_at: datetime
    name: str
    birth_date: date
    commune: str
    address: str
    dose_role: str
    ordinal: int
    registration_code: str
    code: str

    @property
    def time(self) -> str:
        """When to come, as a clock shows it."""
        return f"{clock.local(self.starts_at):%H:%M %d/%m/%Y}"

    @property
    def born(self) -> str:
        """The year of birth: enough to tell two neighbours apart."""
        return str(self.birth_date.year)

    @property
    def where(self) -> str:
        """Where the person lives."""
        return f"{self.commune}, {self.address}"

    @property
    def dose(self) -> str:
        """Which dose it is for."""
        return DOSES.get(f"{self.dose_role}-{self.ordinal}", str(self.ordinal))

    @property
    def shown_code(self) -> str:
        """The check-in code as the QR holds it."""
        return PREFIX + self.code


async def slips(db: Db, place_id: UUID, session_id: UUID) -> list[Slip]:
    """The slips of everybody who is to come, by where they live, then by time; whoever calls answers for the place."""
    return await db.all(Slip, queries.slips, place_id=place_id, session_id=session_id)
