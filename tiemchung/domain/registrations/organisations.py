"""Organisations: an account of their own, lists of their people tried first and registered once.

An organisation may add registrations and learns nothing else: it opens nobody's record, renews nobody's, and is told of a
line only whether it was registered. Whoever is registered gets the code on their own phone and can withdraw there.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain import people
from tiemchung.domain.registrations.actions import submit
from tiemchung.domain.registrations.errors import AlreadyRegistered
from tiemchung.domain.registrations.events import OrganisationOpened
from tiemchung.domain.registrations.model import Answer, History, NewRegistration
from tiemchung.domain.registrations.rules import CODES
from tiemchung.kit import sql
from tiemchung.kit.db import Db, json
from tiemchung.kit.errors import DomainError
from tiemchung.kit.vietnamese import search_name

queries = sql.load(__name__, "organisations.sql")
KEPT = timedelta(days=7)


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation with the account that acts for it."""

    account_id: UUID
    name: str
    tax_code: str
    area_id: int
    address: str
    contact_name: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a line: `registered`, `already` (nothing is doubled), or `refused` with the sentence that says why."""

    line: int
    became: str
    error: str | None = None


class StaffList(msgspec.Struct, frozen=True, kw_only=True):
    """A list: its lines as they were sent until it is registered, then what became of each."""

    list_id: UUID
    lines: list[list[str]]
    outcomes: list[Outcome] | None
    tried_at: datetime
    registered_at: datetime | None


# The employer does not ask about health: each person answers in their declaration, and the doctor at the site.
UNASKED = History(answers={code: Answer(answer="unknown") for code in CODES})


async def open_account(db: Db, organisation: Organisation) -> None:
    """Let an account act for an organisation. Raises `OrganisationKnown`, `TaxCodeTaken`."""
    await db.run(queries.insert_organisation, **msgspec.structs.asdict(organisation), at=db.at)
    await db.happened(OrganisationOpened(account_id=organisation.account_id, area_id=organisation.area_id))


async def organisation_of(db: Db, account_id: UUID) -> Organisation | None:
    """The organisation that an account acts for, if it does."""
    return await db.maybe(Organisation, queries.organisation, account_id=account_id)


async def keep_list(db: Db, account_id: UUID, list_id: UUID, lines: Sequence[Sequence[str]]) -> None:
    """Keep a list that was sent, sealed; the same list sent again is the same list."""
    sealed = _sealed(db, list_id, lines)
    await db.run(queries.insert_list, account_id=account_id, list_id=list_id, rows_sealed=sealed, at=db.at)


async def staff_list(db: Db, account_id: UUID, list_id: UUID) -> StaffList:
    """A list of this organisation. Raises `NotFound`."""
    return _opened(db, await db.one(_Row, queries.list, account_id=account_id, list_id=list_id))


async def lists(db: Db, account_id: UUID) -> list[StaffList]:
    """The newest lists of an organisation."""
    return [_opened(db, row) for row in await db.all(_Row, queries.lists, account_id=account_id)]


async def register_list(
    db: Db, account_id: UUID, list_id: UUID, read: Callable[[StaffList], dict[int, NewRegistration]]
) -> list[Outcome]:
    """Register the right lines of a list, once; `read` turns it into registrations by line. Raises `NotFound`.

    A line that is refused undoes itself alone. A second press hears what the first one did.
    """
    kept = _opened(db, await db.one(_Row, queries.lock_list, account_id=account_id, list_id=list_id))
    if kept.outcomes is not None:
        return kept.outcomes
    outcomes = [await _register(db, line, new) for line, new in read(kept).items()]
    await db.run(queries.close_list, account_id=account_id, list_id=list_id, result=json(outcomes), at=db.at)
    return outcomes


async def forget_old(db: Db) -> None:
    """Delete lists that were tried and never registered; run now and then."""
    await db.run(queries.forget_lists, since=db.at - KEPT)


async def forget_person(db: Db, person_id: UUID) -> None:
    """Take somebody who is erased out of the lists that wait: lines with a number of theirs, or their name and year of birth.

    Opens every list of the last days, one at a time: lists are sealed, and few people ask to be erased.
    """
    who = await db.one(_Who, queries.who, person_id=person_id)
    numbers = {number.value for number in await people.identifiers(db, people.PersonId(person_id))}
    for waiting in await db.all(_Waiting, queries.waiting_lists):
        row = await db.maybe(_Row, queries.lock_list, account_id=waiting.account_id, list_id=waiting.list_id)
        lines = _opened(db, row).lines if row else []  # meanwhile registered or forgotten: it names nobody
        left = [line for line in lines if not who.stands_in(line, numbers)]
        if len(left) < len(lines):
            sealed = _sealed(db, waiting.list_id, left)
            await db.run(
                queries.reseal_list, account_id=waiting.account_id, list_id=waiting.list_id, rows_sealed=sealed
            )


async def _register(db: Db, line: int, new: NewRegistration) -> Outcome:
    try:
        async with db.connection.transaction():
            submitted = await submit(db, new)
    except AlreadyRegistered:
        return Outcome(line=line, became="already")
    except DomainError as refused:
        return Outcome(line=line, became="refused", error=refused.sentence)
    return Outcome(line=line, became="registered" if submitted.is_new else "already")


def _place(list_id: UUID) -> str:
    return f"organisation_list.rows.{list_id}"


def _sealed(db: Db, list_id: UUID, lines: Sequence[Sequence[str]]) -> bytes:
    return db.keys.seal(msgspec.json.encode(lines).decode(), _place(list_id))


def _opened(db: Db, row: "_Row") -> StaffList:
    lines: list[list[str]] = []
    if row.rows_sealed is not None:
        lines = msgspec.json.decode(db.keys.open(row.rows_sealed, _place(row.list_id)), type=list[list[str]])
    return StaffList(
        list_id=row.list_id, lines=lines, outcomes=row.result, tried_at=row.tried_at, registered_at=row.registered_at
    )


class _Row(msgspec.Struct):
    list_id: UUID
    rows_sealed: bytes | None
    result: list[Outcome] | None
    tried_at: datetime
    registered_at: datetime | None


class _Waiting(msgspec.Struct):
    account_id: UUID
    list_id: UUID


class _Who(msgspec.Struct):
    search_name: str
    birth_year: str

    def stands_in(self, line: Sequence[str], numbers: set[str]) -> bool:
        """Whether the cells of a line, as they were typed, speak of this person."""
        bare = {re.sub(r"[\s.-]", "", cell).upper() for cell in line}
        named = self.search_name in {search_name(cell) for cell in line}
        return bool(bare & numbers) or (named and any(self.birth_year in cell for cell in line))
