"""Withdrawing certificates: one officer proposes with a reason, another decides with a fresh code; and the state of the keys."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from tiemchung.domain import access, sites
from tiemchung.domain.access import Staff
from tiemchung.domain.certificates import Proposal, Target, keyring, lists, rotation, withdraw
from tiemchung.domain.certificates.rotation import Rotation
from tiemchung.domain.certificates.withdraw import Found
from tiemchung.domain.sites import Session
from tiemchung.kit.db import Db
from tiemchung.kit.errors import DomainError, NotFound
from tiemchung.web import fields
from tiemchung.web.answers import Answer, sentence
from tiemchung.web.commands import once
from tiemchung.web.forms import Field, Filled, Form, Invalid, command_id, parse, read, typed_of
from tiemchung.web.guards import staff
from tiemchung.web.pages import Web, language, page, words

HERE = "/diem-tiem/thu-hoi"
KEYS = "/diem-tiem/khoa-ky"
PROPOSERS = ("province_officer", "national_operator")
WORDS = {
    "certificate": "Một chứng nhận",
    "session": "Mọi chứng nhận của một phiên",
    "key": "Một khóa ký",
    "revoke": "Thu hồi",
    "restore": "Khôi phục",
}


# What a key signs, by its use.
USE_WORDS = {"certificates": "Ký chứng nhận", "sessions": "Ký áp phích phiên tiêm", "lists": "Ký danh sách"}


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """The identifier of a certificate, as its paper bears it."""

    identifier: str


class OfSession(msgspec.Struct, frozen=True, kw_only=True):
    """A day at a place, by the place's code."""

    place_code: str
    day: date


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be withdrawn or restored, and why."""

    act: Literal["revoke", "restore"]
    scope: str
    first: str
    second: str | None
    reason: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Yes or no, with a fresh code of the second factor."""

    decision: str
    totp: str


def _identifier(typed: str) -> str:
    bare = "".join(typed.upper().split())
    if not bare.startswith("URN:UVCI:") or len(bare) > 80:
        raise Invalid("{label} bắt đầu bằng URN:UVCI: và nằm trên bản in chứng nhận.")
    return bare


