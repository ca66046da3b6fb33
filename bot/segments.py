"""How many SMS segments a text takes, and the nearest text that fits the small GSM-7 alphabet. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each is sent as an escape and a second unit
# A text of several segments loses room to the header that joins them (3GPP TS 23.040).
ALONE, JOINED = {"GSM-7": 160, "UCS-2": 70}, {"GSM-7": 153, "UCS-2": 67}
_NEAR = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "″": '"', "«": '"',
    "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "…": "...", "•": "-", "·": "-", "×": "x",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\u200d": "", "\ufeff": "", "\t": " ", "ª": "a", "º": "o",
}  # fmt: skip


@dataclass(frozen=True)
class Segments:
    """Parts that a carrier bills; `units` are septets in GSM-7 and 16-bit units in UCS-2."""

    count: int
    encoding: Literal["GSM-7", "UCS-2"]
    units: int


def _widths(text: str, encoding: str) -> list[int]:
    if encoding == "GSM-7":
        return [2 if letter in EXTENDED else 1 for letter in text]
    return [2 if ord(letter) > 0xFFFF else 1 for letter in text]


def _joined(widths: Iterable[int], room: int) -> int:
    """Segments needed where no letter is cut in two."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count


def segments(text: str) -> Segments:
    """Segments of a text as it stands; one letter outside GSM-7 makes all of it UCS-2. An empty text takes none."""
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7" if set(text) <= BASIC | EXTENDED else "UCS-2"
    widths = _widths(text, encoding)
    units = sum(widths)
    if units <= ALONE[encoding]:
        return Segments(min(units, 1), encoding, units)
    return Segments(_joined(widths, JOINED[encoding]), encoding, units)


def _near(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    if letter in _NEAR:
        return _NEAR[letter]
    bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    return bare if bare and set(bare) <= BASIC | EXTENDED else letter


def to_gsm7(text: str) -> str:
    """The text with curly quotes, dashes, ellipses and accents put as GSM-7 has them; what has no stand-in stays."""
    return "".join(_near(letter) for letter in unicodedata.normalize("NFC", text))
