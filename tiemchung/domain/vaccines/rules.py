"""When a lot may be used."""

from datetime import date


def usable(status: str, expires_on: date, on: date) -> bool:
    """Released and not past its last day. A recalled lot is never usable, whatever its date."""
    return status == "released" and on <= expires_on
