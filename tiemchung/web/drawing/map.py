"""The map of the 63 provinces, with both archipelagos in the provinces they belong to.

Shapes: @svg-maps/vietnam 2.0.0, CC BY 4.0, made shorter by `scripts/map`.
"""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from tiemchung.web.text import Safe, percent

# Fixed classes, never a gradient: under 60 %, 60–70, 70–80, 80–90, 90 and more.
BOUNDS = (0.6, 0.7, 0.8, 0.9)
_ARCHIPELAGOS = (("48", "Quần đảo Hoàng Sa", "Đà Nẵng", 585, 340), ("56", "Quần đảo Trường Sa", "Khánh Hòa", 668, 602))


def class_of(share: float | None) -> str:
    """The class of a share of one: c1 to c5, or c0 for none."""
    return "c0" if share is None else f"c{1 + sum(share >= bound for bound in BOUNDS)}"


def province_map(shares: Mapping[str, float | None], names: Mapping[str, str], *, link: str, label: str) -> str:
    """The map coloured by each province's share; `link` is the address of a province with `{code}` in it."""
    drawn = _shapes()
    parts = [f'<svg class="map" viewBox="{drawn["view_box"]}" role="img" aria-label="{escape(label)}">']
    for code, path in drawn["provinces"].items():
        title = f"{escape(names[code])}: {percent(shares.get(code))}"
        kind = class_of(shares.get(code))
        parts.append(f'<a href="{link.format(code=code)}" class="{kind}"><title>{title}</title><path d="{path}"/></a>')
    for code, name, province, x, y in _ARCHIPELAGOS:
        dots = "".join(f'<circle cx="{a}" cy="{b}" r="3.2"/>' for a, b in drawn["archipelagos"][code])
        kind = class_of(shares.get(code))
        parts.append(
            f'<a href="{link.format(code=code)}" class="isle {kind}"><title>{name} ({province})</title>{dots}</a>'
            f'<text class="il" x="{x}" y="{y}">{name}<tspan x="{x}" dy="1.2em">({province})</tspan></text>'
        )
    parts.append('<text class="sea" x="560" y="520">BIỂN ĐÔNG</text></svg>')
    return Safe("".join(parts))


@cache
def _shapes() -> dict[str, Any]:
    return json.loads((files("tiemchung.web.drawing") / "shapes.json").read_text())
