"""Whom a hit is about: the writer or somebody else, a child or not, on purpose or not."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.safety.lists import word_list
from bot.safety.matcher import STOP
from bot.safety.table import Hit, load_classes
from bot.safety.verdict import Person

_SELF = word_list("self")
_OTHERS = frozenset(load_classes()["kin"]) | word_list("kin_spanish") | word_list("others")
_KIN = frozenset(load_classes()["kin"]) | word_list("kin_spanish")
_LOST, _THINGS, _FIRST = word_list("lost"), word_list("not_people"), word_list("first_person")
_THIRD, _THIRD_AFTER_SE = word_list("third_person"), word_list("third_person_after_se")
_THIRD_ENGLISH = word_list("third_person_english")
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
    if any(word in _SELF for word in tokens):
        return "self"
    return "other" if any(word in _OTHERS for word in tokens) or _by_its_verb(tokens) else "self"


def _by_its_verb(tokens: Sequence[str]) -> bool:
    """Whether a text without a subject is about somebody else by its verb: `se quiere matar`, `wants to die`."""
    if _THINGS & set(tokens) or _FIRST & set(tokens):
        return False
    after_se = any(one == "se" and two in _THIRD_AFTER_SE for one, two in pairwise(tokens))
    return after_se or bool(_THIRD & set(tokens)) or tokens[0] in _THIRD_ENGLISH


def talk_turns_to(tokens: Sequence[str]) -> Person | None:
    """Whom the talk is about from this message on: a relative or friend who is there, the writer; None for no change."""
    said = set(tokens)
    if said & _KIN and not said & _LOST and "i" not in said:
        return "other"
    return "self" if "i" in said and not said & _OTHERS else None


def person_in_talk(tokens: Sequence[str], person: Person, before: Person) -> Person:
    """Whom a text is about, `person` by its own words: as the talk before it where these name nobody."""
    said = set(tokens)
    if person == "other" or not said or said & (_SELF | _FIRST | _OTHERS):
        return person
    return "other" if _by_its_verb(tokens) else before


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
