"""The schedule in force, and how it changes: drafted, compared, read and approved by another, published from a day on."""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from tiemchung.domain.rulebook import tabulated
from tiemchung.domain.rulebook.model import (
    Births,
    Draft,
    DraftClosed,
    DraftId,
    InForce,
    NoSchedule,
    NotCompared,
    NothingChanged,
    OnlyItsAuthor,
    Published,
    PublishedInThePast,
    RuleSetId,
    ScheduleApproved,
    ScheduleDrafted,
    SchedulePublished,
    ScheduleWithdrawn,
)
from tiemchung.domain.schedule import read, tables
from tiemchung.domain.schedule.dates import Duration
from tiemchung.domain.schedule.read import Ready
from tiemchung.kit import clock, sql
from tiemchung.kit.crypto import digest_of_files
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import NotFound
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)

COVID = "vn-covid19"
# Schedules that this process has compiled; a published text never changes, so what was compiled once stays true.
_compiled: dict[UUID, Ready] = {}
MOST_COMPILED = 8


async def in_force(db: Db, on: date, code: str = COVID) -> InForce:
    """The schedule that answers on a day. Raises `NoSchedule`."""
    rule_set_id = await db.value(UUID, queries.in_force, code=code, on=on)
    if rule_set_id is None:
        raise NoSchedule(code=code)
    return await ready(db, rule_set_id)


async def ready(db: Db, rule_set_id: UUID) -> InForce:
    """A published schedule, compiled once a process. Raises `NotFound`."""
    if rule_set_id not in _compiled:
        compiled = read.from_texts(await texts_of(db, rule_set_id))
        if len(_compiled) >= MOST_COMPILED:
            _compiled.pop(next(iter(_compiled)))
        _compiled[rule_set_id] = compiled
    return InForce(rule_set_id=RuleSetId(rule_set_id), ready=_compiled[rule_set_id])


async def texts_of(db: Db, rule_set_id: UUID) -> dict[str, str]:
    """The files of a published schedule. Raises `NotFound`."""
    row = await db.one(_Body, queries.body, rule_set_id=rule_set_id)
    return msgspec.json.decode(row.body, type=dict[str, str])


async def history(db: Db, code: str = COVID) -> list[Published]:
    """Every schedule that was published, the last to begin first."""
    return await db.all(Published, queries.published, code=code)


async def drafts(db: Db, code: str = COVID) -> list[Draft]:
    """Changes on their way and those that were, the newest first."""
    return await db.all(Draft, queries.drafts, code=code, draft_id=None)


async def draft(db: Db, draft_id: UUID) -> Draft:
    """One change. Raises `NotFound`."""
    return await db.one(Draft, queries.drafts, code=None, draft_id=draft_id)


async def texts_of_draft(db: Db, draft_id: UUID) -> dict[str, str]:
    """The files of a draft. Raises `NotFound`."""
    texts = await db.value(dict[str, str], queries.draft_body, draft_id=draft_id)
    if texts is None:
        raise NotFound
    return texts


async def write(db: Db, texts: dict[str, str], note: str, code: str = COVID) -> DraftId:
    """Keep a change that reads, compiles and passes its worked cases; the comparison follows by itself.

    Raises `ScheduleWrong`, `NothingChanged`, `NoSchedule`.
    """
    base = await in_force(db, clock.day_of(db.at), code)
    digest = _check(texts, base)
    draft_id = DraftId(uuid7(db.at))
    await db.run(
        queries.insert_draft,
        draft_id=draft_id,
        code=code,
        body=json(texts),
        digest=digest,
        note=note,
        based_on=base.rule_set_id,
        by=db.actor.id,
        at=db.at,
    )
    await db.happened(ScheduleDrafted(draft_id=draft_id, digest=digest.hex()))
    return draft_id


async def rewrite(db: Db, draft_id: UUID, texts: dict[str, str], note: str) -> None:
    """Change one's own draft; its comparison and approval were of the old text and are gone.

    Raises `OnlyItsAuthor`, `DraftClosed`, `ScheduleWrong`, `NothingChanged`, `NotFound`.
    """
    seen = await _own(db, draft_id)
    digest = _check(texts, await ready(db, seen.based_on))
    changed = await db.run(
        queries.rewrite_draft, draft_id=draft_id, body=json(texts), digest=digest, note=note, at=db.at
    )
    if not changed:
        raise DraftClosed
    await db.happened(ScheduleDrafted(draft_id=draft_id, digest=digest.hex()))


