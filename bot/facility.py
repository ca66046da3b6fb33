"""The facts of the centre from facility.yml: names, phone, hours; what is unknown stays unknown."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.errors import FacilityError
from bot.settings import read

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
TEXTS = ("centre", "program", "city", "phone", "time_zone")
LOOKED_AHEAD = 21  # days; a centre closed for longer has no next opening that we would promise
_SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
_PHONE = re.compile(r"^\+1 ?(\d{3})[ .-]?(\d{3})[ .-]?(\d{4})$")

Span = tuple[time, time]


def _spans(day: str, given: Any) -> tuple[Span, ...]:
    if not isinstance(given, list):
        raise FacilityError(f'facility.yml, hours, {day}: write a list such as ["08:00-17:00"], or [] for closed.')
    spans = []
    for one in given:
        match = _SPAN.match(str(one))
        if not match:
            raise FacilityError(f'facility.yml, hours, {day}: each entry looks like "08:00-17:00".')
        start, end = str(one).split("-")
        last = time.max if end == "24:00" else time.fromisoformat(end)
        if time.fromisoformat(start) >= last:
            raise FacilityError(f"facility.yml, hours, {day}: the office must open before it closes.")
        spans.append((time.fromisoformat(start), last))
    return tuple(sorted(spans))


def _hours(given: Any) -> dict[str, tuple[Span, ...]] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) - set(DAYS):
        raise FacilityError("facility.yml, hours: name the days monday to sunday, or write null.")
    return {day: _spans(day, given.get(day) or []) for day in DAYS}


def _holidays(given: Any) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(str(one)) for one in given or ())
    except (TypeError, ValueError):
        raise FacilityError('facility.yml, holidays: write dates such as ["2026-12-25"], or null.') from None


def _clock(moment: time) -> str:
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{hour}{minutes} {'AM' if moment.hour < 12 else 'PM'}"


@dataclass(frozen=True)
class Facility:
    """What facility.yml says, checked."""

    centre: str
    program: str
    city: str
    phone: str
    time_zone: str
    address: str | None = None
    hours: Mapping[str, tuple[Span, ...]] | None = None
    holidays: frozenset[date] = field(default_factory=frozenset)
    website: str | None = None
    leave_quickly_to: str = "about:blank"

    @property
    def phone_e164(self) -> str:
        """+18002186727"""
        return "+1" + "".join(self._digits)

    @property
    def phone_display(self) -> str:
        """800-218-6727"""
        return "-".join(self._digits)

    @property
    def _digits(self) -> tuple[str, str, str]:
        match = _PHONE.match(self.phone)
        assert match
        return match[1], match[2], match[3]

    def fills(self) -> dict[str, str]:
        """Values of the placeholders that any sentence may hold."""
        return {"centre": self.centre, "program": self.program, "phone": self.phone_display, "city": self.city}

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def _open_spans(self, day: date) -> tuple[Span, ...]:
        assert self.hours is not None
        return () if day in self.holidays else self.hours[DAYS[day.weekday()]]

    def is_open(self, now: datetime) -> bool | None:
        """Whether admissions is open at `now` (aware); None when hours are not known."""
        if self.hours is None:
            return None
        here = self._local(now)
        return any(start <= here.time() < end for start, end in self._open_spans(here.date()))

    def next_opening(self, now: datetime) -> datetime | None:
        """When admissions opens next, in local time; None when unknown or not within three weeks."""
        if self.hours is None:
            return None
        here = self._local(now)
        for ahead in range(LOOKED_AHEAD + 1):
            day = here.date() + timedelta(days=ahead)
            for start, _ in self._open_spans(day):
                opening = datetime.combine(day, start, here.tzinfo)
                if opening > here:
                    return opening
        return None

    def opening_words(self, now: datetime, language: str = "en") -> str | None:
        """The next opening as words ("Monday at 8 AM", "today at 1 PM"); None when it is not known."""
        opening = self.next_opening(now)
        if opening is None:
            return None
        days = (opening.date() - self._local(now).date()).days
        clock = _clock(opening.time())
        if language == "es":
            return f"{('hoy', 'mañana')[days] if days < 2 else f'el {DAYS_ES[opening.weekday()]}'} a las {clock}"
        name = DAYS[opening.weekday()].title()
        far = "" if days < 7 else f", {opening:%B} {opening.day},"
        return f"{('today', 'tomorrow')[days] if days < 2 else name + far} at {clock}"


def facility_of(given: Any) -> Facility:
    """A Facility from the parsed file; raises FacilityError with a sentence that says what to do."""
    if not isinstance(given, dict):
        raise FacilityError("facility.yml must hold `name: value` lines.")
    unknown = set(given) - set(Facility.__dataclass_fields__)
    if unknown:
        raise FacilityError(f"facility.yml: unknown name {sorted(unknown)[0]}. Check its spelling.")
    for name in TEXTS:
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise FacilityError(f"facility.yml: {name} must be filled in.")
    if not _PHONE.match(given["phone"]):
        raise FacilityError('facility.yml: phone looks like "+1 800 218 6727".')
    try:
        ZoneInfo(given["time_zone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise FacilityError('facility.yml: time_zone looks like "America/Chicago".') from None
    checked = {**given, "hours": _hours(given.get("hours")), "holidays": _holidays(given.get("holidays"))}
    checked["leave_quickly_to"] = given.get("leave_quickly_to") or "about:blank"
    return Facility(**checked)


@lru_cache(maxsize=4)
def load_facility(path: Path | None = None) -> Facility:
    """The facts of the centre, read once, from `path` or the file that the settings name."""
    try:
        given = yaml.load(
            (path or read().facility).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except OSError:
        raise FacilityError("facility.yml cannot be read. It belongs at the top of the project.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise FacilityError(f"facility.yml is not valid YAML near line {mark.line + 1 if mark else '?'}.") from None
    return facility_of(given)


def main() -> int:
    """Check the file and say what is known; 0 when it can be used."""
    try:
        facility = load_facility()
    except FacilityError as error:
        print(error)
        return 1
    for name in Facility.__dataclass_fields__:
        value = getattr(facility, name)
        unknown = value is None or value == frozenset()
        print(f"{name:17} {'not known: the assistant says so and hands off' if unknown else 'known'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
