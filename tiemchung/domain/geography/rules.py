"""How units are abbreviated in addresses."""

_SHORT = {
    "phường": "P.",
    "xã": "X.",
    "thị trấn": "TT.",
    "đặc khu": "ĐK.",
    "quận": "Q.",
    "huyện": "H.",
    "thị xã": "TX.",
    "thành phố": "TP",
    "tỉnh": "",
}
# Kinds as the reference data write them.
_KINDS = {
    "phuong": "phường",
    "xa": "xã",
    "thi-tran": "thị trấn",
    "dac-khu": "đặc khu",
    "quan": "quận",
    "huyen": "huyện",
    "thi-xa": "thị xã",
    "thanh-pho": "thành phố",
    "tinh": "tỉnh",
}


def short_name(level: str, kind: str, name: str) -> str:
    """A unit's name with its kind abbreviated: "P. Thuận Hòa", "TP Huế"; provinces go by the bare name."""
    word = _KINDS.get(kind.lower(), kind.lower())
    bare = name
    for full in sorted(_SHORT, key=len, reverse=True):
        if name.lower().startswith(f"{full} "):
            word, bare = full, name[len(full) + 1 :]
            break
    prefix = _SHORT.get(word, "")
    if level == "province":
        return f"TP {bare}" if bare == "Hồ Chí Minh" else bare
    if bare.isdigit():
        return name
    return f"{prefix} {bare}".strip()
