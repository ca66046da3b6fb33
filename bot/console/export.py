"""Call-backs as CSV that a spreadsheet shows and never computes."""

from __future__ import annotations

import csv
import io
from typing import Any

from bot.console.view import clock, telephone, word

COLUMNS = ("reference", "status", "asked", "with", "channel", "name", "number", "may_leave_message", "best_time",
           "for_whom", "topic", "outcome", "reasons", "delivery", "notes")  # fmt: skip
# What makes a spreadsheet read a cell as a formula, in plain and in full width, and what hides in front of it.
STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")


def defused(value: Any) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" \u00a0\u200b\ufeff").startswith(STARTS) or text.startswith(STARTS) else text


def as_csv(rows: list[dict[str, Any]], names: dict[str, str]) -> bytes:
    """UTF-8 with a mark at its head (spreadsheets need it), one line a request."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([word("columns", column) for column in COLUMNS])
    for row in rows:
        for asked in row["requests"]:
            writer.writerow([defused(cell) for cell in _cells(row, asked, names)])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8", "replace")


def _cells(row: dict[str, Any], asked: dict[str, Any], names: dict[str, str]) -> list[Any]:
    check, claimed = asked.get("check") or {}, row["claimed_by"]
    notes = [step["note"] for step in row["steps"] if step["note"]]
    return [
        asked["reference"],
        word("status", row["status"]),
        clock(asked["asked_at"]),
        names.get(claimed, word("who", "gone")) if claimed else "",
        word("channel", asked["channel"]),
        asked.get("name"),
        telephone(asked.get("number") or ""),
        word("yes_no", asked.get("leave_message")),
        asked.get("best_time"),
        word("for_whom", asked.get("for_whom") or "self"),
        word("topic", asked["topic"]) if asked.get("topic") else "",
        word("outcome", check["outcome"]) if check else "",
        ", ".join(word("question", one) for one in check.get("reasons", ())),
        word("delivery", row["delivery"]) if row["delivery"] else "",
        " / ".join(notes),
    ]
