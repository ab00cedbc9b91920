"""Rows of doses: appointment, visit with its steps, immunization, claim and stock lines, each step with its event."""

from datetime import date
from functools import cache

import msgspec

from tiemchung.demo import ids
from tiemchung.demo.campaign import Dose
from tiemchung.demo.ground import TURNS, Ground
from tiemchung.demo.hours import TO_DISCHARGE, TO_SCREENING
from tiemchung.demo.ids import Loose, stamp, wire
from tiemchung.demo.persons import DAY, Way
from tiemchung.demo.population import Person
from tiemchung.demo.sheet import NULL, Sheet
from tiemchung.demo.stores import Line, post
from tiemchung.domain.appointments.rules import check_character
from tiemchung.domain.immunizations.rules import OBSERVATION_MINUTES
from tiemchung.domain.immunizations.screening import NoForm, form_for

BEFORE_FORMS = "2995/QĐ-BYT"  # the paper in force before the first form that the schedule holds
BOOKED_BEFORE, ANSWERED_BEFORE = 3 * DAY, 2 * DAY
RECORDED_LATE_EVERY = 18  # some doses came into the system only in the evening


class _Came(msgspec.Struct, frozen=True, gc=False):
    """Somebody in a session: the dose with the ids of what it leaves."""

    person: Person
    person_id: str
    dose: Dose
    dose_id: str
    visit_id: str
    appointment_id: str
    place: str
    session_id: str
    staff: dict[str, str]
    starts: int
    arrived: int
    recorded: int
    conclusion: str

    @property
    def which(self) -> str:
        """Role and ordinal, as two cells."""
        return f"{self.dose.role}\t{self.dose.ordinal}"

    @property
    def first(self) -> bool:
        """The first of all doses: to that one people were invited."""
        return self.dose.role == "basic" and self.dose.ordinal == 1


class Visits:
    """Writes what somebody leaves who comes, is screened, gets a dose, waits and goes home."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def add(self, sheet: Sheet, loose: Loose, person: Person, person_id: str, dose: Dose) -> Way:
        """One dose with its way through the session."""
        g, k, turn = self._ground, dose.session, dose.turn
        day, key = g.days[k], k * TURNS + turn
        arrived, starts = day.arrival(turn), day.slot(turn)
        came = _Came(
            person,
            person_id,
            dose,
            g.immunization_id(k, turn),
            g.ids.fixed(ids.VISIT, key, arrived) if g.whole else NULL,
            g.ids.fixed(ids.APPOINTMENT, key, starts - BOOKED_BEFORE) if g.whole else NULL,
            g.sites[g.plan.sessions[k].site],
            g.session_id(k),
            g.staff_of(k),
            starts,
            arrived,
            day.closed + 3_600 if (dose.person + k) % RECORDED_LATE_EVERY == 0 else dose.at + 20 + dose.person % 90,
            "caution" if person.group == 9 and turn % 2 else "eligible",
        )
        if g.whole:
            self._appointment(sheet, loose, came)
            self._visit(sheet, came)
            self._posting(sheet, came)
            _stepped(sheet, loose, came)
        self._dose(sheet, loose, came)
        if came.first and g.whole:
            _invited(sheet, loose, came)
        return Way(came.place, starts, arrived, dose.at + TO_DISCHARGE)

    def _appointment(self, sheet: Sheet, loose: Loose, c: _Came) -> None:
        bare = loose.code(11)
        code = bare + check_character(bare)
        channel = "invitation" if c.first else "agent"
        sheet.lines["appointment"].append(
            f"{c.place}\t{c.appointment_id}\t{c.session_id}\t{stamp(c.starts)}\t{c.person_id}\t"
            f"{code[:4]}-{code[4:8]}-{code[8:]}\t{c.which}\t{channel}\tdone\t{stamp(c.starts - BOOKED_BEFORE)}\n"
        )

    def _visit(self, sheet: Sheet, c: _Came) -> None:
        on = self._ground.plan.sessions[c.dose.session].day
        filled = _screening(on, c.person.born.year < on.year - 17)
        sheet.lines["visit"].append(
            f"{c.place}\t{c.visit_id}\t{c.session_id}\t{c.person_id}\t{c.appointment_id}\t{c.dose.turn + 1}\tdone\t{c.which}\t"
            f"{stamp(c.arrived)}\t{c.staff['registrar']}\t{filled}\t{c.conclusion}\t{stamp(c.arrived + TO_SCREENING)}\t"
            f"{c.staff['doctor']}\t{c.dose_id}\t{stamp(c.dose.at)}\t{stamp(c.dose.at + OBSERVATION_MINUTES * 60)}\t"
            f"{stamp(c.dose.at + TO_DISCHARGE)}\t{c.staff['nurse']}\n"
        )

    def _dose(self, sheet: Sheet, loose: Loose, c: _Came) -> None:
        """The record with its event, and the claim that makes it the only one."""
        g, k, dose, nurse = self._ground, c.dose.session, c.dose, c.staff["nurse"]
        when, lot_id = stamp(dose.at), g.lots[dose.lot]
        recorded = stamp(c.recorded)
        vial_id, area = g.vial_id(k, dose.turn // g.a_vial(k)), g.known.areas[c.person.area_code]
        arm = "right_arm" if dose.person % 9 == 0 else "left_arm"
        sheet.lines["immunization"].append(
            f"{c.person_id}\t{c.dose_id}\t1\tcompleted\t{g.known.disease}\t{c.which}\t{dose.product}\t{lot_id}\t{vial_id}\t"
            f"{c.place}\t{c.session_id}\t{c.visit_id}\t{area}\t{nurse}\t{arm}\t{dose.volume_ml}\t"
            f"{when}\t{recorded}\t{nurse}\tgenerated\n"
        )
        sheet.lines["dose_claim"].append(
            f"{c.person_id}\t{g.known.disease}\t{c.which}\t0\t{c.appointment_id}\t{c.dose_id}\t{c.place}\t"
            f"{stamp(c.starts - BOOKED_BEFORE)}\n"
        )
        body = (
            f'{{"immunization_id":"{c.dose_id}","version":1,"session_id":"{c.session_id}","product":"{dose.product}",'
            f'"lot_id":"{lot_id}","disease":"{g.known.disease}","dose_role":"{dose.role}","ordinal":{dose.ordinal},'
            f'"occurred_at":"{wire(dose.at)}","source":"generated","sex":"{c.person.sex}",'
            f'"birth_year":{c.person.born.year},"priority_group_id":{g.known.groups[c.person.group]}}}'
        )
        event_id = loose(c.recorded)
        sheet.event(event_id, "immunization.recorded", nurse, body, place=c.place, person=c.person_id, area=area)

    def _posting(self, sheet: Sheet, c: _Came) -> None:
        """The dose leaves the opened vial into an arm, under the dose's own number."""
        lot_id, unit_id = self._ground.lots[c.dose.lot], self._ground.unit_of(c.dose.session)
        lines: list[Line] = [(c.place, lot_id, unit_id, "opened", -1), (c.place, lot_id, unit_id, "administered", 1)]
        post(sheet, c.dose_id, "dose", c.dose.at, c.staff["nurse"], lines)


