"""Registering, and moving a registration from one status to the next; each change is an event."""

from datetime import date
from uuid import UUID

from tiemchung.domain import geography, messaging, people
from tiemchung.domain.people import PersonId
from tiemchung.domain.registrations import rules
from tiemchung.domain.registrations.errors import AlreadyRegistered, HistoryIncomplete, NotPossible, WishTooLate
from tiemchung.domain.registrations.events import (
    ConsentWithdrawn,
    RegistrationMoved,
    RegistrationSubmitted,
    WishChanged,
)
from tiemchung.domain.registrations.model import (
    STATUS_WORDS,
    WISH_COUNTS,
    Consent,
    NewRegistration,
    Registration,
    RegistrationId,
    Status,
    Submitted,
    family_proof,
)
from tiemchung.domain.registrations.reading import campaign_of, live_of, one, queries
from tiemchung.kit import clock
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import readable_code, uuid7


async def submit(db: Db, new: NewRegistration, *, account_id: UUID | None = None, relation: str = "self") -> Submitted:
    """Register somebody for a dose. The same person is never made twice, the same dose never registered twice.

    `relation` is what the person is to the account's holder. An account that does not reach a person known already
    adds the registration and learns and changes nothing else. Raises `AlreadyRegistered`, `HistoryIncomplete`,
    `people.IdentifierTaken`.
    """
    campaign = await campaign_of(db)
    history = rules.settle(new.history, new.person.birth_date, clock.day_of(db.at))
    if unanswered := rules.missing(history):
        raise HistoryIncomplete(missing=len(unanswered))
    person_id, reached = await _person(db, new, account_id)
    standing = await live_of(db, person_id, campaign, new.dose_role, new.ordinal)
    if standing is not None:
        if not reached:
            raise AlreadyRegistered
        return Submitted(registration=standing, is_new=False)
    registration_id, code = RegistrationId(uuid7(db.at)), readable_code()
    where = await geography.lineage(db, geography.AreaId(new.person.area_id))
    province, district = where.at("province"), where.at("district") or where.at("commune")
    if province is None or district is None:
        raise NotFound
    suspects = await people.suspects(db, new.person, besides=person_id)
    await db.run(
        queries.insert_registration,
        person_id=person_id,
        registration_id=registration_id,
        code=code,
        campaign_id=campaign.campaign_id,
        channel=new.channel,
        relation=new.relation,
        dose_role=new.dose_role,
        ordinal=new.ordinal,
        wanted_on=new.wanted_on,
        wanted_part=new.wanted_part,
        wanted_place_id=new.wanted_place_id,
        history=json(history),
        province_code=province.code,
        district_code=district.code,
        suspected_person_id=suspects[0].person_id if suspects else None,
        by=db.actor.id,
        at=db.at,
    )
    await db.run(
        queries.insert_consent,
        person_id=person_id,
        consent_id=uuid7(db.at),
        consent_text_id=new.consent_text_id,
        channel=new.channel,
        given_by=new.given_by,
        at=db.at,
    )
    if account_id is not None and reached:
        await people.link(db, account_id, person_id, relation=relation, proof=family_proof(new.given_by))
    await db.happened(
        RegistrationSubmitted(
            registration_id=registration_id,
            campaign_id=campaign.campaign_id,
            province_code=province.code,
            district_code=district.code,
            channel=new.channel,
            person_id=person_id,
            area_id=new.person.area_id,
        )
    )
    await _confirm_receipt(db, new, person_id, code)
    return Submitted(registration=await one(db, registration_id), is_new=True)


async def move(
    db: Db, registration: Registration, to: Status, *, reason: str | None = None, place_id: UUID | None = None
) -> Registration:
    """Bring a registration to another status; who and when are the act's own. Raises `NotPossible`."""
    refusal = NotPossible(was=STATUS_WORDS[registration.status], to=STATUS_WORDS[to])
    if not rules.may_move(registration.status, to):
        raise refusal
    moved = await db.run(
        queries.move,
        person_id=registration.person_id,
        registration_id=registration.registration_id,
        was=registration.status,
        to_status=to,
        reason=reason,
        place_id=place_id,
        by=db.actor.id,
        at=db.at,
    )
    if not moved:
        raise refusal
    await db.happened(
        RegistrationMoved(
            registration_id=registration.registration_id,
            from_status=registration.status,
            to=to,
            reason=reason,
            person_id=registration.person_id,
            place_id=place_id or registration.assigned_place_id,
        )
    )
    return await one(db, registration.registration_id)


