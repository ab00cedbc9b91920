"""The signing process: the only one that holds certificate keys. It reads the event log and signs what the database says.

There is no other way in: no address, no argument, no typed name. What it may sign is decided by dose-record ids.
"""

import asyncio
from datetime import UTC, datetime

from tiemchung.domain import certificates
from tiemchung.domain.certificates import SigningKey
from tiemchung.domain.immunizations import SessionSigned
from tiemchung.domain.people import IdentityChecked
from tiemchung.kit.db import Db
from tiemchung.kit.events import Follower, Logged, kind_of
from tiemchung.settings import settings
from tiemchung.worker import follow


def followers(key: SigningKey) -> list[Follower]:
    """What makes certificates due: a site's signature, or an identity that was matched afterwards."""

    async def sign(db: Db, events: list[Logged]) -> None:
        for event in events:
            if event.kind == kind_of(SessionSigned) and event.place_id is not None:
                session_id = event.as_(SessionSigned).session_id
                await certificates.sign_session(db, key, place_id=event.place_id, session_id=session_id)
            elif event.person_id is not None:
                await certificates.sign_person(db, key, event.person_id)

    return [Follower(name="signer", kinds=(kind_of(SessionSigned), kind_of(IdentityChecked)), handle=sign)]


def run() -> None:
    """Load the key, publish its certificate beside the others, and follow the log until told to stop."""
    folder = settings().keys_folder / "signer"
    key = certificates.load_or_make(folder, datetime.now(UTC))
    published = settings().folder / "trust"
    published.mkdir(parents=True, exist_ok=True)
    (published / f"{key.kid.hex()}.pem").write_bytes((folder / "dsc.pem").read_bytes())
    asyncio.run(follow(followers(key)))
