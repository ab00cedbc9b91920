"""The map of the 63 provinces, with both archipelagos in the provinces they belong to.

Shapes: @svg-maps/vietnam 2.0.0, CC BY 4.0, made shorter by `scripts/map` into `static/img/vietnam.svg`, one symbol a
province. A page refers to them, so that it carries 3 KB and the shapes are fetched once for all maps.
"""

import json
from collections.abc import Callable, Collection, Mapping
from functools import cache
from html import escape
from importlib.resources import files

from tiemchung.web.assets import assets
from tiemchung.web.text import Safe, percent

# Fixed classes, never a gradient: under 60 %, 60–70, 70–80, 80–90, 90 and more.
BOUNDS = (0.6, 0.7, 0.8, 0.9)
_ARCHIPELAGOS = (("48", "Quần đảo Hoàng Sa", "Đà Nẵng", 585, 340), ("56", "Quần đảo Trường Sa", "Khánh Hòa", 668, 602))
# Where the three large cities are named, and the line from the name to the city.
_CITIES = {
    "01": (290, 206, "M186 130L286 196"),
    "48": (340, 392, "M318 398L336 388"),
    "79": (276, 764, "M240 706L272 752"),
}
HATCH = (
    '<defs><pattern id="no-data" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-back" width="6" height="6"/><line class="hatch-line" y2="6"/></pattern></defs>'
)


def province_codes() -> list[str]:
    """The codes of the provinces that the map has."""
    return list(_centres())


def class_of(share: float | None) -> str:
    """The class of a share of one: c1 to c5, or c0 for none."""
    return "c0" if share is None else f"c{1 + sum(share >= bound for bound in BOUNDS)}"


def cities(shares: Mapping[str, float | None], names: Mapping[str, str]) -> dict[str, str]:
    """The words beside the three cities that the map names."""
    return {code: f"{names[code]} {percent(shares.get(code))}" for code in _CITIES if code in names}


def province_map(
    shares: Mapping[str, float | None],
    names: Mapping[str, str],
    *,
    link: str,
    label: str,
    chosen: str = "",
    named: Mapping[str, str] | None = None,
    alerts: Mapping[str, str] | None = None,
    within: Collection[str] | None = None,
    translate: Callable[[str], str] = str,
) -> str:
    """The map coloured by each province's share; `link` is the address of a province with `{code}` in it.

    `named` are the words beside Hà Nội, Đà Nẵng and TP.HCM, `alerts` the words beside a red ring, both by province; `within`
    are the provinces that the map is about, where it is not about all.
    """
    # The chosen province is drawn last: its edge lies over its neighbours.
    codes = sorted(_centres(), key=lambda code: (code == chosen, code))
    parts = [
        f'<svg class="map" viewBox="0 0 830 873" role="group" aria-label="{escape(label)}">{HATCH}',
        *(
            _province(code, shares.get(code), names[code], link, code == chosen)
            for code in codes
            if within is None or code in within
        ),
        *(_around(code, names[code], link) for code in codes if within is not None and code not in within),
        *(_archipelago(*island, link, translate) for island in _ARCHIPELAGOS),
        f'<text class="sea" x="462" y="545">{escape(translate("BIỂN ĐÔNG"))}</text>',
        '<g class="cities">',
        *(_city(code, words) for code, words in (named or {}).items()),
        "</g>",
        *(_alert(code, words) for code, words in (alerts or {}).items()),
        "</svg>",
    ]
    return Safe("".join(parts))


def _province(code: str, share: float | None, name: str, link: str, chosen: bool) -> str:
    kind = class_of(share)
    # An external sheet may resolve `url(#…)` against itself, so the hatch is an attribute.
    fill = ' fill="url(#no-data)"' if share is None else ""
    return (
        f'<a href="{link.format(code=code)}" class="{kind}{" chosen" if chosen else ""}">'
        f"<title>{escape(name)}: {percent(share)}</title>"
        f'<use href="{file()}#p{code}"{fill}/></a>'
    )


def _around(code: str, name: str, link: str) -> str:
    """A province that the map is not about."""
    return f'<a href="{link.format(code=code)}" class="around"><title>{escape(name)}</title><use href="{file()}#p{code}"/></a>'


def _archipelago(
    code: str, name: str, province: str, x: int, y: int, link: str, translate: Callable[[str], str]
) -> str:
    words, whose = escape(translate(name)), escape(province)
    return (
        f'<a href="{link.format(code=code)}" class="isle"><title>{words} ({whose})</title><use href="{file()}#i{code}"/></a>'
        f'<text class="isle-name" x="{x}" y="{y}">{words}<tspan x="{x}" dy="1.2em">({whose})</tspan></text>'
    )


def _city(code: str, words: str) -> str:
    x, y, lead = _CITIES[code]
    return f'<path class="lead" d="{lead}"/><text class="city" x="{x}" y="{y}">{escape(words)}</text>'


def _alert(code: str, words: str) -> str:
    x, y = _centres()[code]
    return (
        f'<g class="alert-mark"><circle class="mark" cx="{x}" cy="{y}" r="9"/>'
        f'<text class="city" text-anchor="end" x="{x - 18}" y="{y + 6}">{escape(words)}</text></g>'
    )


def file() -> str:
    """The address of the file of shapes: `#p46` is a province, `#i48` an archipelago."""
    return assets().url("img/vietnam.svg")


@cache
def _centres() -> dict[str, list[float]]:
    """A point inside each province, by its code of the General Statistics Office."""
    return json.loads((files("tiemchung.web.drawing") / "centres.json").read_text(encoding="utf-8"))
