"""A batch of certificates through two signing processes, one of them killed again and again: all made, none twice."""

import asyncio
import os
import signal
import subprocess

import msgspec
import pytest

from bench import certificate
from bench.harness import Platform, platform
from tiemchung.domain.certificates import command, proof
from tiemchung.kit.sql import Query

pytestmark = pytest.mark.prove
# The full batch is SCALE=100000.
COUNT = int(os.environ.get("SCALE", "10000"))
KILLS = 6


class Counts(msgspec.Struct):
    due: int
    certificates: int
    identifiers: int
    doses: int
    events: int


COUNTED = Query(
    "select (select count(*) from certificate_due)::int as due, count(*)::int as certificates,"
    " count(distinct uvci)::int as identifiers,"
    " count(distinct (person_id, immunization_id))::int as doses,"
    " (select count(*) from event where kind = 'certificate.issued')::int as events from certificate"
)


async def test_killed_signers_leave_nothing_half_done_and_no_identifier_twice():
    async with platform() as here:
        await certificate.queue(here, COUNT)
        steady, victim = certificate.a_signer(here), certificate.a_signer(here)
        try:
            for kill in range(1, KILLS + 1):
                await until(here, done=kill * COUNT // (KILLS + 2), processes=(steady, victim))
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                victim = certificate.a_signer(here)
            found = await until(here, done=COUNT, processes=(steady, victim))
        finally:
            for process in (steady, victim):
                process.terminate()
                process.wait(20)
        async with here.database.transaction() as db:
            await db.run(command.NO_HURRY)
            assert (await proof.prove(db)).ok
    assert found == Counts(due=0, certificates=COUNT, identifiers=COUNT, doses=COUNT, events=COUNT)


async def until(here: Platform, *, done: int, processes: tuple[subprocess.Popen[bytes], ...]) -> Counts:
    while True:
        async with here.database.statement() as db:
            found = await db.one(Counts, COUNTED)
        if found.certificates >= done:
            return found
        assert all(process.poll() is None for process in processes)
        await asyncio.sleep(0.2)
