"""Guesses whether a message is in English or Spanish, from common words alone; anything unclear is English."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "es"]

_WORD = re.compile(r"[a-záéíóúüñ]+")
# Words of one language that are no common words of the other.
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
    "terapia grupo consejero".split()
)
_ENGLISH = frozenset(
    "the and is are was were what how when where who why do does did can could will would should have has had my your his her their our this that "
    "these those with for from about you they he she we it i im not dont need want help please thanks hello hi there get go going of to in on at "
    "be been if or but so just like out up all any some more insurance program treatment sober rehab meeting".split()
)
# Written alike in both, or too short to say anything.
_SHARED = frozenset("no me a o si se va es te le la hospital programa alcohol en lo de un y mi son".split())


def guess_language(text: str) -> Language:
    """`es` where Spanish words outweigh English ones, `en` otherwise."""
    words = _WORD.findall(text[:2000].lower())
    spanish = sum((0.4 if word in _SHARED else 1.0) for word in words if word in _SPANISH)
    english = sum(1.0 for word in words if word in _ENGLISH)
    marks = 1.0 if any(sign in text for sign in "¿¡ñ") else 0.0
    return "es" if spanish + marks >= 1.0 and spanish + marks > english else "en"


def clear_language(text: str) -> Language | None:
    """The language where the words show one; None for "ok", "806 555 0150" and the like, so that the last one stays."""
    if guess_language(text) == "es":
        return "es"
    english = sum(1 for word in _WORD.findall(text[:2000].lower()) if word in _ENGLISH)
    return "en" if english >= 2 else None
