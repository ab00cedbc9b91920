"""Actors, roles, purposes and the errors of access."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

import msgspec

from tiemchung.kit.db import Actor
from tiemchung.kit.errors import DomainError, Forbidden
from tiemchung.kit.events import Event

AccountId = NewType("AccountId", UUID)
StaffId = NewType("StaffId", UUID)

CODE_LIFE = timedelta(minutes=5)
CODE_ATTEMPTS = 5
CITIZEN_SIGN_IN = timedelta(days=30)
STAFF_SIGN_IN = timedelta(hours=12)

# Wrong sign-ins of staff with one login: from one address, and from all of them together.
STAFF_TRIES_WINDOW, STAFF_TRIES_HERE, STAFF_TRIES_ANYWHERE = timedelta(minutes=10), 10, 50

# Limits of sending codes (security.md §3.3): window, most, what is counted.
NUMBER_LIMITS = ((timedelta(minutes=10), 3), (timedelta(days=1), 10))
ADDRESS_LIMITS = ((timedelta(minutes=10), 30), (timedelta(days=1), 300))
PREFIX_LIMITS = ((timedelta(minutes=10), 50),)

ROLES: dict[str, str] = {
    "registrar": "Tiếp đón",
    "doctor": "Bác sĩ khám sàng lọc",
    "nurse": "Điều dưỡng tiêm",
    "storekeeper": "Thủ kho",
    "site_head": "Phụ trách điểm tiêm",
    "district_officer": "Cán bộ trung tâm y tế",
    "province_officer": "Cán bộ duyệt cấp tỉnh",
    "national_operator": "Điều hành quốc gia",
    "station_clerk": "Cán bộ trạm y tế",
    "commune_police": "Công an xã",
}


class Purpose(StrEnum):
    """Why a record is opened; shown to the person."""

    own = "own"
    family = "family"
    care = "care"
    planning = "planning"
    correction = "correction"
    request = "request"


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """One role of a member of staff and its reach: an area, a place, or (neither) the nation."""

    role: str
    area_id: int | None
    area_code: str | None
    area_name: str | None
    area_path: str | None
    place_id: UUID | None
    place_name: str | None


class Staff(Actor, frozen=True, kw_only=True):
    """A signed-in member of staff."""

    id: UUID
    sign_in_id: bytes
    name: str
    roles: list[Role]
    second_factor_at: datetime | None

    def has(self, *roles: str) -> bool:
        """Whether the person holds one of these roles."""
        return any(held.role in roles for held in self.roles)

    @property
    def place_id(self) -> UUID:
        """The place where the person works. Raises `Forbidden` for who has none."""
        for held in self.roles:
            if held.place_id is not None:
                return held.place_id
        raise Forbidden

    @property
    def place_name(self) -> str:
        """Where the person works, in words."""
        named = [role.place_name or role.area_name for role in self.roles]
        return next((name for name in named if name), "Toàn quốc")

    @property
    def role_label(self) -> str:
        """What the person does, in words."""
        return ROLES[self.roles[0].role] if self.roles else ""


class Citizen(Actor, frozen=True, kw_only=True):
    """A signed-in citizen: an account, which may open several persons' records."""

    id: UUID
    sign_in_id: bytes
    name: str
    lang: str

    @property
    def role_label(self) -> str:
        """What a page's head shows under the name."""
        return ""


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """A staff account as its administrators see it."""

    staff_id: UUID
    login: str
    name: str
    created_at: datetime
    ended_at: datetime | None
    roles: list[str]
    reach: str


class HeldRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an account holds, held or will hold; `valid_to` is the first day without it."""

    staff_role_id: UUID
    role: str
    reach: str
    valid_from: date
    valid_to: date | None


class CodeSent(Event, frozen=True, kw_only=True, tag="access.code_sent"):
    """A one-time code went out."""

    purpose: str


class Restricted(Event, frozen=True, kw_only=True, tag="access.restricted"):
    """The processing of a person's data is restricted from now on."""

    ticket_id: UUID


class RestrictionLifted(Event, frozen=True, kw_only=True, tag="access.restriction_lifted"):
    """The processing of a person's data is no longer restricted."""


class StaffHired(Event, frozen=True, kw_only=True, tag="access.staff_hired"):
    """A staff account was made."""

    staff_id: UUID
    login: str


class RoleGranted(Event, frozen=True, kw_only=True, tag="access.role_granted"):
    """A member of staff got a role."""

    staff_id: UUID
    role: str
    valid_to: date | None


class RoleLimited(Event, frozen=True, kw_only=True, tag="access.role_limited"):
    """A role of a member of staff ends on a day."""

    staff_id: UUID
    staff_role_id: UUID
    valid_to: date


class StaffEnded(Event, frozen=True, kw_only=True, tag="access.staff_ended"):
    """A staff account was closed and its sign-ins ended."""

    staff_id: UUID


class SignInRefused(DomainError):
    """Login, password or second factor is wrong; which, is not told."""

    sentence = "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng."
    status = 401
    field = "password"
    keeps = True


class SecondFactorNeeded(DomainError):
    """The act needs a fresh code of the second factor."""

    sentence = "Hãy nhập mã xác thực 6 số từ ứng dụng của bạn để ký."
    status = 403
    field = "totp"


class CodeWrong(DomainError):
    """The one-time code is not the one that was sent, was used, or was tried too often."""

    sentence = "Mã xác nhận không đúng hoặc không còn dùng được. Hãy kiểm tra tin nhắn mới nhất, hoặc gửi lại mã."
    status = 422
    field = "code"
    rule = "one_time_code"
    keeps = True


class CodeExpired(DomainError):
    """The one-time code is older than five minutes."""

    sentence = "Mã xác nhận đã hết hạn sau 5 phút. Hãy gửi lại mã."
    status = 422
    field = "code"
    rule = "five_minutes"
    keeps = True


class LoginTaken(DomainError, constraint="staff_login"):
    """Another account has this login."""

    sentence = "Tên đăng nhập này đã có người dùng."
    field = "login"
