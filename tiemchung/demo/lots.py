"""Made-up lots: which lot a session uses, with expiry dates behind the last day of use."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import msgspec

from tiemchung.schema.load import rows

# A lot comes two months after it was made and is used within one; days from making to expiry as printed (domain.md §4).
MADE_DAYS_BEFORE = 60
SHELF_DAYS = {
    "AZ": 182, "PF": 270, "MOD": 213, "VC": 730, "HV": 730, "SPU1": 182, "SPU2": 182, "JAN": 730, "ABD": 182,
}  # fmt: skip
PREFIX = {
    "AZ": "NA0", "PF": "FX", "MOD": "09F21", "VC": "2021X", "HV": "HV21",
    "SPU1": "I-53", "SPU2": "II-53", "JAN": "XJ21", "ABD": "21X0",
}  # fmt: skip
SHARE_OF_A_LOT = 60  # a lot is about this part of all doses, never more than six lots of a product in a month
MOST_A_MONTH = 6


class Session(msgspec.Struct, gc=False):
    """One product at one site on one day; `lot` by number."""

    site: int
    day: date
    product: str
    people: int
    lot: int = -1


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot of one product for one month; `doses` is what sessions give of it."""

    product: str
    number: str
    made_on: date
    expires_on: date
    first_used_on: date
    doses: int


class Packs:
    """How many doses a vial of a product holds on a day (product_pack.csv)."""

    def __init__(self) -> None:
        self._packs: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for r in rows("product_pack.csv"):
            self._packs[str(r["product"])].append(
                (date.fromisoformat(str(r["valid_from"])), int(str(r["doses_per_vial"])))
            )

    def doses(self, product: str, day: date) -> int:
        """Doses in a vial; a day before the first pack has the first pack's."""
        found = [doses for since, doses in sorted(self._packs[product]) if since <= day]
        return found[-1] if found else min(self._packs[product])[1]


def assign(sessions: Sequence[Session], province_of: Callable[[int], str]) -> list[Lot]:
    """Give every session its lot; the lots in the order of product and month."""
    months: dict[tuple[str, date], list[Session]] = defaultdict(list)
    for session in sessions:
        months[session.product, session.day.replace(day=1)].append(session)
    all_doses = sum(session.people for session in sessions)
    serials: Counter[str] = Counter()
    lots: list[Lot] = []
    for (product, month), used in sorted(months.items(), key=lambda item: item[0]):
        doses = sum(session.people for session in used)
        count = max(1, min(MOST_A_MONTH, round(doses * SHARE_OF_A_LOT / all_doses)))
        provinces = sorted({province_of(session.site) for session in used})
        which = {province: k % count for k, province in enumerate(provinces)}
        for k in range(min(count, len(provinces))):
            own = [session for session in used if which[province_of(session.site)] == k]
            for session in own:
                session.lot = len(lots)
            serials[product] += 1
            lots.append(_lot(product, month, serials[product], own))
    return lots


def _lot(product: str, month: date, serial: int, sessions: list[Session]) -> Lot:
    made = month - timedelta(days=MADE_DAYS_BEFORE)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return Lot(
        product=product,
        number=f"{PREFIX[product]}{serial:03}",
        made_on=made,
        expires_on=max(made + timedelta(days=SHELF_DAYS[product]), last + timedelta(days=30)),
        first_used_on=min(session.day for session in sessions),
        doses=sum(session.people for session in sessions),
    )
