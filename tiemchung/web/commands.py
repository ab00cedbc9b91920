"""Idempotent writes: the same key gets the same answer, refusals included.

The act and its answer commit together: in one transaction (`once`), or in the act's one statement, which takes the key
itself (`at_once`). A refused act rolls back; its refusal is then kept under the key, so that a retry hears the same words
and nothing is done twice.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Redirect

from tiemchung.kit import clock, sql
from tiemchung.kit.db import ActKey, Actor, Database, Db, json
from tiemchung.kit.errors import DomainError
from tiemchung.web.answers import Answer, Answered, problem_body
from tiemchung.web.pages import Web

queries = sql.load(__name__)


class KeyTaken(DomainError, constraint="command_pkey"):
    """The key of this act was used before."""

    sentence = "Yêu cầu này đã được gửi trước đó."
    field = "id"
    rule = "used_once"


class _Kept(msgspec.Struct):
    status: int | None
    answer: Answer | None


async def once(
    db: Db, request: Web, command_id: UUID, kind: str, act: Callable[[], Awaitable[Answer]]
) -> Response[Any] | Redirect:
    """Do an act under its key, or answer as before. The transaction of `db` holds both the act and the answer.

    A refusal undoes the act alone: a handler may catch it and show the form again, with what was typed and a new key.
    """
    request.state.command = (command_id, kind)
    async with db.connection.transaction():
        if not await db.run(queries.begin, command_id=command_id, actor_id=db.actor.id, kind=kind):
            kept = await db.one(_Kept, queries.kept, command_id=command_id, actor_id=db.actor.id, kind=kind)
            raise Answered(kept.answer or Answer(status=409))
        answer = await act()
        await db.run(queries.answer, command_id=command_id, status=answer.status, answer=json(answer))
    return answer.response()


async def at_once(
    database: Database,
    request: Web,
    key: ActKey,
    act: Callable[[Db], Awaitable[object]],
    *,
    at: datetime | None = None,
) -> None:
    """Do an act whose one statement keeps its key, or answer as before; no transaction is held around it."""
    actor: Actor = request.state.actor
    request.state.command = (key.id, key.kind)
    async with database.statement(actor, at=at or clock.now()) as db:
        try:
            await act(db)
        except DomainError:
            kept = await db.maybe(_Kept, queries.kept, command_id=key.id, actor_id=actor.id, kind=key.kind)
            if kept is not None and kept.answer is not None:
                raise Answered(kept.answer) from None
            raise


async def keep_refusal(database: Database, request: Web, error: DomainError) -> None:
    """Keep a refusal under the key of the act that was refused."""
    command: tuple[UUID, str] | None = request.state.get("command")
    if command is None or error.status >= 500:
        return
    answer = Answer(body=problem_body(error, request.scope.get("request_id", "")), status=error.status)
    actor = request.state.get("actor")
    async with database.statement() as db:
        await db.run(
            queries.refuse,
            command_id=command[0],
            actor_id=actor.id if actor else None,
            kind=command[1],
            status=error.status,
            answer=json(answer),
        )
