"""Brings a typed message to the plain form that the intent model reads."""

from __future__ import annotations

import re
import unicodedata

READ_CHARACTERS = 2000  # what the intent model reads of one message; the safety net reads all of it

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "´": "'", "`": "'"})
_REPEATS = re.compile(r"(.)\1{2,}")
_SPACE = re.compile(r"\s+")
_DROP = re.compile(r"[^\w\s'?!$%&/+.,:-]")
# Texting spellings that stand for one thing whatever the sentence; longer lists did not help (benchmarks/).
_TEXTING = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "n": "and", "pls": "please", "plz": "please", "thx": "thanks",
    "ty": "thanks", "b4": "before", "w": "with", "w/": "with", "wo": "without", "w/o": "without", "wat": "what",
    "wut": "what", "dont": "don't", "cant": "can't", "wont": "won't", "im": "i'm", "ive": "i've", "id": "i'd",
    "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "havent": "haven't", "gonna": "going to",
    "wanna": "want to", "gotta": "have to", "tho": "though", "bc": "because", "cuz": "because", "bcuz": "because",
    "abt": "about", "ppl": "people", "yall": "you all", "y'all": "you all", "ya'll": "you all", "idk": "i don't know",
    "rn": "right now", "2": "to", "4": "for", "da": "the", "tha": "the", "dat": "that", "hrs": "hours", "wk": "week",
    "wks": "weeks", "appt": "appointment", "ins": "insurance", "meds": "medication", "msg": "message",
    "tmrw": "tomorrow", "2mrw": "tomorrow", "2day": "today", "2nite": "tonight", "gf": "girlfriend",
    "bf": "boyfriend", "hubby": "husband", "sis": "sister", "bro": "brother", "prob": "probably", "ok": "okay", "k": "okay",
    "whats": "what's", "hows": "how's", "wheres": "where's", "whos": "who's", "thats": "that's", "theres": "there's",
    "cuanto": "how much", "rly": "really", "smth": "something", "sum1": "someone", "any1": "anyone", "bday": "birthday",
}  # fmt: skip
# A letter that is the whole message answers; inside a sentence it is the texting spelling above.
_ALONE = {"y": "yes", "n": "no"}


def plain(text: str) -> str:
    """Lower case, straight quotes, one space, no accents, texting spellings written out; READ_CHARACTERS characters at most.

    Accents go because half of those who write Spanish on a telephone leave them out.
    """
    text = unicodedata.normalize("NFKC", text[:READ_CHARACTERS]).translate(_QUOTES).lower()
    if not text.isascii():
        apart = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))
    text = _REPEATS.sub(r"\1\1", _DROP.sub(" ", text))
    alone = _ALONE.get(text.strip(" .,!"))
    if alone:
        return alone
    words = []
    for word in _SPACE.split(text.strip()):
        bare = word.strip(".,!?:;")
        words.append(word.replace(bare, _TEXTING[bare], 1) if bare in _TEXTING else word)
    return " ".join(words)
