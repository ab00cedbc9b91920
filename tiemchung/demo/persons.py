"""Rows of people: themselves, numbers and phones (encrypted, found by blind index), registrations and their statuses."""

import msgspec

from tiemchung.demo import ids
from tiemchung.demo.country import District
from tiemchung.demo.ground import Ground
from tiemchung.demo.ids import Loose, moment, stamp
from tiemchung.demo.population import PHONES, Person
from tiemchung.demo.sheet import NULL, Sheet, hexed
from tiemchung.domain.registrations import QUESTIONS
from tiemchung.kit.crypto import Keys
from tiemchung.kit.vietnamese import search_name, sort_key

DAY = 86_400
VERIFIED_KINDS = ("national_id", "personal_code", "passport")  # as people's own claim of numbers
CHANNELS = ("app", "app", "app", "app", "portal", "portal", "organisation", "staff", "import", "import")
REGISTRY = "simulator"  # the registry of the demonstration, as demo.registry names it
# How the registrations of people without a dose stand, in turn.
WAITING = ("registered", "registered", "approved", "assigned", "refused", "withdrawn")
# The way of a registration: status, and how many days after the first or (below zero) before the session.
MOVES = (("approved", 1), ("assigned", 2), ("invited", -3), ("confirmed", -2), ("checked_in", 0), ("done", 0))


class Way(msgspec.Struct, frozen=True, gc=False):
    """A person's first session: where, when the half hour began, and the moments of check-in and going home."""

    place: str
    starts: int
    arrived: int
    left: int


