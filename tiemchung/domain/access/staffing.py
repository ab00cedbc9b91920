"""Staff accounts: hired, given roles with an area or a place, limited, ended."""

from datetime import date
from uuid import UUID

from tiemchung.domain.access.actions import hasher, queries
from tiemchung.domain.access.model import HeldRole, RoleGranted, RoleLimited, Staff, StaffEnded, StaffHired, StaffRow
from tiemchung.kit import clock
from tiemchung.kit.db import Db
from tiemchung.kit.errors import Forbidden, NotFound
from tiemchung.kit.ids import uuid7


async def hire(db: Db, *, login: str, name: str, password: str, totp_secret: str) -> UUID:
    """Make a staff account with its second factor: without one nobody signs in. Raises `LoginTaken`."""
    staff_id = uuid7(db.at)
    await db.run(
        queries.insert_staff,
        staff_id=staff_id,
        login=login.strip().lower(),
        name=name,
        password_hash=hasher.hash(password),
        totp_sealed=db.keys.seal(totp_secret, f"staff.totp.{staff_id}"),
        at=db.at,
        created_by=db.actor.id,
    )
    await db.happened(StaffHired(staff_id=staff_id, login=login))
    return staff_id


async def grant(
    db: Db,
    staff_id: UUID,
    role: str,
    *,
    area_id: int | None = None,
    place_id: UUID | None = None,
    until: date | None = None,
) -> None:
    """Give a role in an area, at a place, or (neither) in the nation, from today."""
    await db.run(
        queries.insert_role,
        staff_role_id=uuid7(db.at),
        staff_id=staff_id,
        role=role,
        area_id=area_id,
        place_id=place_id,
        valid_from=clock.day_of(db.at),
        valid_to=until,
    )
    await db.happened(RoleGranted(staff_id=staff_id, role=role, valid_to=until, place_id=place_id, area_id=area_id))


async def limit_role(db: Db, staff_id: UUID, staff_role_id: UUID, *, until: date) -> None:
    """End a role of an account on a day: from that day on it does not count. Raises `NotFound`."""
    if not await db.run(queries.limit_role, staff_role_id=staff_role_id, staff_id=staff_id, valid_to=until):
        raise NotFound
    await db.happened(RoleLimited(staff_id=staff_id, staff_role_id=staff_role_id, valid_to=until))


async def roles_of(db: Db, staff_id: UUID) -> list[HeldRole]:
    """Every role that an account holds, held or will hold."""
    return await db.all(HeldRole, queries.roles_of, staff_id=staff_id)


async def end_staff(db: Db, staff_id: UUID) -> None:
    """Close an account and every sign-in of it at once. Raises `NotFound`."""
    if not await db.run(queries.end_staff, staff_id=staff_id, at=db.at):
        raise NotFound
    await db.run(queries.end_sign_ins_of_staff, staff_id=staff_id, at=db.at)
    await db.happened(StaffEnded(staff_id=staff_id))


async def staff_of_work(
    db: Db, member: Staff, *, words: str | None = None, staff_id: UUID | None = None
) -> list[StaffRow]:
    """The accounts that a provincial officer or the national operator looks after: one, those whose name or login holds
    these words, or the first two hundred. Raises `Forbidden`.
    """
    reach = [role for role in member.roles if role.role in {"province_officer", "national_operator"}]
    if not reach:
        raise Forbidden
    path = None if any(role.role == "national_operator" for role in reach) else reach[0].area_path
    return await db.all(StaffRow, queries.staff_list, path=path, words=words, staff_id=staff_id)
