"""Pictures drawn by the server as plain SVG: colours by class, a title for each part, a table beside each chart."""

from tiemchung.web.drawing.chart import bars_by_hour, daily
from tiemchung.web.drawing.map import province_map

__all__ = ["bars_by_hour", "daily", "province_map"]
