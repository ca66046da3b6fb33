"""The only door to rows: everything that may be read or written about a person, by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text, update

from bot.records.activity import Activity
from bot.records.callbacks import CallbackRequest, CallbackRows, SavedCallback
from bot.records.conversations import ConversationRows, Stored
from bot.records.counters import Counters
from bot.records.database import Clock, Database, utc_now
from bot.records.door import fitted
from bot.records.erasing import Erasing
from bot.records.inbox import Inbox
from bot.records.models import Conversation
from bot.records.outbox import OutboxItem, OutboxRows
from bot.records.retention import purge
from bot.records.sms import SmsRows
from bot.records.staff import StaffAccount, StaffRows
from bot.settings import Settings

__all__ = ["CallbackRequest", "OutboxItem", "Records", "SavedCallback", "StaffAccount", "Stored", "open_records"]


class Records(ConversationRows, CallbackRows, OutboxRows, Erasing, Counters, Activity, Inbox, StaffRows, SmsRows):
    """The records of one database. Every call may raise RecordsUnavailable, WrongKey or BadSetting."""

    def ping(self) -> None:
        """Whether the records answer: returns, or raises RecordsUnavailable, WrongKey or BadSetting."""
        with self.database.read() as session:
            session.execute(text("SELECT 1"))

    def check_writes(self, conversation: str) -> None:
        """Whether what is written now is kept: returns, or raises as all calls do. A full disk still reads."""
        with self.database.write() as session:
            # A row that stays the same is not written at all; a person is at work in the conversation, so its time may move.
            moved = {"updated_at": self.database.clock()}
            session.execute(update(Conversation).where(Conversation.id == fitted(conversation)).values(moved))

    def purge(self, now: datetime, dry_run: bool = False) -> dict[str, int]:
        """Remove what is due by the rules of bot/records/retention.py; rows by rule. A dry run only counts."""
        return purge(self.database, now, dry_run)

    def disconnect(self) -> None:
        """Let go of every connection."""
        self.database.close()


def open_records(settings: Settings, clock: Clock = utc_now) -> Records:
    """The records as the settings name them. Nothing is connected or made before the first call."""
    return Records(Database(settings, clock))
