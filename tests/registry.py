"""A population registry for tests: a real HTTP server that knows the people it was told."""

import json
import threading
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from tiemchung.domain.identity import Registry

TOKEN = "token-of-the-tests"


class Population:
    """Who is known, what was asked, and with what the server fails instead of answering."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, Any]] = []
        self.instead: tuple[int, bytes] | None = None

    def knows(self, number: str, name: str, birth: str, sex: str) -> None:
        self.known[number] = {"name": name.upper(), "birth": birth, "sex": sex}

    def matches(self, question: dict[str, Any]) -> bool:
        known = self.known.get(question["number"])
        if known is None or known["sex"] != question["sex"] or not known["birth"].startswith(question["birth"]):
            return False
        if question["marks"]:
            return known["name"] == question["name"].upper()
        return bare(known["name"]) == bare(question["name"])


def bare(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.replace("Đ", "D")) if "A" <= c <= "Z" or c == " ")


@contextmanager
def a_registry() -> Generator[tuple[Registry, Population]]:
    """A registry that answers at an address of this machine."""
    population = Population()
    server = HTTPServer(("127.0.0.1", 0), _handler(population))
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield Registry("test", f"http://127.0.0.1:{server.server_port}", TOKEN), population
    server.shutdown()
    server.server_close()
    thread.join()


def _handler(population: Population) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            assert self.path == "/v1/matches"
            assert self.headers["authorization"] == f"Bearer {TOKEN}"
            population.asked += body["questions"]
            found = [
                {"id": q["id"], "answer": "match" if population.matches(q) else "no_match"} for q in body["questions"]
            ]
            status, answer = population.instead or (200, json.dumps({"answers": found}).encode())
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
