"""The manager's page: when people come, what they ask, what we cannot answer, how soon they are called; sums only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from bot.console import charts
from bot.console.charts import SMALL, Bar
from bot.console.guard import Guard, Visit
from bot.console.view import local, word
from bot.facility import load_facility
from bot.records.activity import CALLBACK, CONVERSATION, FIRST_CALL, OUTCOME, TOPIC, UNANSWERED, WAITS

READERS = ("lead", "auditor")
SPANS = (7, 28, 90, 365)  # days
MOST_ROWS = 15
WEEK = 7
OUTCOMES = ("URGENT", "CALL_NOW", "TALK_FIRST", "NOT_ENOUGH", "IOP_MAY_FIT", "PHONE_ONLY", "MINOR")


@dataclass(frozen=True)
class Picture:
    """A drawing with its heading, and the same as a table for whoever does not see it."""

    name: str
    drawing: Markup | None  # None where there is nothing to draw yet
    table: Sequence[tuple[str, str]]
    note: str = ""


class Pictures:
    """/staff/pictures"""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records

    def routes(self) -> list[Route]:
        """The one page."""
        return [Route("/staff/pictures", self._guard.open_to(READERS, self.show))]

    def show(self, visit: Visit) -> Response:
        """The pictures of the last days; a day ends at midnight of the centre's own clock."""
        given = visit.request.query_params.get("days", "28")
        days = int(given) if given in {str(one) for one in SPANS} else 28
        until = self._records.now()
        first = local(until).date() - timedelta(days=days - 1)
        since = datetime.combine(first, datetime.min.time(), local(until).tzinfo).astimezone(timezone.utc)
        rows = self._records.activity(since, until + timedelta(hours=1))
        self._records.audit("account:staff:read_pictures", visit.account.id)
        return visit.page(
            "pictures.html",
            here="pictures",
            pictures=pictures_of(rows, first, days),
            days=days,
            spans=SPANS,
            begins=self._records.activity_begins(),
            least=SMALL,
            made=until,
        )


def pictures_of(rows: list[dict[str, Any]], first: date, days: int) -> list[Picture]:
    """All pictures of the counters' `rows` from the day `first` on."""
    return [
        _by_day(rows, CONVERSATION, first, days),
        _by_day(rows, CALLBACK, first, days),
        _week(rows, CONVERSATION),
        _by_hour(rows, CALLBACK),
        _after_hours(rows),
        _by_label(rows, TOPIC, "topic"),
        _by_label(rows, UNANSWERED, "topic"),
        _in_order(rows, OUTCOME, "outcome", OUTCOMES),
        _in_order(rows, FIRST_CALL, "first_call", [name for _, name in WAITS]),
    ]


def few() -> str:
    """The word for a count that is not told."""
    return word("chart", "few")


def _of(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] == kind]


def _title(name: str) -> str:
    return word("chart", name)


def _picture(name: str, bars: Sequence[Bar], drawing: Markup, note: str = "") -> Picture:
    table = [(bar.label, charts.shown(bar.count, few())) for bar in bars]
    return Picture(name, drawing if any(bar.count for bar in bars) else None, table, note)


def _by_day(rows: list[dict[str, Any]], kind: str, first: date, days: int) -> Picture:
    counts: Counter[date] = Counter()
    for row in _of(rows, kind):
        counts[local(row["hour"]).date()] += row["count"]
    weekly = days > 90
    starts = [first + timedelta(days=place) for place in range(0, days, WEEK if weekly else 1)]
    sums = [sum(counts[start + timedelta(days=more)] for more in range(WEEK if weekly else 1)) for start in starts]
    every = max(1, -(-len(starts) // 6))
    bars = [
        Bar(f"{start:%b} {start.day}", count, place % every == 0)
        for place, (start, count) in enumerate(zip(starts, sums, strict=True))
    ]
    series, name = ("one" if kind == CONVERSATION else "two"), f"{kind}_by_{'week' if weekly else 'day'}"
    return _picture(name, bars, charts.columns(bars, _title(name), few(), series))


def _week(rows: list[dict[str, Any]], kind: str) -> Picture:
    cells = [[0] * 24 for _ in range(WEEK)]
    for row in _of(rows, kind):
        here = local(row["hour"])
        cells[here.weekday()][here.hour] += row["count"]
    days = [f"{date(2024, 1, 1) + timedelta(days=place):%a}" for place in range(WEEK)]
    hours = [_hour(hour) if hour % 3 == 0 else "" for hour in range(24)]
    name = f"{kind}_by_weekday_and_hour"
    table = [
        (day, ", ".join(f"{_hour(hour)}: {charts.shown(count, few())}" for hour, count in enumerate(line) if count) or "0")
        for day, line in zip(days, cells, strict=True)
    ]
    drawing = charts.heat(cells, hours, days, _title(name), few())
    return Picture(name, drawing if any(map(any, cells)) else None, table, word("chart", "heat_note"))


def _by_hour(rows: list[dict[str, Any]], kind: str) -> Picture:
    counts: Counter[int] = Counter()
    for row in _of(rows, kind):
        counts[local(row["hour"]).hour] += row["count"]
    bars = [Bar(_hour(hour), counts[hour], hour % 6 == 0) for hour in range(24)]
    name = f"{kind}_by_hour"
    return _picture(name, bars, charts.columns(bars, _title(name), few(), "two"))


def _hour(hour: int) -> str:
    return f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}"


def _after_hours(rows: list[dict[str, Any]]) -> Picture:
    """How much comes while the office is closed; not known while facility.yml has no hours."""
    facility, name = load_facility(), "after_hours"
    if facility.hours is None:
        return Picture(name, None, [], word("chart", "hours_unknown"))
    came = _of(rows, CONVERSATION)
    closed = sum(row["count"] for row in came if not facility.is_open(row["hour"] + timedelta(minutes=30)))
    whole = sum(row["count"] for row in came)
    if min(closed, whole - closed) < SMALL:
        return Picture(name, None, [], word("chart", "too_few"))
    text = f"{round(100 * closed / whole)} %"
    return Picture(name, charts.share(closed, whole, f"{_title(name)}: {text}"), [(_title("closed_share"), text)], text)


def _by_label(rows: list[dict[str, Any]], kind: str, group: str) -> Picture:
    counts: Counter[str] = Counter()
    for row in _of(rows, kind):
        counts[row["label"]] += row["count"]
    bars = [Bar(word(group, label), count) for label, count in counts.most_common(MOST_ROWS)]
    return _picture(kind, bars, charts.rows(bars, _title(kind), few(), "three" if kind == UNANSWERED else "one"))


def _in_order(rows: list[dict[str, Any]], kind: str, group: str, order: Sequence[str]) -> Picture:
    counts: Counter[str] = Counter()
    for row in _of(rows, kind):
        counts[row["label"]] += row["count"]
    bars = [Bar(word(group, label), counts[label]) for label in order if counts[label] or group == "first_call"]
    return _picture(kind, bars, charts.rows(bars, _title(kind), few(), "two" if kind == FIRST_CALL else "one"))
