"""Answering the diary, reporting, and following a case by later versions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from tiemchung.domain import immunizations
from tiemchung.domain.aefi import rules
from tiemchung.domain.aefi.model import (
    AmongLots,
    Case,
    CaseChanged,
    CaseFollowed,
    CaseOpened,
    Check,
    DoseUnknown,
    Followed,
    Noticed,
    NotYet,
    OfLot,
    Report,
    Reported,
)
from tiemchung.domain.immunizations import Dose
from tiemchung.kit import clock, sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)


async def answer_check(db: Db, person_id: UUID, immunization_id: UUID, day: int, feeling: str) -> None:
    """Answer a day of the diary with "fine" or "something"; a later answer replaces nothing. Raises `NotYet`."""
    dose = await _dose(db, person_id, immunization_id)
    due_on = clock.day_of(dose.occurred_at) + timedelta(days=day)
    if day not in rules.DAYS or due_on > clock.day_of(db.at):
        raise NotYet
    await db.run(
        queries.answer,
        person_id=person_id,
        immunization_id=immunization_id,
        day=day,
        due_on=due_on,
        feeling=feeling,
        at=db.at,
    )


async def checks(db: Db, person_id: UUID) -> list[Check]:
    """The days of the diary that a person answered or was asked on."""
    return await db.all(Check, queries.checks, person_id=person_id)


async def report(
    db: Db, person_id: UUID, immunization_id: UUID, noticed: Noticed, *, report_id: UUID, channel: str
) -> Case | None:
    """Keep a report; a sign of danger opens a case at the site of the dose, or joins the one that is open there.

    The caller has opened the record or holds the registration's code. Raises `DoseUnknown`.
    """
    dose = await _dose(db, person_id, immunization_id)
    written = await db.run(
        queries.insert_report,
        person_id=person_id,
        report_id=report_id,
        immunization_id=immunization_id,
        place_id=dose.place_id,
        dangers=list(noticed.dangers),
        signs=list(noticed.signs),
        onset_on=noticed.onset_on,
        temperature_c=noticed.temperature_c,
        sought_care=noticed.sought_care,
        missed_work=noticed.missed_work,
        note=noticed.note,
        channel=channel,
        at=db.at,
        by=db.actor.id,
    )
    if written:
        await db.happened(
            Reported(
                person_id=person_id,
                place_id=dose.place_id,
                report_id=report_id,
                immunization_id=immunization_id,
                danger=bool(noticed.dangers),
                channel=channel,
            )
        )
    return await _case_of(db, dose, report_id) if noticed.dangers else None


async def follow(db: Db, person_id: UUID, case_id: UUID, version: int, now: Followed) -> Case:
    """Say what is known and done about a case: a later version. Raises `CaseChanged` unless `version` is the newest."""
    last = await case(db, person_id, case_id)
    if last.version != version:
        raise CaseChanged
    is_serious = now.serious not in {None, "no"}
    await db.run(
        queries.insert_version,
        person_id=person_id,
        case_id=case_id,
        version=version + 1,
        report_id=last.report_id,
        immunization_id=last.immunization_id,
        place_id=last.place_id,
        status=now.status,
        serious=now.serious,
        causality=now.causality,
        council=now.council,
        decided_on=now.decided_on,
        note=now.note,
        opened_at=last.opened_at,
        serious_at=(last.serious_at or db.at) if is_serious else None,
        at=db.at,
        by=db.actor.id,
    )
    await db.happened(
        CaseFollowed(
            person_id=person_id,
            place_id=last.place_id,
            case_id=case_id,
            version=version + 1,
            status=now.status,
            serious=now.serious,
            causality=now.causality,
        )
    )
    return await case(db, person_id, case_id)


async def case(db: Db, person_id: UUID, case_id: UUID) -> Case:
    """A case as it stands. Raises `NotFound`."""
    return await db.one(Case, queries.case, person_id=person_id, case_id=case_id)


async def versions(db: Db, person_id: UUID, case_id: UUID) -> list[Case]:
    """Everything that was ever said about a case, the newest first."""
    return await db.all(Case, queries.versions, person_id=person_id, case_id=case_id)


async def cases(db: Db, *, place_id: UUID | None, area_path: str | None, closed: bool) -> list[Case]:
    """The cases of a place, an area or the nation: those to work on with the oldest first, or the closed ones."""
    return await db.all(Case, queries.cases, place_id=place_id, area_path=area_path, closed=closed)


async def of_person(db: Db, person_id: UUID) -> list[Case]:
    """A person's cases as they stand."""
    return await db.all(Case, queries.of_person, person_id=person_id)


async def earlier(db: Db, person_ids: Sequence[UUID]) -> dict[UUID, list[Case]]:
    """The cases of each of some people, the newest first; who never had one is left out."""
    found: dict[UUID, list[Case]] = {}
    for case in await db.all(Case, queries.earlier, person_ids=list(person_ids)):
        found.setdefault(case.person_id, []).append(case)
    return found


async def reports_of(db: Db, person_id: UUID) -> list[Report]:
    """What a person reported, the newest first."""
    return await db.all(Report, queries.reports, person_id=person_id)


async def shared_with(db: Db, found: Case) -> int:
    """How many other people of the same session reported a reaction to the same lot."""
    return (
        await db.value(
            int,
            queries.shared,
            place_id=found.place_id,
            person_id=found.person_id,
            immunization_id=found.immunization_id,
            session_id=found.session_id,
        )
        or 0
    )


async def _case_of(db: Db, dose: Dose, report_id: UUID) -> Case:
    since = db.at - rules.SAME_CASE
    key = {"person_id": dose.person_id, "immunization_id": dose.immunization_id}
    await db.run(queries.lock_person, person_id=dose.person_id)
    standing = await db.maybe(Case, queries.open_case, **key, since=since)
    if standing is not None:
        return standing
    case_id = uuid7(db.at)
    await db.run(
        queries.insert_version,
        **key,
        case_id=case_id,
        version=1,
        report_id=report_id,
        place_id=dose.place_id,
        status="open",
        serious=None,
        causality=None,
        council=None,
        decided_on=None,
        note="",
        opened_at=db.at,
        serious_at=None,
        at=db.at,
        by=db.actor.id,
    )
    await db.happened(
        CaseOpened(
            person_id=dose.person_id, place_id=dose.place_id, case_id=case_id, immunization_id=dose.immunization_id
        )
    )
    return await case(db, dose.person_id, case_id)


async def _dose(db: Db, person_id: UUID, immunization_id: UUID) -> Dose:
    for dose in await immunizations.doses_of(db, person_id):
        if dose.immunization_id == immunization_id:
            return dose
    raise DoseUnknown


async def among_lots(db: Db, lot_id: UUID, *, product: str, given: Mapping[UUID, int]) -> AmongLots:
    """What followed a lot's doses beside the other lots of its product; `given` are the doses given of each of them."""
    found = {each.lot_id: each for each in await db.all(OfLot, queries.of_lots, product=product)}
    own = found.pop(lot_id, OfLot(lot_id=lot_id, reports=0, serious=0))
    return AmongLots(
        reports=own.reports,
        serious=own.serious,
        doses=given.get(lot_id, 0),
        other_reports=sum(each.reports for each in found.values()),
        other_serious=sum(each.serious for each in found.values()),
        other_doses=sum(doses for other, doses in given.items() if other != lot_id),
    )
