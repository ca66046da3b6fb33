"""Texts that came in while the records were away: encrypted files under var/, taken up when the records are back."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import FrontDoorError, WrongKey
from bot.records.crypto import Sealed
from bot.records.database import Database
from bot.settings import BadSetting

FOLDER, ENDING, PLACE = "sms-spool", ".text", "sms-spool/"
_OURS = re.compile(rf"\d{{20}}-[0-9a-f]{{8}}{re.escape(ENDING)}")  # nanoseconds, then chance; as `put` names them


def _key_of(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text(encoding="ascii"))["key"])
    except (OSError, ValueError, KeyError):
        return None


class SmsSpool:
    """A folder of sealed files, oldest first by name."""

    def __init__(self, database: Database) -> None:
        self._database, self._folder = database, database.settings.var / FOLDER

    def put(self, value: dict[str, Any]) -> Path | None:
        """Keep a text; None where neither disk nor keys can be used."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}{ENDING}"
        return self._write(self._folder / name, value)

    def replace(self, path: Path, value: dict[str, Any]) -> None:
        """Write anew what a file holds."""
        self._write(path, value)

    def _write(self, path: Path, value: dict[str, Any]) -> Path | None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sealed = self._database.cipher.seal(value, PLACE + path.name)
            part = path.with_suffix(".part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                json.dump({"key": sealed.key_id, "sealed": sealed.data.hex()}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except (OSError, FrontDoorError, BadSetting):
            return None
        return path

    def waiting(self) -> list[Path]:
        """The files, oldest first; what somebody else left in the folder is not ours to read or remove."""
        try:
            return sorted(path for path in self._folder.iterdir() if _OURS.fullmatch(path.name))
        except OSError:
            return []

    def all(self) -> Iterator[tuple[Path, dict[str, Any] | None]]:
        """Every file with its text; None for one that cannot be read, which stays for whoever has the key."""
        for path in self.waiting():
            yield path, self._read(path)

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            kept = json.loads(path.read_text(encoding="ascii"))
            value: dict[str, Any] = self._database.cipher.open(
                Sealed(kept["key"], bytes.fromhex(kept["sealed"])), PLACE + path.name
            )
        except (OSError, ValueError, KeyError, FrontDoorError, BadSetting):
            return None
        return value

    def keys(self) -> dict[str, int]:
        """Files by the id of the key that holds them; those that cannot be read as one of ours left out."""
        found = Counter(key for path in self.waiting() if (key := _key_of(path)))
        return dict(found)

    def reseal(self) -> int:
        """Encrypt with the first key what another key holds; the files changed. Raises WrongKey where no key fits."""
        changed = 0
        for path in self.waiting():
            if _key_of(path) in (None, self._database.cipher.key_id):
                continue
            value = self._read(path)
            if value is None and path.exists():
                raise WrongKey(
                    "A text that waits in var/sms-spool is held by a key that is not among the keys. Add that key."
                )
            changed += value is not None and self._write(path, value) is not None
        return changed

    def older_than(self, until: datetime, remove: bool) -> int:
        """How many came in before `until`; removed where `remove` says so."""
        due = [path for path in self.waiting() if int(path.name[:20]) < until.timestamp() * 1e9]
        for path in due if remove else ():
            self.drop(path)
        return len(due)

    def erase(self, conversation: str) -> int:
        """Remove what a conversation has waiting; the number of files."""
        own = [path for path, kept in self.all() if kept and kept.get("conversation") == conversation]
        for path in own:
            self.drop(path)
        return len(own)

    @staticmethod
    def drop(path: Path) -> None:
        """The records have it."""
        path.unlink(missing_ok=True)
