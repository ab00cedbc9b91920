"""A registration form on its way: kept encrypted under the account, so that it survives a closed page and another phone."""

from datetime import timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.registrations.actions import queries
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound

KEPT = timedelta(days=30)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed so far, by field; `code` once the form was sent."""

    draft_id: UUID
    answers: dict[str, str]
    code: str | None


async def keep(db: Db, account_id: UUID, draft_id: UUID, answers: dict[str, str]) -> None:
    """Keep what was typed. Raises `NotFound` for another account's form or one that was sent."""
    sealed = db.keys.seal(msgspec.json.encode(answers).decode(), f"registration_draft.body.{draft_id}")
    if not await db.run(queries.keep_draft, draft_id=draft_id, account_id=account_id, body_sealed=sealed, at=db.at):
        raise NotFound


async def draft(db: Db, account_id: UUID, draft_id: UUID) -> Draft:
    """A form of this account. Raises `NotFound`."""
    return _opened(db, await db.one(_Row, queries.draft, draft_id=draft_id, account_id=account_id))


async def open_draft(db: Db, account_id: UUID) -> Draft | None:
    """The newest form that was begun in the last 30 days and not sent."""
    row = await db.maybe(_Row, queries.open_draft, account_id=account_id, since=db.at - KEPT)
    return None if row is None else _opened(db, row)


async def close(db: Db, account_id: UUID, draft_id: UUID, code: str) -> None:
    """A sent form keeps nothing but its code."""
    await db.run(queries.close_draft, draft_id=draft_id, account_id=account_id, code=code, at=db.at)


async def drop(db: Db, account_id: UUID, draft_id: UUID) -> None:
    """Throw a form away."""
    await db.run(queries.drop_draft, draft_id=draft_id, account_id=account_id)


def _opened(db: Db, row: "_Row") -> Draft:
    if row.registration_code is not None:
        return Draft(draft_id=row.draft_id, answers={}, code=row.registration_code)
    body = db.keys.open(row.body_sealed, f"registration_draft.body.{row.draft_id}")
    return Draft(draft_id=row.draft_id, answers=msgspec.json.decode(body, type=dict[str, str]), code=None)


class _Row(msgspec.Struct):
    draft_id: UUID
    body_sealed: bytes
    registration_code: str | None
