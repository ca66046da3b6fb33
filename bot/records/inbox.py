"""The console's lists: what waits, most urgent first, what is finished, what a lead takes away; every look is audited."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.records.callbacks import DONE, OPEN, step
from bot.records.desk import Desk, deliveries_of, line_of
from bot.records.models import Audit, Callback, CallbackAsked, CallbackStep, Outgoing
from bot.records.outbox import FAILED
from bot.records.references import as_stored

MOST = 1000  # open call-backs shown at once; more than that waiting is no longer a question of sorting
URGENCY = {"URGENT": 0, "CALL_NOW": 1}
NOT_URGENT = 2
AT_ONCE = 500  # SQLite takes only so many values in one question
NOTE = "note"
# What the list shows of a request: enough to choose whom to call, nothing that says who it is.
LISTED_CONTENT = ("best_time_parsed", "for_whom", "topic")


class Inbox(Desk):
    """The part of the door for the console's lists."""

    def inbox(self, who: str) -> list[dict[str, Any]]:
        """Open call-backs, the urgent first, then the longest waiting; that `who` saw the list is audited.

        The keys of `callbacks` and {"outcome", "urgency" (0 URGENT, 1 CALL_NOW, 2 other), "best_time_parsed",
        "for_whom", "topic"}.
        """
        query = select(Callback).where(Callback.status.in_(OPEN)).order_by(Callback.created_at).limit(MOST)
        self._seen(who)
        with self.database.read() as session:
            found = [self._listed(*known) for known in _with_requests(session, query)]
        return sorted(found, key=lambda line: (line["urgency"], line["created_at"]))

    def finished(self, who: str, limit: int = 200) -> list[dict[str, Any]]:
        """What is done with and still kept, the newest first; keys as in `inbox` and "done_at"."""
        query = select(Callback).where(Callback.status.in_(DONE)).order_by(Callback.done_at.desc()).limit(limit)
        self._seen(who)
        with self.database.read() as session:
            known = _with_requests(session, query)
            return [{**self._listed(*one), "done_at": one[0].done_at} for one in known]

    def inbox_mark(self) -> str:
        """A word that changes whenever the list does; reads nothing about anybody, so it is not audited."""
        counted = select(func.count(), func.max(Callback.changed_at)).where(Callback.status.in_(OPEN))
        with self.database.read() as session:
            number, newest = session.execute(counted).one()
            failed = session.execute(_failed()).scalar_one()
        return hashlib.sha256(f"{number} {newest} {failed}".encode()).hexdigest()[:16]

    def reference_known(self, reference: str) -> bool:
        """Whether a code, as someone types it, is one of ours; reads nothing else."""
        known = select(CallbackAsked.id).where(CallbackAsked.reference == as_stored(reference))
        with self.database.read() as session:
            return session.execute(known).first() is not None

    def undelivered(self) -> int:
        """How many notices to admissions were given up."""
        with self.database.read() as session:
            return int(session.execute(_failed()).scalar_one())

    def add_note(self, reference: str, who: str, note: str) -> bool:
        """Add a note and change nothing else; False for an unknown code."""
        with self.database.write() as session:
            row = self._by_code(session, reference)
            if row is None:
                return False
            step(self.database, session, row.id, who, NOTE, note)
            self._audit(session, "record:staff:noted", who, reference)
            return True

    def export(self, who: str) -> list[dict[str, Any]]:
        """Every call-back that is kept, with contact, as `callback_by_reference` gives it; each one audited."""
        query = select(Callback).order_by(Callback.created_at)
        with self.database.read() as session:
            rows = [
                {
                    **self._listed(row, asked, states),
                    "requests": [self._request(one) for one in asked],
                    "steps": self._steps(session, row),
                }
                for row, asked, states in _with_requests(session, query)
            ]
        with self.database.write() as session:  # before anything is handed out
            for line in rows:
                self._audit(session, "record:staff:exported", who, line["reference"] or "")
        return rows

    def _steps(self, session: Session, row: Callback) -> list[dict[str, Any]]:
        query = select(CallbackStep).where(CallbackStep.callback_id == row.id).order_by(CallbackStep.at)
        return [self._step(one) for one in session.execute(query).scalars().all()]

    def _listed(self, row: Callback, asked: list[CallbackAsked], states: dict[str, set[str]]) -> dict[str, Any]:
        waiting = [one for one in asked if one.open_conversation is not None] or asked
        contents = [self.database.open(one) for one in sorted(waiting, key=lambda one: one.changed_at, reverse=True)]
        outcomes = [(content.get("check") or {}).get("outcome") for content in contents]
        outcome = min(outcomes, key=lambda one: URGENCY.get(one or "", NOT_URGENT), default=None)
        newest = contents[0] if contents else {}
        return {
            **line_of(row, asked, states),
            "outcome": outcome,
            "urgency": URGENCY.get(outcome or "", NOT_URGENT),
            **{name: newest.get(name) for name in LISTED_CONTENT},
        }

    def _seen(self, who: str) -> None:
        # By itself and first: reading a long list must not hold the lock that a chat needs for writing.
        with self.database.write() as session:
            session.add(Audit(at=self.now(), event="record:staff:listed", who=who))


def _failed() -> Any:
    # A notice that was given up matters while its call is still owed.
    owed = select(Callback.id).where(Callback.status.in_(OPEN))
    return select(func.count()).select_from(Outgoing).where(Outgoing.state == FAILED, Outgoing.callback_id.in_(owed))


def _with_requests(session: Session, query: Any) -> list[tuple[Callback, list[CallbackAsked], dict[str, set[str]]]]:
    rows = session.execute(query).scalars().all()
    found: dict[str, list[CallbackAsked]] = {row.id: [] for row in rows}
    names, states = list(found), {}
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        for one in session.execute(select(CallbackAsked).where(CallbackAsked.callback_id.in_(some))).scalars().all():
            found[one.callback_id].append(one)
        states.update(deliveries_of(session, some))
    return [(row, found[row.id], states) for row in rows]