class Row(msgspec.Struct, frozen=True):
    """A proposal as it is shown, with the identifier of a key in letters."""

    proposal: Proposal
    kid: str


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is shown: `state` is withdrawn, lists, signing, listed or past."""

    key: Rotation
    kid: str
    state: str


IDENTIFIER = Form(Identifier, identifier=Field("Mã chứng nhận", _identifier))
OF_SESSION = Form(OfSession, place_code=Field("Mã điểm tiêm", fields.text(20)), day=Field("Ngày", fields.day))
PROPOSED = Form(
    Proposed,
    act=Field("Việc cần làm", fields.choice({"revoke", "restore"})),
    scope=Field("Đối tượng", fields.choice({"certificate", "session", "key"})),
    first=Field("Đối tượng", fields.text(64)),
    second=Field("Đối tượng", fields.text(64), required=False),
    reason=Field("Lý do", fields.text(500, 10)),
)
DECIDED = Form(
    Decided,
    decision=Field("Quyết định", fields.choice({"approve", "refuse"})),
    totp=Field("Mã xác thực", fields.digits(6)),
)


@get(HERE, opt=staff(*PROPOSERS))
async def worklist(db: Db, request: Web) -> Response[bytes]:
    """What waits for a decision, what was decided, and how to propose."""
    return await _page(db, request)


@post(f"{HERE}/tim", opt=staff(*PROPOSERS))
async def find(db: Db, request: Web) -> Response[bytes]:
    """The certificate of an identifier, or the sessions of a day at a place: written in the body, never in an address."""
    typed = await typed_of(request)
    by_identifier = "identifier" in typed
    form: Filled[Any] = parse(typed, IDENTIFIER if by_identifier else OF_SESSION, words(request))
    if form.errors:
        return await _page(db, request, form=form, status=422)
    if by_identifier:
        found = await withdraw.find(db, form.value.identifier)
        if found is None or not await _reaches(db, request, found.place_id):
            form.errors["identifier"] = words(request)("Không có chứng nhận nào với mã này trong địa bàn của bạn.")
            return await _page(db, request, form=form, status=422)
        return await _page(db, request, form=form, found=found)
    try:
        place = await sites.by_code(db, form.value.place_code.upper())
    except NotFound:
        place = None
    if place is None or not await _reaches(db, request, place.place_id):
        form.errors["place_code"] = words(request)("Không có điểm tiêm nào với mã này trong địa bàn của bạn.")
        return await _page(db, request, form=form, status=422)
    sessions = await sites.sessions_of_day(db, place.place_id, form.value.day)
    if not sessions:
        form.errors["day"] = words(request)("Điểm tiêm này không có phiên nào trong ngày đó.")
    return await _page(db, request, form=form, sessions=sessions, status=422 if form.errors else 200)


@post(f"{HERE}/de-nghi", opt=staff(*PROPOSERS))
async def propose(db: Db, request: Web) -> Any:
    """Propose a withdrawal or its undoing; nothing changes until somebody else decides."""
    form = await read(request, PROPOSED)
    if form.errors:
        return await _page(db, request, form=form, status=422)
    target = await _target(db, request, form.value)
    proposal_id = await command_id(request)

    async def act() -> Answer:
        await withdraw.propose(db, proposal_id, target, act=form.value.act, reason=form.value.reason)
        return Answer(location=KEYS if target.scope == "key" else HERE)

    try:
        return await once(db, request, proposal_id, "propose_withdrawal", act)
    except DomainError as error:
        form.errors["reason"] = sentence(error, language(request))
        return await _page(db, request, form=form, status=error.status)


@post(f"{HERE}/{{revocation_id:uuid}}/quyet-dinh", opt=staff("national_operator"))
async def decide(db: Db, request: Web, revocation_id: UUID) -> Any:
    """Approve or refuse what somebody else proposed."""
    form, me = await read(request, DECIDED), _me(request)
    if form.errors:
        return await _page(db, request, form=form, status=422)

    async def act() -> Answer:
        await access.confirm_second_factor(db, me, form.value.totp)
        await withdraw.decide(db, revocation_id, approve=form.value.decision == "approve")
        return Answer(location=HERE)

    try:
        return await once(db, request, await command_id(request), "decide_withdrawal", act)
    except DomainError as error:
        form.errors["totp"] = sentence(error, language(request))
        return await _page(db, request, form=form, status=error.status)


@get(KEYS, opt=staff("national_operator"))
async def keys(db: Db, request: Web) -> Response[bytes]:
    """The signing keys: since when they are published, when they sign, until when verifiers keep them."""
    rows = [KeyRow(key=key, kid=key.kid.hex(), state=_state(key, db.at)) for key in await keyring.published(db)]
    return page(
        request,
        "immunization_support/keys.html",
        rows=rows,
        words=USE_WORDS,
        trust=await lists.published(db, lists.TRUST),
        revocations=await lists.published(db, lists.REVOCATIONS),
    )


def _state(key: Rotation, at: datetime) -> str:
    if key.withdrawn_at is not None:
        return "withdrawn"
    if key.use == keyring.LISTS:
        return "lists"
    return "signing" if rotation.may_sign(key, at) else "listed" if rotation.listed(key, at) else "past"


async def _target(db: Db, request: Web, asked: Proposed) -> Target:
    """What the form means, within the officer's reach. Raises `NotFound`."""
    me = _me(request)
    try:
        if asked.scope == "key" and me.has("national_operator"):
            return Target(kid=bytes.fromhex(asked.first))
        if asked.scope == "session" and await _reaches(db, request, UUID(asked.first)):
            return Target(place_id=UUID(asked.first), session_id=UUID(asked.second or ""))
        if asked.scope == "certificate":
            found = await withdraw.find(db, asked.first)
            if found is not None and await _reaches(db, request, found.place_id):
                return Target(person_id=found.person_id, certificate_id=found.certificate_id)
    except ValueError:
        raise NotFound from None
    raise NotFound


async def _reaches(db: Db, request: Web, place_id: UUID) -> bool:
    """Whether a place lies in the officer's province; the nation's operator reaches all."""
    me = _me(request)
    if me.has("national_operator"):
        return True
    place = (await sites.places(db, [place_id])).get(place_id)
    return place is not None and any(
        f"{place.area_path}.".startswith(f"{r.area_path}.") for r in me.roles if r.area_path
    )


async def _page(
    db: Db,
    request: Web,
    *,
    form: Filled[Any] | None = None,
    found: Found | None = None,
    sessions: list[Session] | None = None,
    status: int = 200,
) -> Response[bytes]:
    me = _me(request)
    waiting, decided = [_mine(me, await withdraw.proposals(db, waiting=each)) for each in (True, False)]
    return page(
        request,
        "immunization_support/withdrawals.html",
        status=status,
        form=form or Filled[Any](),
        found=found,
        sessions=sessions or [],
        waiting=waiting,
        decided=decided,
        words=WORDS,
        decides=me.has("national_operator"),
        me_id=me.id,
    )


def _mine(me: Staff, proposals: list[Proposal]) -> list[Row]:
    """The nation's operator sees all; an officer of a province what they proposed themselves."""
    seen = proposals if me.has("national_operator") else [one for one in proposals if one.proposed_by == me.id]
    return [Row(one, one.kid.hex() if one.kid else "") for one in seen]


def _me(request: Web) -> Staff:
    return request.state.actor


routes: list[ControllerRouterHandler] = [worklist, find, propose, decide, keys]
