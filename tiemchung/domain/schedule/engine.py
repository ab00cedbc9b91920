"""The schedule as one asks it: assess a history, gate an injection, know when the answer changes.

Pure: no clock, no files, no database. The same input gives the same answer, which names the rule set it came from.
"""

from collections.abc import Sequence
from datetime import date, datetime

from tiemchung.domain.schedule import change, gate, groups, options, partial, thresholds
from tiemchung.domain.schedule.answers import Allow, Assessment, Dose, Finding, Lot, Stop, Subject, Verdict, Warn
from tiemchung.domain.schedule.compiled import Compiled
from tiemchung.domain.schedule.courses import stand
from tiemchung.domain.schedule.history import Case, UnknownGroup
from tiemchung.domain.schedule.model import Group, Product, RuleSet
from tiemchung.domain.schedule.rows import Role

GRAVITY = (Allow, Warn, Stop)


class Schedule:
    """A rule set ready to be asked. It lays out each place's rules once and keeps nothing about anybody."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._places = frozenset(
            row.place
            for series in rules.series
            for dose in series.doses
            for row in dose.intervals + dose.allowable_intervals
            if row.place is not None
        )
        self._products = {product.code: product for product in rules.products}
        self._doses: dict[str | None, int] = {series.id: len(series.doses) for series in rules.series}
        self.thresholds = thresholds.of(rules)
        self._compiled: dict[str | None, Compiled] = {}

    def assess(
        self,
        subject: Subject,
        doses: Sequence[Dose],
        findings: Sequence[Finding] = (),
        *,
        on: date,
        place: str | None = None,
        known_at: datetime | None = None,
        vaccine_group: str | None = None,
        trace: bool = False,
    ) -> Assessment:
        """Evaluate every dose and forecast every vaccine group, or one of them, as of a day.

        What was recorded after `known_at` is left out. Where a date is known by month or year only, the answer is that
        of both its ends, and "cannot tell" where they differ. Raises `UnknownProduct`, `UnknownGroup`.
        """
        doses = [each for each in doses if _was_known(each, known_at)]
        findings = [each for each in findings if _was_known(each, known_at)]
        wanted = self._groups(vaccine_group)
        compiled = self.compiled(place)
        answers = [
            _answer(Case(compiled, who, given, findings, on, place), wanted, trace=trace)
            for who, given in partial.ends(subject, doses)
        ]
        found = partial.agreed(answers)
        return Assessment(
            schedule=self.rules.id,
            version=self.rules.version,
            hash=self.rules.hash,
            on=on,
            place=place,
            known_at=known_at,
            evaluations=found.evaluations,
            forecasts=found.forecasts,
            trace=found.trace,
        )

    def gate(
        self,
        subject: Subject,
        doses: Sequence[Dose],
        findings: Sequence[Finding],
        product: str,
        lot: Lot | None = None,
        *,
        on: date,
        place: str | None = None,
        vaccine_group: str | None = None,
    ) -> Verdict:
        """Whether a product may be given now: allow, warn or stop, with reasons that name their papers.

        A partial date is read at both ends, and the gravest word counts. Raises `UnknownProduct`, `UnknownGroup`.
        """
        wanted = self._groups(vaccine_group)
        compiled = self.compiled(place)
        verdicts = [
            gate.decide(gate.Hand(compiled, who, given, findings, product, on, place), wanted, lot)
            for who, given in partial.ends(subject, doses)
        ]
        return max(verdicts, key=lambda verdict: GRAVITY.index(type(verdict)))

    def next_change(
        self,
        subject: Subject,
        doses: Sequence[Dose],
        findings: Sequence[Finding] = (),
        *,
        on: date,
        place: str | None = None,
        known_at: datetime | None = None,
        vaccine_group: str | None = None,
    ) -> date | None:
        """The first day after `on` on which the answer, or whether a dose is due or late by it, changes with time alone.

        Raises `UnknownProduct`, `UnknownGroup`.
        """

        def ask(day: date) -> Assessment:
            return self.assess(
                subject, doses, findings, on=day, place=place, known_at=known_at, vaccine_group=vaccine_group
            )

        return change.first(ask, subject, doses, findings, self.thresholds, on)

    def volume_ml(self, subject: Subject, product: str, *, role: Role | None, on: date) -> float | None:
        """The volume of a dose in ml for a person, a role and a day; None where the schedule says none."""
        case = Case(self.compiled(None), subject, (), (), on, None)
        return options.volume(case, product, role, on)

    def compiled(self, place: str | None) -> Compiled:
        """The rules of a place; places without rows of their own share the country's."""
        place = place if place in self._places else None
        found = self._compiled.get(place)
        if found is None:
            found = self._compiled[place] = Compiled(self.rules, place)
        return found

    def group(self, name: str) -> Group:
        """A vaccine group by its name or another name of it, whatever the case. Raises `UnknownGroup`."""
        for group in self.rules.groups:
            names = {group.name, *group.aliases, *(group.antigens if len(group.antigens) == 1 else ())}
            if name.strip().casefold() in {each.casefold() for each in names}:
                return group
        raise UnknownGroup(vaccine_group=name)

    def doses_in(self, series: str | None) -> int:
        """How many doses a series asks for, by its id; 0 for one that it does not have."""
        return self._doses.get(series, 0)

    def product(self, code: str) -> Product | None:
        """A product by the schedule's own code."""
        return self._products.get(code)

    def products_by_cvx(self, code: str) -> list[Product]:
        """The products that have a CVX code."""
        return [product for product in self.rules.products if product.cvx == code]

    def _groups(self, name: str | None) -> Sequence[Group]:
        return self.rules.groups if name is None else (self.group(name),)


def _answer(case: Case, wanted: Sequence[Group], *, trace: bool) -> partial.Answer:
    if trace:
        case.trace = []
    found = [(group, [stand(case, case.compiled.antigens[antigen]) for antigen in group.antigens]) for group in wanted]
    return partial.Answer(
        evaluations=tuple(each for group, standings in found for each in groups.evaluations(case, group, standings)),
        forecasts=tuple(each for group, standings in found for each in groups.forecasts(case, group, standings)),
        trace=tuple(case.trace or ()),
    )


def _was_known(what: Dose | Finding, at: datetime | None) -> bool:
    return at is None or what.recorded_at is None or what.recorded_at <= at
