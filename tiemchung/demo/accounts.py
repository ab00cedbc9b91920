"""The people one can be in the demonstration, at one real site and its offices."""

import base64
from uuid import UUID

import msgspec

from tiemchung.domain import access
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.schema.load import place_id

queries = sql.load(__name__)

PASSWORD = "tiem-chung-2021"  # noqa: S105 — printed at the start of every demonstration
CITIZEN_PHONE = "0900000001"
SITE, CENTRE, PROVINCE, COMMUNE = "46005", "TT474", "46", "19762"

# role, login, name, where: at the site, at the district centre, in the commune, in the province, in the nation.
STAFF = (
    ("registrar", "tiepdon", "Hoàng Thị Lan Anh", "site"),
    ("doctor", "bacsi", "Trần Minh Quang", "site"),
    ("nurse", "dieuduong", "Mai Thị Trinh", "site"),
    ("storekeeper", "thukho", "Nguyễn Ngọc Hiền", "site"),
    ("site_head", "tramtruong", "Phan Văn Bình", "site"),
    ("district_officer", "huyen", "Đặng Hữu Khoa", "district"),
    ("province_officer", "tinh", "Lê Phước Hải", "province"),
    ("station_clerk", "tramyte", "Hồ Thị Ngọc Mai", "commune"),
    ("commune_police", "congan", "Trương Quang Minh", "commune"),
    ("national_operator", "quocgia", "Vũ Thu Hà", "nation"),
    ("national_operator", "quocgia2", "Đỗ Quang Minh", "nation"),
)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the demonstration; `totp` is the secret of its second factor."""

    role: str
    login: str
    name: str
    password: str | None
    totp: str | None


async def accounts(db: Db) -> list[Account]:
    """Make the accounts once; what to sign in with."""
    staff = [await _staff(db, *row) for row in STAFF]
    return [Account(role="citizen", login=CITIZEN_PHONE, name="Người dân", password=None, totp=None), *staff]


async def _staff(db: Db, role: str, login: str, name: str, where: str) -> Account:
    # The secret follows from this installation's key, so that it can be shown again without being kept in the open.
    secret = base64.b32encode(bytes.fromhex(db.keys.sign("demo-totp", login))).decode().rstrip("=")
    if not await db.value(bool, queries.login_exists, login=login):
        staff_id = await access.hire(db, login=login, name=name, password=PASSWORD, totp_secret=secret)
        area_id: int | None = None
        place: UUID | None = None
        if where == "site":
            place = place_id(SITE)
        elif where == "district":
            place = place_id(CENTRE)
        elif where in {"province", "commune"}:
            area_id = await db.value(int, queries.area, code=PROVINCE if where == "province" else COMMUNE)
        await access.grant(db, staff_id, role, area_id=area_id, place_id=place)
    return Account(role=role, login=login, name=name, password=PASSWORD, totp=secret)
