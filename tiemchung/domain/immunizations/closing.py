"""Closing a session: vials and records are counted against each other, then somebody signs for them."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import access, stock
from tiemchung.domain.access import Staff
from tiemchung.domain.immunizations import given
from tiemchung.domain.immunizations.actions import open_vials, queries
from tiemchung.domain.immunizations.errors import (
    DifferenceUnexplained,
    NothingToSign,
    ReviewsOpen,
    SessionNotOpen,
    UnfinishedPeople,
)
from tiemchung.domain.immunizations.model import Glass, Reconciliation, SessionClosed, SessionSigned
from tiemchung.kit.db import Db, json
from tiemchung.kit.ids import uuid7


async def reconcile(db: Db, place_id: UUID, session_id: UUID) -> Reconciliation:
    """What the vials of a session say and what its records say."""
    return await db.one(Reconciliation, queries.counts, place_id=place_id, session_id=session_id)


async def unsigned(db: Db, place_id: UUID, session_id: UUID) -> int:
    """How many doses of a session no signature covers: all until it is signed, then those that came in late."""
    return await db.value(int, queries.unsigned, place_id=place_id, session_id=session_id) or 0


async def close(db: Db, *, place_id: UUID, session_id: UUID, glass: Glass, explanation: str | None) -> Reconciliation:
    """Count vials and doses, waste what is left in open vials, have what devices hold back, and close.

    Who counted differently says why.

    Raises `SessionNotOpen`, `UnfinishedPeople`, `ReviewsOpen`, `DifferenceUnexplained`.
    """
    if await db.value(str, queries.lock_session, place_id=place_id, session_id=session_id) != "open":
        raise SessionNotOpen
    counted = await reconcile(db, place_id, session_id)
    if counted.unfinished:
        raise UnfinishedPeople(count=counted.unfinished)
    if waiting := len(await given.reviews(db, place_id, session_id)):
        raise ReviewsOpen(count=waiting)
    missing = counted.missing_vials(glass)
    if (counted.difference or missing) and not explanation:
        raise DifferenceUnexplained(doses=counted.difference, vials=missing)
    for vial in await open_vials(db, place_id, session_id):
        await stock.close_vial(db, place_id, vial.vial_id, reason=stock.Waste.session_end)
    await stock.escrow.give_back(db, place_id, session_id=session_id)
    final = await reconcile(db, place_id, session_id)
    kept = msgspec.structs.asdict(final) | msgspec.structs.asdict(glass) | {"explanation": explanation}
    await db.run(queries.close_session, place_id=place_id, session_id=session_id, at=db.at, reconciliation=json(kept))
    await db.happened(
        SessionClosed(
            place_id=place_id,
            session_id=session_id,
            given=final.given,
            wasted=final.wasted,
            explained=bool(explanation),
        )
    )
    return final


async def sign(db: Db, member: Staff, *, place_id: UUID, session_id: UUID, totp: str) -> UUID:
    """Sign a closed session's records with a fresh second factor, once more when doses came in late.

    Raises `SecondFactorNeeded`, `NothingToSign`.
    """
    await access.confirm_second_factor(db, member, totp)
    if not await db.run(queries.sign_session, place_id=place_id, session_id=session_id):
        raise NothingToSign
    records = await db.all(_Record, queries.doses_of_session, place_id=place_id, session_id=session_id)
    signature_id = uuid7(db.at)
    await db.run(
        queries.insert_signature,
        place_id=place_id,
        session_id=session_id,
        signature_id=signature_id,
        staff_id=member.id,
        covers=json([[record.immunization_id, record.version] for record in records if record.status == "completed"]),
        digest=hashlib.sha256(msgspec.json.encode(records)).digest(),
        at=db.at,
    )
    signed = sum(record.status == "completed" for record in records)
    await db.happened(SessionSigned(place_id=place_id, session_id=session_id, signature_id=signature_id, doses=signed))
    return signature_id


class _Record(msgspec.Struct):
    """What a signature covers of a record, in this order."""

    immunization_id: UUID
    version: int
    person_id: UUID
    status: str
    dose_role: str
    ordinal: int
    product: str
    lot_id: UUID | None
    occurred_at: datetime
