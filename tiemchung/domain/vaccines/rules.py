"""When a lot may be used."""

from datetime import date
from math import ceil


def usable(status: str, expires_on: date, on: date) -> bool:
    """Released and not past its last day. A recalled lot is never usable, whatever its date."""
    return status == "released" and on <= expires_on


def pieces(kind: str, *, doses: int, vials: int, diluted: bool) -> int:
    """How many of a consumable so many doses in so many vials need; everything is rounded up (WHO's bundling).

    Self-locking syringes: a dose × 1.1. Mixing syringes: a vial that is diluted × 1.1. Safety boxes: a hundred syringes
    × 1.1. Diluent: a vial for a vial.
    """
    ad, rup = _tenth_more(doses), _tenth_more(vials) if diluted else 0
    return {
        "ad_syringe": ad,
        "rup_syringe": rup,
        "safety_box": ceil((ad + rup) * 11 / 1000),
        "diluent": vials if diluted else 0,
    }[kind]


def _tenth_more(count: int) -> int:
    return -(-count * 11 // 10)
