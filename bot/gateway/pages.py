"""The page at `/` and the widget's files, read once at start."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.settings import PROJECT, Settings

FOLDER = PROJECT / "bot" / "widget"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def _file(path: Path, headers: dict[str, str]) -> Response:
    return Response(path.read_bytes(), headers={**headers, "content-type": TYPES[path.suffix]})


def page_routes(settings: Settings) -> list[Route]:
    """`/` and what it needs."""

    async def index(request: Request) -> Response:
        return _file(FOLDER / "index.html", {})

    return [Route("/", index)]
