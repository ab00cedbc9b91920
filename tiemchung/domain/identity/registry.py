"""The adapter of a population registry: one HTTP call, many questions, match or no match (docs/identity-registry.md)."""

from collections.abc import Sequence
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Literal
from uuid import UUID

import httpx
import msgspec

from tiemchung.domain.identity.model import Question
from tiemchung.kit.crypto import Keys
from tiemchung.kit.errors import DomainError
from tiemchung.settings import settings

MOST_QUESTIONS = 200
_SECONDS = 5.0
PATH = "/v1/matches"
# In the demonstration a simulator answers at this address of our own; it says that it is one.
SIMULATOR, SIMULATED = "simulator", "/demo/dan-cu"


class RegistryAway(DomainError):
    """The registry does not answer, or not as agreed; who was to be asked about stays in the queue."""

    sentence = "Cơ sở dữ liệu dân cư đang không trả lời; hệ thống sẽ tự hỏi lại."
    status = 503


class Answer(msgspec.Struct, frozen=True):
    """The answer to one question; there is nothing else that the registry could tell."""

    id: UUID
    answer: Literal["match", "no_match"]


class Answers(msgspec.Struct, frozen=True):
    """The body of an answer."""

    answers: list[Answer]


class Asked(msgspec.Struct, frozen=True):
    """The body of a call."""

    questions: Sequence[Question]


def configured(keys: Keys) -> "Registry | None":
    """The registry that the settings name; the simulator in a demonstration that names none, otherwise None."""
    chosen = settings()
    if chosen.registry_url:
        token = Path(chosen.registry_token_file).read_text(encoding="ascii").strip()
        return Registry("population", chosen.registry_url, token)
    if not chosen.demo:
        return None
    own = chosen.folder / "tls" / "certificate.pem"
    verify = create_default_context(cafile=own) if chosen.tls else True
    return Registry(SIMULATOR, f"{chosen.base}{SIMULATED}", simulator_token(keys), verify=verify)


def simulator_token(keys: Keys) -> str:
    """What the simulator of this installation asks for: it follows from a key of the installation."""
    return keys.sign("registry", SIMULATOR)


class Registry:
    """A registry at an address, with the token that it gave us."""

    def __init__(self, name: str, base: str, token: str, *, verify: SSLContext | bool = True) -> None:
        self.name = name
        self._base, self._token, self._verify = base.rstrip("/"), token, verify

    async def ask(self, questions: Sequence[Question]) -> dict[UUID, bool]:
        """Whether each question matches, by its id. Raises `RegistryAway`."""
        found: dict[UUID, bool] = {}
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            async with httpx.AsyncClient(verify=self._verify, timeout=_SECONDS, headers=headers) as client:
                for k in range(0, len(questions), MOST_QUESTIONS):
                    body = msgspec.json.encode(Asked(questions[k : k + MOST_QUESTIONS]))
                    answer = await client.post(f"{self._base}{PATH}", content=body)
                    answer.raise_for_status()
                    said = msgspec.json.decode(answer.content, type=Answers).answers
                    found |= {one.id: one.answer == "match" for one in said}
        except (httpx.HTTPError, msgspec.MsgspecError) as wrong:
            raise RegistryAway from wrong
        if found.keys() != {question.id for question in questions}:
            raise RegistryAway
        return found
