"""Denied by default: every route names who may call it, and nobody else is let in."""

import re
from uuid import uuid4

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from litestar.handlers import HTTPRouteHandler

from tests.arrange import Client
from tests.citizens import a_registration
from tiemchung import app, command_centre, exchange, health_book, immunization_support, portal
from tiemchung.demo import pages
from tiemchung.domain.access import ROLES
from tiemchung.schema.load import place_id

DOORS = (command_centre, exchange, health_book, immunization_support, portal, pages)
OWN = (app.healthz, app.readyz, app.metrics, app.choose_language)
ROUTES = [*OWN, *(route for door in DOORS for route in door.routes)]
HANDLERS = [handler for handler in ROUTES if isinstance(handler, HTTPRouteHandler)]
PLACED = {"registrar", "doctor", "nurse", "storekeeper", "site_head", "district_officer"}


def path_of(handler: HTTPRouteHandler) -> str:
    (path, *_) = sorted(handler.paths)
    examples = {"uuid": str(uuid4()), "str": "x", "int": "1"}
    filled = re.sub(r"\{\w+:(\w+)\}", lambda part: examples[part[1]], path)
    return filled + ("/" if path in {"/so-suc-khoe", "/dieu-hanh", "/diem-tiem", "/demo"} else "")


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda h: f"{sorted(h.http_methods)[0]} {sorted(h.paths)[0]}")
def test_every_route_names_its_access(handler: HTTPRouteHandler):
    assert handler.opt.get("access") in {"public", "citizen", "staff"}
    assert set(handler.opt.get("roles", ())) <= set(ROLES)


async def test_a_stranger_is_sent_to_sign_in(client: Client):
    for handler in HANDLERS:
        if "GET" in handler.http_methods and handler.opt["access"] != "public":
            answer = await client.get(path_of(handler))
            assert answer.status_code == 303, (path_of(handler), answer.status_code)
            assert answer.headers["location"].endswith("/dang-nhap")


async def test_a_stranger_writes_nothing(client: Client):
    for handler in HANDLERS:
        if "POST" in handler.http_methods and handler.opt["access"] != "public":
            assert (await client.write(path_of(handler))).status_code == 401, path_of(handler)


async def test_a_citizen_is_no_member_of_staff(client: Client):
    await client.citizen()
    for handler in HANDLERS:
        if "GET" in handler.http_methods and handler.opt["access"] == "staff":
            assert (await client.get(path_of(handler))).status_code == 303, path_of(handler)


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_a_role_opens_no_page_that_does_not_name_it(client: Client, role: str):
    await client.staff(role, place_id=place_id("46005") if role in PLACED else None)
    for handler in HANDLERS:
        roles = handler.opt.get("roles")
        if "GET" in handler.http_methods and roles and role not in roles:
            assert (await client.get(path_of(handler))).status_code == 403, (role, path_of(handler))


async def test_a_citizen_opens_no_record_of_another_account(client: Client):
    async with client.database.transaction() as db:
        somebody = (await a_registration(db)).registration.person_id
    await client.citizen("+84900000077")
    for path in ("/so-suc-khoe/", "/so-suc-khoe/ho-so", "/so-suc-khoe/chung-nhan", "/so-suc-khoe/ai-da-xem"):
        answer = await client.get(path, params={"nguoi": str(somebody)})
        assert answer.status_code == 404, path


def test_passwords_cost_what_rfc_9106_recommends(hasher: PasswordHasher):
    cost = extract_parameters(hasher.hash("mat-khau"))
    assert (cost.type, cost.time_cost, cost.memory_cost, cost.parallelism) == (Type.ID, 3, 64 * 1024, 4)
