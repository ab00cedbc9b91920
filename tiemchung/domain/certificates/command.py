"""`tiemchung certificate verify`, `certificate decode` and `certlogic`: lines in, JSON lines out, without a database.

`tiemchung certificate prove` needs one: status 0 when all agrees, 1 when something differs, 2 when it could not look.
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import psycopg
from psycopg_pool import PoolTimeout

from tiemchung.domain.certificates import certlogic, cose, pictures, proof, reading, revoke, trust
from tiemchung.domain.certificates.cose import Unreadable
from tiemchung.domain.certificates.revoke import Revocations
from tiemchung.domain.certificates.verify import Verdict, verify
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.kit.sql import Query

LONGEST_CODE, LONGEST_RULE = 16 * 1024, 16 * 1024 * 1024
DONE, UNUSABLE = 0, 2
# All certificates are read as they were at one moment, for as long as it takes.
ONE_MOMENT = Query("set transaction isolation level repeatable read, read only")
NO_HURRY = Query("set local statement_timeout = 0")
AGREES, DIFFERS, COULD_NOT_LOOK = 0, 1, 2
_ALGORITHMS = {-7: "ES256", -37: "PS256"}
_CLAIMS = {1: "iss", 4: "exp", 6: "iat"}
_DCC_CLAIM = -260


async def prove(url: str, keys: Keys) -> int:
    """Prove the certificates of a database and print the proof; the exit status."""
    try:
        async with Database(url, keys, connections=2) as database, database.transaction() as db:
            await db.run(ONE_MOMENT)
            await db.run(NO_HURRY)
            found = await proof.prove(db)
    except (psycopg.Error, PoolTimeout) as failed:
        sys.stderr.write(f"certificate prove: {failed}\n")
        return COULD_NOT_LOOK
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    return AGREES if found.ok else DIFFERS


def verify_lines(certs: Path, at: datetime | None, revocations: Path | None) -> int:
    """Check the codes on standard input against a folder's signers; the exit status. Without `at`, each at its own moment."""
    if not certs.is_dir():
        return _unusable(f"{certs} is no folder")
    withdrawn = None
    if revocations is not None:
        withdrawn = _list_in(revocations, at or datetime.now(UTC))
        if withdrawn is None:
            return _unusable(f"{revocations} is no list of withdrawn certificates")
    for name in trust.unusable(certs):
        sys.stderr.write(f"{name} holds no signer certificate\n")
    trusted = trust.from_folder(certs)
    return _each(
        LONGEST_CODE,
        lambda line: shown(verify(_text(line), trusted, at=at or datetime.now(UTC), revocations=withdrawn)),
    )


def decode(files: Iterable[str]) -> int:
    """What codes hold, without any trust: of pictures when given, else of the codes on standard input; the exit status."""
    given = list(files)
    if not given:
        return _each(LONGEST_CODE, lambda line: decoded(_text(line)))
    status = DONE
    for name in given:
        try:
            for text in pictures.read(Path(name)):
                _write(decoded(text))
        except pictures.NoCode as none:
            _write(_undecoded("picture"))
            status = _unusable(f"{name}: {none}")
    return status


def certlogic_lines() -> int:
    """Work out the rules on standard input; the exit status."""
    return _each(LONGEST_RULE, evaluated)


def shown(verdict: Verdict) -> dict[str, Any]:
    """A verdict as one JSON object: kid in base64, times as ISO 8601 in UTC."""
    return {
        "verdict": verdict.verdict,
        "payload": verdict.payload,
        "kid": base64.b64encode(verdict.kid).decode() if verdict.kid is not None else None,
        "issuer": verdict.issuer,
        "issued_at": reading.instant(verdict.issued_at) if verdict.issued_at else None,
        "expires_at": reading.instant(verdict.expires_at) if verdict.expires_at else None,
        "rules": verdict.rules,
        "warnings": verdict.warnings,
    }


def decoded(text: str) -> dict[str, Any]:
    """Header, claims and payload of a code as they are written; nothing of it is trusted."""
    try:
        protected, unprotected, payload, _ = cose.parts(text.strip())
        header = cose.strict_cbor(protected) if protected else {}
        content = cose.strict_cbor(payload)
    except Unreadable as failed:
        return _undecoded(failed.verdict)
    if not isinstance(header, Mapping):
        return _undecoded("not_cose")
    if not isinstance(content, Mapping):
        return {"header": _header(header, unprotected), "claims": None, "payload": None, "error": "not_dcc"}
    health = content.get(_DCC_CLAIM)
    held = health.get(1) if isinstance(health, Mapping) else None
    claims = {_CLAIMS.get(key, key): value for key, value in content.items() if key != _DCC_CLAIM}
    return {
        "header": _header(header, unprotected),
        "claims": reading.plain(claims),
        "payload": reading.plain(held) if isinstance(held, Mapping) else None,
    }


def evaluated(line: bytes) -> dict[str, Any]:
    """The result of one `{"rule", "data"}` line, or its error."""
    try:
        given = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as broken:
        return {"error": f"not JSON: {broken}"}
    if not isinstance(given, dict) or "rule" not in given:
        return {"error": 'a line is {"rule": …, "data": …}'}
    try:
        return {"result": certlogic.text_of(certlogic.evaluate(given["rule"], given.get("data")))}
    except certlogic.RuleError as failed:
        return {"error": str(failed)}


def moment(text: str) -> datetime:
    """A time of the command line; without a zone it is UTC. Raises `ValueError`."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _header(protected: Mapping[Any, Any], unprotected: Mapping[Any, Any]) -> dict[str, Any]:
    merged = {**unprotected, **protected}
    alg, kid = merged.pop(1, None), merged.pop(4, None)
    named = {
        "alg": _ALGORITHMS.get(alg, alg) if isinstance(alg, int) else reading.plain(alg),
        "kid": reading.plain(kid),
    }
    return named | reading.plain(merged)


def _undecoded(error: str) -> dict[str, Any]:
    return {"header": None, "claims": None, "payload": None, "error": error}


def _list_in(file: Path, at: datetime) -> Revocations | None:
    try:
        return revoke.read(file.read_text(encoding="ascii"), None, at=at).revocations
    except (OSError, UnicodeDecodeError):
        return None


def _each(longest: int, answer: Callable[[bytes], dict[str, Any]]) -> int:
    try:
        for line in _lines(sys.stdin.buffer, longest):
            _write(answer(line))
    except BrokenPipeError:
        # Whoever read us has seen enough; what is still buffered must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _lines(stream: BinaryIO, longest: int) -> Iterator[bytes]:
    """Lines without their ends; of a line that is too long only a beginning that is too long to be right."""
    while line := stream.readline(longest + 1):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(longest + 1)
        yield line.rstrip(b"\r\n")


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").removeprefix("\ufeff")


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


def _unusable(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return UNUSABLE
