"""What one message holds of a contact: a name, a number, a time, in any order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bot.nlu.contact import read_name, read_phone
from bot.nlu.times import read_time

MOST_CHARACTERS = 200
_NUMBER = re.compile(r"\+?[\d(][\d\s().+/-]{6,}\d")
# Where a name ends and the talk about a number or a time begins.
_NAME_ENDS = re.compile(
    r"\d|[(+]|\b(?:my (?:number|cell|phone)|number|phone|cell|call (?:me )?(?:at|on|after|before)|reach me|after|before|any ?time|"
    r"mornings?|evenings?|mi n[uú]mero|tel[eé]fono|despu[eé]s|antes)\b",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"\b(?:no|(?:don'?t|do not|doesn'?t) have (?:a|any|my|an?other)?|without an?|lost (?:my|the)|ain'?t got (?:a|no)|sin|no tengo|broke)\s*"
    r"(?:\w+ ){0,2}?(?:phone|number|cell|cellphone|tel[eé]fono|n[uú]mero|celular)\b|"
    r"\b(?:don'?t|do not|can'?t) (?:know|remember|recall)\b|^\W*(?:idk|dunno|none|no s[eé]|no me acuerdo|not sure)\W*$",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"\b(?:when|after|before|during|until|between|any|ever|whenever|days?|weeks?|weekly|time|times|hours?|soon|asap|now|later|lunch|break|"
    r"shift|work|school|kids|off|free|home|early|late|noon|am|pm|not (?:on|at|before|after)|except|doesn'?t matter|don'?t care|up to (?:you|them)|"
    r"cuando|despu[eé]s|antes|d[ií]as?|semana|hora|pronto|luego|cualquier|trabajo|libre)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Gathered:
    """What was found; `repr` shows none of it."""

    name: str | None = field(default=None, repr=False)
    phone: tuple[str, str] | None = field(default=None, repr=False)
    time_words: str | None = field(default=None, repr=False)
    time: dict[str, Any] | None = field(default=None, repr=False)


def gather(text: str) -> Gathered:
    """Name, number and time in `text`; of the time also the person's own words."""
    text = text[:MOST_CHARACTERS].strip()
    phone = read_phone(text)
    rest = " ".join(_NUMBER.sub(" ", text).split()) if phone else text
    time = read_time(rest)
    words = rest if time else None
    name = read_name(_NAME_ENDS.split(text)[0].strip(" ,.;:-"))
    return Gathered(name, phone, words, time)


def without_name(found: Gathered) -> Gathered:
    """The same with the name taken off the words of the time ("Dana, after 5")."""
    name, words = found.name or "", found.time_words
    if name and words and words.lower().startswith(name.lower()):
        words = words[len(name) :].strip(" ,.;:-")
    return replace(found, time_words=words)


def has_no_phone(text: str) -> bool:
    """Whether the person says that there is no number to give."""
    return bool(_NO_PHONE.search(text[:MOST_CHARACTERS]))


def speaks_of_time(text: str) -> bool:
    """Whether words without a day or an hour still say when ("once my shift ends")."""
    return bool(_TIME_WORD.search(text[:MOST_CHARACTERS]))
