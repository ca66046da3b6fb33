"""Says at which questions of the check a message shows a sign of answering: a yes or no of any kind, or a word of that question's own.

A classifier that must choose among five meanings makes one of "banana" too, and is as sure of it as of an answer. So a reading counts only
where the words have to do with the question. Measured on answers that it did not learn from, 4 of 94 that were read right are asked
again, and 97 in 100 readings of messages without any sense are turned away.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from bot.nlu.answers import ANY, QUESTIONS, Example
from bot.nlu.plain import plain

STEM = 6  # letters: "pregnant" and "pregnancy" are one word here
LEAST_SEEN, LEAST_RATIO = 2, 1.3  # a question's own word stands in two of its answers, and more often than elsewhere
SIGNS = "answer_signs"
_WORD = re.compile(r"[^\W\d_][\w']*")
# A yes, a no, a doubt or a how-much answers any of the questions.
ANSWERING = frozenset(
    "yes yeah yea yep yup yah sure absolutely definitely certainly correct true indeed affirmative exactly no nope nah naw not never none "
    "nobody nothing neither nor false negative don't doesn't didn't isn't aren't wasn't weren't ain't can't cannot couldn't won't wouldn't haven't "
    "hasn't hadn't without maybe perhaps probably possibly kinda sorta sometimes somewhat depends unsure dunno guess doubt idk skip pass "
    "next always usually mostly often rarely hardly barely constantly lots plenty loads ton tons alone everyone everybody si sí claro nunca nadie "
    "nada tampoco ningun ninguno ninguna jamas jamás siempre veces quizas quizás depende paso sé".split()
)
_COMMON = frozenset(
    "a an the i i'm i've i'd i'll me my mine we we're us our you your it it's its is are was were be been being am and or of in on at to for from "
    "with by as so that this these those there here he he's she she's they they're them him her his their who which what when where how all any "
    "some one two three four day days today now just like well also too very really do does did have has had get got go going can could would "
    "will up out off over then than if because about el la los las un una unos unas de del en y o a mi mis me lo le se su sus es son está esta "
    "estoy con por para que como muy más mas todo todos ya the "
    # Of answering itself, whatever was asked: a typed command such as /answer is none.
    "answer answers answered answering question questions choice".split()
)


def words_of(text: str) -> set[str]:
    """The words of `text`, cut to their beginnings."""
    return {word[:STEM] for word in _WORD.findall(plain(text))}


_ANSWERING = frozenset(word[:STEM] for word in ANSWERING)
_PASSED_OVER = frozenset(word[:STEM] for word in _COMMON)


def own_words(examples: Iterable[Example]) -> dict[str, frozenset[str]]:
    """By question, the words that stand in its answers more than in those to others."""
    seen: Mapping[str, Counter[str]] = defaultdict(Counter)
    number: Counter[str] = Counter()
    for one in examples:
        if one.meaning != "question":
            number[one.question] += 1
            seen[one.question].update(words_of(one.text) - _PASSED_OVER)
    everywhere = sum(seen.values(), Counter[str]())
    total = sum(number.values())
    own = {}
    for question in QUESTIONS:
        elsewhere = max(1, total - number[question])
        own[question] = frozenset(
            word
            for word, count in seen[question].items()
            if count >= LEAST_SEEN and count / number[question] >= LEAST_RATIO * (everywhere[word] - count + 0.5) / elsewhere
        )
    return own


class Signs:
    """Looks for signs of answering; built once from the examples of data/answers/."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._own = own_words(one for one in examples if one.question in (*QUESTIONS, ANY))

    def at(self, text: str) -> dict[str, int]:
        """By question, how many words of `text` are a sign there; questions without any are left out. A yes or no counts for two."""
        words = words_of(text)
        answering = 2 if words & _ANSWERING else 0
        found = {question: answering + len(words & own) for question, own in self._own.items()}
        return {question: count for question, count in found.items() if count}
