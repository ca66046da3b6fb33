"""Guesses whether a message is in English or Spanish, from common words alone; anything unclear is English."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "es"]

_WORD = re.compile(r"[a-záéíóúüñ]+")
# Words of Spanish; those that English has as well stand in _SHARED too.
_SPANISH = frozenset(
    "hola buenos buenas dias tardes noches gracias por favor que qué como cómo cuando cuándo donde dónde cuanto cuánto cuesta cuestan quiero "
    "quiere necesito necesita puedo puede pueden tengo tiene tienen estoy esta está estan están soy eres somos son mi mis su sus el los las una "
    "unos unas del al con sin para pero porque muy mas más menos ya aqui aquí alli allí hay hijo hija hermano hermana esposo esposa mama mamá "
    "papa papá abuela abuelo amigo amiga novio novia ayuda ayudar ayudame ayúdame español espanol hablo habla hablan ustedes usted yo tu tú ella "
    "ellos nosotros esto eso este ese bebe beber tomando toma tomar dejar drogas alcohol programa seguro tratamiento morir morirme matar matarme "
    "vivir vida trabajo trabajar dinero adios adiós sobredosis pastillas temblando respira despierta anoche hoy mañana manana ahora siempre nunca "
    "nada nadie algo alguien todo todos también tambien si sí se me te le lo nos les un y o de en la no es a va voy vamos hacer hace haciendo "
    "quien quién cual cuál ser estar ir dice dijo decir sangre pega pegando golpea miedo dolor cerveza consumir reunion cita llamar llamen numero "
    "número hora horas dia día semana meses años cárcel carcel probatoria juez hospital medicina embarazada cuida niños ninos adicto "
    "terapia grupo consejero duele pecho mato aguanto despertar quisiera siguiente lunes martes miercoles jueves viernes preguntas pregunta "
    "rapidas rápidas informacion información llamada llamame llámame ayudo dejo paro sufro vivo anda dame digame dígame otra otro mejor entiendo "
    "bien sé gusta gustaria gustaría cuenta perdon perdón".split()
)
_ENGLISH = frozenset(
    "the and is are was were what how when where who why do does did can could will would should have has had my your his her their our this that "
    "these those with for from about you they he she we it i im not dont need want help please thanks hello hi there get go going of to in on at "
    "be been if or but so just like out up all any some more insurance program treatment sober rehab meeting".split()
)
# Written alike in both, or too short to say anything.
_SHARED = frozenset("no me a o si se va es te le la hospital programa alcohol en lo de un y mi son".split())

# What shows that a chat goes on in English or in Spanish is read more strictly than a first guess: one short word must not turn it.
_MORE_ENGLISH = _ENGLISH | frozenset(
    "nobody someone anyone everybody yes yeah nope never always really very much wife husband mother father brother sister daughter friend kids "
    "years old left right live lives living drink drinks drinking drunk using use used know think feel take took people work working job home now "
    "then than because after before also too them him us its ive id ill youre hes shes theyre isnt wasnt wont cant didnt doesnt havent good bad "
    "tell talk call day days week time sorry fine stop start back one two as by an am being".split()
)
# Signs of courtesy that people of either language use, and words too common among names and products: alone they show nothing.
_COURTESY = frozenset(
    "please thanks hello hi help yes yeah sorry fine stop start back insurance program one two time home now good us".split()
)
# Common to both, a sign of courtesy, or typed for something else by people who write English ("ya" for "yeah").
_AMBIGUOUS = _SHARED | frozenset(
    "ya yo y tu mas sin sus mis dos dice ella papa mama hay soy el al del los las les nos toma ser gracias favor adios amigo amiga manana".split()
)
_ASK = r"(?:can|could|do|does|will|may|is there|puedes?|podemos|podr[ií]a|anyone|anybody|someone|alguien)"
_SPEAK = r"(?:speak|talk|write|switch|change|go|answer|reply|continue|say|text|habla\w*|se habla|escrib\w*|cont[ei]st\w*|respond\w*|segui\w*|cambi\w*)"
_WISH = (
    rf"^(?:(?:{_ASK}|you|u|we|i|it|that|this|me|here|ok|okay|hey|hi|hola|no|sorry|perd[oó]n|just|only|please|por favor|prefer|want|need|quiero|"
    rf"prefiero|ustedes|usted|back|to|in|a|al|en|the|{_SPEAK}) )*"
)
_END = r"(?: (?:please|pls|plz|thanks|por favor|gracias|only|instead|now|here|aqu[ií]|ustedes|there))*$"
_ASKED: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("en", re.compile(_WISH + r"(?:english|ingl[eé]s)" + _END)),
    ("es", re.compile(_WISH + r"(?:spanish|espa[nñ]ol|castellano)" + _END)),
)
_DENIED = re.compile(r"\b(?:not|no|don'?t|can'?t|cannot)\b(?: \w+)? (?:speak|habl\w+|understand|read|entiend\w+)")
_OTHER: dict[Language, Language] = {"en": "es", "es": "en"}


def asked_language(text: str) -> Language | None:
    """The language that a short message asks for ("English please", "¿hablan español?"); None where it asks for none."""
    said = " ".join(re.sub(r"[^\w' ]", " ", text[:200].lower()).split())
    for language, pattern in _ASKED:
        if pattern.match(said):
            return _OTHER[language] if _DENIED.search(said) else language
    return None


def _weight(words: list[str], among: frozenset[str], weak: frozenset[str]) -> float:
    return sum(0.4 if word in weak else 1.0 for word in set(words) if word in among)


def guess_language(text: str) -> Language:
    """`es` where Spanish words outweigh English ones, `en` otherwise."""
    words = _WORD.findall(text[:2000].lower())
    spanish = sum((0.4 if word in _SHARED else 1.0) for word in words if word in _SPANISH)
    english = sum(1.0 for word in words if word in _ENGLISH)
    marks = 1.0 if any(sign in text for sign in "¿¡ñ") else 0.0
    return "es" if spanish + marks >= 1.0 and spanish + marks > english else "en"


def clear_language(text: str) -> Language | None:
    """The language that is asked for or that the words show; None for "ok", "ya ok" and the like, so that the last one stays."""
    asked = asked_language(text)
    if asked:
        return asked
    words = _WORD.findall(text[:2000].lower())
    english = _weight(words, _MORE_ENGLISH, _COURTESY)
    spanish = _weight(words, _SPANISH, _AMBIGUOUS) + (1.0 if any(sign in text for sign in "¿¡ñ") else 0.0)
    if spanish >= 1.0 and spanish > english:
        return "es"
    several = len(text.split()) >= 2
    return "en" if english > spanish and (english >= 2 or (english >= 1 and several and not spanish)) else None
