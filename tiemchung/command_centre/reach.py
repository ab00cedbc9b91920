"""How far a manager sees: the nation, or a province."""

import msgspec

from tiemchung.domain.access import Staff
from tiemchung.kit.errors import Forbidden

MANAGERS = ("national_operator", "province_officer")


class Reach(msgspec.Struct, frozen=True):
    """A province by its code and path; both None for the nation."""

    code: str | None
    path: str | None

    def holds(self, code: str) -> bool:
        """Whether a province may be looked at."""
        return self.code in (None, code)


def reach_of(actor: Staff) -> Reach:
    """The widest reach among a manager's roles. Raises `Forbidden` for a role without an area."""
    if actor.has("national_operator"):
        return Reach(None, None)
    for role in actor.roles:
        if role.role == "province_officer" and role.area_path is not None:
            return Reach(role.area_code, role.area_path)
    raise Forbidden
