"""What verifiers fetch: who signs certificates, which were withdrawn, by which rules to judge. Whole files for everybody, so that
nobody learns who was checked.
"""

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from tiemchung.domain.certificates import lists, rules
from tiemchung.kit.db import Db
from tiemchung.settings import settings
from tiemchung.web.guards import public

JWS = "application/jose"
_SEQ_DIGITS = 9


async def version(db: Db) -> int:
    """Rises with every list that the signing process publishes."""
    found = [await lists.published(db, kind) for kind in (lists.TRUST, lists.REVOCATIONS)]
    return sum(one.seq for one in found if one)


async def trust(db: Db, _: str, __: str) -> str | None:
    """The signed list of signers; None until the signing process has published one."""
    found = await lists.published(db, lists.TRUST)
    return found.text if found else None


async def revocations(db: Db, _: str, __: str) -> str | None:
    """The signed list of what was withdrawn."""
    found = await lists.published(db, lists.REVOCATIONS)
    return found.text if found else None


async def jwks(db: Db, _: str, __: str) -> str:
    """The signers as a JWK Set."""
    return (await lists.jwks(db)).decode()


async def did(db: Db, _: str, __: str) -> str:
    """The signers as a DID document, whose name leads to its own address (did:web)."""
    host = settings().base.partition("://")[2].replace(":", "%3A")
    return (await lists.did(db, f"did:web:{host}:chung-nhan")).decode()


async def public_rules(_: Db, __: str, ___: str) -> str:
    """The business rules in CertLogic, with the value sets that they name."""
    raw = msgspec.json.decode(rules.PUBLIC_FILE.read_bytes())
    return msgspec.json.encode({"rules": raw, "valueSets": rules.value_sets()}).decode()


@get("/chung-nhan/thu-hoi/{seq:str}", opt=public)
async def changes(db: Db, seq: str) -> Response[str | None]:
    """What was withdrawn, and taken back, since the list of a number; 204 when no change leads on from it."""
    number = seq.removesuffix(".jws")
    found = await lists.delta(db, int(number)) if number.isdecimal() and len(number) <= _SEQ_DIGITS else None
    if found is None:
        return Response(None, status_code=204, headers={"cache-control": "no-cache"})
    headers = {"cache-control": "public, max-age=86400, immutable", "etag": f'"{found.seq}"'}
    return Response(found.text, media_type=JWS, headers=headers)


routes: list[ControllerRouterHandler] = [changes]
