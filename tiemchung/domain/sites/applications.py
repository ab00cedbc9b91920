"""Facilities that ask to become a vaccination site: sent without an account, decided by an officer, followed by a code."""

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain import geography
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.kit.events import Event
from tiemchung.kit.ids import normal_code, readable_code, uuid7
from tiemchung.kit.vietnamese import search_name

queries = sql.load(__name__, "applications.sql")

APPLICANT_KINDS = ("station", "hospital", "clinic", "mobile_team")
STATUS_WORDS = {
    "waiting": "Chờ cán bộ xem xét",
    "returned": "Trả lại để bổ sung",
    "approved": "Đã duyệt, là điểm tiêm",
}


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    """What a facility says of itself; the phone is for officers alone."""

    kind: str
    name: str
    address: str
    area_id: int
    head: str
    licence: str
    tables: int
    seats: int
    opening: str
    phone: str


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it stands."""

    application_id: UUID
    code: str
    province_code: str
    opened_at: datetime
    version: int
    kind: str
    name: str
    address: str
    area_id: int
    head: str
    licence: str
    tables: int
    seats: int
    opening: str
    sent_at: datetime
    outcome: str | None
    message: str | None
    decided_at: datetime | None
    decided_by_name: str | None
    place_code: str | None

    @property
    def status(self) -> str:
        """waiting, returned or approved."""
        return self.outcome or "waiting"

    @property
    def status_words(self) -> str:
        """Where it stands, in words."""
        return STATUS_WORDS[self.status]


class ApplicationSent(Event, frozen=True, kw_only=True, tag="sites.application_sent"):
    """A facility asks to become a vaccination site, or asks again."""

    application_id: UUID
    version: int


class ApplicationDecided(Event, frozen=True, kw_only=True, tag="sites.application_decided"):
    """An officer approved or returned an application; `place_id` is the place that it made."""

    application_id: UUID
    version: int
    outcome: str


class ApplicationDecidedBefore(DomainError, constraint="place_application_decided"):
    """Somebody has decided on this version, or the facility has sent another."""

    sentence = "Đơn này vừa có người xử lý hoặc cơ sở vừa gửi lại. Hãy xem lại đơn."
    rule = "one_decision"


class NotReturned(DomainError, constraint="place_application_version_pkey"):
    """Only what was returned can be sent again."""

    sentence = "Đơn này không ở trạng thái trả lại nên không gửi lại được."
    rule = "returned_only"


class NoCodeLeft(DomainError):
    """All codes of the province are taken."""

    sentence = "Tỉnh đã dùng hết mã điểm tiêm. Hãy báo đơn vị vận hành quốc gia."
    rule = "free_code"


async def apply(db: Db, facility: Facility, *, application_id: UUID) -> Application:
    """Send an application; the same id again is the same application."""
    province = (await geography.lineage(db, geography.AreaId(facility.area_id))).at("province")
    if province is None:
        raise NotFound
    new = await db.run(
        queries.open_application,
        application_id=application_id,
        code=readable_code(),
        province_code=province.code,
        at=db.at,
    )
    if new:
        await _write(db, application_id, 1, facility)
    return await one(db, application_id)


async def send_again(db: Db, application: Application, facility: Facility) -> Application:
    """Send what was returned again, mended; the province stays the one that returned it. Raises `NotReturned`."""
    await db.value(UUID, queries.lock, application_id=application.application_id)
    now = await one(db, application.application_id)
    province = (await geography.lineage(db, geography.AreaId(facility.area_id))).at("province")
    if now.status != "returned" or province is None or province.code != now.province_code:
        raise NotReturned
    await _write(db, now.application_id, now.version + 1, facility)
    return await one(db, now.application_id)


async def approve(db: Db, application: Application, message: str) -> UUID:
    """Make the place that was asked for; its id. Raises `ApplicationDecidedBefore`, `NoCodeLeft`."""
    await _still(db, application)
    code = await db.value(str, queries.free_code, province_code=application.province_code)
    if code is None:
        raise NoCodeLeft
    place_id = uuid7(db.at)
    names = ("kind", "name", "address", "area_id", "tables", "seats", "opening", "head")
    await db.run(
        queries.insert_place,
        place_id=place_id,
        code=code,
        search_name=search_name(application.name),
        parent_id=await db.value(UUID, queries.supplier, area_id=application.area_id),
        **{name: getattr(application, name) for name in names},
    )
    await _decide(db, application, "approved", message, place_id)
    return place_id


async def give_back(db: Db, application: Application, message: str) -> None:
    """Return an application with what is missing. Raises `ApplicationDecidedBefore`."""
    await _still(db, application)
    await _decide(db, application, "returned", message, None)


async def one(db: Db, application_id: UUID) -> Application:
    """An application. Raises `NotFound`."""
    return await db.one(Application, queries.latest, application_id=application_id)


async def application_of_code(db: Db, code: str) -> Application:
    """The application of a code, however it was typed. Raises `NotFound`."""
    application_id = await db.value(UUID, queries.by_code, code=normal_code(code))
    if application_id is None:
        raise NotFound
    return await one(db, application_id)


async def phone(db: Db, application: Application) -> str:
    """Where officers reach the facility."""
    key = {"application_id": application.application_id, "version": application.version}
    sealed = await db.value(bytes, queries.phone, **key)
    return db.keys.open(sealed or b"", _context(application.application_id, application.version))


async def worklist(db: Db, *, province: str | None, decided: bool) -> list[Application]:
    """What waits in a province or in the nation, the oldest first; or what was decided, the newest first."""
    return await db.all(Application, queries.worklist, province=province, decided=decided)


async def _still(db: Db, application: Application) -> None:
    await db.value(UUID, queries.lock, application_id=application.application_id)
    now = await one(db, application.application_id)
    if (now.version, now.outcome) != (application.version, None):
        raise ApplicationDecidedBefore


async def _write(db: Db, application_id: UUID, version: int, facility: Facility) -> None:
    told = msgspec.structs.asdict(facility)
    sealed = db.keys.seal(told.pop("phone"), _context(application_id, version))
    await db.run(
        queries.insert_version, application_id=application_id, version=version, phone_sealed=sealed, at=db.at, **told
    )
    await db.happened(ApplicationSent(application_id=application_id, version=version))


async def _decide(db: Db, application: Application, outcome: str, message: str, place_id: UUID | None) -> None:
    decided = ApplicationDecided(
        application_id=application.application_id, version=application.version, outcome=outcome, place_id=place_id
    )
    await db.run(
        queries.decide,
        application_id=decided.application_id,
        version=decided.version,
        outcome=outcome,
        message=message,
        place_id=place_id,
        at=db.at,
        by=db.actor.id,
    )
    await db.happened(decided)


def _context(application_id: UUID, version: int) -> str:
    return f"place_application.phone.{application_id}.{version}"
