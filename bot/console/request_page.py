"""One request: whom to call, when, what the check said and why, what was done; and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import log
from bot.console.guard import Guard, Visit
from bot.console.inbox import DESK
from bot.console.view import HEADERS, word
from bot.errors import Conflict, RecordsError, WordingError
from bot.records.callbacks import OPEN
from bot.wording import load_wording

NOTE_LENGTH = 2000
NO_ANSWER, TEXTED = "no-answer", "texted"
# The order in which the check asks; what the ninth question adds stands below the table.
QUESTIONS = ("danger", "adult", "withdrawal", "medical", "home_support", "use_at_home", "outside_stress", "group_comfort")


class Texting(Protocol):
    """What may tell a person by text that somebody tried to call; the text line brings it. Both raise RecordsError."""

    def agreed(self, found: dict[str, Any]) -> dict[str, Any] | None:
        """The request of a call-back whose person agreed to such a text."""

    def tried_to_reach(self, found: dict[str, Any]) -> bool:
        """Queue the text; whether one was queued."""


class RequestPage:
    """/staff/requests/{reference} and its forms."""

    def __init__(self, guard: Guard, names: Callable[[], dict[str, str]], texting: Texting | None = None) -> None:
        self._guard, self._records, self._names, self._texting = guard, guard.records, names, texting
        records = guard.records
        self._steps: dict[str, Callable[[str, str, str], bool]] = {
            "claim": records.claim, "release": records.release, NO_ANSWER: records.no_answer,
            "contacted": records.contacted, "close": records.close, "note": records.add_note,
            "send-again": records.send_again,
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
        return self._page(visit, done if done in (*self._steps, TEXTED) else "")

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
        done = TEXTED if name == NO_ANSWER and self._text(reference, visit.account.id) else name
        if visit.form.get("back") == "inbox":
            return RedirectResponse("/staff/", 303, HEADERS)
        return RedirectResponse(f"/staff/requests/{reference}?done={done}", 303, HEADERS)

    def _text(self, reference: str, who: str) -> bool:
        """After the first call that nobody picked up: the text that it was tried, where the person agreed to one."""
        if self._texting is None:
            return False
        try:
            found = self._records.callback_by_reference(reference, who)
            if found is None or tried(found["steps"]) != 1 or not self._texting.tried_to_reach(found):
                return False
            self._records.audit("handoff:staff:texted", who, found["reference"])
            self._records.add_note(reference, who, word("text", "note"))
        except RecordsError as error:  # that nobody answered is written down all the same
            log.event("console.text_failed", error=type(error).__name__)
            return False
        return True

    def _page(self, visit: Visit, done: str = "", problem: str = "", status: int = 200) -> Response:
        found = self._records.callback_by_reference(visit.request.path_params["reference"], visit.account.id)
        if found is None:
            return visit.page("not_found.html", 404)
        for asked in found["requests"]:
            asked["check"] = check_table(asked.get("check"), asked.get("for_whom") == "other")
        own = found["claimed_by"] == visit.account.id
        texts = self._texting is not None and not tried(found["steps"]) and self._texting.agreed(found) is not None
        return visit.page(
            "request.html", status, row=found, names=self._names(), done=done, problem=problem, own=own, texts=texts,
            is_open=found["status"] in OPEN, looked_up=visit.request.path_params["reference"],
        )  # fmt: skip


def tried(steps: list[dict[str, Any]]) -> int:
    """How many calls nobody picked up; `steps` as `Records.callback_by_reference` gives them."""
    return sum(one["step"] == "no_answer" for one in steps)


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
