"""A province with a dot for each of its districts: where its communes lie, not where its borders run.

The shape is the one of the national map. Degrees become a place in the box of the province (`scripts/map`); a district far
out at sea stands at the edge. Hoàng Sa and Trường Sa stand by name in the corner of the sea.
"""

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import msgspec

from tiemchung.web.drawing.map import HATCH, class_of, file
from tiemchung.web.text import Safe, percent

_SIZE, _EDGE, _RADIUS = 600, 70, 17
_ARCHIPELAGOS = {"498", "576"}


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """A district: its name, its share of one, and where it lies in degrees."""

    code: str
    name: str
    share: float | None
    lat: float | None
    lon: float | None


def district_map(province: str, dots: Sequence[Dot], *, link: str, label: str, chosen: str = "") -> str:
    """The province's shape with a dot a district; `link` is the address of a district with `{code}` in it."""
    left, top, right, bottom, west, north, east, south = _frames()[province]
    scale = (_SIZE - 2 * _EDGE) / max(right - left, bottom - top)
    wide, high = (right - left) * scale, (bottom - top) * scale
    isles = sum(dot.code in _ARCHIPELAGOS for dot in dots)

    def place(dot: Dot) -> tuple[float, float]:
        if dot.code in _ARCHIPELAGOS or dot.lat is None or dot.lon is None:
            return _EDGE + wide, high + 1.6 * _EDGE
        x = _EDGE + (dot.lon - west) / (east - west) * wide
        y = _EDGE + (north - dot.lat) / (north - south) * high
        return min(max(x, _RADIUS), wide + 2 * _EDGE - _RADIUS), min(max(y, _RADIUS), high + 2 * _EDGE - _RADIUS)

    # The chosen one is drawn last: its edge lies over its neighbours.
    marks = "".join(
        _mark(dot, *place(dot), link, dot.code == chosen) for dot in sorted(dots, key=lambda dot: dot.code == chosen)
    )
    moved = f"translate({_EDGE - left * scale:.1f} {_EDGE - top * scale:.1f}) scale({scale:.3f})"
    box = f"0 0 {wide + 2 * _EDGE:.0f} {high + 2 * _EDGE + isles * _EDGE / 2:.0f}"
    shape = f'<g class="around"><use href="{file()}#p{province}" transform="{moved}"/></g>'
    head = f'<svg class="map" viewBox="{box}" role="group" aria-label="{escape(label)}">{HATCH}'
    return Safe(f"{head}{shape}{marks}</svg>")


def _mark(dot: Dot, x: float, y: float, link: str, chosen: bool) -> str:
    fill = ' fill="url(#no-data)"' if dot.share is None else ""
    words = ""
    if dot.code in _ARCHIPELAGOS:
        words = f'<text class="city" text-anchor="end" x="{x - 26:.0f}" y="{y + 7:.0f}">{escape(dot.name)}</text>'
    kind = f"{class_of(dot.share)}{' chosen' if chosen else ''}"
    return (
        f'<a href="{link.format(code=dot.code)}" class="{kind}"><title>{escape(dot.name)}: {percent(dot.share)}</title>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"{fill}/></a>{words}'
    )


@cache
def _frames() -> dict[str, list[float]]:
    """Left, top, right, bottom on the map; west, north, east, south in degrees; by province."""
    return json.loads((files("tiemchung.web.drawing") / "frames.json").read_text(encoding="utf-8"))
