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


def event(name: str, stream: TextIO | None = None, **facts: object) -> None:
    """Write one line of JSON: the event, the time, and those `facts` that are on the allow-list."""
    kept = {key: _short(value) for key, value in facts.items() if key in ALLOWED and value is not None}
    line = json.dumps({"at": round(time.time(), 3), "event": name, **kept})
    print(line, file=stream or sys.stderr, flush=True)


def _short(value: object) -> object:
    return value if isinstance(value, (int, float, bool)) else str(value)[:MOST_CHARACTERS]
