"""Reads what a client sends: bounded, as JSON, into words that nothing further in can trip over."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from bot.gateway.problems import Problem

MOST_BYTES = 1_500_000  # read at most, so that danger in an oversize message is still seen
BODY_BYTES = 64 * 1024  # a request of ours is smaller; anything above is refused after the safety scan
MOST_CHARACTERS = 10_000


class TooLong(Exception):
    """A body or text over the limit; `seen` is what was read of it."""

    def __init__(self, seen: str) -> None:
        super().__init__("too long")
        self.seen = seen


@dataclass(frozen=True)
class Said:
    """One message as it came in. Holds a person's words: `repr` shows none of them."""

    message_id: str
    text: str | None = field(default=None, repr=False)
    payload: str | None = field(default=None, repr=False)

    @property
    def words(self) -> str:
        """What the net reads."""
        return self.text if self.text is not None else self.payload or ""


async def read_body(request: Request) -> bytes:
    """The body; raises TooLong with what was read of one over the limit."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MOST_BYTES:
            break
    if len(read) > BODY_BYTES:
        raise TooLong(bytes(read[:MOST_BYTES]).decode("utf-8", "replace"))
    return bytes(read)


def parse(body: bytes) -> dict[str, Any]:
    """A JSON object; Problem for anything else."""
    try:
        given = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem("bad_json") from None
    if not isinstance(given, dict):
        raise Problem("bad_json")
    return given


def cleaned(text: str) -> str:
    """The text without NUL, other control characters and lone surrogates."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in whole if sign >= " " or sign in "\n\t")


def _uuid(given: Any) -> str:
    try:
        return str(uuid.UUID(str(given))) if isinstance(given, str) else _refuse_id()
    except ValueError:
        return _refuse_id()


def _refuse_id() -> str:
    raise Problem("bad_id")


def said_of(given: dict[str, Any]) -> Said:
    """The message in a parsed body: `{"id", "text"}` or `{"id", "payload"}`.

    Raises Problem for a missing or wrong part, TooLong for a text over MOST_CHARACTERS.
    """
    text, payload = given.get("text"), given.get("payload")
    if payload is not None:
        if not isinstance(payload, str) or not payload.strip():
            raise Problem("bad_request")
        if len(payload) > MOST_CHARACTERS:
            raise TooLong(payload)
        return Said(_uuid(given.get("id")), payload=cleaned(payload))
    if not isinstance(text, str):
        raise Problem("bad_request")
    if len(text) > MOST_CHARACTERS:
        raise TooLong(text)
    if not cleaned(text).strip():
        raise Problem("bad_text")
    return Said(_uuid(given.get("id")), text=cleaned(text))
