"""The page at `/` and the widget's files, filled in with the facts of the centre; read once, served compressed."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import WordingError
from bot.facility import Facility, load_facility
from bot.gateway.headers import PAGE_POLICY
from bot.gateway.problems import Problem
from bot.settings import PROJECT, Settings

FOLDER = PROJECT / "bot" / "widget"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
SERVED = ("chat.js", "talk.js", "view.js", "paper.js", "kept.js", "chat.css", "page.css", "icon.svg")
FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
LOADER_LIFE = "public, max-age=600"  # a new loader reaches every site within ten minutes
FROM_ANY_SITE = {"cross-origin-resource-policy": "cross-origin"}
_GAP = re.compile(r"\{\{(\w+)\}\}")

Words = dict[str, dict[str, str]]


@dataclass(frozen=True)
class File:
    """One file as it is served."""

    content: bytes
    kind: str
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def packed(self) -> bytes:
        """The content as gzip."""
        return gzip.compress(self.content, 9)

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:20]}"'

    def response(self, request: Request, cache: str) -> Response:
        """The file, or 304 for a client that has it."""
        headers = {**self.headers, "cache-control": cache, "etag": self.etag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, headers={**headers, "content-type": self.kind, "content-encoding": "gzip"})
        return Response(self.content, headers={**headers, "content-type": self.kind})


def widget_words(facility: Facility) -> Words:
    """The widget's own words, by name and language, with the facts of the centre filled in."""
    given = yaml.safe_load((FOLDER / "strings.yml").read_text(encoding="utf-8"))
    fills = facility.fills()
    words: Words = {}
    for name, forms in given.items():
        if set(forms) != {"en", "es"}:
            raise WordingError(f"strings.yml: {name} must be written in en and es.")
        words[name] = {
            language: re.sub(r"\{(\w+)\}", lambda gap: fills.get(gap[1], gap[0]), text) for language, text in forms.items()
        }
    return words


def facts(facility: Facility, now: datetime) -> dict[str, Any]:
    """What the widget shows of the centre: names, phone, whether admissions is open (null: not known)."""
    opening = {language: facility.opening_words(now, language) for language in ("en", "es")}
    return {
        "centre": facility.centre,
        "program": facility.program,
        "city": facility.city,
        "phone": facility.phone_display,
        "phone_e164": facility.phone_e164,
        "leave_quickly_to": facility.leave_quickly_to,
        "open": facility.is_open(now),
        "opening": opening if opening["en"] else None,
    }


def _hours(words: Words, shown: dict[str, Any]) -> str:
    if shown["open"] is None:
        return words["hours_unknown"]["en"]
    if shown["open"]:
        return words["hours_open"]["en"]
    if shown["opening"]:
        return words["hours_opens"]["en"].replace("{opening}", shown["opening"]["en"])
    return words["hours_closed"]["en"]


def _for_script(given: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


class Pages:
    """`/`, `/widget.js` and `/widget/...`."""

    def __init__(self, settings: Settings) -> None:
        self.facility = load_facility()
        self.words = widget_words(self.facility)
        self.files = {name: File((FOLDER / name).read_bytes(), TYPES[Path(name).suffix], FROM_ANY_SITE) for name in SERVED}
        whole = hashlib.sha256(b"".join(file.content for file in self.files.values())).hexdigest()
        self.version = whole[:12]
        titles = _for_script(self.words["frame_title"])
        loader = (FOLDER / "loader.js").read_text(encoding="utf-8").replace('"{{titles}}"', titles)
        self.loader = File(loader.encode(), TYPES[".js"], FROM_ANY_SITE)
        # Any site may show the frame unless sites are named: it holds nothing that the site could read.
        sites = " ".join(("'self'", *settings.widget_sites)) if settings.widget_sites else "*"
        self.frame_policy = PAGE_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {sites}")

    def _filled(self, name: str, more: dict[str, str]) -> bytes:
        english = {key: forms["en"] for key, forms in self.words.items()}
        own = {"base": f"/widget/{self.version}", "phone_e164": self.facility.phone_e164}
        known = {**english, **own, **self.facility.fills()}
        values = {key: html.escape(text) for key, text in known.items()} | more
        return _GAP.sub(lambda gap: values[gap[1]], (FOLDER / name).read_text(encoding="utf-8")).encode()

    async def index(self, request: Request) -> Response:
        """A page with the widget open on it."""
        return File(self._filled("index.html", {}), TYPES[".html"]).response(request, ASK_AGAIN)

    async def frame(self, request: Request) -> Response:
        """The widget itself, with 911, 988 and the phone in it, so that they need no later request."""
        shown = facts(self.facility, datetime.now(timezone.utc))
        given = _for_script({"facts": shown, "words": self.words})
        body = self._filled("frame.html", {"given": given, "hours": html.escape(_hours(self.words, shown))})
        headers = {"content-security-policy": self.frame_policy, **FROM_ANY_SITE}
        return File(body, TYPES[".html"], headers).response(request, ASK_AGAIN)

    async def script(self, request: Request) -> Response:
        """The loader that a website puts on its pages."""
        return self.loader.response(request, LOADER_LIFE)

    async def facts(self, request: Request) -> Response:
        """What may change while a page is open."""
        return JSONResponse(facts(self.facility, datetime.now(timezone.utc)))

    async def file(self, request: Request) -> Response:
        """One file of the widget; the version in its address lets browsers keep it for ever."""
        file = self.files.get(request.path_params["name"])
        if file is None:
            raise Problem("not_found")
        current = request.path_params["version"] == self.version
        return file.response(request, FOR_EVER if current else ASK_AGAIN)

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/", self.index),
            Route("/widget.js", self.script),
            Route("/widget/frame.html", self.frame),
            Route("/widget/facts.json", self.facts),
            Route("/widget/{version}/{name}", self.file),
        ]


def page_routes(settings: Settings) -> list[Route]:
    """`/` and what it needs."""
    return Pages(settings).routes()
