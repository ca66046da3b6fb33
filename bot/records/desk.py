"""Call-back requests from the staff's side: the list, one record, and what is done about it; every read is audited."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Conflict
from bot.records.activity import count_up, counts_of_first_call
from bot.records.callbacks import OPEN, finish, step
from bot.records.door import Door
from bot.records.models import Audit, Callback, CallbackAsked, CallbackStep, Outgoing
from bot.records.outbox import FAILED, WAITING
from bot.records.references import as_stored

LISTED = 200
TAKEN = "Somebody else has claimed this call-back."
OVER = "This call-back is finished already."


class Desk(Door):
    """The part of the door for admissions; `reference` is any of a row's codes, as someone types it."""

    def callbacks(self, status: str | None = None, limit: int = LISTED) -> list[dict[str, Any]]:
        """Call-backs, the longest waiting first; without a status those that are open. Nothing about the person in it.

        [{"reference", "status", "claimed_by", "channel", "created_at", "changed_at", "chats", "delivery"}]
        """
        wanted = OPEN if status is None else (status,)
        query = select(Callback).where(Callback.status.in_(wanted)).order_by(Callback.created_at).limit(limit)
        with self.database.read() as session:
            rows = session.execute(query).scalars().all()
            names = [row.id for row in rows]
            asked = session.execute(select(CallbackAsked).where(CallbackAsked.callback_id.in_(names))).scalars().all()
            states = deliveries_of(session, names)
            return [line_of(row, [one for one in asked if one.callback_id == row.id], states) for row in rows]

    def callback_by_reference(self, reference: str, who: str) -> dict[str, Any] | None:
        """One call-back with contact, check and notes; None for an unknown code. That `who` read it is audited.

        The list's keys and {"requests": [{"reference", "waits", "channel", "consent_version", "consented_at",
        "asked_at", "name", "number", ... as in CallbackRequest}], "steps": [{"at", "who", "step", "note"}]};
        a request that was withdrawn has no content.
        """
        with self.database.write() as session:
            row = self._by_code(session, reference)
            if row is None:
                return None
            self._audit(session, "record:staff:viewed", who, reference)
            of_row = select(CallbackAsked).where(CallbackAsked.callback_id == row.id)
            asked = session.execute(of_row.order_by(CallbackAsked.changed_at.desc())).scalars().all()
            steps = select(CallbackStep).where(CallbackStep.callback_id == row.id).order_by(CallbackStep.at)
            return {
                **line_of(row, list(asked), deliveries_of(session, [row.id])),
                "requests": [self._request(one) for one in asked],
                "steps": [self._step(one) for one in session.execute(steps).scalars().all()],
            }

    def claim(self, reference: str, who: str, note: str = "") -> bool:
        """`who` will call; False for an unknown code. Raises Conflict when somebody else claimed it or it is over."""
        return self._do(reference, who, "claimed", note)

    def release(self, reference: str, who: str, note: str = "") -> bool:
        """Nobody has claimed it any more, whoever had; as `claim`."""
        return self._do(reference, who, "open", note)

    def no_answer(self, reference: str, who: str, note: str = "") -> bool:
        """Called, nobody answered: it stays open; as `claim`."""
        return self._do(reference, who, "no_answer", note)

    def contacted(self, reference: str, who: str, note: str = "") -> bool:
        """Reached: it is over, and its days are counted from now; as `claim`."""
        return self._do(reference, who, "contacted", note)

    def close(self, reference: str, who: str, note: str = "") -> bool:
        """Over without a call (wrong number, double); as `claim`."""
        return self._do(reference, who, "closed", note)

    def send_again(self, reference: str, who: str, note: str = "") -> bool:
        """The notices of this call-back that were given up are tried anew, from the beginning; False for an unknown code.

        Conflict for one that is finished: nobody is to be called any more.
        """
        with self.database.write() as session:
            row = self._by_code(session, reference)
            if row is None:
                return False
            if row.status not in OPEN:
                raise Conflict(OVER)
            given_up = select(Outgoing).where(Outgoing.callback_id == row.id, Outgoing.state == FAILED)
            for one in session.execute(given_up).scalars().all():
                one.state, one.next_try, one.attempts, one.done_at = WAITING, self.now(), 0, None
            step(self.database, session, row.id, who, "sent_again", note)
            self._audit(session, "handoff:staff:sent_again", who, reference)
            return True

    def _do(self, reference: str, who: str, status: str, note: str) -> bool:
        with self.database.write() as session:
            row = self._by_code(session, reference)
            if row is None:
                return False
            if row.status not in OPEN:
                raise Conflict(OVER)
            if status == "claimed" and row.claimed_by not in (None, who):
                raise Conflict(TAKEN)
            count_up(self.database, session, counts_of_first_call(session, row, status, self.now()))
            if status in OPEN:
                row.status, row.changed_at = status, self.now()
                row.claimed_by = None if status == "open" else who
            else:
                finish(session, row, status, self.now())
                row.claimed_by = who
            word = "released" if status == "open" else status
            step(self.database, session, row.id, who, word, note)
            self._audit(session, f"handoff:staff:{word}", who, reference)
            return True

    def _by_code(self, session: Session, reference: str) -> Callback | None:
        of_code = select(Callback).join(CallbackAsked, CallbackAsked.callback_id == Callback.id)
        of_code = of_code.where(CallbackAsked.reference == as_stored(reference)).with_for_update(of=Callback)
        row: Callback | None = session.execute(of_code).scalar_one_or_none()
        return row

    def _audit(self, session: Session, event: str, who: str, reference: str) -> None:
        session.add(Audit(at=self.now(), event=event, who=who, subject=as_stored(reference)))

    def _request(self, asked: CallbackAsked) -> dict[str, Any]:
        return {
            "reference": asked.reference,
            "waits": asked.open_conversation is not None,
            "channel": asked.channel,
            "consent_version": asked.consent_version,
            "consented_at": asked.consented_at,
            "asked_at": asked.created_at,
            **self.database.open(asked),
        }

    def _step(self, row: CallbackStep) -> dict[str, Any]:
        note = self.database.open(row) if row.sealed is not None else ""
        return {"at": row.at, "who": row.who, "step": row.step, "note": note}


def deliveries_of(session: Session, names: list[str]) -> dict[str, set[str]]:
    """The states of the notices of these call-backs, by call-back."""
    query = select(Outgoing.callback_id, Outgoing.state).where(Outgoing.callback_id.in_(names))
    found: dict[str, set[str]] = {}
    for name, state in session.execute(query).all():
        found.setdefault(name, set()).add(state)
    return found


def _delivery(states: set[str]) -> str | None:
    """The worst of the notices: not_delivered, waiting, sent; None when nothing was to be sent (or it is long sent)."""
    for state, word in (("failed", "not_delivered"), ("waiting", "waiting"), ("sent", "sent")):
        if state in states:
            return word
    return None


def line_of(row: Callback, asked: list[CallbackAsked], states: dict[str, set[str]]) -> dict[str, Any]:
    """A call-back as the list shows it; nothing about the person."""
    newest = max(asked, key=lambda one: (one.open_conversation is not None, one.changed_at), default=None)
    return {
        "reference": newest.reference if newest else None,
        "status": row.status,
        "claimed_by": row.claimed_by,
        "channel": newest.channel if newest else None,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "chats": len(asked),
        "delivery": _delivery(states.get(row.id, set())),
    }