def _stepped(sheet: Sheet, loose: Loose, c: _Came) -> None:
    """What the steps beside the dose tell: check-in, screening, going home."""
    visit = f'{{"session_id":"{c.session_id}","visit_id":"{c.visit_id}"'
    screened = f'{visit},"conclusion":"{c.conclusion}","overridden":false}}'
    for at, kind, role, told in (
        (c.arrived, "visit.checked_in", "registrar", f"{visit}}}"),
        (c.arrived + TO_SCREENING, "visit.screened", "doctor", screened),
        (c.dose.at + TO_DISCHARGE, "visit.discharged", "nurse", f"{visit}}}"),
    ):
        sheet.event(loose(at), kind, c.staff[role], told, place=c.place, person=c.person_id)


def _invited(sheet: Sheet, loose: Loose, c: _Came) -> None:
    """A first dose has an invitation that was confirmed; later ones came from the site's list."""
    sent, answered = c.starts - BOOKED_BEFORE, c.starts - ANSWERED_BEFORE
    times = stamp(sent), stamp(answered)
    sheet.add("invitation", c.person_id, loose(sent), c.place, c.session_id, c.appointment_id, "confirmed", *times)
    about = f'{{"session_id":"{c.session_id}","appointment_id":"{c.appointment_id}"'
    invited, confirmed = f'{about},"starts_at":"{wire(c.starts)}"}}', f'{about},"accepted":true}}'
    sheet.event(loose(sent), "appointments.invited", c.staff["site_head"], invited, place=c.place, person=c.person_id)
    sheet.event(loose(answered), "appointments.answered", None, confirmed, place=c.place, person=c.person_id)


@cache
def _screening(day: date, adult: bool) -> str:
    """A filled form with nothing found, and a normal temperature."""
    try:
        form = form_for(30 if adult else 15, day)
    except NoForm:
        filled = {"form": None, "paper": BEFORE_FORMS, "answers": {}, "vitals": {"temperature_c": "36.6"}}
    else:
        answers = {item.id: False for item in form.asked}
        filled = {"form": form.id, "paper": form.paper, "answers": answers, "vitals": {"temperature_c": "36.6"}}
    return msgspec.json.encode(filled).decode()
