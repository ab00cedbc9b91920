"""The registration of somebody whom nobody resembles, in one statement: on the first days of a campaign nearly everybody.

It writes what `actions.submit` writes (a test compares the two row by row). Whoever may be known already is left to that one,
which recognises, renews and refuses.
"""

from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain import messaging, people
from tiemchung.domain.messaging import MessageQueued
from tiemchung.domain.people import PersonId, PersonRegistered
from tiemchung.domain.people.model import FamilyLinked
from tiemchung.domain.registrations import drafts, rules
from tiemchung.domain.registrations.drafts import Draft
from tiemchung.domain.registrations.errors import HistoryIncomplete
from tiemchung.domain.registrations.events import RegistrationSubmitted
from tiemchung.domain.registrations.model import NewRegistration, RegistrationId, family_proof
from tiemchung.domain.registrations.reading import queries
from tiemchung.kit import clock
from tiemchung.kit.db import Db, json
from tiemchung.kit.events import Event, body_of, kind_of
from tiemchung.kit.ids import readable_code, uuid7

_RECEIPT = "registration_received"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A form of an account, with the number and the language of the account."""

    account_id: UUID
    draft: Draft
    phone: str
    lang: str


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a form that is sent stands on today."""

    campaign_id: int
    consent_text_id: int
    priority_group_id: int
    area_id: int
    province: str
    district: str
    body: str
    body_en: str


async def ready(db: Db, account_id: UUID, draft_id: UUID) -> Ready:
    """A form of an account, to be sent. Raises `NotFound`."""
    row = await db.one(_Row, queries.ready, draft_id=draft_id, account_id=account_id)
    phone = db.keys.open(row.phone_sealed, f"account.phone.{account_id}")
    return Ready(account_id=account_id, draft=drafts.opened(db, row), phone=phone, lang=row.lang)


async def grounds(db: Db, commune: str, group: int) -> Grounds:
    """What a form stands on that names a commune and a priority group. Raises `NotFound`."""
    today = clock.day_of(db.at)
    return await db.one(Grounds, queries.grounds, today=today, commune=commune, group_code=group, template=_RECEIPT)


async def submit_new(
    db: Db, new: NewRegistration, on: Grounds, form: Ready, *, relation: str, command_id: UUID, answer: object
) -> bool:
    """Register somebody new on an account and close their form, under the key of the act.

    False, with nothing written, for whoever may be known already, for a key that was used and for a second number to
    tell. Raises `HistoryIncomplete`.
    """
    if [contact.value for contact in new.person.contacts if contact.kind == "phone"] != [form.phone]:
        return False
    written = _written(db, new, on, form, relation) | {"command_id": command_id, "answer": answer}
    return bool(await db.value(bool, queries.register_new, written=json(_hexed(written))))


def _written(db: Db, new: NewRegistration, on: Grounds, form: Ready, relation: str) -> dict[str, Any]:
    history = rules.settle(new.history, new.person.birth_date, clock.day_of(db.at))
    if unanswered := rules.missing(history):
        raise HistoryIncomplete(missing=len(unanswered))
    person_id, registration_id, code = PersonId(uuid7(db.at)), RegistrationId(uuid7(db.at)), readable_code()
    message_id, proof = uuid7(db.at), family_proof(new.given_by)
    rows = people.new_rows(db, new.person, person_id)
    text = (on.body_en if form.lang == "en" else on.body).format(code=code)
    index = db.keys.blind("phone", form.phone)
    happened: list[Event] = [
        PersonRegistered(area_id=new.person.area_id),
        FamilyLinked(account_id=form.account_id, relation=relation, proof=proof),
        RegistrationSubmitted(
            registration_id=registration_id,
            campaign_id=on.campaign_id,
            province_code=on.province,
            district_code=on.district,
            channel=new.channel,
            area_id=new.person.area_id,
        ),
        MessageQueued(message_id=message_id, template=_RECEIPT),
    ]
    return {
        "at": db.at,
        "account_id": form.account_id,
        "request_id": db.actor.request_id,
        "draft_id": form.draft.draft_id,
        "identity_keys": rows.identity_keys,
        "person": rows.person,
        "identifiers": rows.identifiers,
        "contacts": rows.contacts,
        "registration": {
            "registration_id": registration_id,
            "code": code,
            "campaign_id": on.campaign_id,
            "channel": new.channel,
            "relation": new.relation,
            "dose_role": new.dose_role,
            "ordinal": new.ordinal,
            "wanted_on": new.wanted_on,
            "wanted_part": new.wanted_part,
            "wanted_place_id": new.wanted_place_id,
            "history": history,
            "province_code": on.province,
            "district_code": on.district,
        },
        "consent": {
            "consent_id": uuid7(db.at),
            "consent_text_id": on.consent_text_id,
            "channel": new.channel,
            "given_by": new.given_by,
        },
        "family": {"relation": relation, "proof": proof},
        "message": messaging.message_row(db, message_id, "sms", form.phone, index, _RECEIPT, form.lang, text),
        "events": [
            {"event_id": uuid7(db.at), "kind": kind_of(type(e)), "area_id": e.area_id, "body": body_of(e)}
            for e in happened
        ],
    }


def _hexed(value: Any) -> Any:
    """Bytes in the form that PostgreSQL reads them from a text."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, dict):
        return {name: _hexed(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_hexed(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value


class _Row(drafts.Row):
    phone_sealed: bytes
    lang: str
