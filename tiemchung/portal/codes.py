"""The twelve characters by which somebody without an account follows what they sent."""

import re

from tiemchung.kit.ids import normal_code
from tiemchung.web.forms import Invalid


def read_code(typed: str) -> str:
    """A code as it was given out, however it was typed."""
    code = normal_code(typed[:40])
    if not re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", code):
        raise Invalid("{label} gồm 12 chữ và số, ví dụ 7K2Q-9XW3-M85T.")
    return code
