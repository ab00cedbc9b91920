"""What a change would do: both schedules asked about everybody, equal histories once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.rulebook.actions import COVID, queries, ready
from tiemchung.domain.rulebook.model import Comparison, Line
from tiemchung.domain.rulebook.rules import state
from tiemchung.domain.schedule import read
from tiemchung.domain.schedule.answers import Dose, Finding, Sex, Subject
from tiemchung.domain.schedule.read import Ready
from tiemchung.kit import clock
from tiemchung.kit.db import Db, json
from tiemchung.kit.sql import literal

AT_ONCE = 2_000  # histories that are assessed before the process looks after its other work
DISEASE = {COVID: "COVID-19"}

Stand = tuple[str, str | None, int | None]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One history and how many people have it; `born_on` is the birth of one of them, in the same band of age throughout."""

    people: int
    born_on: date
    sex: str
    products: list[str]
    days: list[date]
    findings: list[str]
    area: str | None

    @property
    def doses(self) -> list[Dose]:
        """The doses as the engine takes them."""
        return [Dose(product=product, on=on) for product, on in zip(self.products, self.days, strict=True)]


class Tally:
    """Counts of two schedules' answers, one history after the other."""

    def __init__(self, old: Ready, new: Ready, on: date) -> None:
        self._old, self._new, self._on = old, new, on
        self.people = self.histories = self.moved = self.revalued = 0
        self._before: Counter[Stand] = Counter()
        self._after: Counter[Stand] = Counter()

    def add(self, histories: Sequence[History]) -> None:
        """Ask both schedules about some histories."""
        for history in histories:
            before, worth_before = _answer(self._old, history, self._on)
            after, worth_after = _answer(self._new, history, self._on)
            self.people += history.people
            self.histories += 1
            self.moved += history.people * (before != after)
            self.revalued += history.people * (worth_before != worth_after)
            self._before[before] += history.people
            self._after[after] += history.people

    def result(self) -> Comparison:
        """The counts, what changes most first."""
        lines = [
            Line(state=s, role=role, ordinal=n, before=self._before[s, role, n], after=self._after[s, role, n])
            for s, role, n in self._before | self._after
        ]
        return Comparison(
            on=self._on,
            people=self.people,
            histories=self.histories,
            moved=self.moved,
            revalued=self.revalued,
            lines=sorted(lines, key=lambda line: (-abs(line.change), -line.after, line.state)),
        )


async def compare_waiting(db: Db) -> None:
    """Compare the draft that waits longest with the schedule it changes, on the whole population.

    As of today, or of the last day on which the draft begins something new: before it, both say the same.
    """
    waiting = await db.maybe(_Waiting, queries.to_compare)
    if waiting is None:
        return
    await db.run(queries.no_timeout)
    old, new = (await ready(db, waiting.based_on)).ready, read.from_texts(waiting.body)
    news = set(new.schedule.thresholds.days) - set(old.schedule.thresholds.days)
    tally = Tally(old, new, max({clock.day_of(db.at), *news}))
    # Within a band between two ages that a row of either names, no rule differs.
    bands = sorted({age.months for each in (old, new) for age in each.schedule.thresholds.ages})
    areas = sorted({province.area for each in (old, new) for province in each.written.provinces.values()})
    async for some in _histories(db, on=tally.result().on, disease=DISEASE[waiting.code], bands=bands, areas=areas):
        # Away from the loop, so that the process's other followers go on meanwhile.
        await asyncio.to_thread(tally.add, some)
    await db.run(
        queries.keep_comparison,
        draft_id=waiting.draft_id,
        digest=waiting.digest,
        comparison=json(tally.result()),
        at=clock.now(),
    )


def finding_of(text: str) -> Finding:
    """A finding from its four words, "-" for what is not known: code, product, first day, last day."""
    code, product, started, ended = text.split()
    return Finding(
        code=code,
        product=None if product == "-" else product,
        on=None if started == "-" else date.fromisoformat(started),
        until=None if ended == "-" else date.fromisoformat(ended),
    )


async def _histories(db: Db, **parameters: object) -> AsyncIterator[list[History]]:
    some: list[History] = []
    async with db.connection.cursor() as cursor:
        async for row in cursor.stream(literal(queries.histories), parameters):
            some.append(msgspec.convert(row, History))
            if len(some) == AT_ONCE:
                yield some
                some = []
    if some:
        yield some


def _answer(ready: Ready, history: History, on: date) -> tuple[Stand, tuple[str, ...]]:
    group = ready.written.source.group
    answer = ready.schedule.assess(
        Subject(born_on=history.born_on, sex=Sex(history.sex)),
        history.doses,
        [finding_of(text) for text in history.findings],
        on=on,
        place=ready.place_of(history.area),
        vaccine_group=group,
    )
    following = answer.next(group)
    worth = tuple(f"{each.status} {each.role} {each.ordinal}" for each in answer.evaluations)
    return (state(following, on), following.role, following.ordinal), worth


class _Waiting(msgspec.Struct):
    draft_id: UUID
    code: str
    body: dict[str, str]
    digest: bytes
    based_on: UUID
