"""Conversations: state, history and replies, each turn written whole and once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BodyMismatch, Conflict, RecordsUnavailable
from bot.records.activity import count_up, counts_of_turn
from bot.records.crypto import same_body
from bot.records.database import TakenMeanwhile
from bot.records.door import Door, fitted
from bot.records.models import Conversation, Message, Turn, TurnEvents

MOST_MESSAGES = 500  # handed out at once: a reload of a very long chat shows its newest part
TRIES = 3

Said = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """Where a conversation stands; `repr` shows none of what was said."""

    state: dict[str, Any] = field(repr=False)
    version: int
    last_seq: int
    channel: str


@dataclass(frozen=True)
class _Turn:
    """What one turn adds."""

    conversation: str = field(repr=False)
    channel: str
    message_id: str = field(repr=False)
    body_hash: str = field(repr=False)
    person: Said = field(repr=False)
    messages: list[Said] = field(repr=False)
    events: list[dict[str, Any]] = field(default_factory=list, repr=False)


def _shaped(message: Said, seq: int, sender: str) -> Said:
    known = {"seq": seq, "from": sender, "text": "", "buttons": [], "kind": "answer", "topic": None, "source": None}
    rest = {key: value for key, value in message.items() if key not in ("seq", "from")}
    if sender == "person":
        known["kind"] = None
    return {**known, **rest}


class ConversationRows(Door):
    """The part of the door for conversations."""

    def body_hash(self, body: str) -> str:
        """A keyed hash of a message body, for `find_turn` and `save_turn`; needs no database."""
        return self.database.cipher.body_hash(body)

    def find_turn(self, conversation: str, message_id: str, body_hash: str) -> list[Said] | None:
        """The reply once given to this message id; None for a new one.

        Raises BodyMismatch when the id came with another body.
        """
        with self.database.read() as session:
            return self._found(session, fitted(conversation), fitted(message_id), body_hash)

    def load(self, conversation: str) -> Stored | None:
        """Where a conversation stands; None for an unknown one."""
        with self.database.read() as session:
            return self._stored(session, fitted(conversation))

    def _stored(self, session: Session, name: str) -> Stored | None:
        row = session.get(Conversation, name)
        if row is None:
            return None
        return Stored(self.database.open(row), row.version, row.last_seq, row.channel)

    def begin_turn(self, conversation: str, message_id: str, body_hash: str) -> tuple[list[Said] | None, Stored | None]:
        """`find_turn` and `load` in one go: what every turn begins with."""
        name = fitted(conversation)
        with self.database.read() as session:
            done = self._found(session, name, fitted(message_id), body_hash)
            return done, self._stored(session, name)

    def messages_after(self, conversation: str, seq: int, limit: int = MOST_MESSAGES) -> list[Said]:
        """What was said after `seq`, in order; the newest `limit` of it."""
        with self.database.read() as session:
            return self._messages(session, fitted(conversation), seq, None, limit)

    def start(self, conversation: str, channel: str, greeting: list[Said]) -> list[Said]:
        """Open a conversation with our first words; one that exists already is left as it is."""

        def begin(session: Session) -> list[Said]:
            name = fitted(conversation)
            if session.get(Conversation, name) is None:
                row = self._new(session, name, channel)
                row.version = 1
                return self._say(session, row, [("bot", message) for message in greeting])
            return self._messages(session, name, 0, None, MOST_MESSAGES)

        return self._once_more(begin)

    def save_turn(
        self,
        conversation: str,
        *,
        channel: str,
        message_id: str,
        body_hash: str,
        person: Said,
        messages: list[Said],
        state: dict[str, Any],
        events: list[dict[str, Any]],
        expected_version: int | None,
    ) -> list[Said]:
        """Write a turn whole: history, events, state, reply; `expected_version` is None for a new conversation.

        Returns the reply in the shape of the outside contract; a message id that is known returns what it got then.
        Raises Conflict when the conversation was changed or erased meanwhile, BodyMismatch.
        """
        turn = _Turn(fitted(conversation), channel, fitted(message_id), body_hash, person, messages, events)

        def save(session: Session) -> list[Said]:
            # The lock first: whoever waited for it sees what the other one wrote.
            row = session.get(Conversation, turn.conversation, with_for_update=True)
            done = self._found(session, turn.conversation, turn.message_id, body_hash)
            if done is not None:
                return done
            if (row.version if row else None) != expected_version:
                raise Conflict("The conversation was changed by another turn meanwhile.")
            return self._append(session, row or self._new(session, turn.conversation, channel), turn, state)

        return self._once_more(save)

    def record_outside(
        self,
        conversation: str,
        *,
        channel: str,
        message_id: str,
        body_hash: str,
        person: Said,
        messages: list[Said],
        note_state: dict[str, Any],
    ) -> list[Said]:
        """Write a turn that the front door answered by itself; `note_state` is merged into the state.

        Returns the reply as `save_turn` does. Raises BodyMismatch.
        """
        turn = _Turn(fitted(conversation), channel, fitted(message_id), body_hash, person, messages)

        def record(session: Session) -> list[Said]:
            # The lock first: whoever waited for it sees what the other one wrote.
            row = session.get(Conversation, turn.conversation, with_for_update=True)
            done = self._found(session, turn.conversation, turn.message_id, body_hash)
            if done is not None:
                return done
            row = row or self._new(session, turn.conversation, channel)
            state = self.database.open(row)
            return self._append(session, row, turn, {**state, **note_state})

        return self._once_more(record)

    def _once_more(self, work: Callable[[Session], list[Said]]) -> list[Said]:
        """Do `work` in a transaction, again when another process wrote the same new row first."""
        for _ in range(TRIES):
            try:
                with self.database.write() as session:
                    return work(session)
            except TakenMeanwhile:
                continue
        raise RecordsUnavailable("The conversation is being written by somebody else.")

    def _new(self, session: Session, name: str, channel: str) -> Conversation:
        now = self.now()
        row = Conversation(id=name, channel=channel, version=0, last_seq=0, created_at=now, updated_at=now)
        self.database.put(row, {})
        session.add(row)
        session.flush()
        return row

    def _append(self, session: Session, row: Conversation, turn: _Turn, state: dict[str, Any]) -> list[Said]:
        first, counts = row.last_seq + 1, counts_of_turn(self.database, session, row, turn.messages, state)
        said = self._say(session, row, [("person", turn.person), *(("bot", message) for message in turn.messages)])
        self.database.put(row, state)
        row.version += 1
        session.add(
            Turn(
                conversation_id=row.id, message_id=turn.message_id, body_hash=turn.body_hash,
                first_seq=first, last_seq=row.last_seq, created_at=row.updated_at,
            )
        )  # fmt: skip
        if turn.events:
            events = TurnEvents(conversation_id=row.id, seq=first, created_at=row.updated_at)
            self.database.put(events, turn.events)
            session.add(events)
        count_up(self.database, session, counts)
        return said[1:]

    def _say(self, session: Session, row: Conversation, said: list[tuple[str, Said]]) -> list[Said]:
        row.updated_at = self.now()
        shaped = [_shaped(message, row.last_seq + place, sender) for place, (sender, message) in enumerate(said, 1)]
        for message in shaped:
            one = Message(conversation_id=row.id, seq=message["seq"], created_at=row.updated_at)
            self.database.put(one, message)
            session.add(one)
        row.last_seq += len(shaped)
        return shaped

    def _found(self, session: Session, name: str, message_id: str, body_hash: str) -> list[Said] | None:
        turn = session.get(Turn, (name, message_id))
        if turn is None:
            return None
        if not same_body(turn.body_hash, body_hash):
            raise BodyMismatch("The same message id came with another body.")
        return self._messages(session, name, turn.first_seq, turn.last_seq, MOST_MESSAGES)

    def _messages(self, session: Session, name: str, after: int, up_to: int | None, limit: int) -> list[Said]:
        query = select(Message).where(Message.conversation_id == name, Message.seq > after)
        if up_to is not None:
            query = query.where(Message.seq <= up_to)
        rows = session.execute(query.order_by(Message.seq.desc()).limit(limit)).scalars().all()
        return [self.database.open(row) for row in reversed(rows)]
