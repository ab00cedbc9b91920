"""Signing in and out: citizens by phone and one-time code, staff by password and second factor."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from pyotp.totp import TOTP

from tiemchung.domain.access.model import (
    ADDRESS_LIMITS,
    CITIZEN_SIGN_IN,
    CODE_ATTEMPTS,
    CODE_LIFE,
    NUMBER_LIMITS,
    PREFIX_LIMITS,
    STAFF_SIGN_IN,
    STAFF_TRIES_ANYWHERE,
    STAFF_TRIES_HERE,
    STAFF_TRIES_WINDOW,
    Citizen,
    CodeExpired,
    CodeSent,
    CodeWrong,
    Role,
    SecondFactorNeeded,
    SignInRefused,
    Staff,
)
from tiemchung.kit import clock, sql
from tiemchung.kit.crypto import digest
from tiemchung.kit.db import Db
from tiemchung.kit.errors import NotFound, TooManyRequests
from tiemchung.kit.ids import uuid7

queries = sql.load(__name__)
hasher = PasswordHasher()
# Verified when a login is unknown, so that the answer takes as long as for a known one.
_NOBODY = hasher.hash(secrets.token_hex(16))


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code on its way to a phone: the challenge stays with the browser, the code goes into the message."""

    challenge_id: UUID
    code: str


async def send_code(db: Db, *, phone: str, address: str, purpose: str) -> Code:
    """Make a one-time code for a phone number. Raises `TooManyRequests` past a limit, known number or not."""
    phone_index = db.keys.blind("phone", phone)
    address_index = db.keys.blind("address", address)
    prefix = phone[:-4]
    for limits, counted in ((NUMBER_LIMITS, "number"), (ADDRESS_LIMITS, "address"), (PREFIX_LIMITS, "prefix")):
        for window, most in limits:
            sent = await db.one(
                _Sent,
                queries.codes_sent,
                phone_index=phone_index,
                address_index=address_index,
                phone_prefix=prefix,
                since=db.at - window,
            )
            if getattr(sent, counted) >= most:
                raise TooManyRequests(seconds=int(window.total_seconds()))
    code, challenge_id = f"{secrets.randbelow(1_000_000):06}", uuid7(db.at)
    await db.run(
        queries.insert_challenge,
        challenge_id=challenge_id,
        phone_index=phone_index,
        phone_prefix=prefix,
        address_index=address_index,
        purpose=purpose,
        code_digest=_code_digest(challenge_id, code),
        at=db.at,
        expires_at=db.at + CODE_LIFE,
    )
    await db.run(
        queries.end_other_challenges, phone_index=phone_index, purpose=purpose, at=db.at, challenge_id=challenge_id
    )
    await db.happened(CodeSent(purpose=purpose))
    return Code(challenge_id=challenge_id, code=code)


async def check_code(db: Db, *, challenge_id: UUID, code: str, purpose: str, phone: str) -> None:
    """Use up a one-time code. Raises `CodeWrong` or `CodeExpired`; the try is counted either way."""
    tried = await db.maybe(
        _Tried,
        queries.try_code,
        challenge_id=challenge_id,
        code_digest=_code_digest(challenge_id, code),
        purpose=purpose,
        at=db.at,
        most=CODE_ATTEMPTS,
    )
    if tried is None or tried.phone_index != db.keys.blind("phone", phone):
        raise CodeWrong
    if tried.expires_at <= db.at:
        raise CodeExpired
    if tried.used_at is None:
        raise CodeWrong


async def sign_in_citizen(db: Db, *, challenge_id: UUID, code: str, phone: str, lang: str) -> str:
    """Sign in with a phone and its code, opening the account at the first time; the token for the cookie."""
    await check_code(db, challenge_id=challenge_id, code=code, purpose="sign_in", phone=phone)
    account_id = await account_of(db, phone=phone, lang=lang)
    token = secrets.token_urlsafe(32)
    await db.run(
        queries.open_citizen_sign_in,
        sign_in_id=digest(token),
        account_id=account_id,
        at=db.at,
        expires_at=db.at + CITIZEN_SIGN_IN,
    )
    return token


async def account_of(db: Db, *, phone: str, lang: str = "vi") -> UUID:
    """The account of a phone number, opened if there is none."""
    account_id = uuid7(db.at)
    found = await db.value(
        UUID,
        queries.account_by_phone,
        account_id=account_id,
        phone_index=db.keys.blind("phone", phone),
        phone_sealed=db.keys.seal(phone, f"account.phone.{account_id}"),
        lang=lang,
        at=db.at,
    )
    return found or account_id


