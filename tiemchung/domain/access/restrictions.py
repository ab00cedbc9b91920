"""Restricting the processing of a person's data, on their own request, and lifting it again (Decree 356/2025/NĐ-CP)."""

from datetime import datetime
from uuid import UUID

from tiemchung.domain.access.actions import queries
from tiemchung.domain.access.model import Restricted, RestrictionLifted
from tiemchung.kit.db import Db


async def restrict(db: Db, person_id: UUID, ticket_id: UUID) -> None:
    """Close a record to everybody but the person, those who treat them, and those who answer their requests."""
    if await db.run(queries.restrict, person_id=person_id, ticket_id=ticket_id, at=db.at):
        await db.happened(Restricted(person_id=person_id, ticket_id=ticket_id))


async def lift(db: Db, person_id: UUID) -> None:
    """Open a record again as before; the person asks for it themselves."""
    if await db.run(queries.lift, person_id=person_id, at=db.at):
        await db.happened(RestrictionLifted(person_id=person_id))


async def restricted_since(db: Db, person_id: UUID) -> datetime | None:
    """Since when processing is restricted, if it is."""
    return await db.value(datetime, queries.restricted_since, person_id=person_id)
