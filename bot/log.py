"""Structured logs by allow-list: an event's name, ids, counts and times; nothing that a person typed can get in."""

from __future__ import annotations

import json
import sys
import time
from typing import TextIO

# Anything not named here is left out, whatever a caller passes.
ALLOWED = frozenset(
    ("request", "route", "method", "status", "milliseconds", "channel", "kind", "rule", "error", "count", "attempt", "code",
     "process", "pid", "model", "seconds", "state", "queue", "release", "what")
)  # fmt: skip
MOST_CHARACTERS = 80
MOST_LINES = 500  # a second; beyond it lines are counted and left out, so that a flood fills no disk


class _Rate:
    """How many lines this second has, and how many it went without."""

    second, lines, dropped = 0, 0, 0

    def allows(self, now: float) -> bool:
        """Whether one more line may be written."""
        if int(now) != self.second:
            self.second, self.lines = int(now), 0
        self.lines += 1
        self.dropped += self.lines > MOST_LINES
        return self.lines <= MOST_LINES


_rate = _Rate()


def event(name: str, stream: TextIO | None = None, **facts: object) -> None:
    """Write one line of JSON: the event, the time, and those `facts` that are on the allow-list.

    Raises nothing: a full disk or a closed pipe must not cost anybody an answer.
    """
    now = time.time()
    if not _rate.allows(now):
        return
    kept = {key: _short(value) for key, value in facts.items() if key in ALLOWED and value is not None}
    if _rate.dropped:
        kept, _rate.dropped = {**kept, "dropped": _rate.dropped}, 0
    try:
        print(json.dumps({"at": round(now, 3), "event": name, **kept}), file=stream or sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def _short(value: object) -> object:
    return value if isinstance(value, (int, float, bool)) else str(value)[:MOST_CHARACTERS]
