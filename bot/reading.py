"""How hard an English text is to read: the Flesch-Kincaid grade, phone numbers left out. Pure."""

from __future__ import annotations

import re

_PHONE = re.compile(r"\+?\d[\d .()-]{5,}\d|\{\w+\}")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d+")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$|[\"')])|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(
    r"(?<=[^aeiouylr])e$|(?<=[aeiouy][lr])e$|(?<=[^aeiouytd])ed$|(?<=[^aeiousxzcgylr])es$|(?<=[aeiouy][lr])es$"
)
# Two vowels that are said apart (medi-a, sci-ence), where letters alone count one.
_APART = re.compile(r"i[ao](?!us|n\b|ns\b|l\b|lly)|ien|iet|[aeu]o[^aeiou]|(?<!q)ua[lt]|[^aeiou]eing|ying|oing|uing|creat")
_TOGETHER = re.compile(r"[tscg]i[ao]|[tsc]ien")
_KNOWN = {
    "every": 2, "people": 2, "someone": 2, "something": 2, "sometimes": 2, "somewhere": 2, "iop": 3, "fmla": 4, "hr": 2,
    "area": 3, "idea": 3, "ideas": 3, "being": 2, "doing": 2, "going": 2, "client": 2, "quiet": 2, "diet": 2, "science": 2,
    "safely": 2, "guardian": 3, "medicine": 3, "medicines": 3, "medicaid": 3, "use": 1, "used": 1, "uses": 2, "home": 1,
    "aftercare": 3, "whatever": 3, "don't": 1, "didn't": 2, "isn't": 2, "doesn't": 2, "u": 1, "na": 2, "aa": 2, "id": 2,
    "diabetes": 4, "closely": 2, "themselves": 2, "one": 1, "ones": 1, "everyone": 3, "anyone": 3, "valium": 3,
}  # fmt: skip


def syllables(word: str) -> int:
    """Syllables of one English word, by its letters; a number counts one."""
    bare = word.lower().strip("'’-")
    if bare in _KNOWN:
        return _KNOWN[bare]
    if "-" in bare:
        return sum(syllables(part) for part in bare.split("-") if part)
    bare = re.sub(r"['’](?:s|t|ll|re|ve|m|d)?", "", bare)
    if not re.search(r"[a-z]", bare):
        return 1
    apart = len(_APART.findall(bare)) - len(_TOGETHER.findall(bare))
    spoken = _SILENT_END.sub("", bare) if len(bare) > 2 else bare
    return max(1, len(_VOWELS.findall(spoken)) + max(0, apart))


def grade(text: str) -> float:
    """Flesch-Kincaid grade of a text (US school years); 0.0 for a text without words."""
    read = _PHONE.sub(" ", text)
    words = _WORD.findall(read)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(read) if _WORD.search(part))
    spoken = sum(syllables(word) for word in words)
    return round(0.39 * len(words) / max(1, sentences) + 11.8 * spoken / len(words) - 15.59, 1)
