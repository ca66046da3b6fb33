"""Whom a hit is about: the writer or somebody else, a child or not, on purpose or not."""

from collections.abc import Iterable, Sequence

from bot.safety.lists import word_list
from bot.safety.matcher import STOP
from bot.safety.table import Hit, load_classes
from bot.safety.verdict import Person

_SELF = word_list("self")
_OTHERS = frozenset(load_classes()["kin"]) | word_list("kin_spanish") | word_list("others")
_SURELY_YOUNG = word_list("surely_young")
_AGES = frozenset(str(age) for age in range(1, 18))


def person_of(tokens: Sequence[str], hit: Hit) -> Person:
    """The writer (`self`) or somebody else (`other`)."""
    if hit.group.person in ("self", "other"):
        return "self" if hit.group.person == "self" else "other"
    span = tokens[hit.start : hit.end]
    if any(word.endswith("myself") for word in span):
        return "self"
    for word in span:
        if word in _OTHERS:
            return "other"
        if word in ("i", "im"):
            return "self"
    return _subject(tokens, hit.start)


def _subject(tokens: Sequence[str], start: int) -> Person:
    """The nearest subject before the hit, within its sentence."""
    for at in range(start - 1, max(-1, start - 13), -1):
        if tokens[at] == STOP:
            break
        if tokens[at] in _OTHERS:
            return "other"
        if tokens[at] == "i":
            return "self"
    sentence_has_self = any(word in _SELF for word in tokens)
    return "other" if not sentence_has_self and any(word in _OTHERS for word in tokens) else "self"


def is_child(tokens: Sequence[str], person: Person) -> bool:
    """A child is in danger, or the writer is one."""
    aged = any(token in _AGES and _is_age(tokens, at) for at, token in enumerate(tokens))
    return aged or (person == "other" and bool(set(tokens) & _SURELY_YOUNG))


def _is_age(tokens: Sequence[str], at: int) -> bool:
    """`9 year old`, or `i am 15` without days or hours after it."""
    after = list(tokens[at + 1 : at + 3])
    if after in (["year", "old"], ["years", "old"], ["yr", "old"]):
        return True
    return list(tokens[max(0, at - 2) : at]) == ["i", "am"] and after[:1] not in (
        ["days"], ["weeks"], ["months"], ["hours"], ["years"], ["minutes"]
    )  # fmt: skip


def on_purpose(kind: str, danger: Iterable[Hit]) -> bool:
    """Death or harm was meant: the danger is suicide, or stands beside talk of it."""
    return kind == "crisis_suicide" or any(hit.group.kind == "crisis_suicide" for hit in danger)
