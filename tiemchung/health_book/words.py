"""Words of doses that several pages of the book and its paper share."""

ROLE_WORDS = {
    "basic": "Mũi {ordinal} cơ bản",
    "additional": "Mũi bổ sung {ordinal}",
    "booster": "Mũi nhắc lại {ordinal}",
}
SOURCE_WORDS = {
    "recorded": "Ghi tại điểm tiêm",
    "imported": "Nhập từ hệ thống hoặc giấy tờ khác",
    "self_declared": "Tự khai, có giấy tờ",
    "generated": "Ghi tại điểm tiêm (dữ liệu trình diễn)",
}
