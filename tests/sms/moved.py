"""A wall clock that a test moves, for this process and for the assistant's: what is injected is the time, nothing else."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

FILE = "clock-ahead"


class MovedClock:
    """The real time and the seconds that a file in the var folder names; `time` is time.time, a call the records' clock."""

    def __init__(self, var: Path) -> None:
        self._file, self._real = var / FILE, time.time

    def ahead(self) -> float:
        """Seconds it is ahead of the real one."""
        return float(self._file.read_text()) if self._file.exists() else 0.0

    def move(self, **by: float) -> datetime:
        """Forward by a timedelta's arguments; the new time."""
        later = self.ahead() + timedelta(**by).total_seconds()
        part = self._file.with_suffix(".part")
        part.write_text(str(later))
        part.replace(self._file)
        return self()

    def time(self) -> float:
        """In place of time.time."""
        return self._real() + self.ahead()

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.time(), timezone.utc)
