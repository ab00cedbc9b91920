"""Reading registrations, and what they are made against: the campaign, its groups, the consent in force."""

from collections.abc import Sequence
from uuid import UUID

from tiemchung.domain.registrations.model import Campaign, ConsentText, PriorityGroup, Registration, Step
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import normal_code

queries = sql.load(__name__)


async def one(db: Db, registration_id: UUID, *, province_code: str | None = None) -> Registration:
    """A registration by its id, within a province where one is given. Raises `NotFound`."""
    return await db.one(Registration, queries.one, registration_id=registration_id, province_code=province_code)


async def by_code(db: Db, code: str) -> Registration:
    """The registration of a code, however it was typed. Raises `NotFound`."""
    return await db.one(Registration, queries.by_code, code=normal_code(code))


async def of_person(db: Db, person_id: UUID) -> list[Registration]:
    """A person's registrations, newest first."""
    return await db.all(Registration, queries.of_person, person_id=person_id)


async def live_of(db: Db, person_id: UUID, campaign: Campaign, dose_role: str, ordinal: int) -> Registration | None:
    """The registration of a person for a dose that was neither refused nor withdrawn; others wait for this act."""
    await db.run(queries.lock_person, person_id=person_id)
    return await db.maybe(
        Registration,
        queries.live,
        person_id=person_id,
        campaign_id=campaign.campaign_id,
        dose_role=dose_role,
        ordinal=ordinal,
    )


async def timeline(db: Db, registration: Registration) -> list[Step]:
    """The statuses of a registration in order, with when and by whom."""
    return await db.all(
        Step,
        queries.timeline,
        person_id=registration.person_id,
        registration_id=str(registration.registration_id),
    )


async def campaign_of(db: Db) -> Campaign:
    """The campaign of today. Raises `NotFound`."""
    return await db.one(Campaign, queries.campaign, today=clock.day_of(db.at))


async def priority_groups(db: Db) -> Sequence[PriorityGroup]:
    """The groups in force, by their codes."""
    return await db.all(PriorityGroup, queries.priority_groups)


async def consent_text(db: Db) -> ConsentText:
    """The consent form in force. Raises `NotFound`."""
    return await db.one(ConsentText, queries.consent_text, today=clock.day_of(db.at))
