"""Pictures drawn by the server as plain SVG: colours by class, a title for each part, a table beside each chart."""

from tiemchung.web.drawing.bar import parts_bar, share_bar
from tiemchung.web.drawing.chart import bars_by_hour, daily
from tiemchung.web.drawing.map import class_of, province_map

__all__ = ["bars_by_hour", "class_of", "daily", "parts_bar", "province_map", "share_bar"]
