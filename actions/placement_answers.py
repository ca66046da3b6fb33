"""What an answer to the check means: rules for what is plain, the trained reading for all other words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.placement_patterns import (
    CLAUSE,
    DENIED,
    LEAVING_NOW,
    LONG_AGO,
    NAMED,
    VOLUNTEERED,
)
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
SIGNS = {"👍": "yes", "✅": "yes", "👎": "no", "❌": "no", "🤷": "not_sure"}
NUMBER_WORDS = {
    "one": "1", "first": "1", "1st": "1", "two": "2", "second": "2", "2nd": "2", "three": "3", "third": "3", "3rd": "3",
    "four": "4", "fourth": "4", "4th": "4", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "primera": "1", "segunda": "2",
    "tercera": "3",
}  # fmt: skip
_FILLERS = frozenset(
    "just only both number numbers option options and y & plus or the i think probably yes yeah yep are is true apply applies to "
    "for me say i'd it's its would be said al la las el los numero mark put check # with also".split()
)
_DENYING = frozenset("not no but except minus pero sin".split())
_NUMBER_TOKEN = re.compile(r"(?<![\d.])[1-4]{1,3}(?!\d|[.]\d)|[^\W\d][\w']*|[&#]")
_ALL = re.compile(
    r"^(?:all|all (?:of )?(?:them|the above|it|'?em|those)|all (?:three|3)|every ?one|todas|las tres|the first (?:three|3))[.! ]*$"
)
_ALL_BUT = re.compile(r"^(?:all|every ?thing|every ?one|todas?)(?: of (?:them|those))? (?:but|except|menos)\b")
_NONE = re.compile(
    r"^(?:none(?: of (?:them|those|these|the above|that))?(?: appl(?:y|ies))?|no(?:pe|ne)?|neither|nah|naw|4|ningun[oa](?: de .*)?|nada|"
    r"not any(?: of (?:them|those))?)[.! ]*$"
)
_EACH = re.compile(r"\b([1-3])\s*[).:=-]?\s*(yes|no|y|n|true|false|sí|si)\b")


@dataclass(frozen=True)
class Reading:
    """One of yes, no, not_sure, skip, question; how sure; and at the last question which parts are true."""

    meaning: str
    confidence: float = 1.0
    background: tuple[str, ...] = field(default=(), repr=False)


def _bare(text: str) -> str:
    return text.strip(" .!,-")


def plain_answer(text: str) -> str | None:
    """yes, no, not_sure or skip, where a message consists of a usual word for it; None otherwise."""
    sign = SIGNS.get(text.strip()[:1])
    if sign and not any(letter.isalnum() for letter in text):
        return sign
    for said in (_bare(" ".join(text.lower().split())), _bare(plain(text))):
        for meaning, words in (("yes", YES), ("no", NO), ("not_sure", NOT_SURE), ("skip", SKIP)):
            if said in words:
                return meaning
    return None


def _number_tokens(said: str) -> list[str]:
    said = re.sub(r"\b(first|second|third|fourth|1st|2nd|3rd|4th|number) one\b", lambda found: found[1] + (
        " 1" if found[1] == "number" else ""), said)  # fmt: skip
    return [NUMBER_WORDS.get(token, token) for token in _NUMBER_TOKEN.findall(said)]


def _numbers(text: str) -> tuple[str, ...] | None:
    """The parts named by number alone; () for none of them, None where words say more."""
    said = " ".join(text.lower().split()).strip(" .!,-")  # not `plain`: there "2" is "to"
    if _NONE.match(said):
        return ()
    if _ALL.match(said):
        return PARTS
    each = _EACH.findall(said)
    if len(each) > 1:
        return tuple(part for part in PARTS if any(one == part and word[0] in "yts" for one, word in each))
    all_but = _ALL_BUT.match(said)
    true, denied, denying = set[str](), set[str](), bool(all_but)
    for token in _number_tokens(said[all_but.end() :] if all_but else said):
        if token[0].isdigit():
            (denied if denying else true).update(token)
        elif token in _DENYING:
            denying = True
        elif token in ("yes", "yeah"):
            denying = False
        elif token not in _FILLERS:
            return None
    if not true and not (all_but and denied):
        return None
    return tuple(part for part in PARTS if part in (set(PARTS) if all_but else true) - denied)


def _named(text: str, readings: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts that the words name and do not deny, clause by clause."""
    clauses = [clause for clause in CLAUSE.split(plain(text)) if clause.strip()]
    true = set()
    for clause in clauses:
        for part, pattern in NAMED.items():
            found = pattern.search(clause)
            long_ago = part == "1" and LONG_AGO.search(clause) and not LEAVING_NOW.search(clause)
            if found and not long_ago and not DENIED.search(clause[: found.start()]):
                true.add(part)
    if len(clauses) == 1:  # the reading is of the whole message, so it speaks of a part only where there is one clause
        readings_of = {part: readings.get(f"background_{part}", ["not_sure", 0.0]) for part in true}
        true = {part for part, (meaning, chance) in readings_of.items() if meaning != "no" or chance < PART_SURE}
    return tuple(part for part in PARTS if part in true)


def _background(text: str, readings: Mapping[str, Any]) -> Reading:
    numbers = _numbers(text)
    if numbers is not None:
        return Reading("yes" if numbers else "no", 1.0, numbers)
    plainly = plain_answer(text)
    if plainly in ("not_sure", "skip"):
        return Reading(plainly)
    true = _named(text, readings)
    if true:
        return Reading("yes", 1.0, true)
    if plainly == "yes":
        return Reading("not_sure", 0.5)  # "yes" to a list of four says nothing yet
    best = max((readings.get(f"background_{part}", ["not_sure", 0.0]) for part in PARTS), key=lambda reading: reading[1])
    # A yes of the model that names nothing says nothing yet: it is asked again.
    return Reading(best[0], float(best[1])) if best[0] != "yes" else Reading("not_sure", 0.0)


def reading_of(question: str, parsed: Mapping[str, Any]) -> Reading:
    """The reading of a parsed message at `question` (a question of the check, a part such as background_2, or consent)."""
    text, readings = parsed.get("text") or "", parsed.get("answer_readings") or {}
    if question == BACKGROUND:
        return _background(text, readings)
    plainly = plain_answer(text)
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
