"""A device without a browser, for tests: it enrols, seals and signs as the application on a tablet does."""

import os
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.arrange import Client
from tiemchung.kit.ids import uuid7
from tiemchung.kit.letters import point_of


class Device:
    """A tablet with its own key, at the place of whoever is signed in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.device_id = uuid7()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.server = client.database.keys.letters.public

    async def enrol(self) -> httpx.Response:
        """Tell the server the device's key."""
        point = urlsafe_b64encode(point_of(self.key.public_key())).rstrip(b"=").decode()
        sent = {"id": str(uuid7()), "device_id": str(self.device_id), "name": "Máy thử", "public_key": point}
        return await self.client.post("/diem-tiem/thiet-bi", json=sent, headers={"accept": "application/json"})

    def letter(
        self, kind: str, body: dict[str, Any], staff_id: UUID, *, at: datetime | None = None, key: UUID | None = None
    ) -> dict[str, Any]:
        """A sealed command."""
        act_id, when = str(key or uuid7()), (at or datetime.now(UTC)).isoformat()
        told = {"id": act_id, "kind": kind, "at": when, "body": body | {"late": True}}
        text = msgspec.json.encode(told | {"device_id": str(self.device_id), "staff_id": str(staff_id)})
        r, s = utils.decode_dss_signature(self.key.sign(text, ec.ECDSA(hashes.SHA256())))
        signature = b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        plain = msgspec.json.encode({"text": text.decode(), "signature": signature})
        sealed = seal(plain, act_id.encode(), self.server)
        return {"id": act_id, "kind": "sealed", "at": when, "body": {"letter": b64encode(sealed).decode()}}

    async def send(self, *letters: dict[str, Any], clock: datetime | None = None) -> list[dict[str, Any]]:
        """Send letters in order; an answer for each."""
        headers = {"device-clock": clock.isoformat()} if clock else {}
        answer = await self.client.post("/diem-tiem/commands", json=list(letters), headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


def seal(plain: bytes, about: bytes, server: bytes) -> bytes:
    """What `kit.letters` opens."""
    pair = ec.generate_private_key(ec.SECP256R1())
    point, nonce = point_of(pair.public_key()), os.urandom(12)
    shared = pair.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server))
    key = HKDF(hashes.SHA256(), 32, salt=bytes(32), info=b"tiem-chung letter 1" + point + server).derive(shared)
    return bytes([1]) + point + nonce + AESGCM(key).encrypt(nonce, plain, about)
