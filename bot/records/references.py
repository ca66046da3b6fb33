"""Reference codes: six characters that are easy to say and hear on the telephone, such as KTM-482."""

from __future__ import annotations

import secrets

# No letter that looks like a digit or sounds like another one here, no vowels, none twice: no code spells a word.
LETTERS, DIGITS = "HJKMRTWX", "23456789"


def new_reference() -> str:
    """A fresh code; that it is unique is for the caller to see."""
    letters = secrets.SystemRandom().sample(LETTERS, 3)
    return "".join(letters) + "-" + "".join(secrets.choice(DIGITS) for _ in range(3))


def as_stored(said: str) -> str:
    """A code as someone types it ("ktm 482") in the form it is stored."""
    plain = "".join(character for character in said.upper() if character.isascii() and character.isalnum())
    return f"{plain[:3]}-{plain[3:]}"[:16]
