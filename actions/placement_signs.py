"""Which readings count as an answer to the check: what shows no sign of answering is asked again, and nobody is made a minor by guess. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.nlu.plain import plain

SMALL_TALK, SURE_SMALL_TALK = ("out_of_scope", "chitchat"), 0.95
YOUNGEST, GROWN, OLDEST = 10, 18, 110
_AGE_WORDS = (
    r"(?:i|i'm|im|am|he|he's|she|she's|they|they're|is|are|it's|my \w+|yes|yeah|yep|no|nope|just|only|about|over|now|turned|age|aged|"
    r"years?|yrs?|old|yo|y/o|y\.o\.|tengo|tiene|mi \w+|a[nñ]os|edad|and|a|almost|nearly|i was|actually|wait)"
)
_AGE = re.compile(rf"^(?:{_AGE_WORDS}[\s,.]*)*(\d{{1,3}})(?:[\s,.]*{_AGE_WORDS})*[\s.!]*$")
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|diez|once|doce|trece|catorce|quince|diecis[eé]is|diecisiete)"
_MINOR = re.compile(
    rf"\b(?:under ?age\w*|minors?|under (?:18|eighteen)|below 18|younger than 18|not (?:yet |quite )?(?:18|eighteen)|(?:almost|nearly) (?:18|eighteen)|"
    rf"(?:turn\w*|until|till|be) (?:i'm |i am |i turn |he turns |she turns )?(?:18|eighteen)\b(?! (?:last|years? ago|in (?:19|20)))|menor(?:es)?(?: de edad)?|"
    rf"no tengo (?:18|dieciocho)|not yet|not until|todav[ií]a no|a[uú]n no|(?:i'm|im|am|is|he's|she's|they're|tengo|tiene|turned|only|just) "
    rf"(?:only |just |still )?(?:1[0-7]|{_TEENS})\b(?! ?(?:%|/|days|weeks|months|years? (?:sober|in)|miles|min)))"
)
_NO = re.compile(
    r"^(?:no|nope|nah|naw|negative|not)\b(?!\W*(?:one|body|in|wait|problem|danger|that|worries|sure|i (?:said|told|mean|already)|"
    r"(?:i'm|im|i am|we're|we are|he's|she's|everyone|everybody|all)\W+\w*\W*(?:fine|ok|okay|good|safe|alright|hurt|danger)))(?:\W+\w+){0,5}\W*$"
)
_LETTER = re.compile(r"[^\W\d_]")


def age_of(text: str) -> int | None:
    """The age that a message consists of; None where it names none or says more."""
    found = _AGE.match(" ".join(text.lower().replace("\u2019", "'").split()))
    age = int(found[1]) if found else None
    return age if age is not None and YOUNGEST <= age <= OLDEST else None


def grown(text: str) -> str | None:
    """What an age, or being a minor, in the words answers to "18 or older?": yes, no, or None."""
    age, said = age_of(text), text.lower().replace("\u2019", "'")
    if _MINOR.search(said) or (age is not None and age < GROWN):
        return "no"
    return "yes" if age is not None else None


def is_clear_minor(text: str) -> bool:
    """Whether it is beyond doubt that a message says "not 18": a no that begins it, or an age; a wrong stop here is grave."""
    said = text.lower().replace("\u2019", "'").strip()
    return grown(text) == "no" or bool(_NO.match(said) or _NO.match(plain(text)))


def counts(question: str, parsed: Mapping[str, Any], text: str) -> bool:
    """Whether a reading by the model may count at `question`: the words show a sign of answering it."""
    if not _LETTER.search(text):
        return False
    signs = parsed.get("answer_signs")
    if signs is None:
        return True  # the reader in service does not look for signs
    intent = parsed.get("intent") or {}
    small_talk = intent.get("name") in SMALL_TALK and float(intent.get("confidence") or 0) >= SURE_SMALL_TALK
    parts = [question] if question != "background" else ["background_1", "background_2", "background_3"]
    return max(signs.get(part, 0) for part in parts) >= (2 if small_talk else 1)
