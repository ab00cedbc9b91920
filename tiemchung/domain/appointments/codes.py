"""Personal invitation codes: one person of one cohort chooses a half hour of one session, once."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import sites
from tiemchung.domain.appointments import places
from tiemchung.domain.appointments.places import Ask, Told
from tiemchung.kit import sql
from tiemchung.kit.crypto import digest
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError
from tiemchung.kit.ids import normal_code, readable_code, uuid7

queries = sql.load(__name__, "draw.sql")
LIFE = timedelta(days=3)


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A personal invitation that may still be used."""

    code_id: UUID
    cohort: str
    place_id: UUID
    place_name: str
    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    valid_until: datetime


class CodeNotValid(DomainError):
    """The code is not this person's, not for this session, used already, or out of time: which of these is not told."""

    sentence = "Mã mời không đúng, không phải của người này, đã dùng hoặc đã hết hạn."
    status = 422
    field = "code"
    rule = "one_person_one_use"


async def issue(db: Db, person_id: UUID, *, cohort: str, session: sites.Session) -> str:
    """A new code for a person; it lasts three days, or until the session ends. The code is kept nowhere."""
    code = readable_code(3)
    await db.run(
        queries.issue,
        person_id=person_id,
        code_id=uuid7(db.at),
        code_digest=digest(code),
        cohort=cohort,
        place_id=session.place_id,
        session_id=session.session_id,
        valid_until=min(db.at + LIFE, session.ends_at),
        by=db.actor.id,
        at=db.at,
    )
    return code


async def use(db: Db, code: str, ask: Ask) -> Told:
    """Book with a code: from the places that lists have, whatever people themselves have left.

    Raises `CodeNotValid` and what `places.take_one` refuses; then the code is not used up.
    """
    used = await db.value(
        UUID,
        queries.use,
        person_id=ask.person_id,
        code_digest=digest(normal_code(code)),
        place_id=ask.place_id,
        session_id=ask.session_id,
        appointment_id=ask.command_id,
        at=db.at,
    )
    if used is None:
        raise CodeNotValid
    return await places.take_one(db, msgspec.structs.replace(ask, channel="invitation", act="book"))


async def of_person(db: Db, person_id: UUID) -> list[Invitation]:
    """The invitations that a person may still use."""
    return await db.all(Invitation, queries.codes, person_id=person_id, at=db.at)