async def phone_of(db: Db, account_id: UUID) -> str:
    """The number that an account signs in with, in the form +84… Raises `NotFound`."""
    sealed = await db.value(bytes, queries.account_phone, account_id=account_id)
    if sealed is None:
        raise NotFound
    return db.keys.open(sealed, f"account.phone.{account_id}")


async def sign_in_staff(db: Db, *, login: str, password: str, totp: str, address: str = "") -> str:
    """Sign in with password and second factor; the token for the cookie.

    Raises `SignInRefused`, which counts, also for an account without a second factor, and `TooManyRequests` once a login
    was tried too often, here or anywhere.
    """
    login = login.strip().lower()
    indexes = {"login_index": db.keys.blind("login", login), "address_index": db.keys.blind("address", address)}
    tries = await db.one(_Tries, queries.staff_tries, **indexes, since=db.at - STAFF_TRIES_WINDOW)
    if tries.here >= STAFF_TRIES_HERE or tries.anywhere >= STAFF_TRIES_ANYWHERE:
        raise TooManyRequests(seconds=int(STAFF_TRIES_WINDOW.total_seconds()))
    found = await db.maybe(_Secrets, queries.staff_by_login, login=login)
    try:
        hasher.verify(found.password_hash if found else _NOBODY, password)
        fits = found is not None and _totp_fits(db, found, totp)
    except VerificationError:
        fits = False
    if found is None or not fits:
        await db.run(queries.insert_staff_try, try_id=uuid7(db.at), **indexes, at=db.at)
        raise SignInRefused
    token = secrets.token_urlsafe(32)
    await db.run(
        queries.open_staff_sign_in,
        sign_in_id=digest(token),
        staff_id=found.staff_id,
        at=db.at,
        expires_at=db.at + STAFF_SIGN_IN,
        second_factor_at=db.at,
    )
    return token


async def confirm_second_factor(db: Db, member: Staff, login_totp: str) -> None:
    """Check a fresh code before something is signed. Raises `SecondFactorNeeded`."""
    found = await db.one(_Secrets, queries.staff_secrets, staff_id=member.id)
    if not _totp_fits(db, found, login_totp):
        raise SecondFactorNeeded
    await db.run(queries.second_factor_done, sign_in_id=member.sign_in_id, at=db.at)


async def staff(db: Db, token: str, *, request_id: str) -> Staff | None:
    """The member of staff whose cookie this is, or None."""
    row = await db.maybe(
        _SignedIn, queries.staff_signed_in, sign_in_id=digest(token), at=db.at, today=clock.day_of(db.at)
    )
    if row is None:
        return None
    return Staff(
        kind="staff",
        id=row.id,
        label=row.name,
        name=row.name,
        request_id=request_id,
        sign_in_id=row.sign_in_id,
        roles=row.roles,
        second_factor_at=row.second_factor_at,
    )


async def citizen(db: Db, token: str, *, request_id: str) -> Citizen | None:
    """The citizen whose cookie this is, or None."""
    row = await db.maybe(_Account, queries.citizen_signed_in, sign_in_id=digest(token), at=db.at)
    if row is None:
        return None
    label = row.name or "Chủ tài khoản"
    return Citizen(
        kind="citizen",
        id=row.id,
        label=label,
        name=row.name,
        request_id=request_id,
        sign_in_id=row.sign_in_id,
        lang=row.lang,
    )


async def end_sign_in(db: Db, sign_in_id: bytes) -> None:
    """Sign out."""
    await db.run(queries.end_sign_in, sign_in_id=sign_in_id, at=db.at)


def _totp_fits(db: Db, found: "_Secrets", totp: str) -> bool:
    if found.totp_sealed is None:
        return False
    secret = db.keys.open(found.totp_sealed, f"staff.totp.{found.staff_id}")
    return TOTP(secret).verify(totp.strip(), for_time=db.at, valid_window=1)


def _code_digest(challenge_id: UUID, code: str) -> bytes:
    return digest(f"{challenge_id}:{code.strip()}")


class _Sent(msgspec.Struct):
    number: int
    address: int
    prefix: int


class _Tried(msgspec.Struct):
    phone_index: bytes
    expires_at: datetime
    used_at: datetime | None


class _Tries(msgspec.Struct):
    here: int
    anywhere: int


class _Secrets(msgspec.Struct):
    staff_id: UUID
    login: str
    name: str
    password_hash: str
    totp_sealed: bytes | None


class _SignedIn(msgspec.Struct):
    id: UUID
    name: str
    sign_in_id: bytes
    second_factor_at: datetime | None
    roles: list[Role]


class _Account(msgspec.Struct):
    id: UUID
    name: str
    lang: str
    sign_in_id: bytes
