"""A registration form on its way: kept encrypted under an account or a browser, so that it survives a closed page."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.registrations.reading import queries
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound

KEPT = timedelta(days=30)
# A browser may be one that others use too, so a form without an account waits for a day.
KEPT_FOR_GUESTS = timedelta(days=1)


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose form it is: an account's, or a browser's, known by the digest of its cookie."""

    account_id: UUID | None = None
    guest_digest: bytes | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed so far, by field; `code` once the form was sent."""

    draft_id: UUID
    answers: dict[str, str]
    code: str | None


class Row(msgspec.Struct):
    """A form as it is kept."""

    draft_id: UUID
    body_sealed: bytes
    registration_code: str | None


async def keep(db: Db, owner: Owner, draft_id: UUID, answers: dict[str, str]) -> None:
    """Keep what was typed. Raises `NotFound` for somebody else's form or one that was sent."""
    sealed = db.keys.seal(msgspec.json.encode(answers).decode(), f"registration_draft.body.{draft_id}")
    if not await db.run(queries.keep_draft, draft_id=draft_id, **_of(owner), body_sealed=sealed, at=db.at):
        raise NotFound


async def add(db: Db, owner: Owner, draft_id: UUID, answers: dict[str, str]) -> None:
    """Keep what is typed so far beside what was kept, also while a page is being sent. Raises `NotFound`."""
    await db.run(queries.lock_draft, draft_id=draft_id)
    await keep(db, owner, draft_id, (await draft(db, owner, draft_id)).answers | answers)


async def draft(db: Db, owner: Owner, draft_id: UUID) -> Draft:
    """A form of this owner. Raises `NotFound`."""
    return opened(db, await db.one(Row, queries.draft, draft_id=draft_id, **_of(owner), guests_since=_since(db)))


async def open_draft(db: Db, owner: Owner) -> Draft | None:
    """The newest form that was begun and not sent."""
    since = _since(db) if owner.account_id is None else db.at - KEPT
    row = await db.maybe(Row, queries.open_draft, **_of(owner), since=since)
    return None if row is None else opened(db, row)


async def close(db: Db, owner: Owner, draft_id: UUID, code: str) -> None:
    """A sent form keeps nothing but its code."""
    await db.run(queries.close_draft, draft_id=draft_id, **_of(owner), code=code, at=db.at)


async def drop(db: Db, owner: Owner, draft_id: UUID) -> None:
    """Throw a form away."""
    await db.run(queries.drop_draft, draft_id=draft_id, **_of(owner))


async def forget_old(db: Db) -> None:
    """Delete the typed text of forms that nobody will finish; run now and then."""
    await db.run(queries.forget_drafts, since=db.at - KEPT, guests_since=_since(db))


def _since(db: Db) -> datetime:
    return db.at - KEPT_FOR_GUESTS


def _of(owner: Owner) -> dict[str, object]:
    return {"account_id": owner.account_id, "guest_digest": owner.guest_digest}


def opened(db: Db, row: Row) -> Draft:
    """What was typed, of an owner's form."""
    if row.registration_code is not None:
        return Draft(draft_id=row.draft_id, answers={}, code=row.registration_code)
    body = db.keys.open(row.body_sealed, f"registration_draft.body.{row.draft_id}")
    return Draft(draft_id=row.draft_id, answers=msgspec.json.decode(body, type=dict[str, str]), code=None)
