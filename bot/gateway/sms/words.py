"""What a whole text means to the line itself: opt out, opt in, help, the words that steer. Pure; danger is read before."""

from __future__ import annotations

import re
from typing import Literal

Meaning = Literal["out", "in", "help", "more", "erase", "menu", "back", "skip"]

_WORDS: dict[Meaning, tuple[str, ...]] = {
    "out": (
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "end",
        "quit",
        "cancel",
        "revoke",
        "optout",
        "opt out",
        "alto",
        "baja",
    ),
    "in": ("start", "unstop"),
    "help": ("help", "info", "ayuda"),
    "more": ("more", "mas", "más"),
    "erase": ("erase", "borrar"),
    "menu": ("menu", "menú"),
    "back": ("back", "atras", "atrás"),
    "skip": ("skip", "saltar"),
}
_WHOLE: dict[str, Meaning] = {word: meaning for meaning, words in _WORDS.items() for word in words}
# A keyword may be said with these and stays itself: "STOP please". Only for opting out, where a miss annoys somebody.
_POLITE = (
    r"(?:please|pls|plz|thanks|thank you|thx|now|already|right now|ok|okay|hey|hi|hello|yo|yall|guys|por favor|ya|gracias)"
)
_TEXT = r"(?:text|texts|msg|msgs|message|messages|sms)"
_SENDING = r"(?:texting|messaging|msging|contacting|writing|spamming|bothering)(?: to)?"
_WRITE = r"(?:text|message|msg|contact|write|spam|bother)(?: to)?"
_US = r"(?:me|us|this (?:number|phone)|my (?:number|phone|cell))"
_TAIL = r"(?: (?:any ?more|again|ever|ever again|any longer|from now on))*"
_WISH = (
    r"(?:(?:can|could|will|would) (?:you|u|ya|yall) (?:please |pls |just )?|(?:you|u) (?:need|have) to (?:please |just )?|"
    r"i (?:want|need|would like|asked|told) (?:you|u|yall) to (?:please |just )?|id like (?:you|u) to |just |"
    r"i said (?:to )?|let me |i (?:want|would like|need|wanna) to |i wanna |id like to |how do i |how can i )?"
)  # fmt: skip
_LIST = (
    r"(?:(?:your|the|this|ur|that) )?(?:text |texting |sms |message |messaging |contact |call |phone |mailing )?"
    r"(?:list|lists|texts|messages)"
)
_SAYINGS = (
    rf"{_WISH}(?:stop|quit) {_SENDING} {_US}{_TAIL}",
    rf"{_WISH}(?:stop|quit) (?:sending|with) (?:{_US} )?(?:these |the |all |all the |all these |any |any more |so many )?"
    rf"{_TEXT}(?: to {_US})?{_TAIL}",
    rf"{_WISH}(?:stop|end|cancel) (?:the|these|those|all|all the|all these|your|my) {_TEXT}{_TAIL}",
    rf"(?:do not|dont|don t|never) (?:ever )?(?:{_WRITE} {_US}|send (?:{_US} )?(?:any |any more |anymore |more )?{_TEXT})"
    rf"(?: to {_US})?{_TAIL}",
    rf"i (?:do not|dont|don t) (?:want|wanna|need) (?:to (?:get|receive) |to be |you to )?(?:any |any more |anymore |more |"
    rf"these |your |the )*(?:{_TEXT}|texted|{_WRITE} {_US})(?: from (?:you|yall|u))?{_TAIL}",
    rf"{_WISH}stop (?:getting|receiving) (?:these |the |your |any |any more )?{_TEXT}(?: from (?:you|yall|u))?{_TAIL}",
    rf"no (?:more|mas) {_TEXT}(?: to {_US})?",
    rf"{_WISH}(?:take|remove|delete|drop|get) (?:me|us|my number|this number|my cell) (?:off|from|out of|off of) {_LIST}",
    rf"{_WISH}(?:remove|lose) (?:my|this) (?:phone )?number",
    rf"{_WISH}opt (?:me )?out(?: of (?:the |these |your |all )?{_TEXT})?",
    rf"{_WISH}(?:unsubscribe|unenroll)(?: me)?(?: from (?:the |these |your |all |this )?(?:{_TEXT}|list))?",
    r"i revoke (?:my )?consent",
    r"(?:ya )?no (?:me|nos) (?:mande|manden|mandes|envie|envien|envies|escriba|escriban|escribas|textee|texteen|textees)"
    r"(?: (?:mas|ningun|ningunos|otro|estos))?(?: (?:mensajes|mensaje|textos|texto|sms))?(?: mas| nunca mas| otra vez)?",
    r"(?:deje|dejen|deja|pare|paren) de (?:mandarme|enviarme|escribirme|textearme|mandar|enviar|escribir|molestarme)"
    r"(?: (?:mas|estos|los|tantos))?(?: (?:mensajes|mensaje|textos|texto|sms))?",
    r"(?:ya )?no (?:quiero|deseo) (?:recibir )?(?:mas )?(?:mensajes|textos|sms)(?: de ustedes)?",
    r"(?:quite|quiten|quita|borre|borren|saquen|saque)(?:me)? (?:mi numero )?de (?:la|su|esta) lista",
)
_SAYING = re.compile("|".join(f"(?:{one})" for one in _SAYINGS))
_POLITE_EDGE = re.compile(rf"^(?:{_POLITE} )+|(?: {_POLITE})+$")
_KEYWORD_OUT = frozenset(word for word in _WORDS["out"])
_ACCENTS = str.maketrans("áéíóúü", "aeiouu")
MOST_CHARACTERS = 120


def _bare(text: str) -> str:
    """Lower case, apostrophes closed up, everything that is no letter or digit a space."""
    closed = re.sub(r"['’‘`´]", "", text.lower())
    return " ".join(re.sub(r"[^\w]|_", " ", closed).split())


def meaning_of(text: str) -> Meaning | None:
    """What the whole text is, None for something to be answered. "I want to quit" is never an opt-out."""
    if len(text) > MOST_CHARACTERS:
        return None
    bare = _bare(text)
    if bare in _WHOLE:
        return _WHOLE[bare]
    said = bare.split()
    if said and len(set(said)) == 1 and said[0] in ("stop", "unsubscribe"):  # STOP STOP STOP
        return "out"
    plain = _POLITE_EDGE.sub("", bare).strip()
    if plain in _KEYWORD_OUT - {"end", "quit", "cancel"}:  # "cancel please" may be about a request
        return "out"
    return "out" if _SAYING.fullmatch(plain.translate(_ACCENTS)) else None
