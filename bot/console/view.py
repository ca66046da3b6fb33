"""Renders the console's pages: templates with autoescape, times in the centre's zone, words from words.yml."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.facility import load_facility

HERE = Path(__file__).parent
# Only what we serve ourselves, and nothing inline: a note that holds markup stays text even if escaping failed.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"content-security-policy": POLICY, "cache-control": "no-store", "x-frame-options": "DENY"}


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The console's own words, by group."""
    found: dict[str, Any] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
    return found


def word(group: str, name: Any) -> str:
    """One of the words; a name that has none is shown plainly."""
    known = words().get(group, {})
    return str(known.get(str(name)) or str(name).replace("_", " ").capitalize())


def _zone() -> ZoneInfo:
    return ZoneInfo(load_facility().time_zone)


def local(moment: datetime) -> datetime:
    """A moment on the centre's wall clock."""
    return moment.astimezone(_zone())


def clock(moment: datetime) -> str:
    """ "Mon, Nov 23, 3:10 PM"."""
    here = local(moment)
    return f"{here:%a}, {here:%b} {here.day}, {here.hour % 12 or 12}:{here:%M} {here:%p}"


def waited(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, as people say it: "just now", "25 min", "3 h 10 min", "2 days"."""
    minutes = int(((now or datetime.now(timezone.utc)) - moment).total_seconds() // 60)
    if minutes < 1:
        return word("wait", "now")
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 and minutes < 600 else "")
    return f"{minutes // 1440} days"


def telephone(number: str) -> str:
    """ "(806) 555-0142"; a number that cannot be read is shown as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, "US"), phonenumbers.PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return number


def best_time(parsed: dict[str, Any] | None) -> str:
    """What was understood of a wished time: "Tuesday, afternoon, after 5 PM"; "" for nothing."""
    parts = [str(one).capitalize() for one in (*_list(parsed, "days"), *_list(parsed, "parts"))]
    return ", ".join([*parts, *(f"{one['relation']} {_hour(one['hour'])}" for one in _list(parsed, "hours"))])


def _list(parsed: dict[str, Any] | None, name: str) -> list[Any]:
    found = (parsed or {}).get(name)
    return found if isinstance(found, list) else []


def _hour(written: str) -> str:
    hour, minute = (int(one) for one in written.split(":"))
    return f"{hour % 12 or 12}{f':{minute:02d}' if minute else ''} {'AM' if hour < 12 else 'PM'}"


@lru_cache(maxsize=8)
def asset(name: str) -> str:
    """The address of a file of ours; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/staff/static/{name}?v={digest}"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.filters.update(clock=clock, waited=waited, telephone=telephone, best_time=best_time)
    templates.globals.update(word=word, asset=asset, facility=load_facility)
    return templates


def render(template: str, **values: Any) -> str:
    """A template filled in; everything that is not ours comes out as text."""
    return _templates().get_template(template).render(**values)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with the console's headers; `account` is None before the sign-in."""
    return HTMLResponse(render(template, **{"account": None, "csrf": "", "here": "", **values}), status, HEADERS)
