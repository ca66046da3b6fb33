"""The audit trail for an auditor: who did what to which code, and when; nothing of what was said."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from bot.console.guard import Guard, Visit

AUDITOR = ("auditor",)
AT_ONCE = 100


class Trail:
    """/staff/audit"""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records

    def routes(self) -> list[Route]:
        """The one page."""
        return [Route("/staff/audit", self._guard.open_to(AUDITOR, self.show))]

    def show(self, visit: Visit) -> Response:
        """The newest entries; `before` pages on. Looking is an entry too."""
        given = visit.request.query_params.get("before", "")
        before = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else None
        rows = self._records.audit_trail(before, AT_ONCE)
        self._records.audit("account:staff:read_trail", visit.account.id)
        names = {one.id: one.name for one in self._records.all_staff()}
        older = rows[-1]["id"] if len(rows) == AT_ONCE else None
        return visit.page("trail.html", here="audit", rows=rows, names=names, older=older, paged=before is not None)
