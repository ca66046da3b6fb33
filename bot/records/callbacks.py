"""Call-back requests from the person's side: one open row for each number, several chats may wait for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.errors import RecordsUnavailable
from bot.records.activity import CALLBACK, count_up
from bot.records.database import Database, TakenMeanwhile
from bot.records.door import Door, fitted, new_id
from bot.records.models import Callback, CallbackAsked, CallbackStep, Outgoing
from bot.records.outbox import WAITING, enqueue
from bot.records.references import new_reference

OPEN = ("open", "claimed", "no_answer")
DONE = ("contacted", "closed", "withdrawn")
PERSON = "person"
TRIES = 5


@dataclass(frozen=True)
class CallbackRequest:
    """What a person asked for, with the consent it rests on; `repr` shows nothing about them."""

    conversation: str = field(repr=False)
    channel: str
    name: str = field(repr=False)
    number: str = field(repr=False)  # E.164
    best_time: str = field(repr=False)  # in the person's words, "" when skipped
    best_time_parsed: dict[str, Any] | None = field(repr=False)
    leave_message: bool | None = field(repr=False)
    for_whom: str = field(repr=False)
    topic: str | None = field(repr=False)
    check: dict[str, Any] | None = field(repr=False)  # answers, outcome, reasons, background
    consent_version: str
    consent_words: str = field(repr=False)
    consented_at: datetime

    def content(self) -> dict[str, Any]:
        """What is encrypted."""
        plain = ("conversation", "channel", "consent_version", "consented_at")
        return {name: value for name, value in asdict(self).items() if name not in plain}


@dataclass(frozen=True)
class SavedCallback:
    """The code to read out, and whether this conversation's open request was changed instead of a new one made."""

    reference: str
    merged: bool


class CallbackRows(Door):
    """The part of the door for what a person does about a call-back."""

    def save_callback(self, request: CallbackRequest) -> SavedCallback:
        """Store a request and what tells admissions of it, in one transaction.

        The same number or conversation never makes a second open row. Another chat that gives the same number gets a
        code of its own and is told nothing of the first: that somebody asked for a call is protected.
        """
        for _ in range(TRIES):
            try:
                with self.database.write() as session:
                    return self._save(session, request)
            except TakenMeanwhile:
                continue  # somebody else opened a row for this number, or the code was taken
        raise RecordsUnavailable("The request is being written by somebody else.")

    def open_callback(self, conversation: str) -> dict[str, Any] | None:
        """The conversation's open request as {"reference", "status", "created_at"}; None without one."""
        with self.database.read() as session:
            asked = _open_request(session, fitted(conversation))
            if asked is None:
                return None
            row = session.get(Callback, asked.callback_id)
            return {"reference": asked.reference, "status": row.status, "created_at": asked.created_at}

    def withdraw_callback(self, conversation: str) -> bool:
        """Drop the conversation's open request, contact and all; whether there was one."""
        with self.database.write() as session:
            asked = _open_request(session, fitted(conversation))
            if asked is None:
                return False
            step(self.database, session, asked.callback_id, PERSON, "withdrawn")
            leave(self.database, session, asked)
            self.database.put(asked, {})
            return True

    def _save(self, session: Session, request: CallbackRequest) -> SavedCallback:
        name, now = fitted(request.conversation), self.now()
        number = self.number_hash(request.number) if request.number else None
        asked = _open_request(session, name)
        if asked is not None and self._is_same(asked, request):
            return SavedCallback(asked.reference, asked.changed_at != asked.created_at)
        merged, row = asked is not None, self._row(session, asked, number)
        if asked is None:
            asked = CallbackAsked(
                id=new_id(), conversation_id=name, open_conversation=name, reference=new_reference(), created_at=now
            )
        elif asked.callback_id != row.id:
            step(self.database, session, asked.callback_id, PERSON, "moved")
            leave(self.database, session, asked)
            asked.open_conversation = name
        asked.callback_id, asked.channel, asked.changed_at = row.id, request.channel, now
        asked.consent_version, asked.consented_at = request.consent_version, request.consented_at
        self.database.put(asked, request.content())
        session.add(asked)
        row.changed_at = now
        step(self.database, session, row.id, PERSON, "changed" if merged else "requested")
        self._tell(session, row, asked)
        session.flush()
        if not merged:
            count_up(self.database, session, {(CALLBACK, request.channel): 1})
        return SavedCallback(asked.reference, merged)

    def _is_same(self, asked: CallbackAsked, request: CallbackRequest) -> bool:
        """Whether this very request stands there already: its turn died before it was saved and is taken again.

        Without a look at it, admissions would be told twice once the first notice was sent. Whoever asks anew consents anew.
        """
        plain = ("channel", "consent_version", "consented_at")
        same = all(getattr(asked, name) == getattr(request, name) for name in plain)
        return same and self.database.open(asked) == json.loads(json.dumps(request.content()))

    def _row(self, session: Session, asked: CallbackAsked | None, number: str | None) -> Callback:
        """The row to wait in: the one open for this number, this chat's own, or a new one."""
        of_number = select(Callback).where(Callback.open_number == number).with_for_update()
        row = session.execute(of_number).scalar_one_or_none() if number else None
        if row is None and asked is not None and _others(session, asked) is None:
            row = session.get(Callback, asked.callback_id, with_for_update=True)
            row.open_number = number
        if row is None:
            now = self.now()
            row = Callback(id=new_id(), status="open", open_number=number, created_at=now, changed_at=now)
            session.add(row)
            session.flush()
        return row

    def _tell(self, session: Session, row: Callback, asked: CallbackAsked) -> None:
        """Put a notice into the outbox for each way that is configured; it names the code and nothing else."""
        settings = self.database.settings
        ways = []
        if settings.smtp_url and settings.handoff_email:
            ways.append("email")
        if settings.handoff_webhook_url:
            ways.append("webhook")
        for kind in ways:
            waits = select(Outgoing.id).where(
                Outgoing.callback_id == row.id, Outgoing.kind == kind, Outgoing.state == WAITING
            )
            if session.execute(waits.limit(1)).first() is None:
                enqueue(
                    self.database, session, kind, _notice(asked),
                    conversation=asked.conversation_id, callback=row.id,
                )  # fmt: skip


