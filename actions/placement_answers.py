"""What an answer to the check means: rules for what is plain, the trained reading for all other words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.placement_patterns import CORRECTING, NAMED, VOLUNTEERED
from bot.nlu.plain import plain

BACKGROUND = "background"
PARTS = ("1", "2", "3")
PART_SURE = 0.5  # an answer to the last question names several things; each is read by itself

YES = frozenset(
    [
        "yes",
        "y",
        "ya",
        "yah",
        "yea",
        "yeah",
        "yep",
        "yup",
        "yess",
        "yesss",
        "ye",
        "yeh",
        "uh-huh",
        "uhhuh",
        "mhm",
        "mmhmm",
        "sure",
        "ok",
        "okay",
        "definitely",
        "absolutely",
        "correct",
        "affirmative",
        "si",
        "sí",
        "claro",
        "true",
        "100%",
        "totally",
        "obviously",
        "yessir",
        "yes'm",
    ]
) | {
    "yes sir",
    "yes ma'am",
    "of course",
    "for sure",
    "i do",
    "i am",
    "we do",
    "they do",
    "hell yes",
    "hell yeah",
    "i have",
    "por supuesto",
}
NO = frozenset(
    [
        "no",
        "n",
        "nah",
        "naw",
        "nope",
        "nop",
        "noo",
        "nooo",
        "never",
        "negative",
        "nada",
        "na",
        "nuh-uh",
        "0",
        "zero",
        "ninguno",
        "ninguna",
    ]
) | {
    "no sir",
    "no ma'am",
    "not at all",
    "no way",
    "hell no",
    "i don't",
    "not really",
    "i do not",
    "i am not",
    "i'm not",
    "none",
    "para nada",
}
NOT_SURE = {"idk", "maybe", "i don't know", "not sure", "unsure", "dunno", "i dunno", "kinda", "kind of", "sort of", "sorta", "sometimes",
            "it depends", "depends", "50/50", "no se", "no sé", "tal vez", "quizas", "quizás", "a veces", "mas o menos", "?"}  # fmt: skip
SKIP = {"skip", "next", "pass", "n/a", "na/a", "next question", "skip it", "i'd rather not say", "rather not say", "prefer not to say",
        "none of your business", "no comment", "paso", "siguiente", "saltar"}  # fmt: skip
_NUMBERS = re.compile(r"\b([1-4])\b")
_NUMBER_WORDS = {"one": "1", "first": "1", "two": "2", "second": "2", "three": "3", "third": "3", "four": "4", "fourth": "4",
                 "uno": "1", "dos": "2", "tres": "3", "cuatro": "4"}  # fmt: skip
_ONLY_NUMBERS = re.compile(r"^(?:(?:just|only|both|number|numbers|#|option|and|y|&|,|\+|/|[1-4]|one|two|three|four|first|second|third"
                           r"|fourth|uno|dos|tres|cuatro|the|i think|probably)[\s,.]*)+$")  # fmt: skip
_ALL = re.compile(
    r"^(?:all|all of (?:them|the above|it)|all (?:three|3)|every one|todas|las tres|the first (?:three|3))[.! ]*$"
)
_NONE = re.compile(
    r"^(?:none(?: of (?:them|those|these|the above|that))?|no(?:pe|ne)?|neither|nah|4|ninguna|nada|not any)[.! ]*$"
)


@dataclass(frozen=True)
class Reading:
    """One of yes, no, not_sure, skip, question; how sure; and at the last question which parts are true."""

    meaning: str
    confidence: float = 1.0
    background: tuple[str, ...] = field(default=(), repr=False)


def _bare(text: str) -> str:
    return plain(text).strip(" .!,-")


def _plain_answer(text: str) -> str | None:
    said = _bare(text)
    for meaning, words in (("yes", YES), ("no", NO), ("not_sure", NOT_SURE), ("skip", SKIP)):
        if said in words:
            return meaning
    return None


def _numbers(text: str) -> tuple[str, ...] | None:
    """The parts named by number alone; () for none of them, None where words say more."""
    said = " ".join(text.lower().split()).strip(" .!,-")  # not `plain`: there "2" is "to"
    if _NONE.match(said):
        return ()
    if _ALL.match(said):
        return PARTS
    if not said or not _ONLY_NUMBERS.match(said):
        return None
    for word, number in _NUMBER_WORDS.items():
        said = re.sub(rf"\b{word}\b", number, said)
    found = tuple(sorted(set(_NUMBERS.findall(said))))
    return None if not found else tuple(one for one in found if one in PARTS)


def _background(text: str, readings: Mapping[str, Any]) -> Reading:
    numbers = _numbers(text)
    if numbers is not None:
        return Reading("yes" if numbers else "no", 1.0, numbers)
    plainly = _plain_answer(text)
    if plainly in ("not_sure", "skip"):
        return Reading(plainly)
    named = tuple(part for part, pattern in NAMED.items() if pattern.search(plain(text)))
    per_part = {part: readings.get(f"background_{part}", ["not_sure", 0.0]) for part in PARTS}
    true = tuple(part for part in named if per_part[part][0] != "no" or per_part[part][1] < PART_SURE)
    if true:
        return Reading("yes", 1.0, true)
    if plainly == "yes":
        return Reading("not_sure", 0.5)  # "yes" to a list of four says nothing yet
    meanings = list(per_part.values())
    best = max(meanings, key=lambda reading: reading[1])
    return Reading(best[0] if best[0] != "yes" else "not_sure", float(best[1]))


def reading_of(question: str, parsed: Mapping[str, Any]) -> Reading:
    """The reading of a parsed message at `question` (a question of the check, a part such as background_2, or consent)."""
    text, readings = parsed.get("text") or "", parsed.get("answer_readings") or {}
    if question == BACKGROUND:
        return _background(text, readings)
    plainly = _plain_answer(text)
    if plainly:
        return Reading(plainly)
    meaning, confidence = readings.get(question, ["not_sure", 0.0])
    return Reading(str(meaning), float(confidence))


def volunteered(text: str) -> dict[str, str]:
    """Answers that a free message gives by itself, by question; only what is said outright."""
    said = plain(text)
    found: dict[str, str] = {}
    for question, answer, pattern in VOLUNTEERED:
        if question not in found and pattern.search(said):
            found[question] = answer
    return found


def corrections(text: str) -> dict[str, str]:
    """Answers that a message takes back or changes, by question; {} where it is no correction."""
    said = plain(text)
    if not CORRECTING.search(said):
        return {}
    return volunteered(text)
