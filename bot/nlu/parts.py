"""Splits a message into the parts that may each carry a meaning of their own."""

from __future__ import annotations

import re

MOST_PARTS = 6
LEAST_WORDS = 3

_BREAK = re.compile(
    r"(?<=[?!])\s+|(?<=[a-z)][.])\s+|\n+|\s*;\s*"
    r"|,?\s+(?:and|n|&|but|also|plus|y)\s+(?=(?:how|what|when|where|who|why|do|does|is|are|can|could|will|would|should|which|also|if)\b)",
    re.IGNORECASE,
)


def parts(text: str) -> list[str]:
    """The parts of `text` in order, each of at least LEAST_WORDS words; [] when it has only one."""
    pieces = [piece.strip() for piece in _BREAK.split(text) if piece and piece.strip()]
    merged: list[str] = []
    for piece in pieces:
        if merged and (len(piece.split()) < LEAST_WORDS or len(merged[-1].split()) < LEAST_WORDS):
            merged[-1] = f"{merged[-1]} {piece}"
        else:
            merged.append(piece)
    return merged[-MOST_PARTS:] if len(merged) > 1 else []