def _open_request(session: Session, conversation: str) -> CallbackAsked | None:
    query = select(CallbackAsked).where(CallbackAsked.open_conversation == conversation)
    asked: CallbackAsked | None = session.execute(query.with_for_update()).scalar_one_or_none()
    return asked


def _others(session: Session, asked: CallbackAsked) -> CallbackAsked | None:
    """Another chat that waits for the same call, the newest; None without one."""
    query = select(CallbackAsked).where(
        CallbackAsked.callback_id == asked.callback_id,
        CallbackAsked.id != asked.id,
        CallbackAsked.open_conversation.is_not(None),
    )
    newest = query.order_by(CallbackAsked.changed_at.desc()).limit(1)
    other: CallbackAsked | None = session.execute(newest).scalar_one_or_none()
    return other


def leave(database: Database, session: Session, asked: CallbackAsked) -> None:
    """One chat waits no longer: the row closes, or goes on for the other chats that wait for it."""
    now, other = database.clock(), _others(session, asked)
    row = session.get(Callback, asked.callback_id, with_for_update=True)
    asked.open_conversation = None
    session.flush()
    notices = select(Outgoing).where(Outgoing.callback_id == row.id, Outgoing.state == WAITING)
    if other is None:
        finish(session, row, "withdrawn", now)
    for notice in session.execute(notices).scalars().all():
        if other is None:
            session.delete(notice)
        elif notice.conversation_id == asked.conversation_id:
            notice.conversation_id = other.conversation_id
            database.put(notice, _notice(other))
    session.flush()


def _notice(asked: CallbackAsked) -> dict[str, Any]:
    # The code and nothing else: what is sent may be read by anybody; the console shows the rest after a sign-in.
    return {"event": "handoff:person:requested", "reference": asked.reference}


def finish(session: Session, row: Callback, status: str, now: datetime) -> None:
    """Close a row: its number and chats are free for a new request, and its days are counted from now."""
    row.status, row.open_number, row.changed_at, row.done_at = status, None, now, now
    session.execute(update(CallbackAsked).where(CallbackAsked.callback_id == row.id).values(open_conversation=None))


def step(database: Database, session: Session, callback: str, who: str, what: str, note: str = "") -> None:
    """Write down what was done about a call-back."""
    row = CallbackStep(id=new_id(), callback_id=callback, at=database.clock(), who=who, step=what)
    if note:
        database.put(row, note)
    session.add(row)
