"""One request: whom to call, when, what the check said and why, what was done; and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.guard import Guard, Visit
from bot.console.inbox import DESK
from bot.console.view import HEADERS
from bot.errors import Conflict, WordingError
from bot.records.callbacks import OPEN
from bot.wording import load_wording

NOTE_LENGTH = 2000
# The order in which the check asks; what the ninth question adds stands below the table.
QUESTIONS = ("danger", "adult", "withdrawal", "medical", "home_support", "use_at_home", "outside_stress", "group_comfort")


class RequestPage:
    """/staff/requests/{reference} and its forms."""

    def __init__(self, guard: Guard, names: Callable[[], dict[str, str]]) -> None:
        self._guard, self._records, self._names = guard, guard.records, names
        records = guard.records
        self._steps: dict[str, Callable[[str, str, str], bool]] = {
            "claim": records.claim, "release": records.release, "no-answer": records.no_answer,
            "contacted": records.contacted, "close": records.close, "note": records.add_note,
        }  # fmt: skip

    def routes(self) -> list[Route]:
        """The page and one address a step."""
        to = self._guard.open_to
        return [
            Route("/staff/requests/{reference}", to(DESK, self.show)),
            Route("/staff/requests/{reference}/{step}", to(DESK, self.do), methods=["POST"]),
        ]

    def show(self, visit: Visit) -> Response:
        """The page; that it was read is audited by the records."""
        done = visit.request.query_params.get("done", "")
        return self._page(visit, done if done in self._steps else "")

    def do(self, visit: Visit) -> Response:
        """Take a step, then show the page anew."""
        reference, name = visit.request.path_params["reference"], visit.request.path_params["step"]
        take, note = self._steps.get(name), visit.value("note", NOTE_LENGTH)
        if take is None:
            return visit.page("not_found.html", 404)
        if name == "note" and not note:
            return self._page(visit, problem="note_empty", status=400)
        try:
            if not take(reference, visit.account.id, note):
                return visit.page("not_found.html", 404)
        except Conflict:
            return self._page(visit, problem="conflict", status=409)
        if visit.form.get("back") == "inbox":
            return RedirectResponse("/staff/", 303, HEADERS)
        return RedirectResponse(f"/staff/requests/{reference}?done={name}", 303, HEADERS)

    def _page(self, visit: Visit, done: str = "", problem: str = "", status: int = 200) -> Response:
        found = self._records.callback_by_reference(visit.request.path_params["reference"], visit.account.id)
        if found is None:
            return visit.page("not_found.html", 404)
        for asked in found["requests"]:
            asked["check"] = check_table(asked.get("check"), asked.get("for_whom") == "other")
        own = found["claimed_by"] == visit.account.id
        return visit.page(
            "request.html", status, row=found, names=self._names(), done=done, problem=problem, own=own,
            is_open=found["status"] in OPEN, looked_up=visit.request.path_params["reference"],
        )  # fmt: skip


def check_table(check: dict[str, Any] | None, other: bool) -> dict[str, Any] | None:
    """The check as a page shows it: {"outcome", "rows": [{"question", "asked", "answer", "reason"}], "background"}.

    Questions and reasons stand in the words the person read; `reason` is None where the answer led to nothing.
    """
    if not check:
        return None
    answers, reasons = check.get("answers") or {}, check.get("reasons") or ()
    rows = [
        {
            "question": name,
            "asked": said(f"placement_ask_{name}", other),
            "answer": answers[name],
            "reason": said(f"placement_reason_{name}", other) if name in reasons else None,
        }
        for name in QUESTIONS
        if name in answers
    ]
    background = [said(f"placement_background_{number}", other) for number in check.get("background") or ()]
    return {"outcome": str(check.get("outcome")), "rows": rows, "background": background}


def said(name: str, other: bool) -> str:
    """A sentence as the person read it; "" for one that a newer release no longer has."""
    try:
        return load_wording().render(name, "web", other=other, check=False)
    except WordingError:
        return ""
