"""Small pictures beside words: a temperature line, the ring of somebody under observation, the slots of a session."""

from collections.abc import Sequence
from html import escape
from math import ceil

import msgspec

from tiemchung.web.text import Safe, number

_SLOT, _GAP, _PLOT, _FOOT = 82, 10, 240, 52


class SlotBar(msgspec.Struct, frozen=True):
    """People of one slot: who said yes, who has not answered, how many places are free."""

    words: str
    confirmed: int
    unanswered: int
    free: int
    capacity: int


def sparkline(values: Sequence[float], *, label: str, limit: float, width: int = 150, height: int = 46) -> str:
    """A line of values, with what lies above the limit tinted."""
    low, high = min([*values, limit]), max([*values, limit])
    span = (high - low) or 1
    step = width / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return 4 + (height - 8) * (1 - (value - low) / span)

    line = "L".join(f"{k * step:.1f} {y(value):.1f}" for k, value in enumerate(values))
    return Safe(
        f'<svg class="spark" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'
        f'<rect class="over" width="{width}" height="{y(limit):.1f}"/>'
        f'<line class="edge" x2="{width}" y1="{y(limit):.1f}" y2="{y(limit):.1f}"/><path class="line" d="M{line}"/></svg>'
    )


def ring(share: float, words: str, *, label: str, kind: str = "part") -> str:
    """A ring that fills; `kind` is part, full or bad."""
    filled = min(1.0, max(0.0, share))
    return Safe(
        f'<svg class="ring" viewBox="0 0 44 44" role="img" aria-label="{escape(label)}">'
        f'<circle class="track" cx="22" cy="22" r="19"/><circle class="{escape(kind)}" cx="22" cy="22" r="19" '
        f'pathLength="100" stroke-dasharray="{filled * 100:.0f} 100" transform="rotate(-90 22 22)"/>'
        f'<text x="22" y="27">{escape(words)}</text></svg>'
    )


def slot_bars(slots: Sequence[SlotBar], *, label: str, limit: int, limit_words: str) -> str:
    """A column a slot, stacked from those who said yes upwards, against the line of its capacity."""
    width = len(slots) * (_SLOT + _GAP)
    most = max([slot.confirmed + slot.unanswered + slot.free for slot in slots] + [limit, 1])
    unit = _PLOT / ceil(most * 1.08)
    edge = _PLOT - limit * unit
    columns = "".join(_column(slot, k * (_SLOT + _GAP) + _GAP / 2, unit) for k, slot in enumerate(slots))
    return Safe(
        f'<svg class="chart" viewBox="0 0 {width} {_PLOT + _FOOT}" role="img" aria-label="{escape(label)}">{columns}'
        f'<line class="limit" x2="{width}" y1="{edge:.1f}" y2="{edge:.1f}"/>'
        f'<text class="strong-text" text-anchor="end" x="{width - 4}" y="{edge - 6:.1f}">{escape(limit_words)}</text></svg>'
    )


def _column(slot: SlotBar, x: float, unit: float) -> str:
    drawn, foot = "", float(_PLOT)
    for name, count in (("1", slot.confirmed), ("2", slot.unanswered), ("3", slot.free)):
        tall = count * unit
        if count:
            box = f'x="{x:.0f}" y="{foot - tall + 1:.1f}" width="{_SLOT}" height="{tall - 2:.1f}"'
            drawn += f'<rect class="p{name}" {box} rx="5"/>'
        if tall > 20:
            at = f'x="{x + _SLOT / 2:.0f}" y="{foot - tall / 2 + 5:.1f}"'
            drawn += f'<text class="mid num on{name}" {at}>{number(count)}</text>'
        foot -= tall
    taken = slot.confirmed + slot.unanswered
    middle = f'x="{x + _SLOT / 2:.0f}"'
    return (
        f'{drawn}<text class="mid num strong-text" {middle} y="{_PLOT + 22}">{escape(slot.words)}</text>'
        f'<text class="mid num" {middle} y="{_PLOT + 42}">{taken}/{slot.capacity}</text>'
    )
