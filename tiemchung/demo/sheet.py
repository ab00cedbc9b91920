"""Rows on their way to COPY: which columns of which tables a load fills, and what it must know of the database."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from uuid import UUID

import msgspec

NULL = "\\N"
# Parents stand before their children. A column that is missing here takes the table's default.
COLUMNS = {
    "staff": "staff_id, login, name, password_hash, created_at, ended_at",
    "lot": "lot_id, product, number, manufacturer, expires_on, status",
    "session": (
        "place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, planned_by, approved_by,"
        " opened_at, closed_at, reconciliation, created_at"
    ),
    "slot": "place_id, session_id, starts_at, minutes, capacity, taken",
    "handling_unit": "place_id, unit_id, lot_id, clock, usable_until, received_at",
    "vial": (
        "place_id, vial_id, session_id, unit_id, lot_id, number, opened_at, opened_by, use_by, doses_nominal, doses_left,"
        " doses_wasted, closed_at"
    ),
    "stock_account": "place_id, lot_id, unit_id, state, balance",
    "stock_posting": "place_id, posting_id, line, entry_id, lot_id, unit_id, state, doses, reason, actor_id, recorded_at",
    "allocation": "place_id, allocation_id, round, product, decision, decided_on, made_at",
    "allocation_line": "place_id, allocation_id, to_place_id, doses",
    "shipment": (
        "place_id, shipment_id, number, to_place_id, decision, sent_at, expected_at, received_at, received_by, allocation_id"
    ),
    "shipment_line": "place_id, shipment_id, line, lot_id, unit_id, doses, accepted, broken, missing",
    "account": "account_id, phone_index, phone_sealed, created_at",
    "person": (
        "person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, ethnic_group, occupation,"
        " workplace, area_id, address, priority_group_id, identity_status, created_at"
    ),
    "person_identifier": "person_id, kind, country, blind_index, value_sealed, added_at, verified_at",
    "identity_claim": "blind_index, kind, country, person_id",
    "identity_check": "person_id, check_id, registry, answer, answered_at",
    "contact": "person_id, contact_id, kind, relation, holder_name, blind_index, value_sealed, added_at",
    "account_person": "person_id, account_id, relation, proof, since",
    "registration": (
        "person_id, registration_id, code, campaign_id, channel, relation, dose_role, ordinal, wanted_on, wanted_part, history,"
        " province_code, district_code, status, status_at, status_by, assigned_place_id, registered_at"
    ),
    "consent": "person_id, consent_id, consent_text_id, channel, given_by, given_at",
    "invitation": "person_id, invitation_id, place_id, session_id, appointment_id, status, sent_at, answered_at",
    "appointment": (
        "place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal, channel, status, booked_at"
    ),
    "immunization": (
        "person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id, place_id,"
        " session_id, visit_id, area_id, staff_id, body_site, volume_ml, occurred_at, recorded_at, recorded_by, source"
    ),
    "dose_claim": "person_id, disease, role, ordinal, copy, appointment_id, immunization_id, place_id, claimed_at",
    "visit": (
        "place_id, visit_id, session_id, person_id, appointment_id, number, step, dose_role, ordinal, checked_in_at,"
        " checked_in_by, screening, conclusion, screened_at, screened_by, immunization_id, injected_at, observe_until,"
        " discharged_at, discharged_by"
    ),
    "site_signature": "place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor",
    "event": "event_id, kind, actor_kind, actor_id, person_id, place_id, area_id, body",
}


class Detail(StrEnum):
    """How much of the way of each person a load leaves: everything, or what the register, the stock and figures need."""

    everything = "everything"
    register = "register"


class Sheet:
    """Lines by table: one chunk of a load, committed together."""

    def __init__(self, detail: Detail) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)
        self._tells_all = detail is Detail.everything
        self.steps = 0  # how much of the way it is, in shipments, deliveries, sessions or people

    def add(self, table: str, *cells: object) -> None:
        """A row whose cells are in the order of COLUMNS; None is null. Texts have no tabs, newlines or backslashes."""
        self.lines[table].append("\t".join([NULL if cell is None else str(cell) for cell in cells]) + "\n")

    def event(
        self,
        event_id: str,
        kind: str,
        actor: str | None,
        body: str,
        *,
        place: str | None = None,
        person: str | None = None,
        area: int | None = None,
    ) -> None:
        """An event of a member of staff, or of the system where nobody acted; the register alone keeps but doses."""
        if self._tells_all or kind == "immunization.recorded":
            self.add("event", event_id, kind, "staff" if actor else "system", actor, person, place, area, body)

    def tables(self) -> Iterator[tuple[str, str]]:
        """Tables that have lines, parents first, each with its lines as one text."""
        for table in COLUMNS:
            if table in self.lines:
                yield table, "".join(self.lines[table])

    @property
    def rows(self) -> int:
        """How many rows the chunk has."""
        return sum(map(len, self.lines.values()))


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What rows name by the database's own ids: areas of the campaign's geography and places, by code."""

    areas: Mapping[str, int]
    places: Mapping[str, UUID]
    groups: Mapping[int, int]
    campaign_id: int
    consent_text_id: int
    disease: str
    makers: Mapping[str, str]
    open_hours: Mapping[str, float]
    clocks: Mapping[str, str]
    fridge_days: Mapping[str, float]


def hexed(value: bytes) -> str:
    """Bytes as COPY reads them."""
    return f"\\\\x{value.hex()}"
