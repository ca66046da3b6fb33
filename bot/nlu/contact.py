"""Reads a name and a phone number in any usual way of writing them."""

from __future__ import annotations

import re

import phonenumbers

REGION = "US"
MOST_NAME_WORDS = 4
_SPOKEN = {"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
           "seven": "7", "eight": "8", "nine": "9", "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4",
           "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9"}  # fmt: skip
_LEAD = re.compile(
    r"^(?:hi|hello|hey|hola|ok|okay|sure|yes|yeah|well|um+|uh+)?[,. ]*(?:(?:my|the) (?:full |first |last )?name(?:'s| is|s)?|"
    r"name(?:'s| is|:)|i am|i'm|im|this is|it's|its|it is|call me|they call me|just|you can call me|people call me|"
    r"me llamo|mi nombre es|soy|se llama)\s+",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[^A-Za-zÀ-ÿ' .-]")
_NO_NAMES = frozenset(
    [
        "no",
        "yes",
        "ok",
        "okay",
        "skip",
        "none",
        "nope",
        "idk",
        "why",
        "what",
        "how",
        "who",
        "when",
        "where",
        "stop",
        "later",
        "maybe",
        "anonymous",
    ]
)


def read_phone(text: str) -> tuple[str, str] | None:
    """(E.164, the number as read back "806-555-0142") of the first valid number in the text; None without one."""
    for candidate in (text, _digits_of_words(text)):
        for match in phonenumbers.PhoneNumberMatcher(candidate, REGION, leniency=phonenumbers.Leniency.VALID):
            return _shown(match.number)
    digits = re.sub(r"\D", "", _digits_of_words(text))
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != 10:
        return None
    number = phonenumbers.parse(digits, REGION)
    return _shown(number) if phonenumbers.is_valid_number(number) else None


def _digits_of_words(text: str) -> str:
    return " ".join(_SPOKEN.get(word.strip(".,-").lower(), word) for word in text.split())


def _shown(number: phonenumbers.PhoneNumber) -> tuple[str, str]:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == 1:
        local = str(number.national_number)
        return e164, f"{local[:3]}-{local[3:6]}-{local[6:]}"
    return e164, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def read_name(text: str) -> str | None:
    """The name in an answer to "what is your name?"; None when it does not look like one."""
    rest = _LEAD.sub("", text.strip()).split("\n")[0]
    rest = re.split(r"[,.!?;]|\s+(?:and|but|y|from|at)\s+", rest)[0].strip(" .'-")
    words = rest.split()
    if not words or len(words) > MOST_NAME_WORDS or _NO_NAME.search(rest) or words[0].lower() in _NO_NAMES:
        return None
    return " ".join(
        word if any(sign.isupper() for sign in word[1:]) and not word.isupper() else word.capitalize() for word in words
    )
