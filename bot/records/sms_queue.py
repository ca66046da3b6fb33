"""Text messages until they are dealt with: in and out, in order for each person, each of them once.

They are rows of the outbox in a state of their own, so that whoever delivers call-backs never takes one. A text that came
in stands there until its answer is written, in the same transaction; a text that goes out stands there until it was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from bot.records.database import TakenMeanwhile
from bot.records.door import Door, new_id
from bot.records.models import Outgoing, SmsContact, SmsSeen
from bot.records.outbox import FAILED, SENT

QUEUED = "queued"
IN, IN_NOW = "sms_in", "sms_in_now"  # the second waits for no other text: danger
OUT, OUT_NOW = "sms", "sms_now"
REST = "sms_more"  # what did not fit, until the person asks for it; goes after a day as everything that was sent
LEASE = timedelta(seconds=60)  # a process that dies leaves its texts due again after this
_PLAIN = {"synchronize_session": False}  # the session holds none of the rows that are changed so
_INBOX = "in:"  # erasing a conversation must not take the texts that were written after it


@dataclass(frozen=True)
class QueuedText:
    """A text lent to one process; `payload` is {"number", "text", ...}."""

    id: str
    conversation: str = field(repr=False)
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime
    lent_at: datetime
    now: bool  # waits for nothing


@dataclass(frozen=True)
class Answer:
    """What a text leads to. `drop` takes back what waits to be sent; `rest` is kept for MORE."""

    number: str = field(repr=False)
    texts: Sequence[str] = field(default=(), repr=False)
    now: bool = False
    rest: str | None = field(default=None, repr=False)
    not_before: datetime | None = None
    drop: bool = False
    started: bool = False  # nobody asked for it just now: it is looked at once more when it is sent


@dataclass(frozen=True)
class Finished:
    """Whether this call wrote the answer; the person's next text; what may be sent at once. Both are lent to the caller."""

    done: bool
    following: QueuedText | None = field(repr=False)
    out: list[QueuedText] = field(repr=False)


