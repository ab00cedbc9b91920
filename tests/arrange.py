"""How tests get to their starting point: through the domain and through real doors."""

import asyncio
from datetime import UTC, datetime
from types import TracebackType
from uuid import UUID

import httpx
import pyotp.totp

from tiemchung.domain import access
from tiemchung.kit.db import Database, Db
from tiemchung.kit.ids import uuid7
from tiemchung.web.asgi import App

PASSWORD = "mat-khau-thu-nghiem"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOTP_OF_ALL = pyotp.totp.TOTP(TOTP)


class Client(httpx.AsyncClient):
    """An HTTP client that runs the application's lifespan and can sign in."""

    def __init__(self, app: App, database: Database) -> None:
        super().__init__(transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test")
        self.app = app
        self.database = database
        self._lifespan: Lifespan | None = None

    async def __aenter__(self) -> "Client":
        self._lifespan = Lifespan(self.app)
        await self._lifespan.start()
        await super().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await super().__aexit__(kind, error, trace)
        if self._lifespan is not None:
            await self._lifespan.stop()

    async def staff(self, role: str, *, area_id: int | None = None, place_id: UUID | None = None) -> UUID:
        """Hire somebody with a role and sign in as them; their id."""
        async with self.database.transaction() as db:
            staff_id, login = await a_member_of_staff(db, role, area_id=area_id, place_id=place_id)
            token = await access.sign_in_staff(db, login=login, password=PASSWORD, totp=totp_now(db.at))
        self.cookies.set("tc_staff", token)
        return staff_id

    async def citizen(self, phone: str = "+84900000001") -> UUID:
        """Sign in as the owner of a phone; the account's id."""
        async with self.database.transaction() as db:
            code = await access.send_code(db, phone=phone, address="test", purpose="sign_in")
            token = await access.sign_in_citizen(
                db, challenge_id=code.challenge_id, code=code.code, phone=phone, lang="vi"
            )
            account_id = await access.account_of(db, phone=phone)
        self.cookies.set("tc_citizen", token)
        return account_id

    async def write(self, path: str, key: UUID | None = None, /, **form: object) -> httpx.Response:
        """Post a form with an idempotency key, as a page of ours does."""
        data = {"id": str(key or uuid7())} | {name: value for name, value in form.items() if value is not None}
        return await self.post(path, data=data)


class Lifespan:
    """The start and end that a server gives an application."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        await self._to_app.put({"type": "lifespan.startup"})
        started = await self._from_app.get()
        assert started["type"] == "lifespan.startup.complete", started

    async def stop(self) -> None:
        await self._to_app.put({"type": "lifespan.shutdown"})
        await self._from_app.get()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        await self._app(scope, self._to_app.get, self._from_app.put)  # type: ignore[arg-type]


async def a_member_of_staff(
    db: Db, role: str, *, area_id: int | None = None, place_id: UUID | None = None
) -> tuple[UUID, str]:
    """Somebody with one role; their id and login."""
    login = f"{role}-{uuid7().hex[-8:]}"
    staff_id = await access.hire(db, login=login, name="Nguyễn Thử Nghiệm", password=PASSWORD, totp_secret=TOTP)
    await access.grant(db, staff_id, role, area_id=area_id, place_id=place_id)
    return staff_id, login


def totp_now(at: datetime | None = None) -> str:
    """The code that the second factor of every test account shows now, or at an act's own moment."""
    return TOTP_OF_ALL.at(at or datetime.now(UTC))
