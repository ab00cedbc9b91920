"""What the schedule says of places that people ask for, asked before they are judged in the database.

Who has had no dose yet is judged there by the rows that the engine wrote for everybody (`rulebook.tabulate`); whoever has had one
is asked about here, with all that is known of them.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain import recommendations, rulebook
from tiemchung.domain.appointments.invitations import queries
from tiemchung.domain.schedule.answers import Stop, Verdict
from tiemchung.kit.db import Db

EARLY = {"too_soon", "deferred", "deferred_until_over", "same_day", "live_conflict"}
YOUNG = {"too_young", "too_young_for_product", "wrong_age_for_product"}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A place that somebody asks for."""

    person_id: UUID
    place_id: UUID
    session_id: UUID
    on: date


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What the schedule says of a wish: the role of the dose that it allows, or the name of the refusal."""

    due: str | None
    against: str | None


async def about(db: Db, wishes: Sequence[Wish]) -> list[Word | None]:
    """The schedule's word on each wish, None for whoever has had no dose against the disease."""
    rows = await db.all(
        _Asked,
        queries.wishes_of_vaccinated,
        people=[wish.person_id for wish in wishes],
        places=[wish.place_id for wish in wishes],
        sessions=[wish.session_id for wish in wishes],
    )
    known = {one.person_id: one for one in await recommendations.known_of(db, [row.person_id for row in rows])}
    found: dict[int, Word] = {}
    for row in rows:
        wish = wishes[row.n - 1]
        if wish.person_id in known:
            force = await rulebook.in_force(db, wish.on)
            local = msgspec.structs.replace(known[wish.person_id], area_code=row.province)
            found[row.n - 1] = _word(recommendations.gate(force, local, row.product, wish.on))
    return [found.get(n) for n in range(len(wishes))]


def _word(verdict: Verdict) -> Word:
    if not isinstance(verdict, Stop):
        return Word(due=verdict.role, against=None)
    codes = {reason.code for reason in verdict.reasons}
    if codes <= EARLY:
        return Word(due=None, against="too_early")
    if codes & YOUNG:
        return Word(due=None, against="too_young")
    return Word(due=None, against="not_due" if "no_dose_due" in codes else "other_vaccine")


class _Asked(msgspec.Struct):
    n: int
    person_id: UUID
    product: str
    province: str