class SmsQueue(Door):
    """The part of the door for texts on their way."""

    def accept(
        self, sid: str, conversation: str, payload: dict[str, Any], *, urgent: bool = False, received: datetime | None = None
    ) -> tuple[bool, QueuedText | None]:
        """Keep a text that came in. First: whether it is new. Second: the text, lent to the caller if it is its turn."""
        now = self.now()
        row = self._row(IN_NOW if urgent else IN, _INBOX + conversation, payload, received or now)
        try:
            with self.database.write() as session:
                self._alone(session, conversation)
                session.add(SmsSeen(sid_hash=self.keyed_hash("sid", sid), at=now))
                first = urgent or self._oldest(session, _INBOX + conversation, (IN,)) is None
                session.add(row)
                session.flush()
                return True, self._lend(row, now) if first else None
        except TakenMeanwhile:
            return False, None

    def seen(self, sid: str) -> None:
        """Mark a text that was answered while the records were away."""
        try:
            with self.database.write() as session:
                session.add(SmsSeen(sid_hash=self.keyed_hash("sid", sid), at=self.now()))
        except TakenMeanwhile:
            return

    def seen_at(self, sid: str) -> datetime | None:
        """When a text first came in; None for one that never did."""
        with self.database.read() as session:
            row = session.get(SmsSeen, self.keyed_hash("sid", sid))
            return row.at if row is not None else None

    def next_in(self, conversation: str) -> QueuedText | None:
        """The oldest text of a person that waits, lent to the caller; None while another process has it."""
        with self.database.write() as session:
            return self._claim(session, _INBOX + conversation, (IN,))

    def finish(self, text: QueuedText, answer: Answer) -> Finished:
        """Write the answer and forget the text, whole or not at all."""
        with self.database.write() as session:
            done = session.execute(_gone(Outgoing.id == text.id)).rowcount == 1
            out = self._answered(session, text, answer) if done else []
            following = None if text.now else self._claim(session, _INBOX + text.conversation, (IN,))
            return Finished(done, following, out)

    def start(self, conversation: str, key: str, answer: Answer) -> bool:
        """Queue a text that we start; False when this key is there already."""
        try:
            with self.database.write() as session:
                if session.execute(select(Outgoing.id).where(Outgoing.idempotency_key == f"{key}-0")).first():
                    return False
                self._put_out(session, conversation, key, answer)
        except TakenMeanwhile:
            return False
        return True

    def next_out(self, conversation: str) -> QueuedText | None:
        """What is to be sent to a person next, lent to the caller; None while an earlier text still waits."""
        with self.database.write() as session:
            return self._claim(session, conversation, (OUT, OUT_NOW))

    def sent(self, item: str) -> None:
        """A text was sent. An unknown id changes nothing."""
        done = update(Outgoing).where(Outgoing.id == item, Outgoing.state == QUEUED)
        with self.database.write() as session:
            session.execute(done.values(state=SENT, done_at=self.now(), last_error=None), execution_options=_PLAIN)

    def keep_lent(self, text: QueuedText) -> bool:
        """Lend it for longer to who has it; False where that took too long and another process has it, or it is gone."""
        mine = update(Outgoing).where(Outgoing.id == text.id, Outgoing.state == QUEUED, Outgoing.attempts == text.attempts)
        with self.database.write() as session:
            return bool(session.execute(mine.values(next_try=self.now() + LEASE), execution_options=_PLAIN).rowcount)

    def hand_back(self, items: Collection[str]) -> None:
        """Texts that were lent and not tried, because an earlier one has to go first."""
        waits = update(Outgoing).where(Outgoing.id.in_(list(items)), Outgoing.state == QUEUED)
        with self.database.write() as session:
            session.execute(waits.values(next_try=self.now()), execution_options=_PLAIN)

    def not_sent(self, item: str, code: str, retry_at: datetime | None) -> None:
        """A text was not sent; without `retry_at` it is given up, visibly, and what it said is dropped."""
        with self.database.write() as session:
            row = session.get(Outgoing, item, with_for_update=True)
            if row is None or row.state != QUEUED:
                return
            row.last_error = code[:64]
            if retry_at is None:
                row.state, row.done_at = FAILED, self.now()
                self.database.put(row, {})
            else:
                row.next_try = retry_at

    def arrived(self, item: str) -> None:
        """The provider delivered it: the number and the words are not needed any more."""
        with self.database.write() as session:
            row = session.get(Outgoing, item, with_for_update=True)
            if row is not None and row.kind in (OUT, OUT_NOW):
                row.state, row.done_at = SENT, row.done_at or self.now()
                self.database.put(row, {})

    def send_again(self, item: str, code: str, most: int) -> str | None:
        """Queue a sent text that did not arrive once more, unless `most` tries were made; its conversation, else None."""
        with self.database.write() as session:
            row = session.get(Outgoing, item, with_for_update=True)
            if row is None or row.state != SENT or row.attempts >= most or not self.database.open(row):
                return None
            row.state, row.next_try, row.done_at, row.last_error = QUEUED, self.now(), None, code[:64]
            return str(row.conversation_id)

    def number_of(self, item: str) -> str | None:
        """The number that a text goes to; None when it is not known any more."""
        with self.database.read() as session:
            row = session.get(Outgoing, item)
            return self.database.open(row).get("number") if row is not None and row.kind in (OUT, OUT_NOW) else None

    def rest(self, conversation: str) -> str | None:
        """What is left of the last answer."""
        with self.database.read() as session:
            query = select(Outgoing).where(Outgoing.conversation_id == conversation, Outgoing.kind == REST)
            row = session.execute(query.order_by(Outgoing.created_at.desc())).scalars().first()
            return self.database.open(row)["text"] if row is not None else None

    def forget_contact(self, number: str) -> None:
        """After "erase my data" a number is met for the first time again."""
        with self.database.write() as session:
            session.execute(delete(SmsContact).where(SmsContact.number_hash == self.number_hash(number)))

    def due(self, limit: int = 50) -> tuple[list[str], list[str], list[QueuedText]]:
        """Conversations with texts to read, conversations with texts to send, and texts of danger, lent to the caller."""
        now = self.now()
        with self.database.write() as session:
            waits = [
                session.execute(
                    select(Outgoing.conversation_id).distinct()
                    .where(Outgoing.state == QUEUED, Outgoing.next_try <= now, Outgoing.kind.in_(kinds)).limit(limit)
                ).scalars().all()
                for kinds in ((IN,), (OUT, OUT_NOW))
            ]  # fmt: skip
            urgent = select(Outgoing).where(Outgoing.state == QUEUED, Outgoing.next_try <= now, Outgoing.kind == IN_NOW)
            rows = session.execute(urgent.limit(limit).with_for_update(skip_locked=True)).scalars().all()
            return [name.removeprefix(_INBOX) for name in waits[0]], list(waits[1]), [self._lend(row, now) for row in rows]

    def oldest(self) -> dict[str, float]:
        """Seconds that the oldest text waits, by "in" and "out"; 0 for none."""
        ages = {}
        with self.database.read() as session:
            for name, kinds in (("in", (IN, IN_NOW)), ("out", (OUT, OUT_NOW))):
                query = select(func.min(Outgoing.created_at)).where(Outgoing.state == QUEUED, Outgoing.kind.in_(kinds))
                since = session.execute(query).scalar_one()
                ages[name] = max(0.0, (self.now() - since).total_seconds()) if since else 0.0
        return ages

    def _row(self, kind: str, conversation: str, payload: dict[str, Any], created: datetime) -> Outgoing:
        row = Outgoing(
            id=new_id(), kind=kind, conversation_id=conversation, idempotency_key=new_id(), state=QUEUED, attempts=0,
            next_try=created, created_at=created,
        )  # fmt: skip
        self.database.put(row, payload)
        return row

    def _alone(self, session: Session, conversation: str) -> None:
        """Keep other front doors from this person's queue until the transaction ends; SQLite has one writer anyway.

        Without it two texts that come in at the same moment at two doors would each find the queue empty.
        """
        if self.database.engine.dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(conversation))))

    def _lend(self, row: Outgoing, now: datetime) -> QueuedText:
        row.attempts, row.next_try = row.attempts + 1, now + LEASE
        conversation = row.conversation_id.removeprefix(_INBOX)
        payload = self.database.open(row)
        now_kind = row.kind in (IN_NOW, OUT_NOW)
        return QueuedText(row.id, conversation, payload, row.attempts, row.created_at, now, now_kind)

    def _oldest(self, session: Session, conversation: str, kinds: tuple[str, ...]) -> Outgoing | None:
        first = case((Outgoing.kind == OUT_NOW, 0), else_=1)
        query = select(Outgoing).where(
            Outgoing.conversation_id == conversation, Outgoing.state == QUEUED, Outgoing.kind.in_(kinds)
        )
        begun = case((Outgoing.attempts > 0, 0), else_=1)  # one under way, or whose process died, goes before all others
        query = query.order_by(first, begun, Outgoing.created_at).limit(1).with_for_update()
        row: Outgoing | None = session.execute(query).scalars().first()
        return row

    def _claim(self, session: Session, conversation: str, kinds: tuple[str, ...]) -> QueuedText | None:
        now, row = self.now(), self._oldest(session, conversation, kinds)
        # One that is lent, or waits for its next try, keeps the later ones behind it.
        return None if row is None or row.next_try > now else self._lend(row, now)

    def _answered(self, session: Session, text: QueuedText, answer: Answer) -> list[QueuedText]:
        session.execute(_gone(Outgoing.conversation_id == text.conversation, Outgoing.kind == REST))
        if answer.drop:
            waits = (Outgoing.conversation_id == text.conversation, Outgoing.state == QUEUED, Outgoing.kind == OUT)
            session.execute(_gone(*waits))
        if answer.rest:
            row = self._row(REST, text.conversation, {"text": answer.rest}, self.now())
            row.state, row.done_at = SENT, self.now()
            session.add(row)
        held = bool(answer.not_before) or not answer.texts
        at_once = not held and (answer.now or self._oldest(session, text.conversation, (OUT, OUT_NOW)) is None)
        rows = self._put_out(session, text.conversation, text.id, answer)
        return [self._lend(row, self.now()) for row in rows] if at_once else []

    def _put_out(self, session: Session, conversation: str, key: str, answer: Answer) -> list[Outgoing]:
        kind = OUT_NOW if answer.now else OUT
        begins = answer.not_before or self.now()  # one that waits for its hour stands behind the answers given before that
        rows = []
        for place, text in enumerate(answer.texts):
            payload = {"number": answer.number, "text": text, **({"started": True} if answer.started else {})}
            row = self._row(kind, conversation, payload, begins + timedelta(microseconds=place))
            row.idempotency_key, row.next_try = f"{key}-{place}", begins
            session.add(row)
            rows.append(row)
        return rows


def _gone(*which: Any) -> Any:
    return delete(Outgoing).where(*which).execution_options(**_PLAIN)
