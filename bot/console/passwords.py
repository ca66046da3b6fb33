"""Staff passwords and the second factor: argon2 hashes, time-based codes that work once."""

from __future__ import annotations

import hmac
import secrets
import time
from functools import lru_cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST = 12
MOST = 256  # a longer one only costs time
ISSUER = "Admissions console"
STEP_SECONDS = 30
# No characters that look alike: a new password is read from one screen and typed into another.
SYLLABLES = "bcdfghjkmnpqrstvwz", "aeiou"

_hasher = PasswordHasher()  # argon2id with the library's present parameters


class WeakPassword(ValueError):
    """A password that will not do; `reason` names the sentence in words.yml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_strength(password: str, name: str) -> None:
    """Long, not the name, not one thing again and again; raises WeakPassword."""
    if len(password) < LEAST:
        raise WeakPassword("password_short")
    if len(password) > MOST:
        raise WeakPassword("password_long")
    if name.lower() in password.lower() or len(set(password)) < 5:
        raise WeakPassword("password_simple")


def hashed(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(16))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is no account."""
    try:
        _hasher.verify(stored or _nobody(), password[:MOST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def generated() -> str:
    """A password to hand over once: four made-up words and a number, about 65 bits."""
    word = "".join(secrets.choice(SYLLABLES[place % 2]) for place in range(16))
    return "-".join([word[:4], word[4:8], word[8:12], word[12:], str(secrets.randbelow(9000) + 1000)])


def new_secret() -> str:
    """A secret for the second factor."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """What an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The time step a code belongs to, one step early or late at most; None for a wrong code."""
    plain, totp = code.replace(" ", ""), pyotp.TOTP(secret)
    present = int(now if now is not None else time.time()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), plain.encode()):
            return step
    return None
