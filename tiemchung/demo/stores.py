"""Rows of the supply chain: staff, lots, units and balances, shipments from the national store down to the sites."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from tiemchung.demo.ground import Ground
from tiemchung.demo.hours import opening
from tiemchung.demo.ids import Loose, moment, stamp
from tiemchung.demo.sheet import NULL, Sheet
from tiemchung.demo.supply import LEGS, MADE, NATIONAL_STORE, Delivery, Shipment, decided_at, period_of, product_of
from tiemchung.demo.words import Words

A_CHUNK = 1_000
DECISION = "Quyết định phân bổ vắc xin (trình diễn)"
RELEASE = "Giấy chứng nhận xuất xưởng (trình diễn)"
ENDS = date(2022, 3, 6)
# Made-up staff worked until the campaign's end; nobody can sign in as them, because no password fits.
HIRED, LEFT = "2021-02-01 00:00:00+00", "2022-07-01 00:00:00+00"
NO_PASSWORD = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$" + "A" * 43

# place, lot, unit, state, doses
Line = tuple[str, str, str, str, int]


def chunks(ground: Ground) -> Iterator[Sheet]:
    """All of it, in parts that may be committed one by one."""
    yield _beginning(ground)
    arrived = {(s.receiver, s.period): s.received for s in ground.supply.shipments}
    used = _used(ground)
    deliveries = list(ground.supply.deliveries.values())
    for k in range(0, len(deliveries), A_CHUNK):
        yield _shelves(ground, k, deliveries[k : k + A_CHUNK], arrived, used)
    for k in range(0, len(ground.supply.shipments), A_CHUNK):
        yield _shipped(ground, k)


def post(sheet: Sheet, entry: str, reason: str, at: int, actor: str | None, lines: Sequence[Line]) -> None:
    """An entry with its lines, as the posting function writes it; balances are written where they are known in the end."""
    when, who, posted = stamp(at), actor or NULL, sheet.lines["stock_posting"]
    for number, (place, lot, unit, state, doses) in enumerate(lines, start=1):
        posted.append(
            f"{place}\t{entry}\t{number}\t{entry}\t{lot}\t{unit}\t{state}\t{doses}\t{reason}\t{who}\t{when}\n"
        )


def _beginning(ground: Ground) -> Sheet:
    """Staff, lots, their arrival in the national store, and what stores, provinces and districts have in the end."""
    sheet, loose, words, random = ground.sheet(), ground.ids.loose(1), Words(), Random(ground.plan.seed)
    for centre, staff in ground.staff.items():
        for role, staff_id in staff.items():
            sex = "male" if random.random() < 0.4 else "female"
            name, _ = words.name(random, sex, 38, ground.plan.country.districts[0])
            sheet.add("staff", staff_id, f"trinhdien-{centre.lower()}-{role}", name, NO_PASSWORD, HIRED, LEFT)
    first: dict[int, date] = {}
    for delivery in ground.supply.deliveries.values():
        first[delivery.lot] = min(first.get(delivery.lot, delivery.period), delivery.period)
    for k, lot in enumerate(ground.plan.lots):
        at, lot_id = opening(first[k] - timedelta(days=MADE)), ground.lots[k]
        sheet.add("lot", lot_id, lot.product, lot.number, ground.known.makers[lot.product], lot.expires_on, "released")
        body = f'{{"lot_id":"{lot_id}","product":"{lot.product}","number":"{lot.number}"}}'
        sheet.event(loose(at - 600), "vaccines.lot_added", None, body)
        body = f'{{"lot_id":"{lot_id}","status":"released","reason":"{RELEASE}"}}'
        sheet.event(loose(at - 300), "vaccines.lot_status_changed", None, body)
        _from_maker(ground, sheet, loose, k, at)
    _decided(ground, sheet, loose)
    _stores(ground, sheet)
    sheet.steps = 1
    return sheet


def _from_maker(ground: Ground, sheet: Sheet, loose: Loose, lot: int, at: int) -> None:
    store, unit_id, lot_id = ground.place(NATIONAL_STORE), ground.unit_id(NATIONAL_STORE, lot, None), ground.lots[lot]
    doses, entry = ground.supply.made[lot], loose(at)
    clock = ground.known.clocks[ground.plan.lots[lot].product]
    sheet.add("handling_unit", store, unit_id, lot_id, clock, None, stamp(at))
    lines: list[Line] = [(store, lot_id, unit_id, "external", -doses), (store, lot_id, unit_id, "on_hand", doses)]
    post(sheet, entry, "maker", at, None, lines)
    body = f'{{"lot_id":"{lot_id}","doses":{doses},"entry_id":"{entry}"}}'
    sheet.event(loose(at), "stock.received_from_maker", None, body, place=store)


def _decided(ground: Ground, sheet: Sheet, loose: Loose) -> None:
    """The decisions of the national store with the share of each province."""
    store = ground.place(NATIONAL_STORE)
    for one in ground.supply.decisions.values():
        at, allocation_id = decided_at(one.period), ground.allocation_id(one.product, one.period)
        words = f"{DECISION}, đợt {one.round}"
        sheet.add("allocation", store, allocation_id, one.round, one.product, words, moment(at).date(), stamp(at))
        for receiver, doses in one.shares.items():
            sheet.add("allocation_line", store, allocation_id, ground.place(receiver), doses)
        body = f'{{"allocation_id":"{allocation_id}","product":"{one.product}","doses":{sum(one.shares.values())}}}'
        sheet.event(loose(at), "stock.allocated", None, body, place=store)


def _stores(ground: Ground, sheet: Sheet) -> None:
    """Balances and units of every store, province and district: they receive and send on. Sites follow by themselves."""
    balances: dict[tuple[str, int, date | None, str], int] = defaultdict(int)
    received: dict[tuple[str, int, date], int] = {}
    for lot, doses in ground.supply.made.items():
        balances[NATIONAL_STORE, lot, None, "external"] = -doses
        balances[NATIONAL_STORE, lot, None, "on_hand"] = doses
    for s in ground.supply.shipments:
        period = None if s.sender == NATIONAL_STORE else s.period
        for leg in s.legs:
            balances[s.sender, leg.lot, period, "on_hand"] -= leg.doses
            balances[s.sender, leg.lot, period, "in_transit"] += 0
            if leg.broken:
                balances[s.sender, leg.lot, period, "wasted"] += leg.broken
            if s.receiver in ground.staff or s.receiver.endswith("CDC"):
                balances[s.receiver, leg.lot, s.period, "on_hand"] += leg.doses - leg.broken
                received[s.receiver, leg.lot, s.period] = s.received
    for (place, lot, period, state), balance in balances.items():
        unit_id = ground.unit_id(place, lot, period)
        sheet.add("stock_account", ground.place(place), ground.lots[lot], unit_id, state, balance)
    for (place, lot, period), at in received.items():
        _unit(ground, sheet, place, lot, period, at)


def _unit(ground: Ground, sheet: Sheet, place: str, lot: int, period: date, at: int) -> None:
    """A unit with its clock: what was frozen has begun to thaw when it came to the province."""
    product = ground.plan.lots[lot].product
    clock, until = ground.known.clocks[product], None
    if clock != "fridge" and product in ground.known.fridge_days:
        thawed_at = opening(period - timedelta(days=LEGS[0][1]))
        clock, until = "thawed", stamp(thawed_at + int(ground.known.fridge_days[product] * 86_400))
    sheet.add(
        "handling_unit",
        ground.place(place),
        ground.unit_id(place, lot, period),
        ground.lots[lot],
        clock,
        until,
        stamp(at),
    )


def _shipped(ground: Ground, start: int) -> Sheet:
    sheet, loose = ground.sheet(), ground.ids.loose(1_000_000 + start)
    for number, shipment in enumerate(ground.supply.shipments[start : start + A_CHUNK], start=start):
        _shipment(ground, sheet, loose, number, shipment)
        sheet.steps += 1
    return sheet


def _shipment(ground: Ground, sheet: Sheet, loose: Loose, number: int, s: Shipment) -> None:
    sender, receiver = ground.place(s.sender), ground.place(s.receiver)
    shipment_id, sent, received = loose(s.sent), loose(s.sent), loose(s.received)
    centre = s.receiver if s.receiver in ground.staff else s.sender
    keeper = ground.staff[centre]["storekeeper"] if centre in ground.staff else None
    label = f"{moment(s.sent):%y%m%d}-{number:06}"
    times = stamp(s.sent), stamp(s.received), stamp(s.received)
    by_decision = s.sender == NATIONAL_STORE
    allocation_id = ground.allocation_id(product_of(ground.plan, s), s.period) if by_decision else None
    sheet.add("shipment", sender, shipment_id, label, receiver, DECISION, *times, keeper, allocation_id)
    out: list[Line] = []
    into: list[Line] = []
    for line, leg in enumerate(s.legs, start=1):
        lot_id, accepted = ground.lots[leg.lot], leg.doses - leg.broken
        unit_id = ground.unit_id(s.sender, leg.lot, None if s.sender == NATIONAL_STORE else s.period)
        sheet.add("shipment_line", sender, shipment_id, line, lot_id, unit_id, leg.doses, accepted, leg.broken, 0)
        out += [(sender, lot_id, unit_id, "on_hand", -leg.doses), (sender, lot_id, unit_id, "in_transit", leg.doses)]
        into.append((sender, lot_id, unit_id, "in_transit", -leg.doses))
        if leg.broken:
            into.append((sender, lot_id, unit_id, "wasted", leg.broken))
        into.append((receiver, lot_id, ground.unit_id(s.receiver, leg.lot, s.period), "on_hand", accepted))
    post(sheet, sent, "ship", s.sent, keeper, out)
    post(sheet, received, "receive", s.received, keeper, into)
    doses, broken = sum(leg.doses for leg in s.legs), sum(leg.broken for leg in s.legs)
    body = f'{{"shipment_id":"{shipment_id}","to_place_id":"{receiver}","doses":{doses},"entry_id":"{sent}"}}'
    sheet.event(loose(s.sent), "stock.shipped", keeper, body, place=sender)
    body = (
        f'{{"shipment_id":"{shipment_id}","from_place_id":"{sender}","accepted":{doses - broken},"broken":{broken},'
        f'"missing":0,"entry_id":"{received}"}}'
    )
    sheet.event(loose(s.received), "stock.received", keeper, body, place=receiver)


def _used(ground: Ground) -> dict[tuple[int, int, date], tuple[int, int]]:
    """Per delivery: doses given, and doses in opened vials that were not."""
    used: dict[tuple[int, int, date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for k, session in enumerate(ground.plan.sessions):
        key, a_vial = (session.site, session.lot, period_of(session.day)), ground.a_vial(k)
        given, left = used[key]
        used[key] = given + session.people, left + -session.people % a_vial
    return used


def _shelves(
    ground: Ground,
    start: int,
    deliveries: Sequence[Delivery],
    arrived: dict[tuple[str, date], int],
    used: dict[tuple[int, int, date], tuple[int, int]],
) -> Sheet:
    """Units of sites and their balances as the campaign leaves them; spare vials are thrown away with their reasons."""
    sheet, loose = ground.sheet(), ground.ids.loose(2_000_000 + start)
    for d in deliveries:
        site = ground.plan.country.sites[d.site]
        given, left = used[d.site, d.lot, d.period]
        _unit(ground, sheet, site.code, d.lot, d.period, arrived[site.code, d.period])
        wasted = d.spare and _waste_spare(ground, sheet, loose, d)
        place, lot_id, unit_id = ground.sites[d.site], ground.lots[d.lot], ground.unit_id(site.code, d.lot, d.period)
        on_hand = d.doses - given - left - wasted
        for state, doses in (("on_hand", on_hand), ("opened", 0), ("administered", given), ("wasted", left + wasted)):
            if doses or state in {"on_hand", "opened"}:
                sheet.add("stock_account", place, lot_id, unit_id, state, doses)
        sheet.steps += 1
    return sheet


def _waste_spare(ground: Ground, sheet: Sheet, loose: Loose, d: Delivery) -> int:
    """Throw a spare vial away; one that would expire after the campaign stays on the shelf. The doses thrown away."""
    lot = ground.plan.lots[d.lot]
    day = lot.expires_on + timedelta(days=1) if d.reason == "expired" else d.period + timedelta(days=9)
    if day > ENDS:
        return 0
    at, site = opening(day) + 1_200, ground.plan.country.sites[d.site]
    place, lot_id, unit_id = ground.sites[d.site], ground.lots[d.lot], ground.unit_id(site.code, d.lot, d.period)
    entry, keeper = loose(at), ground.staff[site.centre]["storekeeper"]
    lines: list[Line] = [(place, lot_id, unit_id, "on_hand", -d.spare), (place, lot_id, unit_id, "wasted", d.spare)]
    post(sheet, entry, d.reason, at, keeper, lines)
    body = f'{{"lot_id":"{lot_id}","doses":{d.spare},"reason":"{d.reason}","entry_id":"{entry}"}}'
    sheet.event(loose(at), "stock.wasted", keeper, body, place=place)
    return d.spare