async def withdraw(db: Db, registration: Registration) -> Registration:
    """Take a registration back, and the consent with it. Raises `NotPossible`."""
    moved = await move(db, registration, Status.withdrawn)
    await db.run(queries.withdraw_consents, person_id=registration.person_id, at=db.at)
    return moved


async def follow(db: Db, before: Registration, *, dose_role: str, ordinal: int, earliest_on: date) -> None:
    """Register somebody for the dose after one that they are registered for; approval and consent hold on.

    One that is there already keeps its place and learns its first day.
    """
    campaign = await campaign_of(db)
    standing = await live_of(db, before.person_id, campaign, dose_role, ordinal)
    if standing is not None:
        await set_earliest(db, standing, earliest_on)
        return
    registration_id = RegistrationId(uuid7(db.at))
    await db.run(
        queries.follow,
        person_id=before.person_id,
        before_id=before.registration_id,
        registration_id=registration_id,
        code=readable_code(),
        dose_role=dose_role,
        ordinal=ordinal,
        earliest_on=earliest_on,
        by=db.actor.id,
        at=db.at,
    )
    await db.happened(
        RegistrationSubmitted(
            registration_id=registration_id,
            campaign_id=before.campaign_id,
            province_code=before.province_code,
            district_code=before.district_code,
            channel=before.channel,
            person_id=before.person_id,
        )
    )


async def set_earliest(db: Db, registration: Registration, earliest_on: date) -> None:
    """Say from which day on the dose may be given."""
    await db.run(
        queries.set_earliest,
        person_id=registration.person_id,
        registration_id=registration.registration_id,
        earliest_on=earliest_on,
    )


async def change_wish(
    db: Db, registration: Registration, *, wanted_on: date, wanted_part: str, wanted_place_id: UUID | None
) -> Registration:
    """Wish for another day, part of the day or site. Raises `WishTooLate` once somebody is invited."""
    changed = await db.run(
        queries.change_wish,
        person_id=registration.person_id,
        registration_id=registration.registration_id,
        wanted_on=wanted_on,
        wanted_part=wanted_part,
        wanted_place_id=wanted_place_id,
        open=list(WISH_COUNTS),
    )
    if not changed:
        raise WishTooLate(status=STATUS_WORDS[registration.status])
    await db.happened(
        WishChanged(
            registration_id=registration.registration_id,
            wanted_on=wanted_on,
            wanted_part=wanted_part,
            was_on=registration.wanted_on,
            was_part=registration.wanted_part,
            person_id=registration.person_id,
            place_id=wanted_place_id,
        )
    )
    return await one(db, registration.registration_id)


async def consents_of(db: Db, person_id: UUID) -> list[Consent]:
    """What was agreed to for a person: which text, when, how and by whom; and when it was taken back."""
    return await db.all(Consent, queries.consents, person_id=person_id)


async def withdraw_consent(db: Db, person_id: UUID, consent_id: UUID) -> None:
    """Take one consent back: nobody is vaccinated on it any more. Raises `NotFound` for one that is not in force."""
    if not await db.run(queries.withdraw_consent, person_id=person_id, consent_id=consent_id, at=db.at):
        raise NotFound
    await db.happened(ConsentWithdrawn(person_id=person_id, consent_id=consent_id))


async def forget(db: Db, person_id: UUID) -> None:
    """Erase what somebody answered about their health, who asked for it and was never seen by a health worker."""
    await db.run(queries.forget, person_id=person_id)


async def _person(db: Db, new: NewRegistration, account_id: UUID | None) -> tuple[PersonId, bool]:
    """Who is registered, and whether the account may see them. A stranger's or an employer's form renews nobody's record."""
    known = await people.recognise(db, new.person)
    if known is None:
        return await people.introduce(db, new.person), True
    if new.channel == "organisation":
        return known, False
    reached = account_id is None or await people.account_reaches(db, account_id, known)
    if reached:
        await people.renew(db, known, new.person)
    return known, reached


async def _confirm_receipt(db: Db, new: NewRegistration, person_id: PersonId, code: str) -> None:
    phones = [contact.value for contact in new.person.contacts if contact.kind == "phone"]
    reach = (await people.reach(db, [person_id])).get(person_id)
    lang = reach.lang if reach else "vi"
    for phone in dict.fromkeys(phones):
        await messaging.send(
            db, phone=phone, template="registration_received", lang=lang, person_id=person_id, code=code
        )
