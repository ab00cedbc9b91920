"""Bars and lines over time."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from math import ceil

from tiemchung.web.text import Safe, number

BOTTOM, TOP = 28, 18
_DIGIT = 9.2


def daily(days: Sequence[tuple[date, int]], *, label: str, peak: str = "", width: int = 600, height: int = 232) -> str:
    """A bar a day and the mean of seven days as a line; months below, the scale at the left.

    `peak` is what to say at the highest mean, with `{value}` and `{day}` in it.
    """
    if not days:
        return Safe("")
    values = [value for _, value in days]
    top = _round_up(max(*values, 1))
    count = len(days)
    left = _left(top)
    means = [sum(values[max(0, k - 6) : k + 1]) / min(7, k + 1) for k in range(count)]

    def x(k: float) -> float:
        return left + (width - left - 6) * (k + 0.5) / count

    def y(value: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - value / top)

    thick = max(1.0, (width - left) / count * 0.62)
    bars = "".join(
        f'<rect x="{x(k) - thick / 2:.1f}" y="{y(v):.1f}" width="{thick:.1f}" height="{y(0) - y(v):.1f}"/>'
        for k, v in enumerate(values)
        if v
    )
    line = "M" + "L".join(f"{x(k):.1f} {y(mean):.1f}" for k, mean in enumerate(means))
    every = ceil(30 / ((width - left) / count * 30.4))
    months = "".join(
        f'<text class="xa" x="{x(k):.1f}" y="{height - 6}">T{day.month}</text>'
        for k, (day, _) in enumerate(days)
        # A name at the very end would be cut; where months are narrow, every second or third is named.
        if day.day == 1 and day.month % every == 0 and k < count - count // 40
    )
    body = f'{_scale(top, y, width)}<g class="bars">{bars}</g><path class="mean" d="{line}"/>{months}'
    if peak:
        best = max(range(count), key=means.__getitem__)
        words = escape(peak.format(value=number(means[best]), day=days[best][0].strftime("%d/%m")))
        side = "end" if best > count / 2 else "start"
        away = -8 if side == "end" else 8
        body += (
            f'<circle class="mean" cx="{x(best):.1f}" cy="{y(means[best]):.1f}" r="4"/><text class="peak" '
            f'text-anchor="{side}" x="{x(best) + away:.1f}" y="{y(means[best]) - 4:.1f}">{words}</text>'
        )
    return _svg(body, label, width, height)


def daily_pair(days: Sequence[tuple[date, int]], *, label: str, peak: str = "") -> str:
    """The daily chart twice, for a desk and for a phone, so that its text is never small; the sheet shows one of them."""
    wide, narrow = daily(days, label=label, peak=peak), daily(days, label=label, width=340, height=220)
    return Safe(f'<div class="for-desk">{wide}</div><div class="for-phone">{narrow}</div>') if days else Safe("")


def bars_by_hour(
    today: Sequence[int], before: Sequence[int], *, label: str, width: int = 440, height: int = 232
) -> str:
    """Doses an hour, from 7 to 17 or as far as any were given: bars for today, a line for the same weekday a week before."""
    given = [h for h in range(24) if today[h] or before[h]]
    hours = range(min([7, *given]), max([17, *given]) + 1)
    every = 1 + len(hours) // 13
    top = _round_up(max([today[h] for h in hours] + [before[h] for h in hours] + [1]))
    left = _left(top)
    step = (width - left - 6) / len(hours)

    def y(value: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - value / top)

    bars = "".join(
        f'<rect x="{left + step * k + step * 0.2:.1f}" y="{y(today[h]):.1f}" width="{step * 0.6:.1f}" '
        f'height="{y(0) - y(today[h]):.1f}"><title>{h}h: {number(today[h])}</title></rect>'
        for k, h in enumerate(hours)
        if today[h]
    )
    line = "".join(
        f"{'M' if k == 0 else 'L'}{left + step * k:.1f} {y(before[h]):.1f}h{step:.1f}" for k, h in enumerate(hours)
    )
    labels = "".join(
        f'<text class="xa" x="{left + step * (k + 0.5):.1f}" y="{height - 6}">{h}h</text>'
        for k, h in enumerate(hours)
        if k % every == 0
    )
    body = f'{_scale(top, y, width)}<g class="bars strong">{bars}</g><path class="before" d="{line}"/>{labels}'
    return _svg(body, label, width, height)


def _scale(top: int, y: Callable[[float], float], width: int) -> str:
    parts: list[str] = []
    left = _left(top)
    for k in range(5):
        value = top * k // 4
        at = y(value)
        parts.append(f'<line class="grid" x1="{left:.0f}" x2="{width}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text class="ya" x="{left - 8:.0f}" y="{at + 5:.1f}">{number(value)}</text>')
    return "".join(parts)


def _left(top: int) -> float:
    """Room for the longest number of the scale."""
    return len(number(top)) * _DIGIT + 12


def _round_up(value: int) -> int:
    """The next number of the form 4, 8, 20, 40, 80 … that four grid lines divide evenly."""
    size = 4
    while size < value:
        size = size * 5 // 2 if str(size).startswith("8") else size * 2
    return size


def _svg(body: str, label: str, width: int, height: int) -> str:
    return Safe(
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )
