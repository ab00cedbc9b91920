"""Errors, shown in one place: RFC 9457 for machines, a page for people, a fragment for live parts."""

from typing import Any

import psycopg
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from psycopg_pool import PoolClosed, PoolTimeout

from tiemchung.kit.errors import DomainError, NotFound, SignInNeeded, TooManyRequests, Unavailable
from tiemchung.web.answers import Answered, problem_body, sentence
from tiemchung.web.pages import Web, language, page, see_other

log = structlog.get_logger()


def problem(request: Web, error: DomainError) -> Response[Any]:
    """The answer to a refused request, in the form that was asked for."""
    told = sentence(error, language(request))
    if wants_json(request):
        body = problem_body(error, request.scope.get("request_id", ""))
        media_type = "application/problem+json"
        return Response(body, status_code=error.status, media_type=media_type, headers=_come_back(error))
    if isinstance(error, SignInNeeded) and request.method == "GET":
        door = "/so-suc-khoe" if request.url.path.startswith("/so-suc-khoe") else "/diem-tiem"
        return see_other(f"{door}/dang-nhap")
    fragment = request.headers.get("hx-request") == "true"
    template = "problem_fragment.html" if fragment else "problem.html"
    answer = page(
        request,
        template,
        status=error.status,
        told=told,
        code=error.code(),
        reference=request.scope.get("request_id", ""),
    )
    answer.headers.update(_come_back(error))
    return answer


def wants_json(request: Web) -> bool:
    """Whether a machine asked: at a machine's address, or it says so in `accept`, or it sends JSON."""
    accept = request.headers.get("accept", "")
    at_machines = request.url.path.startswith("/api/")
    return at_machines or "json" in accept or request.headers.get("content-type", "").startswith("application/json")


def _come_back(error: DomainError) -> dict[str, str]:
    """When to try again, for a limit that says so."""
    return {"retry-after": str(error.facts["seconds"])} if isinstance(error, TooManyRequests) else {}


def _domain_error(request: Web, error: DomainError) -> Response[Any]:
    return problem(request, error)


def _database_gone(request: Web, error: Exception) -> Response[Any]:
    log.warning("database unavailable", error=type(error).__name__)
    return problem(request, Unavailable())


def _http_error(request: Web, error: HTTPException) -> Response[Any]:
    if error.status_code == 404:
        return problem(request, NotFound())
    refused = DomainError()
    refused.status = error.status_code  # pyright: ignore[reportAttributeAccessIssue]
    return problem(request, refused)


def _defect(request: Web, error: Exception) -> Response[Any]:
    log.error("unexpected error", exc_info=error, path=request.scope["path"])
    refused = DomainError()
    refused.status = 500  # pyright: ignore[reportAttributeAccessIssue]
    return problem(request, refused)


def _answered_before(request: Web, answered: Answered) -> Response[Any]:
    """A retry gets the answer that was given: where to go on, the body, or the refusal in the form now asked for."""
    answer = answered.answer
    if answer.status < 400 or wants_json(request):
        return answer.response()
    told = answer.body["title" if language(request) == "vi" else "title_en"]
    reference = request.scope.get("request_id", "")
    return page(request, "problem.html", status=answer.status, told=told, code="", reference=reference)


HANDLERS: ExceptionHandlersMap = {
    DomainError: _domain_error,
    Answered: _answered_before,
    psycopg.OperationalError: _database_gone,
    PoolTimeout: _database_gone,
    PoolClosed: _database_gone,
    HTTPException: _http_error,
    Exception: _defect,
}
