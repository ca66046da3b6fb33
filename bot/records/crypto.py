"""Encryption at rest: AES-256-GCM with a key id beside each sealed value, and keyed hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import WrongKey
from bot.settings import BadSetting

KEY_BYTES, NONCE_BYTES = 32, 12
_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")
MALFORMED = (
    'ENCRYPTION_KEYS must be "id:base64" of 32 bytes each, separated by commas, the first one encrypts. '
    "Make a key with `openssl rand -base64 32`."
)


@dataclass(frozen=True)
class Sealed:
    """Encrypted bytes and the id of the key that opens them."""

    key_id: str
    data: bytes = field(repr=False)


def parse_keys(text: str) -> dict[str, bytes]:
    """Keys by id from "id:base64,id2:base64", the first one first. Raises BadSetting without naming a value."""
    keys: dict[str, bytes] = {}
    for part in filter(None, re.split(r"[,\s]+", text.strip())):
        name, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, altchars=b"-_" if re.search("[-_]", encoded) else None, validate=True)
        except (binascii.Error, ValueError):
            raise BadSetting(MALFORMED) from None
        if not _ID.fullmatch(name) or len(key) != KEY_BYTES or name in keys:
            raise BadSetting(MALFORMED)
        keys[name] = key
    if not keys:
        raise BadSetting(MALFORMED)
    return keys


class Cipher:
    """Seals with the first key, opens with any; `place` binds a value to its row, so rows cannot be swapped."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = dict(keys)
        self.key_id = next(iter(keys))

    def __repr__(self) -> str:
        return f"<Cipher {self.key_id}>"

    def knows(self, key_id: str) -> bool:
        """Whether a value under this key can be opened."""
        return key_id in self._keys

    def seal(self, value: Any, place: str) -> Sealed:
        """Encrypt a JSON value."""
        nonce = os.urandom(NONCE_BYTES)
        plain = json.dumps(value, separators=(",", ":")).encode("ascii")
        return Sealed(self.key_id, nonce + AESGCM(self._keys[self.key_id]).encrypt(nonce, plain, place.encode()))

    def open(self, sealed: Sealed, place: str) -> Any:
        """The JSON value. Raises WrongKey when no key fits."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise WrongKey(f"A stored value needs the encryption key '{sealed.key_id}', which is not among the keys.")
        data = bytes(sealed.data)
        try:
            plain = AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise WrongKey(
                f"A stored value does not open with the encryption key '{sealed.key_id}': another key under the same "
                "name, or the value was changed."
            ) from None
        return json.loads(plain)

    def body_hash(self, body: str) -> str:
        """Keyed hashes of a message body, one a key ("id=hex;id2=hex2"), so that a retry survives a key change."""
        data = body.encode("utf-8", "surrogatepass")
        return ";".join(f"{name}={_mac(key, 'body', data)[:32]}" for name, key in self._keys.items())


def same_body(stored: str, now: str) -> bool:
    """Whether two body hashes are of one body; without a key in common it cannot be told, and yes is assumed."""
    before, after = (dict(part.split("=", 1) for part in text.split(";")) for text in (stored, now))
    shared = before.keys() & after.keys()
    return all(hmac.compare_digest(before[name], after[name]) for name in shared)


def _mac(key: bytes, purpose: str, data: bytes) -> str:
    # A key of its own for each purpose: a hash of one kind tells nothing about another, nor about the sealing key.
    own = hmac.new(key, b"front-door:" + purpose.encode(), hashlib.sha256).digest()
    return hmac.new(own, data, hashlib.sha256).hexdigest()


class Hasher:
    """Keyed hashes that stay the same through key changes; the secret lives sealed in the key check row."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "<Hasher>"

    def hash(self, purpose: str, value: str) -> str:
        """64 hex characters."""
        return _mac(self._secret, purpose, value.encode("utf-8", "surrogatepass"))
