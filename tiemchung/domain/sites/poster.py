"""The code on a session's poster: whoever scans it learns from the portal whether this session is one of ours."""

import hmac
from uuid import UUID

from tiemchung.domain.sites.actions import session
from tiemchung.domain.sites.model import Session
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound

PURPOSE = "session-poster"


def path(db: Db, place_id: UUID, session_id: UUID) -> str:
    """The portal's address that a poster's code holds."""
    return f"/kiem-tra/phien/{place_id}/{session_id}/{_mark(db, place_id, session_id)}"


async def genuine(db: Db, place_id: UUID, session_id: UUID, mark: str) -> Session | None:
    """The approved session that a poster's code names, or None: made up, changed, never approved or cancelled."""
    if not hmac.compare_digest(mark.encode(), _mark(db, place_id, session_id).encode()):
        return None
    try:
        found = await session(db, place_id, session_id)
    except NotFound:
        return None
    return None if found.status in {"planned", "cancelled"} else found


def _mark(db: Db, place_id: UUID, session_id: UUID) -> str:
    return db.keys.sign(PURPOSE, f"{place_id}/{session_id}")
