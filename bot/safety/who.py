"""Whom a hit is about: the writer or somebody else, a child or not, on purpose or not."""

from collections.abc import Iterable, Sequence

from bot.safety.matcher import STOP
from bot.safety.table import Hit, load_classes
from bot.safety.verdict import Person

_SELF = frozenset("i me my myself mine yo me mi".split())
_classes = load_classes()
_KIN = frozenset(_classes["kin"]) | frozenset("hijo hija hermano hermana esposo esposa mama papa novio novia amigo amiga bebe nino nina marido primo prima tio tia".split())
_OTHERS = _KIN | frozenset("he she they him her them someone himself herself themselves ella ellos".split())
_YOUNG = frozenset(_classes["young"]) - {"year_old"} | frozenset("hijo hija bebe nino nina ninos nieto".split())
# Grown sons and daughters are called so as well; these words are children without doubt.
_SURELY_YOUNG = frozenset("kid kids child children baby toddler infant newborn teen teenager babies bebe nino nina ninos".split())
_AGES = frozenset(str(age) for age in range(1, 18))
# The writer's own doing: "i" as the subject right before these makes the hit the writer's.
_INTENT = ("suicide.",)


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
    words = set(tokens)
    aged = any(
        token in _AGES and tokens[at + 1 : at + 3] in (["year", "old"], ["years", "old"], ["yr", "old"])
        or token in _AGES and at >= 2 and tokens[at - 2] == "i" and tokens[at - 1] == "am" and tokens[at + 1 : at + 2] not in (["days"], ["weeks"], ["months"], ["hours"], ["years"])
        for at, token in enumerate(tokens)
    )
    return aged or (person == "other" and bool(words & _SURELY_YOUNG))


def on_purpose(kind: str, danger: Iterable[Hit]) -> bool:
    """Death or harm was meant: the danger is suicide, or stands beside talk of it."""
    return kind == "crisis_suicide" or any(hit.group.kind == "crisis_suicide" for hit in danger)
