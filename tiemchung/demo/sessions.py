"""Rows of sessions: planned and approved by two people, with slots and vials; closed, counted and signed."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.demo.ground import PLANNED_DAYS_BEFORE, Ground
from tiemchung.demo.hours import SLOT_SECONDS
from tiemchung.demo.ids import Loose, moment, stamp, wire
from tiemchung.demo.sheet import Sheet, hexed
from tiemchung.demo.stores import Line, post

A_CHUNK = 250
UNSIGNED_EVERY = 15  # some sessions wait for their signature


def planned(ground: Ground) -> Iterator[Sheet]:
    """Sessions as they were held, in parts that may be committed one by one; signatures come last."""
    for start in range(0, len(ground.plan.sessions), A_CHUNK):
        sheet, loose = ground.sheet(), ground.ids.loose(3_000_000 + start)
        for k in range(start, min(start + A_CHUNK, len(ground.plan.sessions))):
            _session(ground, sheet, loose, k)
            sheet.steps += 1
        yield sheet


def signed(ground: Ground) -> Iterator[Sheet]:
    """Signatures over the records of sessions, which must stand before."""
    members = _members(ground)
    for start in range(0, len(ground.plan.sessions), A_CHUNK):
        sheet, loose = ground.sheet(), ground.ids.loose(4_000_000 + start)
        for k in range(start, min(start + A_CHUNK, len(ground.plan.sessions))):
            sheet.steps += 1
            if _is_signed(ground, k):
                _sign(ground, sheet, loose, k, _records(ground, k, members[k]))
        yield sheet


def _session(ground: Ground, sheet: Sheet, loose: Loose, k: int) -> None:
    session, day = ground.plan.sessions[k], ground.days[k]
    place, session_id, staff = ground.sites[session.site], ground.session_id(k), ground.staff_of(k)
    made, a_vial = day.opens - PLANNED_DAYS_BEFORE * 86_400, ground.a_vial(k)
    head, officer, left = staff["site_head"], staff["district_officer"], -session.people % a_vial
    count = -(-session.people // a_vial)
    counted = (
        f'{{"vials":{count},"opened":{count * a_vial},"extra":0,"wasted":0,"left":{left},'
        f'"recorded":{session.people},"unfinished":0,"explanation":null}}'
    )
    kind = "mobile" if ground.plan.country.sites[session.site].kind == "mobile_team" else "fixed"
    times, status = (stamp(day.opens), stamp(day.ends)), "signed" if _is_signed(ground, k) else "closed"
    done = head, officer, stamp(day.opens - 300), stamp(day.closed), counted, stamp(made)
    sheet.add(
        "session", place, session_id, ground.known.campaign_id, kind, *times, session.product, day.tables, status, *done
    )
    for s in range(day.slots if ground.whole else 0):
        taken = max(0, min(day.a_slot, session.people - s * day.a_slot))
        sheet.add("slot", place, session_id, stamp(day.opens + s * SLOT_SECONDS), SLOT_SECONDS // 60, day.a_slot, taken)
    body = f'{{"session_id":"{session_id}"}}'
    capacity = day.slots * day.a_slot
    details = f'{{"session_id":"{session_id}","product":"{session.product}","capacity":{capacity}}}'
    sheet.event(loose(made), "sites.session_planned", head, details, place=place)
    sheet.event(loose(made + 86_400), "sites.session_approved", officer, body, place=place)
    sheet.event(loose(day.opens - 300), "sites.session_opened", head, body, place=place)
    _vials(ground, sheet, loose, k, count, left)
    if not ground.whole:
        _doses_at_once(ground, sheet, loose, k)
    closed = f'{{"session_id":"{session_id}","given":{session.people},"wasted":{left},"explained":false}}'
    sheet.event(loose(day.closed), "session.closed", head, closed, place=place)


def _vials(ground: Ground, sheet: Sheet, loose: Loose, k: int, count: int, left: int) -> None:
    """Opened one after the other when their turn comes; what the last one still holds is wasted when the session closes."""
    session, day = ground.plan.sessions[k], ground.days[k]
    place, session_id, nurse = ground.sites[session.site], ground.session_id(k), ground.staff_of(k)["nurse"]
    lot_id, unit_id, a_vial = ground.lots[session.lot], ground.unit_of(k), ground.a_vial(k)
    for v in range(count):
        vial_id, at = ground.vial_id(k, v), day.injection(v * a_vial) - 60
        use_by = at + int(ground.known.open_hours[session.product] * 3_600)
        wasted = left if v == count - 1 else 0
        when = stamp(at), nurse, stamp(use_by)
        sheet.add(
            "vial", place, vial_id, session_id, unit_id, lot_id, v + 1, *when, a_vial, 0, wasted, stamp(day.closed)
        )
        lines: list[Line] = [(place, lot_id, unit_id, "on_hand", -a_vial), (place, lot_id, unit_id, "opened", a_vial)]
        post(sheet, loose(at), "open", at, nurse, lines)
        body = (
            f'{{"vial_id":"{vial_id}","session_id":"{session_id}","lot_id":"{lot_id}","doses":{a_vial},'
            f'"use_by":"{wire(use_by)}"}}'
        )
        sheet.event(loose(at), "stock.vial_opened", nurse, body, place=place)
        if wasted:
            lines = [(place, lot_id, unit_id, "opened", -wasted), (place, lot_id, unit_id, "wasted", wasted)]
            post(sheet, loose(day.closed), "session_end", day.closed, nurse, lines)
        body = f'{{"vial_id":"{vial_id}","wasted":{wasted},"reason":"session_end"}}'
        sheet.event(loose(day.closed), "stock.vial_closed", nurse, body, place=place)


class _Part(msgspec.Struct, frozen=True, gc=False):
    """A cohort in a session: its members' first turn, their indexes, which dose, and when their first dose's session began."""

    first: int
    people: int
    index: int
    role: str
    ordinal: int
    begins: int


def _doses_at_once(ground: Ground, sheet: Sheet, loose: Loose, k: int) -> None:
    """All doses of a session in one entry, where people's rows do not post each of their own."""
    session, at = ground.plan.sessions[k], ground.days[k].closed
    place, lot_id, unit_id = ground.sites[session.site], ground.lots[session.lot], ground.unit_of(k)
    lines: list[Line] = [
        (place, lot_id, unit_id, "opened", -session.people),
        (place, lot_id, unit_id, "administered", session.people),
    ]
    post(sheet, loose(at), "dose", at, ground.staff_of(k)["nurse"], lines)


