"""What has happened to a registration, for whoever follows it."""

from datetime import date
from uuid import UUID

from tiemchung.domain.registrations.model import RegistrationId, Status
from tiemchung.kit.events import Event


class RegistrationSubmitted(Event, frozen=True, kw_only=True, tag="registrations.submitted"):
    """A registration came in."""

    registration_id: RegistrationId
    campaign_id: int
    province_code: str
    district_code: str
    channel: str


class RegistrationMoved(Event, frozen=True, kw_only=True, tag="registrations.moved"):
    """A registration went from one status to another; the actor and the time are the event's own."""

    registration_id: RegistrationId
    from_status: Status
    to: Status
    reason: str | None = None


class WishChanged(Event, frozen=True, kw_only=True, tag="registrations.wish_changed"):
    """Somebody would rather come on another day, in another part of the day or to another site."""

    registration_id: RegistrationId
    wanted_on: date
    wanted_part: str
    was_on: date
    was_part: str


class ConsentWithdrawn(Event, frozen=True, kw_only=True, tag="registrations.consent_withdrawn"):
    """Somebody took a consent back."""

    consent_id: UUID


class DuplicateSettled(Event, frozen=True, kw_only=True, tag="registrations.duplicate_settled"):
    """An officer found that two records are two people."""

    registration_id: RegistrationId
    other_person_id: UUID


class OrganisationOpened(Event, frozen=True, kw_only=True, tag="registrations.organisation_opened"):
    """An account acts for an organisation from now on."""

    account_id: UUID
