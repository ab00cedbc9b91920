"""Findings: what was observed of a person, kept append-only; what is asked again and denied has ended."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import rulebook
from tiemchung.domain.recommendations.actions import queries
from tiemchung.domain.recommendations.model import FindingId, FindingRecorded, FindingUnknown
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7


async def record(
    db: Db,
    person_id: UUID,
    code: str,
    *,
    source: str,
    product: str | None = None,
    started_on: date | None = None,
    ended_on: date | None = None,
) -> FindingId:
    """Keep a finding of the schedule in force. Raises `FindingUnknown`."""
    force = await rulebook.in_force(db, clock.day_of(db.at))
    if code not in force.ready.written.source.findings:
        raise FindingUnknown(code=code)
    finding_id = FindingId(uuid7(db.at))
    await db.run(
        queries.insert_finding,
        person_id=person_id,
        finding_id=finding_id,
        code=code,
        product=product,
        started_on=started_on,
        ended_on=ended_on,
        source=source,
        at=db.at,
        by=db.actor.id,
    )
    await db.happened(FindingRecorded(person_id=person_id, finding_id=finding_id, version=1))
    return finding_id


async def screened(db: Db, person_id: UUID, answers: Mapping[str, bool], products: Iterable[str]) -> None:
    """What a doctor heard today: a new "yes" is kept, what was open and is denied now has ended.

    What passes (acute illness) is kept for its day alone, so that it stands in nobody's way tomorrow. `products`: those
    after which a reaction "to this vaccine" came.
    """
    today = clock.day_of(db.at)
    force = await rulebook.in_force(db, today)
    known = force.ready.written.source.findings
    asked = {code: yes for code, yes in answers.items() if code in known}
    still = await db.all(_Open, queries.open_findings, person_id=person_id, codes=list(asked))
    for finding in still:
        if not asked[finding.code]:
            await _end(db, person_id, finding, today)
    for code in (code for code, yes in asked.items() if yes and code not in {each.code for each in still}):
        of_product = any(row.finding == code and row.same for row in force.ready.written.source.contraindications)
        ended_on = today if known[code].passes else None
        for product in products if of_product else (None,):
            await record(db, person_id, code, source="screening", product=product, ended_on=ended_on)


async def _end(db: Db, person_id: UUID, finding: "_Open", on: date) -> None:
    await db.run(
        queries.end_finding,
        person_id=person_id,
        finding_id=finding.finding_id,
        version=finding.version,
        ended_on=on,
        source="screening",
        at=db.at,
        by=db.actor.id,
        reason="Khám sàng lọc: không còn",
    )
    await db.happened(FindingRecorded(person_id=person_id, finding_id=finding.finding_id, version=finding.version + 1))


class _Open(msgspec.Struct):
    finding_id: UUID
    version: int
    code: str
    product: str | None
