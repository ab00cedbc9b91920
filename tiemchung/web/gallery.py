"""What the gallery of components shows: pictures drawn from invented figures, so that every state can be seen."""

from datetime import date, timedelta
from math import sin

from tiemchung.web import drawing, text
from tiemchung.web.i18n import Translate


def sample(translate: Translate) -> dict[str, object]:
    """The context of `gallery.html`."""
    days = [(date(2021, 7, 1) + timedelta(days=k), round(9e5 + 8e5 * sin(k / 19) + 9e4 * (k % 7))) for k in range(170)]
    codes = drawing.province_codes()
    shares: dict[str, float | None] = {code: 0.52 + 0.46 * abs(sin(int(code))) for code in codes} | {"66": None}
    slots = [
        drawing.SlotBar(f"{7 + k // 2:02}:{30 * (k % 2):02}", 29 - 2 * k, 2 + k // 2, max(0, k * 3 - 18), 30)
        for k in range(10)
    ]
    return {
        "map": drawing.province_map(
            shares,
            {code: translate("Tỉnh {code}").format(code=code) for code in codes},
            link="#tinh-{code}",
            label=translate("Bản đồ tỷ lệ tiêm đủ liều cơ bản theo tỉnh"),
            chosen="46",
            named={"01": "Hà Nội 95,2%", "48": "Đà Nẵng 95,9%", "79": "TP.HCM 97,8%"},
            alerts={"38": "Thanh Hóa"},
            translate=translate,
        ),
        "daily": drawing.daily(
            days, label=translate("Số mũi tiêm mỗi ngày"), peak=translate("cao nhất {value}, ngày {day}")
        ),
        "days": [(text.day(day), text.number(doses)) for day, doses in days[-5:]],
        "pointed": [(text.day(day), (doses, text.number(doses))) for day, doses in days],
        "hourly": drawing.bars_by_hour(
            [0] * 7 + [44, 108, 131, 91] + [0] * 13,
            [0] * 7 + [38, 96, 118, 121, 74, 22, 61, 104, 112, 88, 39] + [0] * 6,
            label=translate("Tiêm theo giờ, hôm nay và tuần trước"),
        ),
        "slots": drawing.slot_bars(
            slots, label=translate("Các khung giờ của phiên"), limit=30, limit_words=translate("sức chứa 30")
        ),
        "temperature": drawing.sparkline(
            [5, 5, 5.4, 6, 8.4, 10.6, 11.2, 10, 8, 6.4, 5.4],
            label=translate("Nhiệt độ từ 5 lên 11,2 rồi về 5,4 độ"),
            limit=8,
        ),
        "rings": [
            drawing.ring(1, "✓", label=translate("đủ thời gian theo dõi"), kind="full"),
            drawing.ring(0.4, "12′", label=translate("còn {minutes} phút").format(minutes=12)),
            drawing.ring(0.7, "9′", label=translate("đang xử trí, còn {minutes} phút").format(minutes=9), kind="bad"),
        ],
    }
