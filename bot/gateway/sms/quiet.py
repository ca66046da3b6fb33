"""When we may text first: by the person's wall clock, as their number tells it. Answers are never held back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as number_zones

from bot.facility import load_facility

STEP = timedelta(minutes=15)
LOOKED_AHEAD = timedelta(days=4)
MOST_ZONES = 4  # a number of more zones (toll-free) tells no place at all
SUNDAY = 6
# Area codes of Texas. The library's own list of places is the whole world's: five seconds to load, 100 MB to keep.
TEXAS_CODES = frozenset(
    "210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979".split()
)
Window = tuple[time, time]
ANY_DAY: Window = (time(8), time(21))
TEXAS: Window = (time(9), time(21))
TEXAS_SUNDAY: Window = (time(12), time(21))


def _zones(number: phonenumbers.PhoneNumber) -> tuple[ZoneInfo, ...]:
    names = number_zones.time_zones_for_number(number)
    if not 0 < len(names) <= MOST_ZONES:
        return ()
    try:
        return tuple(ZoneInfo(name) for name in names)
    except (ZoneInfoNotFoundError, ValueError):
        return ()


def place_of(number: str) -> tuple[tuple[ZoneInfo, ...], bool]:
    """The zones a number may be in, and whether the rules of Texas hold; the centre's own where it tells nothing."""
    here = (ZoneInfo(load_facility().time_zone),)
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return here, True
    zones = _zones(parsed)
    texas = not zones or (parsed.country_code == 1 and str(parsed.national_number)[:3] in TEXAS_CODES)
    return zones or here, texas


def _window(moment: datetime, texas: bool) -> Window:
    if not texas:
        return ANY_DAY
    return TEXAS_SUNDAY if moment.weekday() == SUNDAY else TEXAS


def _allowed(now: datetime, zones: Iterable[ZoneInfo], texas: bool) -> bool:
    for zone in zones:
        there = now.astimezone(zone)
        start, end = _window(there, texas)
        if not start <= there.time() < end:
            return False
    return True


def may_text(number: str, now: datetime) -> bool:
    """Whether a text that we start may be sent now (aware), in every zone the number may be in."""
    return _allowed(now, *place_of(number))


def next_time(number: str, now: datetime) -> datetime:
    """`now` where we may text first, otherwise the next quarter of an hour at which we may, in UTC."""
    zones, texas = place_of(number)
    moment = now.astimezone(timezone.utc)
    if _allowed(moment, zones, texas):
        return moment
    moment = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    end = moment + LOOKED_AHEAD
    while moment < end:
        moment += STEP
        if _allowed(moment, zones, texas):
            return moment
    return end
