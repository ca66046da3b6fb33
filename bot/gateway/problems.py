"""Errors as the outside contract shows them: a code, plain words, and where help is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.facility import load_facility
from bot.gateway import metrics
from bot.wording import load_wording

# Code of the contract: HTTP status and the wording that explains it.
PROBLEMS = {
    "bad_json": (400, "problem_bad_json"),
    "bad_request": (400, "problem_bad_request"),
    "bad_id": (400, "problem_bad_id"),
    "bad_text": (400, "problem_bad_text"),
    "not_offered": (409, "problem_not_offered"),
    "body_mismatch": (409, "problem_body_mismatch"),
    "bad_token": (401, "problem_bad_token"),
    "expired_token": (401, "problem_expired_token"),
    "forbidden": (403, "problem_forbidden"),
    "not_found": (404, "problem_not_found"),
    "method_not_allowed": (405, "problem_method_not_allowed"),
    "too_long": (413, "problem_too_long"),
    "too_fast": (429, "problem_too_fast"),
    "busy": (503, "problem_too_fast"),
    "records_down": (503, "problem_records_down"),
    "internal": (500, "problem_internal"),
}


class Problem(Exception):
    """A request that cannot be served as asked; `code` is one of PROBLEMS."""

    def __init__(self, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.headers = code, headers or {}


def help_block() -> dict[str, str]:
    """Where help is, in every error."""
    return {"emergency": "911", "crisis": "988", "admissions": load_facility().phone_display}


def problem_response(code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer for a problem; never holds anything of the request."""
    status, name = PROBLEMS[code]
    metrics.PROBLEMS.labels(code).inc()
    body = {"error": {"code": code, "message": load_wording().render(name, "web"), "help": help_block()}}
    return JSONResponse(body, status, headers)


async def on_problem(request: Request, problem: Exception) -> JSONResponse:
    """Starlette's handler for Problem."""
    assert isinstance(problem, Problem)
    return problem_response(problem.code, problem.headers)
