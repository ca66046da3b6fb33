"""Conversation tokens: unguessable, signed, limited in time; and keyed hashes that stand for outside names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from bot.errors import FrontDoorError
from bot.settings import Settings

KEY_FILE = "session.key"


class BadToken(FrontDoorError):
    """No token, or one that we did not issue."""


class ExpiredToken(BadToken):
    """A token of ours whose time is over."""


def session_secret(settings: Settings) -> str:
    """The signing secret: SESSION_SECRET, or a key file of our own under var/ that only its owner can read."""
    if settings.session_secret:
        return settings.session_secret
    path = settings.var / KEY_FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _new_key_file(path)


def _new_key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster; its key counts
        time.sleep(0.05)
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


class Tokens:
    """Issues and reads the tokens of web conversations."""

    def __init__(self, secret: str, days: float) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="conversation", signer_kwargs={"digest_method": hashlib.sha256})
        self._key, self.seconds = secret.encode(), int(days * 86400)

    def new(self) -> tuple[str, str, float]:
        """A fresh conversation id, its token, and when the token ends (seconds since 1970)."""
        conversation = "w-" + secrets.token_urlsafe(18)
        return conversation, str(self._signer.dumps(conversation)), time.time() + self.seconds

    def read(self, token: str) -> str:
        """The conversation id of a token; raises BadToken or ExpiredToken."""
        try:
            return str(self._signer.loads(token, max_age=self.seconds))
        except SignatureExpired:
            raise ExpiredToken("expired") from None
        except BadSignature:
            raise BadToken("not ours") from None

    def hashed(self, prefix: str, outside: str) -> str:
        """A conversation id for an outside name (a phone number, a Rasa sender); the name cannot be read from it."""
        digest = hmac.new(self._key, f"{prefix}:{outside}".encode(), hashlib.sha256).digest()
        return f"{prefix}-" + base64.urlsafe_b64encode(digest[:18]).decode()

    def same_secret(self, given: str, wanted: str) -> bool:
        """Compare two secrets in constant time."""
        return hmac.compare_digest(given.encode(), wanted.encode())
