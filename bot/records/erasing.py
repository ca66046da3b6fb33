"""Erase everything of a conversation, and keep a proof that tells nothing."""

from __future__ import annotations

import json

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.records.callbacks import leave
from bot.records.door import Door, fitted
from bot.records.models import (
    Callback,
    CallbackAsked,
    Conversation,
    Erasure,
    Message,
    Outgoing,
    SmsContact,
    Turn,
    TurnEvents,
)
from bot.records.sms_spool import SmsSpool

OWNED = (Message, TurnEvents, Turn)


class Erasing(Door):
    """The part of the door for "erase my data"."""

    def erase(self, conversation: str) -> bool:
        """Erase conversation, history, events, replies, call-back and outbox; whether there was anything.

        Leaves a proof row: keyed hash of the id, time, counts. Doing it again changes nothing.
        """
        name = fitted(conversation)
        with self.database.write() as session:
            counts = self._erase(session, name)
            counts["waiting_texts"] = SmsSpool(self.database).erase(name)
            if not any(counts.values()):
                return False
            proof = self.keyed_hash("erasure", name)
            session.add(Erasure(id_hash=proof, at=self.now(), counts=json.dumps(counts)))
        self.database.settle()
        return True

    def was_erased(self, conversation: str) -> bool:
        """Whether a proof row stands for this conversation."""
        proof = self.keyed_hash("erasure", fitted(conversation))
        with self.database.read() as session:
            return session.execute(select(Erasure.id).where(Erasure.id_hash == proof).limit(1)).first() is not None

    def _erase(self, session: Session, name: str) -> dict[str, int]:
        # The conversation's lock first: a turn that is being written ends before, or meets nothing after.
        session.execute(select(Conversation.id).where(Conversation.id == name).with_for_update()).first()
        counts = {"callback_requests": self._callbacks(session, name)}
        for table in OWNED:
            done = session.execute(delete(table).where(table.conversation_id == name))
            counts[table.__tablename__] = done.rowcount
        counts["outbox"] = session.execute(delete(Outgoing).where(Outgoing.conversation_id == name)).rowcount
        counts["conversations"] = session.execute(delete(Conversation).where(Conversation.id == name)).rowcount
        session.execute(delete(SmsContact).where(SmsContact.number_hash == name.removeprefix("sms-")))
        return counts

    def _callbacks(self, session: Session, name: str) -> int:
        rows = session.execute(select(CallbackAsked).where(CallbackAsked.conversation_id == name)).scalars().all()
        for asked in rows:
            if asked.open_conversation is not None:
                leave(self.database, session, asked)
            session.delete(asked)
            session.flush()
            alone = select(CallbackAsked.id).where(CallbackAsked.callback_id == asked.callback_id).limit(1)
            if session.execute(alone).first() is None:
                session.execute(delete(Outgoing).where(Outgoing.callback_id == asked.callback_id))
                session.execute(delete(Callback).where(Callback.id == asked.callback_id))
        return len(rows)
