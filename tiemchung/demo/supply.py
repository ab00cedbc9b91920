"""Where the doses of the campaign came from: lots from their makers, twice a month down the tree, so that all adds up.

What the national store sends goes by decision: one of each vaccine and half month, with a share for each province.
A delivery is what one site gets of one lot for half a month. What a district or province gets is the sum of what it sends
on, plus what stays there or breaks on the way.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from tiemchung.demo.hours import opening
from tiemchung.demo.lots import Packs
from tiemchung.demo.plan import Plan

NATIONAL_STORE = "TW000"
# Days before the half month begins on which doses leave and arrive, from the national store down.
MADE = 14
LEGS = ((8, 6), (4, 3), (2, 1))
# Every so-many-th delivery brings a vial more than is needed, which is thrown away unopened; of every so-many-th shipment
# a vial arrives broken; provinces and the nation keep one dose in so many.
SPARE_EVERY, BROKEN_EVERY, PROVINCE_KEEPS, NATION_KEEPS = 40, 120, 40, 30
SPARE_REASONS = ("expired", "expired", "heat", "broken", "freeze", "other")


class Delivery(msgspec.Struct, gc=False):
    """A lot's doses for one site and half a month; `spare` of them are never opened."""

    site: int
    lot: int
    period: date
    doses: int
    spare: int = 0
    reason: str = ""


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One lot in one shipment: `doses` were sent, `broken` of them arrived as waste."""

    lot: int
    doses: int
    broken: int


class Shipment(msgspec.Struct, frozen=True, gc=False):
    """What one place sent to another for a half month; times in Unix seconds."""

    sender: str
    receiver: str
    period: date
    sent: int
    received: int
    legs: list[Leg]


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What the national store divides among the provinces of one vaccine for a half month: doses by receiver."""

    product: str
    period: date
    round: int
    shares: dict[str, int]


class Supply(msgspec.Struct, frozen=True):
    """All deliveries by (site, lot, period), all shipments from the top down with the decisions that the first ones follow
    by (product, period), and what came of each lot from its maker."""

    deliveries: dict[tuple[int, int, date], Delivery]
    shipments: list[Shipment]
    decisions: dict[tuple[str, date], Decision]
    made: dict[int, int]


def period_of(day: date) -> date:
    """The half month of a day: frozen vaccine thaws for 30 days at most, so a whole one would be too long."""
    return day.replace(day=1 if day.day < 16 else 16)


def decided_at(period: date) -> int:
    """When the decision on a half month fell: the day before the national store sends."""
    return opening(period - timedelta(days=LEGS[0][0] + 1))


def supply(plan: Plan) -> Supply:
    """What had to be delivered so that the plan's sessions had their vials."""
    packs = Packs()
    deliveries = _deliveries(plan, packs)
    sent: list[list[Shipment]] = []
    wanted: dict[tuple[str, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for delivery in deliveries.values():
        wanted[plan.country.sites[delivery.site].code, delivery.period][delivery.lot] += delivery.doses
    centre = {site.code: site.centre for site in plan.country.sites}
    store = {f"TT{district.code}": f"{district.province}CDC" for district in plan.country.districts}
    for level, parents in ((2, centre), (1, store), (0, dict.fromkeys(store.values(), NATIONAL_STORE))):
        shipments = list(_shipments(plan, packs, wanted, parents, level))
        sent.append(shipments)
        wanted = _sums(shipments)
        if level == 1:
            _keep(wanted, packs, plan, PROVINCE_KEEPS)
    _keep(wanted, packs, plan, NATION_KEEPS)
    made: dict[int, int] = defaultdict(int)
    for (_, _), lots in wanted.items():
        for lot, doses in lots.items():
            made[lot] += doses
    shipments = [shipment for level in reversed(sent) for shipment in level]
    return Supply(deliveries, shipments, _decisions(plan, sent[-1]), dict(made))


def _deliveries(plan: Plan, packs: Packs) -> dict[tuple[int, int, date], Delivery]:
    found: dict[tuple[int, int, date], Delivery] = {}
    for session in plan.sessions:
        key = session.site, session.lot, period_of(session.day)
        a_vial = packs.doses(session.product, session.day)
        doses = -(-session.people // a_vial) * a_vial
        if key in found:
            found[key].doses += doses
        else:
            found[key] = Delivery(*key, doses)
    for count, delivery in enumerate(found.values()):
        if count % SPARE_EVERY == 0:
            delivery.spare = packs.doses(plan.lots[delivery.lot].product, delivery.period)
            delivery.doses += delivery.spare
            delivery.reason = SPARE_REASONS[count // SPARE_EVERY % len(SPARE_REASONS)]
    return found


def _shipments(
    plan: Plan,
    packs: Packs,
    wanted: dict[tuple[str, date], dict[int, int]],
    parents: dict[str, str],
    level: int,
) -> Iterator[Shipment]:
    left, arrived = LEGS[level]
    for count, (receiver, period, lots) in enumerate(_parcels(plan, wanted, parents)):
        legs: list[Leg] = []
        for lot, doses in lots:
            broken = packs.doses(plan.lots[lot].product, period) if not legs and count % BROKEN_EVERY == 60 else 0
            legs.append(Leg(lot, doses + broken, broken))
        spread = count * 611 % 7_200
        yield Shipment(
            parents[receiver],
            receiver,
            period,
            opening(period - timedelta(days=left)) + spread,
            opening(period - timedelta(days=arrived)) + 3_600 + spread,
            legs,
        )


def _parcels(
    plan: Plan, wanted: dict[tuple[str, date], dict[int, int]], parents: dict[str, str]
) -> Iterator[tuple[str, date, list[tuple[int, int]]]]:
    """What goes together: all lots for a receiver and half month; of the national store those of one vaccine, as decided."""
    for (receiver, period), lots in sorted(wanted.items(), key=lambda item: (item[0][1], item[0][0])):
        if parents[receiver] != NATIONAL_STORE:
            yield receiver, period, sorted(lots.items())
            continue
        for product in sorted({plan.lots[lot].product for lot in lots}):
            yield receiver, period, sorted(item for item in lots.items() if plan.lots[item[0]].product == product)


def _decisions(plan: Plan, shipments: list[Shipment]) -> dict[tuple[str, date], Decision]:
    """The decisions behind what the national store sent, their rounds in order."""
    found: dict[tuple[str, date], Decision] = {}
    rounds: dict[str, int] = defaultdict(int)
    for shipment in sorted(shipments, key=lambda one: one.period):
        product = product_of(plan, shipment)
        key = product, shipment.period
        if key not in found:
            rounds[product] += 1
            found[key] = Decision(product, shipment.period, rounds[product], defaultdict(int))
        found[key].shares[shipment.receiver] += sum(leg.doses for leg in shipment.legs)
    return found


def product_of(plan: Plan, shipment: Shipment) -> str:
    """The vaccine of a shipment of the national store: it has one."""
    return plan.lots[shipment.legs[0].lot].product


def _sums(shipments: list[Shipment]) -> dict[tuple[str, date], dict[int, int]]:
    sums: dict[tuple[str, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for shipment in shipments:
        for leg in shipment.legs:
            sums[shipment.sender, shipment.period][leg.lot] += leg.doses
    return sums


def _keep(wanted: dict[tuple[str, date], dict[int, int]], packs: Packs, plan: Plan, one_in: int) -> None:
    """Add what a store keeps for itself, in whole vials."""
    for (_, period), lots in wanted.items():
        for lot, doses in lots.items():
            a_vial = packs.doses(plan.lots[lot].product, period)
            lots[lot] = doses + doses // one_in // a_vial * a_vial
