"""The waiting room's page: a raw handler that remembers nobody. Works without a script, survives reloads and lost networks."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from tiemchung.domain.appointments import room
from tiemchung.domain.appointments.room import Room, TicketForged
from tiemchung.kit import clock
from tiemchung.kit.crypto import Keys
from tiemchung.kit.db import Database
from tiemchung.web import raw
from tiemchung.web.asgi import Scope, Send
from tiemchung.web.pages import render
from tiemchung.web.service import TICKET_COOKIE, Watch

ADDRESS = "/phong-cho"
AGAIN_SECONDS = 15
_TICKET_SECONDS = 12 * 3600


async def serve(watch: Watch, database: Database, scope: Scope, send: Send) -> None:
    """Answer `GET /phong-cho`: a ticket for who has none, and where it stands. `ve` brings one from another device."""
    await watch.look_now(database) if watch.service.room is None else watch.look(database)
    lang = scope.get("lang", "vi")
    found = watch.service.room
    if found is None:
        html = render("portal/no_waiting_room.html", lang, here=ADDRESS)
        await raw.answer(send, 200, html.encode(), [(b"content-type", b"text/html; charset=utf-8")])
        return
    now = clock.now()
    kept = _kept(scope, found, database.keys)
    ticket = kept or room.arrive(found, now)
    if kept is None:
        watch.count(ticket)
    text = ticket.text(database.keys)
    standing = watch.order.standing(found, ticket, now)
    html = render(
        "portal/waiting_room.html",
        lang,
        here=ADDRESS,
        standing=standing,
        room=found,
        ticket=text,
        opened=now >= found.opens_at,
        again_seconds=AGAIN_SECONDS,
        now=clock.local(now),
    )
    cookie = f"{TICKET_COOKIE}={text}; Path=/; Max-Age={_TICKET_SECONDS}; HttpOnly; SameSite=Lax"
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"set-cookie", cookie.encode())]
    await raw.answer(send, 200, html.encode(), headers)


def _kept(scope: Scope, found: Room, keys: Keys) -> room.Ticket | None:
    """The ticket that somebody has, from the address or the cookie; a forged or old one counts as none."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ve", [])
    cookies: SimpleCookie = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    texts = [*asked, *([cookies[TICKET_COOKIE].value] if TICKET_COOKIE in cookies else [])]
    for text in texts:
        try:
            ticket = room.read(text, keys)
        except TicketForged:
            continue
        if ticket.room_id == found.room_id:
            return ticket
    return None