def _is_signed(ground: Ground, k: int) -> bool:
    return ground.whole and k % UNSIGNED_EVERY != 0


def _members(ground: Ground) -> list[list[_Part]]:
    """Who was in each session."""
    members: list[list[_Part]] = [[] for _ in ground.plan.sessions]
    index = 0
    for cohort in ground.plan.cohorts:
        for given in cohort.doses:
            begins = ground.days[cohort.doses[0].session].opens
            part = _Part(given.first, cohort.people, index, given.role, given.ordinal, begins)
            members[given.session].append(part)
        index += cohort.people
    return members


class _Record(msgspec.Struct):
    """What a signature covers of a record, in the order in which the site signs."""

    immunization_id: UUID
    version: int
    person_id: UUID
    status: str
    dose_role: str
    ordinal: int
    product: str
    lot_id: UUID
    occurred_at: datetime


def _records(ground: Ground, k: int, parts: Sequence[_Part]) -> list[_Record]:
    session, day = ground.plan.sessions[k], ground.days[k]
    lot_id = UUID(ground.lots[session.lot])
    records: list[_Record] = []
    for part in parts:
        for n in range(part.people):
            index, turn = part.index + n, part.first + n
            person_id = UUID(ground.person_id(index, ground.known_at(index, part.begins)))
            immunization_id, at = UUID(ground.immunization_id(k, turn)), moment(day.injection(turn))
            records.append(
                _Record(
                    immunization_id, 1, person_id, "completed", part.role, part.ordinal, session.product, lot_id, at
                )
            )
    return sorted(records, key=lambda record: record.immunization_id)


def _sign(ground: Ground, sheet: Sheet, loose: Loose, k: int, records: list[_Record]) -> None:
    place, session_id, head = (
        ground.sites[ground.plan.sessions[k].site],
        ground.session_id(k),
        ground.staff_of(k)["site_head"],
    )
    at = ground.days[k].closed + 1_800
    signature_id = loose(at)
    covers = msgspec.json.encode([[record.immunization_id, 1] for record in records]).decode()
    digest = hashlib.sha256(msgspec.json.encode(records)).digest()
    sheet.add("site_signature", place, session_id, signature_id, head, covers, hexed(digest), stamp(at), "totp")
    body = f'{{"session_id":"{session_id}","signature_id":"{signature_id}","doses":{len(records)}}}'
    sheet.event(loose(at), "session.signed", head, body, place=place)
