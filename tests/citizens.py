"""Citizens and their forms, for tests."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import geography, people, registrations
from tiemchung.domain.people import Contact, Identifier, NewPerson
from tiemchung.domain.registrations import Answer, History, NewRegistration, Submitted
from tiemchung.kit import clock
from tiemchung.kit.db import Db

THUAN_HOA = "19762"
PHONE = "+84905000218"
# A browser that wants messages; keys as RFC 8291 (appendix A) writes them.
PUSH = {
    "endpoint": "https://push.example/1",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


async def an_area(db: Db, code: str = THUAN_HOA) -> int:
    """A commune of Huế, as the campaign knows it."""
    campaign = await registrations.campaign_of(db)
    return (await geography.by_code(db, code, campaign.geography_on)).area_id


async def a_new_person(db: Db, **changes: object) -> NewPerson:
    """A description of somebody with a citizen number and a phone."""
    described = NewPerson(
        name="Trần Thị Lan",
        sex="female",
        birth_date=date(1954, 9, 3),
        area_id=await an_area(db),
        address="12/4 Đặng Dung",
        occupation="Hưu trí",
        identifiers=[Identifier(kind="national_id", country="VN", value="046154001306")],
        contacts=[Contact(kind="phone", relation="self", holder_name=None, value=PHONE)],
    )
    return msgspec.structs.replace(described, **changes)


async def a_person(db: Db, **changes: object) -> people.PersonId:
    """Somebody who is known."""
    return (await people.register_person(db, await a_new_person(db, **changes))).person_id


async def a_form(db: Db, person: NewPerson | None = None, **changes: object) -> NewRegistration:
    """A complete form for the first dose."""
    text = await registrations.consent_text(db)
    form = NewRegistration(
        person=person or await a_new_person(db),
        channel="app",
        relation="self",
        dose_role="basic",
        ordinal=1,
        wanted_on=clock.day_of(db.at) + timedelta(days=7),
        wanted_part="morning",
        history=History(answers={question.code: Answer(answer="no") for question in registrations.QUESTIONS}),
        consent_text_id=text.consent_text_id,
    )
    return msgspec.structs.replace(form, **changes)


async def a_registration(db: Db, account_id: UUID | None = None, **changes: object) -> Submitted:
    """Somebody registered for the first dose."""
    return await registrations.submit(db, await a_form(db, await a_new_person(db, **changes)), account_id=account_id)
