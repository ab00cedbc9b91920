"""A schedule asked about a history, with all that a person wants to read of the answer: dates, reasons, each decision."""

from collections.abc import Callable
from datetime import date

import msgspec

from tiemchung.domain.rulebook import telling
from tiemchung.domain.rulebook.model import InForce
from tiemchung.domain.rulebook.rules import STATES, state
from tiemchung.domain.rulebook.telling import OUTCOME_WORDS, Told
from tiemchung.domain.schedule.answers import Allow, Dose, Evaluation, Finding, Forecast, Reason, Stop, Subject, Verdict


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True):
    """A history, a day, and perhaps a product in hand; `area_code` is the province of the site."""

    subject: Subject
    doses: list[Dose]
    findings: list[Finding]
    on: date
    product: str | None = None
    area_code: str | None = None


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's word on the product in hand: ok, warn or bad, and why."""

    kind: str
    reasons: tuple[Reason, ...]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule says, ready for a page."""

    evaluations: list[Evaluation]
    following: Forecast
    state_words: str
    verdict: Word | None
    decisions: list[Told]
    version: str
    hash: str

    @property
    def outcomes(self) -> dict[str, str]:
        """The words of an evaluation's status."""
        return OUTCOME_WORDS


def answered(force: InForce, asked: Hypothesis, translate: Callable[[str], str]) -> Answered:
    """Ask a schedule and put the answer, decision by decision, into words. Raises what the engine refuses."""
    ready = force.ready
    group, place = ready.written.source.group, ready.place_of(asked.area_code)
    answer = ready.schedule.assess(
        asked.subject, asked.doses, asked.findings, on=asked.on, place=place, vaccine_group=group, trace=True
    )
    verdict = (
        ready.schedule.gate(
            asked.subject, asked.doses, asked.findings, asked.product, on=asked.on, place=place, vaccine_group=group
        )
        if asked.product
        else None
    )
    following = answer.next(group)
    return Answered(
        evaluations=sorted(answer.evaluations, key=lambda each: each.on),
        following=following,
        state_words=STATES[state(following, asked.on)],
        verdict=None if verdict is None else _word(verdict),
        decisions=telling.told(answer.trace, ready, translate),
        version=answer.version,
        hash=answer.hash,
    )


def _word(verdict: Verdict) -> Word:
    if isinstance(verdict, Allow):
        return Word(kind="ok", reasons=())
    return Word(kind="bad" if isinstance(verdict, Stop) else "warn", reasons=verdict.reasons)
