"""The inbox: what waits, kept fresh by itself; look-up by code; what is finished; the lead's export."""

from __future__ import annotations

from typing import Any

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.console.export import as_csv
from bot.console.guard import Guard, Visit
from bot.console.view import HEADERS
from bot.records.references import as_stored

DESK, LEAD = ("agent", "lead"), ("lead",)
SHOWN = ("all", "free", "mine")


class Inbox:
    """/staff/ and what hangs on it."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records

    def routes(self) -> list[Route]:
        """Inbox, its news, look-up, finished, export."""
        to = self._guard.open_to
        return [
            Route("/staff/", to((*DESK, "auditor"), self.home)),
            Route("/staff/list", to(DESK, self.part, by_itself=True)),
            Route("/staff/news", to(DESK, self.news, by_itself=True)),
            Route("/staff/look-up", to(DESK, self.look_up), methods=["POST"]),
            Route("/staff/finished", to(DESK, self.finished)),
            Route("/staff/export", to(LEAD, self.export), methods=["POST"]),
        ]

    def home(self, visit: Visit) -> Response:
        """The whole page; who has no inbox goes to the pictures."""
        if visit.account.role not in DESK:
            return RedirectResponse("/staff/pictures", 303, HEADERS)
        return visit.page("inbox.html", here="inbox", **self._list(visit))

    def part(self, visit: Visit) -> Response:
        """The list alone, for a page that is open."""
        return visit.page("inbox_list.html", **self._list(visit))

    def news(self, visit: Visit) -> Response:
        """A word that changes when the list does."""
        return PlainTextResponse(self._records.inbox_mark(), headers=HEADERS)

    def look_up(self, visit: Visit) -> Response:
        """To the request of a code; what was typed never becomes part of an address before it proved to be a code."""
        typed = visit.value("code", 40)
        found = self._records.reference_known(typed) if typed else False
        if not found:
            self._records.audit("record:staff:not_found", visit.account.id)
            return visit.page("not_found.html", 404)
        return RedirectResponse(f"/staff/requests/{as_stored(typed)}", 303, HEADERS)

    def finished(self, visit: Visit) -> Response:
        """What is done with and still kept."""
        lines = self._records.finished(visit.account.id)
        return visit.page("finished.html", here="finished", lines=lines, names=self.names(), days=self._days())

    def export(self, visit: Visit) -> Response:
        """A file of everything that is kept; every request in it stands in the audit trail."""
        body = as_csv(self._records.export(visit.account.id), self.names())
        headers = {**HEADERS, "content-disposition": 'attachment; filename="call-backs.csv"'}
        return Response(body, headers=headers, media_type="text/csv; charset=utf-8")

    def names(self) -> dict[str, str]:
        """Names of the accounts by id."""
        return {one.id: one.name for one in self._records.all_staff()}

    def _days(self) -> int:
        return int(self._guard.settings.keep_callback_days)

    def _list(self, visit: Visit) -> dict[str, Any]:
        show = visit.request.query_params.get("show", "all")
        show = show if show in SHOWN else "all"
        mark, lines = self._records.inbox_mark(), self._records.inbox(visit.account.id)
        own = visit.account.id
        wanted = {
            "all": lines,
            "free": [one for one in lines if not one["claimed_by"]],
            "mine": [one for one in lines if one["claimed_by"] == own],
        }
        return {
            "lines": wanted[show],
            "show": show,
            "mark": mark,
            "names": self.names(),
            "undelivered": self._records.undelivered(),
            "counts": {name: len(some) for name, some in wanted.items()},
            "urgent": sum(1 for one in lines if one["urgency"] < 2),
        }
