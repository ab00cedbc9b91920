"""Pictures drawn by the server as plain SVG: colours by class, a title for each part, a table beside each chart."""

from tiemchung.web.drawing.bar import parts_bar, share_bar
from tiemchung.web.drawing.chart import bars_by_hour, daily, daily_pair
from tiemchung.web.drawing.districts import Dot, district_map
from tiemchung.web.drawing.map import cities, class_of, province_codes, province_map
from tiemchung.web.drawing.small import SlotBar, ring, slot_bars, sparkline

__all__ = [
    "Dot",
    "SlotBar",
    "bars_by_hour",
    "cities",
    "class_of",
    "daily",
    "daily_pair",
    "district_map",
    "parts_bar",
    "province_codes",
    "province_map",
    "ring",
    "share_bar",
    "slot_bars",
    "sparkline",
]
