"""What the front door itself remembers of a conversation: danger spoken of, replies given; nothing it could not lose."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.gateway.problems import Problem
from bot.language import Language
from bot.safety.verdict import Person

MOST_SESSIONS = 20_000
# A sentence may come in pieces ("i just took", "the whole bottle"): they are read together as well.
TOGETHER, KEPT_TOGETHER, MOST_TOGETHER = 180.0, 2, 200  # seconds, messages, characters of each
MOST_REPLIES = 12  # replies a conversation keeps for a client that asks again with the same message id

Messages = list[dict[str, Any]]


@dataclass
class Session:
    """One conversation as this process knows it; `repr` shows no words."""

    crisis: dict[str, Any] | None = field(default=None, repr=False)  # see bot/safety/reply.py
    waits: bool = False  # an unfinished flow waits because danger was spoken of since
    known: bool = False  # whether the records were asked about it
    language: Language = "en"
    about: Person = "self"  # whom the talk was about last: somebody else once one was named
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    lately: list[tuple[float, str]] = field(default_factory=list, repr=False)  # what was typed just now, with its time
    replies: OrderedDict[str, tuple[bytes, Messages]] = field(default_factory=OrderedDict, repr=False)


class Sessions:
    """The conversations seen lately, oldest dropped first."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._salt = secrets.token_bytes(16)

    def of(self, conversation: str) -> Session:
        """The session of a conversation, a fresh one at first sight."""
        session = self._sessions.setdefault(conversation, Session())
        self._sessions.move_to_end(conversation)
        while len(self._sessions) > MOST_SESSIONS and not next(iter(self._sessions.values())).lock.locked():
            self._sessions.popitem(last=False)
        return session

    def before(self, session: Session, words: str) -> list[str]:
        """What was typed in the last TOGETHER seconds, oldest first; `words` are kept for the next message."""
        now = time.monotonic()
        lately = [(at, text) for at, text in session.lately if now - at < TOGETHER]
        session.lately = [*lately, (now, words[:MOST_TOGETHER])][-KEPT_TOGETHER:]
        return [text for _, text in lately]

    def forget(self, conversation: str) -> None:
        """Drop everything of a conversation."""
        self._sessions.pop(conversation, None)

    def _digest(self, words: str) -> bytes:
        return hashlib.blake2b(words.encode(), digest_size=16, key=self._salt).digest()

    def given(self, session: Session, message_id: str, words: str) -> Messages | None:
        """The reply given before to this message id; Problem when it came with other words."""
        kept = session.replies.get(message_id)
        if kept is None:
            return None
        if kept[0] != self._digest(words):
            raise Problem("body_mismatch")
        return kept[1]

    def keep(self, session: Session, message_id: str, words: str, messages: Messages) -> None:
        """Keep a reply for a client that asks again."""
        session.replies[message_id] = (self._digest(words), messages)
        while len(session.replies) > MOST_REPLIES:
            session.replies.popitem(last=False)
