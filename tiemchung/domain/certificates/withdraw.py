"""Withdrawing certificates, all of a session, or a key, and taking that back: one person proposes, another decides."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.domain.certificates.errors import AlreadyDecided, NothingToWithdraw
from tiemchung.domain.certificates.model import (
    CertificateRestored,
    CertificateRetired,
    WithdrawalDecided,
    WithdrawalProposed,
)
from tiemchung.kit import sql
from tiemchung.kit.db import Db

queries = sql.load(__name__, "withdraw.sql")
# What a check reads as the reason of a withdrawn certificate; the reason that people wrote stays inside.
WITHDRAWN, KEY_WITHDRAWN = "withdrawn", "key_withdrawn"
AT_ONCE = 1_000


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate (person and certificate), all of a session (place and session), or a key (its identifier)."""

    person_id: UUID | None = None
    certificate_id: UUID | None = None
    place_id: UUID | None = None
    session_id: UUID | None = None
    kid: bytes | None = None

    @property
    def scope(self) -> str:
        """certificate, session or key."""
        return "key" if self.kid is not None else "session" if self.session_id is not None else "certificate"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal as people see it. `waiting` is how many certificates it would touch now; names are of staff."""

    revocation_id: UUID
    act: str
    scope: str
    person_id: UUID | None
    certificate_id: UUID | None
    place_id: UUID | None
    session_id: UUID | None
    kid: bytes | None
    reason: str
    proposed_by: UUID
    proposed_name: str
    proposed_at: datetime
    decided_by: UUID | None
    decided_name: str | None
    decided_at: datetime | None
    approved: bool | None
    certificates: int | None
    waiting: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate by its identifier, as an officer who withdraws needs it: no name, no code."""

    person_id: UUID
    certificate_id: UUID
    place_id: UUID
    session_id: UUID | None
    kid: bytes
    issued_at: datetime
    expires_at: datetime
    retired_at: datetime | None


async def find(db: Db, identifier: str) -> Found | None:
    """The certificate of an identifier (`URN:UVCI:01:VN:…`), or None."""
    return await db.maybe(Found, queries.find, uvci=identifier.strip().upper())


async def propose(
    db: Db, revocation_id: UUID, target: Target, *, act: Literal["revoke", "restore"] = "revoke", reason: str
) -> None:
    """Ask for a withdrawal or its undoing; nothing changes yet. The same id again is the same proposal.

    Raises `NothingToWithdraw`, `AlreadyProposed`, `ReasonTooShort`.
    """
    where = msgspec.structs.asdict(target)
    if not await db.value(int, queries.touched, **where, act=act, scope=target.scope):
        raise NothingToWithdraw
    kept = await db.run(
        queries.propose,
        revocation_id=revocation_id,
        act=act,
        scope=target.scope,
        **where,
        reason=reason.strip(),
        by=db.actor.id,
        at=db.at,
    )
    if kept:
        await db.happened(
            WithdrawalProposed(
                revocation_id=revocation_id,
                act=act,
                scope=target.scope,
                person_id=target.person_id,
                place_id=target.place_id,
            )
        )


async def decide(db: Db, revocation_id: UUID, *, approve: bool) -> int:
    """Approve or refuse another person's proposal; how many certificates it touched.

    Of a withdrawn key none is touched at once: the next trust list lacks it, and `replace_withdrawn` makes its certificates anew.
    Raises `SamePerson`, `AlreadyDecided`, `NotFound`, and for a restoration `CertificateReplaced`.
    """
    asked = await db.one(_Asked, queries.lock, revocation_id=revocation_id)
    if asked.decided:
        raise AlreadyDecided
    await db.run(queries.decide, revocation_id=revocation_id, by=db.actor.id, at=db.at, approved=approve)
    touched = await _carry_out(db, revocation_id, asked) if approve else 0
    await db.run(queries.count, revocation_id=revocation_id, certificates=touched)
    await db.happened(
        WithdrawalDecided(
            revocation_id=revocation_id,
            approved=approve,
            certificates=touched,
            person_id=asked.person_id,
            place_id=asked.place_id,
        )
    )
    return touched


async def proposals(db: Db, *, waiting: bool) -> list[Proposal]:
    """What waits for a decision, the oldest first, or what was decided, the newest first; two hundred at most."""
    return await db.all(Proposal, queries.waiting if waiting else queries.decided)


async def replace_withdrawn(db: Db) -> int:
    """Retire certificates of withdrawn keys and queue their doses for another key, a thousand at once; how many."""
    rows = await db.all(_Touched, queries.replace, at=db.at, reason=KEY_WITHDRAWN, at_most=AT_ONCE)
    await db.run(
        queries.queue, people=[row.person_id for row in rows], doses=[row.immunization_id for row in rows], at=db.at
    )
    await db.all_happened(
        [CertificateRetired(person_id=r.person_id, certificate_id=r.certificate_id, reason=KEY_WITHDRAWN) for r in rows]
    )
    return len(rows)


async def _carry_out(db: Db, revocation_id: UUID, asked: "_Asked") -> int:
    if asked.scope == "key":
        await db.run(queries.withdraw_key, kid=asked.kid, at=db.at, reason=asked.reason)
        return 0
    where = {name: getattr(asked, name) for name in ("person_id", "certificate_id", "place_id", "session_id")}
    if asked.act == "restore":
        rows = await db.all(_Touched, queries.restore, **where)
        await db.all_happened(
            [
                CertificateRestored(person_id=r.person_id, certificate_id=r.certificate_id, reason=WITHDRAWN)
                for r in rows
            ]
        )
    else:
        rows = await db.all(_Touched, queries.revoke, **where, revocation_id=revocation_id, at=db.at, reason=WITHDRAWN)
        await db.all_happened(
            [CertificateRetired(person_id=r.person_id, certificate_id=r.certificate_id, reason=WITHDRAWN) for r in rows]
        )
    return len(rows)


class _Asked(msgspec.Struct):
    act: str
    scope: str
    person_id: UUID | None
    certificate_id: UUID | None
    place_id: UUID | None
    session_id: UUID | None
    kid: bytes | None
    reason: str
    decided: bool


class _Touched(msgspec.Struct):
    person_id: UUID
    certificate_id: UUID
    immunization_id: UUID