class Persons:
    """Writes people; `keys` seal their numbers."""

    def __init__(self, ground: Ground, keys: Keys) -> None:
        self._ground, self._keys = ground, keys
        self._histories = _histories()

    def add(self, sheet: Sheet, loose: Loose, person: Person, begins: int | None) -> str:
        """A person with numbers, phone and account; the id. `begins` is when the session of the first dose opened."""
        at = self._ground.known_at(person.index, begins)
        person_id, when, known = self._ground.person_id(person.index, at), stamp(at), self._ground.known
        area = known.areas[person.area_code]
        cells = (
            person_id, person.name, search_name(person.name), sort_key(person.name), person.sex, person.born.isoformat(),
            person.precision, person.nationality, person.ethnic_group or NULL, person.occupation, person.workplace or NULL,
            str(area), person.address, str(known.groups[person.group]), person.identity_status, when,
        )  # fmt: skip
        sheet.lines["person"].append("\t".join(cells) + "\n")
        sheet.event(loose(at), "people.registered", None, "{}", person=person_id, area=area)
        self._numbers(sheet, loose, person, person_id, at)
        self._phone(sheet, loose, person, person_id, at)
        return person_id

    def register(
        self, sheet: Sheet, loose: Loose, person: Person, district: District, begins: int | None, way: Way | None
    ) -> None:
        """A registration for the first dose with consent: done where there was one, else waiting somewhere on its way."""
        known, at = self._ground.known, self._ground.known_at(person.index, begins)
        person_id = self._ground.person_id(person.index, at)
        registration_id = self._ground.ids.fixed(ids.REGISTRATION, person.index, at)
        channel = CHANNELS[person.index % len(CHANNELS)]
        status = "done" if way else WAITING[person.index % len(WAITING)]
        officer = self._ground.staff[f"TT{district.code}"]["district_officer"]
        moves = self._moves(way, status, at)
        last = moves[-1][1] if moves else at
        centre = self._ground.place(f"TT{district.code}")
        assigned = way.place if way else centre if status == "assigned" else None
        relation = "self" if person.phone_of == "self" else "relative"
        code = "-".join(loose.code(4) for _ in range(3))
        wanted = moment(at + 14 * DAY).date().isoformat()
        age = moment(at).year - person.born.year
        sheet.add(
            "registration", person_id, registration_id, code, known.campaign_id, channel, relation, "basic", 1, wanted, "day",
            self._histories[age >= 65, person.group == 9], district.province, district.code, status, stamp(last),
            officer if moves else None, assigned, stamp(at),
        )  # fmt: skip
        given_by = "self" if relation == "self" else "guardian" if person.phone_of == "guardian" else "registrant"
        sheet.add("consent", person_id, loose(at), known.consent_text_id, channel, given_by, stamp(at))
        body = (
            f'{{"registration_id":"{registration_id}","campaign_id":{known.campaign_id},"province_code":"{district.province}",'
            f'"district_code":"{district.code}","channel":"{channel}"}}'
        )
        area = known.areas[person.area_code]
        sheet.event(loose(at), "registrations.submitted", None, body, person=person_id, area=area)
        before = "registered"
        for to, when in moves:
            reason = '"Chưa thuộc đối tượng của đợt này."' if to == "refused" else "null"
            body = f'{{"registration_id":"{registration_id}","from_status":"{before}","to":"{to}","reason":{reason}}}'
            place = assigned if to not in {"approved", "refused", "withdrawn"} else None
            actor = officer if to in {"approved", "assigned", "refused"} else None
            sheet.event(loose(when), "registrations.moved", actor, body, place=place, person=person_id)
            before = to

    def _moves(self, way: Way | None, status: str, at: int) -> list[tuple[str, int]]:
        if way is None:
            until = {"registered": [], "assigned": ["approved", "assigned"]}.get(status, [status])
            return [(to, at + (k + 1) * DAY) for k, to in enumerate(until)]
        moments = {"checked_in": way.arrived, "done": way.left}
        return [(to, moments.get(to) or (at if days > 0 else way.starts) + days * DAY) for to, days in MOVES]

    def _numbers(self, sheet: Sheet, loose: Loose, person: Person, person_id: str, at: int) -> None:
        matched = person.identity_status == "matched"
        checked_at = stamp(at + 3 * DAY)
        for kind, country, value in person.numbers:
            blind = hexed(self._keys.blind(f"{kind}:{country}", value))
            sealed = hexed(self._keys.seal(value, f"person_identifier.value.{person_id}"))
            verified = matched and kind in VERIFIED_KINDS
            sheet.lines["person_identifier"].append(
                f"{person_id}\t{kind}\t{country}\t{blind}\t{sealed}\t{stamp(at)}\t{checked_at if verified else NULL}\n"
            )
            if verified:
                sheet.lines["identity_claim"].append(f"{blind}\t{kind}\t{country}\t{person_id}\n")
        if person.identity_status in {"matched", "mismatched"} and self._ground.whole:
            answer = "match" if matched else "no_match"
            sheet.add("identity_check", person_id, loose(at + 3 * DAY), REGISTRY, answer, checked_at)
            body = f'{{"registry":"{REGISTRY}","answer":"{answer}"}}'
            sheet.event(loose(at + 3 * DAY), "people.identity_checked", None, body, person=person_id)

    def _phone(self, sheet: Sheet, loose: Loose, person: Person, person_id: str, at: int) -> None:
        """The phone, and where it is the person's own and they use the app, the account that signs in with it."""
        contact_id, when = loose(at), stamp(at)
        index = hexed(self._keys.blind("phone", person.phone))
        sealed = hexed(self._keys.seal(person.phone, f"contact.value.{contact_id}"))
        sheet.lines["contact"].append(
            f"{person_id}\t{contact_id}\tphone\t{person.phone_of}\t{person.guardian or NULL}\t{index}\t{sealed}\t{when}\n"
        )
        if (
            person.phone_of == "self"
            and CHANNELS[person.index % len(CHANNELS)] == "app"
            and person.index < PHONES
            and self._ground.whole
        ):
            account_id = loose(at)
            sealed = hexed(self._keys.seal(person.phone, f"account.phone.{account_id}"))
            sheet.lines["account"].append(f"{account_id}\t{index}\t{sealed}\t{when}\n")
            sheet.lines["account_person"].append(f"{person_id}\t{account_id}\tself\tphone_code\t{when}\n")
            body = f'{{"account_id":"{account_id}","relation":"self","proof":"phone_code"}}'
            sheet.event(loose(at), "people.family_linked", None, body, person=person_id)


def _histories() -> dict[tuple[bool, bool], str]:
    """Answers to the twelve questions, by whether the person is 65 and has a chronic disease."""
    return {
        (old, ill): msgspec.json.encode(
            {
                "answers": {
                    question.code: {"answer": _said(question.code, old=old, ill=ill), "note": ""}
                    for question in QUESTIONS
                },
                "previous": None,
            }
        ).decode()
        for old in (False, True)
        for ill in (False, True)
    }


def _said(code: str, *, old: bool, ill: bool) -> str:
    return "yes" if (code == "age_65" and old) or (code == "chronic_treated" and ill) else "no"
