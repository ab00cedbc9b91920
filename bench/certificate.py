"""Certificates on one core: issue and verify beside one raw signature, the square, the page, and the signing process's queue."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bench.harness import ROUNDS, Figure, Platform, interleaved, platform
from tests.certificates import NOW, a_code, a_record
from tiemchung import signer
from tiemchung.domain import certificates
from tiemchung.domain.certificates import (
    Files,
    Ring,
    SigningKey,
    base45,
    by_kid,
    cose,
    dcc,
    jws,
    load_or_make,
    pictures,
    render,
    revoke,
    rules,
    verify,
)
from tiemchung.domain.certificates import signer as trusted
from tiemchung.domain.certificates.render import Sheet, Words
from tiemchung.domain.immunizations import SessionSigned
from tiemchung.kit import sql
from tiemchung.kit.db import Db
from tiemchung.kit.ids import uuid7
from tiemchung.kit.sql import Query
from tiemchung.schema.load import place_id

queries = sql.load(__name__, "certificate.sql")
ECDSA = ec.ECDSA(hashes.SHA256())
NAMES = [f"Nguyễn Thị Bích Phượng {chr(65 + k % 26)}" for k in range(200)]
# A round of a tenth of a second, so that a moment of another process does not decide it.
LONG = 1000
QUEUED, WITHDRAWN, SITE = 20_000, 100_000, place_id("46005")
# A session of five hundred is signed every second.
A_SESSION, SIGNED_SESSIONS = 500, 60


class _Session(msgspec.Struct):
    session_id: UUID


async def run() -> list[Figure]:
    """certificate.issue, .verify; .qr, .pdf, .rules, .list, .look_up, .bomb (milliseconds); .queue; .wait."""
    with tempfile.TemporaryDirectory(prefix="tiemchung-bench-") as name:
        key = load_or_make(Path(name), NOW)
        trust = by_kid([trusted(key.certificate)])
        until = dcc.expires_at(NOW, key.ends_at)
        records = [a_record(name=one) for one in NAMES]
        codes = [a_code(key, record=one) for one in records]
        message = cose.read(codes[0])
        signed = cose.to_sign(message.protected, message.payload)
        der = key.private.sign(signed, ECDSA)
        public = key.certificate.public_key()
        issue, sign_limit, issue_ratio = await interleaved(
            seconds(lambda k: cose.sign(dcc.claims(records[k], NOW, until), key), LONG),
            seconds(lambda _: key.private.sign(signed, ECDSA), LONG),
        )
        check, verify_limit, check_ratio = await interleaved(
            seconds(lambda k: verify(codes[k], trust, at=NOW), LONG),
            seconds(lambda _: public.verify(der, signed, ECDSA), LONG),  # pyright: ignore
        )
        sheets = [Sheet(code=c, payload=dcc.certificate(r), expires_at=until, nationality=Words(vi="Việt Nam", en="Viet Nam"))
                  for c, r in zip(codes, records, strict=True)]  # fmt: skip
        square = await seconds(lambda k: pictures.svg(codes[k], level="Q"))()
        page = await seconds(lambda k: render.passport(sheets[k]))()
        checks = await _checks(key, codes[0])
    return [
        _times("certificate.issue", issue, sign_limit, "one raw signature by cryptography", issue_ratio, "<= 4.5"),
        _times(
            "certificate.verify", check, verify_limit, "one raw verification by cryptography", check_ratio, "<= 2.2"
        ),
        _milliseconds("certificate.qr", square, 15),
        _milliseconds("certificate.pdf", page, 25),
        *checks,
        await _queue(),
        await _wait(),
    ]


def seconds(work: Callable[[int], object], times: int = len(NAMES)) -> Callable[[], Awaitable[float]]:
    """Seconds of one piece of work, over so many in turn after a first."""

    async def measured() -> float:
        work(0)
        started = time.process_time()
        for k in range(times):
            work(k % len(NAMES))
        return (time.process_time() - started) / times

    return measured


async def _checks(key: SigningKey, code: str) -> list[Figure]:
    """What a check may cost beside the signature: rules, a list of a hundred thousand, a look-up in it, and a hostile code."""
    entries = [revoke.Entry(kid=key.kid, kind=revoke.UCI, hash=k.to_bytes(16, "little")) for k in range(WITHDRAWN)]
    text = revoke.sign(entries, key.private, seq=1, issued_at=NOW, expires_at=NOW + jws.LONGEST_LIFE)
    withdrawn = revoke.read(text, None, at=NOW).revocations
    certificate, message = dcc.certificate(a_record()), cose.read(code)
    fourteen = [*rules.public(), *rules.public()][:14]
    bomb = "HC1:" + base45.encode(zlib.compress(bytes(1_500_000), 9))
    assert withdrawn is not None and len(fourteen) == 14 and len(bomb) < cose.LONGEST_TEXT
    measured = {
        "rules": (seconds(lambda _: rules.failing(fourteen, certificate, issuer="VN", at=NOW)), 2),
        "list": (seconds(lambda _: revoke.read(text, None, at=NOW), 5), 200),
        "look_up": (seconds(lambda k: revoke.is_revoked(withdrawn, message, "VN", str(k))), 0.1),
        "bomb": (seconds(lambda _: verify(bomb, {}, at=NOW)), 50),
    }
    return [_milliseconds(f"certificate.{name}", await work(), most) for name, (work, most) in measured.items()]


async def _queue() -> Figure:
    """Doses of signed sessions in the queue, through one signing process: at 500 a second nobody waits a minute."""
    async with platform() as here:
        await queue(here, QUEUED)
        ring = Ring(store := Files(here.folder / "signer"))
        await signer.keep_house(here.database, store, ring)
        started = time.perf_counter()
        done = await signer.sign_all(here.database, ring)
        rate = done / (time.perf_counter() - started)
    peak = "doses a second that sites sign at the peak"
    return _once("certificate.queue", round(rate, 1), "certificates/s", 500, peak, round(rate / 500, 2), ">= 1")


async def _wait() -> Figure:
    """The longest from a site's signature to a session's certificates, while sites sign five hundred doses a second."""
    async with platform() as here:
        await doses(here, A_SESSION * SIGNED_SESSIONS)
        process = a_signer(here)
        try:
            longest = await _longest_wait(here)
        finally:
            process.terminate()
            process.wait(20)
    minute = "a minute from the site's signature, 500 doses a second"
    return _once("certificate.wait", round(longest, 2), "seconds", 60, minute, round(longest / 60, 3), "<= 1")


async def _longest_wait(here: Platform) -> float:
    async with here.database.statement() as db:
        sessions = await db.all(_Session, queries.signable, place_id=SITE)
    signed_at: list[float] = []

    async def sign() -> None:
        started = time.perf_counter()
        for second, one in enumerate(sessions):
            await asyncio.sleep(started + second - time.perf_counter())
            async with here.database.transaction() as db:
                await _signed(db, one)
            signed_at.append(time.perf_counter())

    async def longest() -> float:
        # The queue is taken oldest first: the k-th session has its certificates when so many have been made in all.
        waits: list[float] = []
        while len(waits) < len(sessions):
            async with here.database.statement() as db:
                made = await db.value(int, queries.made) or 0
            now = time.perf_counter()
            waits += [now - signed_at[k] for k in range(len(waits), made // A_SESSION)]
            await asyncio.sleep(0.1)
        return max(waits)

    signing = asyncio.create_task(sign())
    found = await longest()
    await signing
    return found


def a_signer(here: Platform) -> subprocess.Popen[bytes]:
    """A signing process on a platform's database and keys."""
    environment = os.environ | {"TIEMCHUNG_DATABASE_URL": here.url, "TIEMCHUNG_FOLDER": str(here.folder)}
    command = [sys.executable, "-m", "tiemchung.cli", "signer"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def queue(here: Platform, count: int) -> None:
    """People with a dose each in sessions that their site has signed, all waiting for the signing process."""
    await doses(here, count)
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        for one in await db.all(_Session, queries.signable, place_id=SITE):
            await _signed(db, one)


async def doses(here: Platform, count: int) -> None:
    """People with a dose each in sessions of five hundred that nobody has signed yet."""
    async with here.database.transaction() as db:
        await db.run(Query("set local statement_timeout = 0"))
        given = {
            "count": count,
            "place_id": SITE,
            "at": db.at - timedelta(hours=1),
            "lot_id": uuid7(),
            "staff_id": uuid7(),
        }
        for name in ("people", "sessions", "lot", "doses", "staff"):
            await db.run(getattr(queries, name), **{one: given[one] for one in queries.parameters[name]})
    async with here.database.statement() as db:
        await db.run(queries.analyze)


async def _signed(db: Db, one: _Session) -> None:
    """The site's signature, and what the follow-up of its event does in the same transaction."""
    signature_id = uuid7()
    await db.run(queries.sign, place_id=SITE, session_id=one.session_id, signature_id=signature_id, at=db.at)
    await certificates.session_signed(
        db, SessionSigned(place_id=SITE, session_id=one.session_id, signature_id=signature_id, doses=A_SESSION)
    )


def _times(name: str, figure: float, limit: float, limit_is: str, ratio: float, target: str) -> Figure:
    return Figure(
        name=name,
        figure=round(figure * 1e6, 1),
        unit="microseconds",
        limit=round(limit * 1e6, 1),
        limit_is=limit_is,
        ratio=round(ratio, 2),
        target=target,
        rounds=ROUNDS,
    )


def _milliseconds(name: str, figure: float, limit: float) -> Figure:
    milliseconds = figure * 1e3
    wait = "what a page may wait"
    return _once(name, round(milliseconds, 4), "milliseconds", limit, wait, round(milliseconds / limit, 2), "<= 1")


def _once(name: str, figure: float, unit: str, limit: float, limit_is: str, ratio: float, target: str) -> Figure:
    """A figure that one round measured."""
    return Figure(
        name=name, figure=figure, unit=unit, limit=limit, limit_is=limit_is, ratio=ratio, target=target, rounds=1
    )
