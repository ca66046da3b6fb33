"""Reads when somebody wants to be called: days, parts of the day and hours, from the words they use."""

from __future__ import annotations

import re
from typing import Any

DAYS = {
    "monday": "mon monday mondays lunes", "tuesday": "tue tues tuesday tuesdays martes",
    "wednesday": "wed weds wednesday wednesdays miercoles miércoles", "thursday": "thu thur thurs thursday thursdays jueves",
    "friday": "fri friday fridays viernes", "saturday": "sat saturday saturdays sabado sábado",
    "sunday": "sun sunday sundays domingo", "today": "today hoy", "tomorrow": "tomorrow tmrw tmr 2mrw tomorow mañana manana",
    "weekdays": "weekday weekdays", "weekend": "weekend weekends wknd", "any day": "anyday everyday",
}  # fmt: skip
PARTS = {
    "morning": "morning mornings mornin", "noon": "noon lunch lunchtime midday mediodia", "afternoon": "afternoon afternoons tarde tardes",
    "evening": "evening evenings tonight", "night": "night nights noche", "any time": "anytime whenever cualquier",
}  # fmt: skip
_DAY_OF = {word: day for day, words in DAYS.items() for word in words.split()}
_PART_OF = {word: part for part, words in PARTS.items() for word in words.split()}
_PHRASES = {"any time": "anytime", "any day": "anyday", "every day": "everyday", "week days": "weekdays", "week end": "weekend",
            "in the am": "morning", "in the pm": "afternoon", "after lunch": "afternoon", "after work": "after 5pm", "después del trabajo": "after 5pm"}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<when>after|before|around|about|at|between|by|til|till|until|past|from|btw|despues de las|antes de las|a las|@)?\s*"
    r"(?<![\d-])(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s*(?:(?P<half>a\.?m\.?|p\.?m\.?|ish|o'?clock|a|p)(?![a-z]))?(?![\d-])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-záéíóúñ0-9]+", re.IGNORECASE)
# "may 5" could be a dose, a date or a count: a bare number is an hour only beside one of these.
_BEFORE_HOUR = ("after", "before", "around", "about", "at", "between", "by", "til", "till", "until", "past", "from", "btw",
                "despues de las", "antes de las", "a las", "@")  # fmt: skip


def _clock(match: re.Match[str]) -> str:
    hour, half = int(match["hour"]), (match["half"] or "").lower().replace(".", "")
    if half in ("pm", "p") and hour < 12:
        hour += 12
    elif half not in ("am", "a") and hour < 8:
        hour += 12  # "call after 5" is never five in the morning
    elif half in ("am", "a") and hour == 12:
        hour = 0
    return f"{hour:02d}:{match['minute'] or '00'}"


def _hours(text: str) -> list[dict[str, str]]:
    found = []
    for match in _CLOCK.finditer(text):
        if (
            match["minute"]
            or (match["half"] or "").lower() in ("am", "pm", "a.m.", "p.m.", "a.m", "p.m", "oclock", "o'clock", "ish")
            or (match["when"] or "").lower() in _BEFORE_HOUR
        ):
            found.append({"relation": (match["when"] or "at").lower(), "hour": _clock(match)})
    return found


def read_time(text: str) -> dict[str, Any] | None:
    """{"days": [...], "parts": [...], "hours": [{"relation", "hour" as HH:MM}]} of a wish; None when none is named."""
    plain = text.lower()
    for written, meant in _PHRASES.items():
        plain = plain.replace(written, meant)
    words = _WORD.findall(plain)
    days = list(dict.fromkeys(_DAY_OF[word] for word in words if word in _DAY_OF))
    parts = list(dict.fromkeys(_PART_OF[word] for word in words if word in _PART_OF))
    hours = _hours(plain)
    if not (days or parts or hours):
        return None
    return {"days": days, "parts": parts, "hours": hours}


def find_time(text: str) -> tuple[str, int, int] | None:
    """The words of a wished time with their place in the text; None when none is named."""
    if read_time(text) is None:
        return None
    marks = [match.span() for match in _WORD.finditer(text) if match[0].lower() in _DAY_OF or match[0].lower() in _PART_OF]
    marks += [match.span("hour") for match in _CLOCK.finditer(text) if match["half"] or match["when"]]
    if not marks:
        return None
    start, end = min(mark[0] for mark in marks), max(mark[1] for mark in marks)
    return text[start:end], start, end