async def withdraw(db: Db, draft_id: UUID) -> None:
    """Give one's own draft up. Raises `OnlyItsAuthor`, `DraftClosed`, `NotFound`."""
    await _own(db, draft_id)
    if not await db.run(queries.withdraw_draft, draft_id=draft_id, at=db.at):
        raise DraftClosed
    await db.happened(ScheduleWithdrawn(draft_id=draft_id))


async def open_comparison(db: Db, draft_id: UUID) -> Draft:
    """The draft with its comparison; that this officer had it before them is written down. Raises `NotFound`."""
    seen = await draft(db, draft_id)
    if seen.comparison:
        await db.run(queries.insert_reading, draft_id=draft_id, by=db.actor.id, at=db.at)
    return seen


async def approve(db: Db, draft_id: UUID, digest: bytes) -> None:
    """Approve the text of this digest, as a second officer who has read its comparison.

    Raises `ApprovedByItsAuthor`, `NotCompared`, `NotRead` (the database holds all three), `DraftClosed`, `NotFound`.
    """
    seen = await draft(db, draft_id)
    if not seen.open or seen.approved_at:
        raise DraftClosed
    if not await db.run(queries.approve_draft, draft_id=draft_id, digest=digest, by=db.actor.id, at=db.at):
        raise NotCompared
    await db.happened(ScheduleApproved(draft_id=draft_id, digest=digest.hex()))


async def publish(db: Db, draft_id: UUID, valid_from: date) -> RuleSetId:
    """Let an approved draft answer from a day on. Its worked cases are run once more.

    Raises `NotApproved`, `PublishedInThePast`, `PublishedTwice`, `DraftClosed`, `ScheduleWrong`, `NotFound`.
    """
    seen = await draft(db, draft_id)
    if valid_from < clock.day_of(db.at):
        raise PublishedInThePast
    read.tried(await texts_of_draft(db, draft_id))
    rule_set_id = RuleSetId(uuid5(NAMESPACE_URL, f"urn:tiemchung:draft:{draft_id}"))
    await db.run(queries.insert_rule_set, rule_set_id=rule_set_id, draft_id=draft_id, valid_from=valid_from, at=db.at)
    if not await db.run(queries.mark_published, draft_id=draft_id, rule_set_id=rule_set_id):
        raise DraftClosed
    await tabulate(db)
    await db.happened(SchedulePublished(draft_id=seen.draft_id, rule_set_id=rule_set_id, valid_from=valid_from))
    return rule_set_id


async def births(db: Db, product: str, on: date) -> list[Births]:
    """Whom a product may be given to on a day, as far as the age is asked, by days of birth. Raises `NoSchedule`."""
    force = await in_force(db, on)
    rows = await db.all(_Ages, queries.ages, rule_set_id=force.rule_set_id, product=product, on=on)
    return [
        Births(
            after=None if row.to_months is None else tables.born(Duration(row.to_months, row.to_days or 0), on),
            by=tables.born(Duration(row.from_months, row.from_days), on),
        )
        for row in rows
    ]


async def tabulate(db: Db) -> None:
    """Write the rows of every published schedule that has none; again, it changes nothing."""
    for row in await db.all(_Untold, queries.untold):
        found = (await ready(db, row.rule_set_id)).ready
        await db.run(queries.insert_ages, rule_set_id=row.rule_set_id, rows=json(tabulated.ages(found)))
        await db.run(
            queries.insert_course_doses,
            rule_set_id=row.rule_set_id,
            rows=json(tables.course_doses(found.schedule)),
        )


async def _own(db: Db, draft_id: UUID) -> Draft:
    seen = await draft(db, draft_id)
    if seen.author_id != db.actor.id:
        raise OnlyItsAuthor
    if not seen.open:
        raise DraftClosed
    return seen


def _check(texts: dict[str, str], base: InForce) -> bytes:
    """The digest of texts that make a schedule other than the base. Raises `ScheduleWrong`, `NothingChanged`."""
    read.tried(texts)
    digest = digest_of_files(texts)
    if digest.hex() == base.ready.schedule.rules.hash:
        raise NothingChanged
    return digest


class _Ages(msgspec.Struct):
    from_months: int
    from_days: int
    to_months: int | None
    to_days: int | None


class _Untold(msgspec.Struct):
    rule_set_id: UUID


class _Body(msgspec.Struct):
    code: str
    body: str
