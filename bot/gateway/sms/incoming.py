"""Reads Twilio's webhook: is it Twilio's, and what did the person send. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from bot.gateway.bodies import cleaned

MOST_FIELDS = 200
MOST_BODY = 1600 * 4  # Twilio joins what a phone sent in parts; more than this no phone sends
LEAST_BASE64 = 60  # shorter words may look like base64 by chance
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SID = re.compile(r"[A-Za-z0-9]{10,64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_IDS = uuid.UUID("5e9f1f0a-3a55-4f0c-9a56-5d8f0f1c7a11")  # makes message ids from Twilio's own

Fields = ImmutableMultiDict[str, str]


class NotAText(ValueError):
    """A body that no text message can be read from."""


@dataclass(frozen=True)
class Incoming:
    """One text as it came in; `repr` shows neither number nor words."""

    sid: str = field(repr=False)
    number: str = field(repr=False)
    body: str = field(repr=False)
    media: int = 0
    opt_out: str = ""  # what Twilio's Advanced Opt-Out made of it: STOP, START, HELP

    @property
    def message_id(self) -> str:
        """The id of the turn: the same for every delivery of this text."""
        return str(uuid.uuid5(_IDS, self.sid))

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Incoming:
        """From what was stored, by this release or an earlier one."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})


def fields_of(body: bytes) -> Fields:
    """All fields of a form, blank ones too: Twilio signs them. Raises NotAText."""
    try:
        pairs = parse_qsl(body.decode("ascii", "replace"), True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise NotAText("too many fields") from None
    return ImmutableMultiDict(pairs)


def is_signed(token: str, url: str, fields: Fields, signature: str) -> bool:
    """Whether Twilio, or whoever else has the token, signed exactly this."""
    return bool(signature) and bool(RequestValidator(token).validate(url, fields, signature))


def from_base64(text: str) -> str:
    """Long texts sometimes come in as base64; what does not decode to words stays as it is."""
    bare = "".join(text.split())
    if len(bare) < LEAST_BASE64 or len(bare) % 4 or " " in text.strip() or not _BASE64.fullmatch(bare):
        return text
    try:
        words = base64.b64decode(bare, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
    readable = sum(sign.isprintable() or sign.isspace() for sign in words)
    return words if words and readable >= 0.9 * len(words) else text


def _visible(text: str) -> str:
    """The text, or nothing where nobody could see any of it."""
    return text if any(unicodedata.category(sign)[0] not in "CZ" for sign in text) else ""


def incoming_of(fields: Fields) -> Incoming:
    """The text in the fields; those that we do not know are left alone. Raises NotAText without an id or a sender."""
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid") or ""
    number = (fields.get("From") or "").strip()
    if not _SID.fullmatch(sid) or not number:
        raise NotAText("no id or no sender")
    media = fields.get("NumMedia") or "0"
    return Incoming(
        sid, number, _visible(cleaned(from_base64(fields.get("Body") or ""))[:MOST_BODY].strip()),
        int(media) if media.isascii() and media.isdecimal() and len(media) < 4 else 0,
        (fields.get("OptOutType") or "").upper()[:8],
    )  # fmt: skip
