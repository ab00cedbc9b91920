"""A plan with the ids of what it names: places, lots, units, sessions, vials, doses and the made-up staff."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from tiemchung.demo import ids
from tiemchung.demo.campaign import session_hours
from tiemchung.demo.hours import opening
from tiemchung.demo.ids import Ids
from tiemchung.demo.lots import Packs
from tiemchung.demo.plan import Plan
from tiemchung.demo.sheet import Detail, Known, Sheet
from tiemchung.demo.supply import decided_at, period_of, supply

ROLES = ("registrar", "doctor", "nurse", "site_head", "storekeeper", "district_officer")
PLANNED_DAYS_BEFORE, REGISTERED_DAYS_BEFORE = 5, 7
LISTED, LISTED_DAYS = date(2021, 11, 1), 90
TURNS = 1_000  # more than a session ever has


class Ground:
    """What rows of one part of the load must know of the others."""

    def __init__(self, plan: Plan, known: Known, detail: Detail) -> None:
        self.plan, self.known, self.detail = plan, known, detail
        self.supply = supply(plan)
        self.days = session_hours(plan)
        self.ids = Ids(plan.seed)
        self.packs = Packs()
        self.lots = [self.ids.fixed(ids.LOT, k, opening(lot.first_used_on)) for k, lot in enumerate(plan.lots)]
        self.sites = [str(known.places[site.code]) for site in plan.country.sites]
        centres = [f"TT{district.code}" for district in plan.country.districts]
        self.staff = {centre: {role: _staff_id(centre, role) for role in ROLES} for centre in centres}
        self._units: dict[tuple[str, int, date | None], str] = {}
        self._sessions = [
            self.ids.fixed(ids.SESSION, k, day.opens - PLANNED_DAYS_BEFORE * 86_400) for k, day in enumerate(self.days)
        ]

    @property
    def whole(self) -> bool:
        """Whether each step of each person is kept."""
        return self.detail is Detail.everything

    def sheet(self) -> Sheet:
        """An empty part of the load."""
        return Sheet(self.detail)

    def place(self, code: str) -> str:
        """A place's id."""
        return str(self.known.places[code])

    def session_id(self, session: int) -> str:
        """A session's id."""
        return self._sessions[session]

    def person_id(self, index: int, at: int) -> str:
        """The id of a person who became known at a moment."""
        return self.ids.fixed(ids.PERSON, index, at)

    def known_at(self, index: int, begins: int | None) -> int:
        """When a person registered, given when the session of their first dose opened; others became known in a list."""
        spread = index * 7_919 % 43_200
        if begins is None:
            return opening(LISTED) + index % LISTED_DAYS * 86_400 + spread
        return begins - (REGISTERED_DAYS_BEFORE + index % 35) * 86_400 + spread

    def immunization_id(self, session: int, turn: int) -> str:
        """The dose that somebody got in a session."""
        return self.ids.fixed(ids.IMMUNIZATION, session * TURNS + turn, self.days[session].injection(turn))

    def vial_id(self, session: int, vial: int) -> str:
        """A session's vial by its number, from 0."""
        return self.ids.fixed(ids.VIAL, session * TURNS + vial, self.days[session].opens)

    def a_vial(self, session: int) -> int:
        """How many doses a vial of a session holds."""
        planned = self.plan.sessions[session]
        return self.packs.doses(planned.product, planned.day)

    def unit_id(self, place: str, lot: int, period: date | None) -> str:
        """A lot's unit at a place for half a month; the national store has one for all (period None)."""
        key = place, lot, period
        if key not in self._units:
            self._units[key] = str(uuid5(NAMESPACE_URL, f"urn:tiemchung:demo:{self.plan.seed}:{key}"))
        return self._units[key]

    def allocation_id(self, product: str, period: date) -> str:
        """The decision by which the national store divided a vaccine for a half month."""
        key = sorted(self.known.makers).index(product) * 100_000 + period.toordinal() % 100_000
        return self.ids.fixed(ids.ALLOCATION, key, decided_at(period))

    def unit_of(self, session: int) -> str:
        """The unit from which a session's vials came."""
        planned = self.plan.sessions[session]
        return self.unit_id(self.plan.country.sites[planned.site].code, planned.lot, period_of(planned.day))

    def staff_of(self, session: int) -> dict[str, str]:
        """Who works in a session, by role."""
        return self.staff[self.plan.country.sites[self.plan.sessions[session].site].centre]


def _staff_id(centre: str, role: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:tiemchung:demo:staff:{centre}:{role}"))
