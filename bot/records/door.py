"""What every part of the door shares: the database, the time, the keyed hashes."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from bot.records.database import Database
from bot.records.models import ID


class Door:
    """Base of the parts that make up `Records`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.database.clock()

    def keyed_hash(self, purpose: str, value: str) -> str:
        """64 hex characters, the same through key changes. Raises RecordsUnavailable before the first contact."""
        return self.database.hasher.hash(purpose, value)

    def number_hash(self, number: str) -> str:
        """The keyed hash of a telephone number in E.164 form."""
        return self.keyed_hash("number", number)


def new_id() -> str:
    """An id that tells nothing."""
    return uuid.uuid4().hex


def fitted(name: str) -> str:
    """An id of the outside as it is stored: one that is too long or holds odd characters is replaced by its hash."""
    if 0 < len(name) <= ID and name.isprintable() and name.isascii():
        return name
    return "h-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
