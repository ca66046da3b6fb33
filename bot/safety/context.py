"""Reads what stands around a dangerous word: a joke, a question in general, the past, a denial."""

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.safety.lists import word_list
from bot.safety.matcher import STOP, Index, Pattern
from bot.safety.table import Hit

Reading = Literal["danger", "soft", "nothing"]

_PRESENT = word_list("present")
_BRIDGE = word_list("bridge")
_DENIALS = word_list("denials")
_NO_DENIAL = word_list("no_denial")
_AUXILIARIES = word_list("auxiliaries")
_NOTIONS = word_list("notions")
_TURNING = word_list("turning")
_OWN_SUBJECT = frozenset(("i", "he", "she", "they", "we", "yo", "ella", "ellos"))
_REACH = 7


class Context:
    """The context patterns, indexed by trigger word."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]]) -> None:
        self.names = tuple(patterns)
        self._index = Index((name, pattern) for name, group in patterns.items() for pattern in group)

    def marks(self, tokens: Sequence[str]) -> list[tuple[str, int, int]]:
        """Every context mark in the text: name, start, end."""
        return [(name, start, end) for name, _, start, end in self._index.found(tokens)]


def reading(hit: Hit, tokens: Sequence[str], marks: Sequence[tuple[str, int, int]]) -> Reading:
    """What a hit means where it stands."""
    start, end = _sentence(tokens, hit.start, hit.end)
    near = [(name, left, right) for name, left, right in marks if left < end and right > start]
    if any(name == "joke" and left < hit.end and right > hit.start for name, left, right in near):
        return "nothing"
    if _long_ago(hit, marks, tokens, start, end):
        return "soft"
    if not hit.group.deny:
        return "danger"
    if not hit.group.sure and any(name == "asking" and left <= hit.start for name, left, _ in near):
        return "nothing"
    if _denied(tokens, start, hit):
        return "soft"
    if _past(hit, tokens, marks, start, end):
        return "soft"
    return "danger"


def _sentence(tokens: Sequence[str], left: int, right: int) -> tuple[int, int]:
    """The sentence (at most 30 words each way) around a span."""
    start = left
    while start > 0 and tokens[start - 1] != STOP and left - start < 30:
        start -= 1
    end = right
    while end < len(tokens) and tokens[end] != STOP and end - right < 30:
        end += 1
    return start, end


def _denied(tokens: Sequence[str], start: int, hit: Hit) -> bool:
    """A `not` before the hit, with nothing but bridge words between."""
    if _TURNING & set(tokens[hit.end : hit.end + _REACH]):
        return False
    at = hit.start
    inside = next((i for i in range(hit.start, hit.end) if tokens[i] in _DENIALS), None)
    if inside is not None and not hit.negative and 0 < inside - hit.start <= 3 and tokens[inside - 1] in _AUXILIARIES:
        return bool(tokens[inside + 1 : inside + 2]) and tokens[inside + 1] not in _NO_DENIAL
    if hit.group.kind != "crisis_suicide" and _no_one(tokens, max(start, hit.start - 3), hit.end):
        return True
    if tokens[hit.start] in _OWN_SUBJECT:
        return False  # "no, i want to die": a no before somebody's own sentence answers something else
    while at > start and hit.start - at < _REACH:
        at -= 1
        if tokens[at] in _DENIALS:
            return tokens[at + 1] not in _NO_DENIAL
        if tokens[at] == "no" and tokens[at + 1] not in ("one", "reason", "point", "longer"):
            return at + 1 == hit.start or tokens[at + 1] in _NOTIONS
        if tokens[at] not in _BRIDGE:
            return False
    return False


def _no_one(tokens: Sequence[str], start: int, end: int) -> bool:
    """`no one is hitting me`: nobody does it."""
    return any(tokens[at] == "no" and tokens[at + 1] == "one" for at in range(start, min(end, len(tokens)) - 1))


def _long_ago(hit: Hit, marks: Sequence[tuple[str, int, int]], tokens: Sequence[str], start: int, end: int) -> bool:
    """A time years back in the sentence or the next one, and no present word right beside the hit."""
    if tokens[end + 1 : end + 2] in (["that"], ["it"], ["this"], ["thats"]):
        end = _sentence(tokens, end + 1, end + 2)[1]
    if not any(name == "long_ago" and left < end and right > start for name, left, right in marks):
        return False
    return not any(name == "present" and left < hit.end + 1 and right > hit.start - 2 for name, left, right in marks)


def _past(hit: Hit, tokens: Sequence[str], marks: Sequence[tuple[str, int, int]], start: int, end: int) -> bool:
    words = set(tokens[max(start, hit.start - 3) : hit.end])
    if words & _PRESENT:
        return False
    # The next sentence may say when: "I overdosed. That was five years ago."
    if tokens[end + 1 : end + 2] in (["that"], ["it"], ["this"], ["but"]):
        end = _sentence(tokens, end + 1, end + 2)[1]
    near = {name for name, left, right in marks if left < end and right > start}
    return "past" in near and "present" not in near
