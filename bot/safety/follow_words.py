"""Reads what is typed after a crisis reply: which answer it is, or whether it is plainly about something else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.safety.matcher import Pattern, compile_pattern, pattern_words
from bot.safety.words import STOP, Speller

FILE = Path(__file__).with_name("follow.yml")
ELSEWHERE, GO_ON = "elsewhere", "go_on"
FEW_WORDS = 4  # "insurance", "the hours please": a question without a question word
# Good news and wishes, which a "not" before or amid them turns round ("i am not safe", "this is no joke").
_TURNED_BY_NOT = frozenset(("fine", "joke", "called_yes", "near_yes", "help", "person", "thanks", GO_ON))
_NOT_BEFORE = frozenset("not never nobody without nunca nadie tampoco reason point".split())
_NOT_WITHIN = _NOT_BEFORE | {"no"}
_LOOKED_BACK = 4
_NUMBERS = frozenset(("988", "911"))


@dataclass(frozen=True)
class Answers:
    """The answers people give, and what marks a message about something else."""

    patterns: tuple[tuple[str, int, tuple[Pattern, ...]], ...]
    ordinary: frozenset[str]
    asking: frozenset[str]
    hopeless: frozenset[str]
    speller: Speller

    def name(self, tokens: Sequence[str]) -> str | None:
        """Which answer the words are; None for something else."""
        said = [token for token in tokens if token != STOP]
        for name, most, patterns in self.patterns:
            if name not in (ELSEWHERE, GO_ON) and len(said) <= most and _found(name, patterns, tokens):
                return name
        return None

    def _is(self, wanted: str, tokens: Sequence[str]) -> bool:
        said = [token for token in tokens if token != STOP]
        return any(
            name == wanted and len(said) <= most and _found(name, patterns, tokens) for name, most, patterns in self.patterns
        )

    def goes_on(self, tokens: Sequence[str]) -> bool:
        """Whether the person wants to go on with what was open before."""
        return self._is(GO_ON, tokens)

    def is_asking(self, words: str, tokens: Sequence[str]) -> bool:
        """Whether it is put as a question or a request."""
        return "?" in words or bool(self.asking & set(tokens))

    def is_elsewhere(self, words: str, tokens: Sequence[str]) -> bool:
        """Whether it is plainly a question about the program or the assistant, and not about 911 or 988."""
        said = {token for token in tokens if token != STOP}
        if said & _NUMBERS:
            return False
        if said & self.hopeless:
            return False
        if self._is(ELSEWHERE, tokens):
            return True
        if not said & self.ordinary:
            return False
        return self.is_asking(words, tokens) or (len(said) <= FEW_WORDS and "not" not in said)


def _found(name: str, patterns: Sequence[Pattern], tokens: Sequence[str]) -> bool:
    for pattern in patterns:
        for at in range(len(tokens)):
            span = pattern.find(tokens, at)
            if span and not (name in _TURNED_BY_NOT and _turned(pattern, tokens, *span)):
                return True
    return False


def _turned(pattern: Pattern, tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether a "not" that is no part of the pattern says the opposite of it."""
    if pattern.negative:
        return False
    before = list(tokens[max(0, start - _LOOKED_BACK) : start])
    if STOP in before:
        before = before[len(before) - before[::-1].index(STOP) :]
    within = list(tokens[start:end])
    return bool(_NOT_WITHIN & set(within)) or bool(_NOT_BEFORE & set(before)) or "no one" in " ".join([*before, *within])


@lru_cache(maxsize=1)
def answers() -> Answers:
    """The sheet of follow.yml, compiled."""
    sheet: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ordinary, asking, hopeless = (frozenset(str(sheet.pop(key)).split()) for key in ("ordinary", "asking", "hopeless"))
    compiled = tuple(
        (name, entry["most"], tuple(compile_pattern(line, {}) for line in entry["patterns"].splitlines() if line.strip()))
        for name, entry in sheet.items()
    )
    words = {word for _, _, patterns in compiled for pattern in patterns for word in pattern_words(pattern)}
    return Answers(compiled, ordinary, asking, hopeless, Speller(frozenset(words) | ordinary | asking | hopeless))
