"""A small language of word patterns and its matcher: words, classes, gaps, sentence starts, and what must not follow.

i @want to die|@kill_self      words, `a|b` one of, `@name` a class, `made_up` two words in a row
very? *2 **8                   optional, up to two words between, up to eight words across sentences
^ $ !word                      sentence starts here, ends here, next word is not this one
overdose%                      overdose, overdoses, overdosed, overdosing
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

from bot.safety.lists import word_list

STOP = "."
Owner = TypeVar("Owner")  # what a pattern stands for: a group, or the name of a context
Phrases = dict[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Words:
    """One of several words or phrases."""

    single: frozenset[str]
    phrases: Phrases
    optional: bool = False

    def ends(self, tokens: Sequence[str], at: int) -> list[int]:
        """Where the next element may begin if this one is read here."""
        if at >= len(tokens):
            return []
        token = tokens[at]
        found = [at + 1] if token in self.single else []
        for rest in self.phrases.get(token, ()):
            end = at + 1 + len(rest)
            if tuple(tokens[at + 1 : end]) == rest:
                found.append(end)
        return found

    @property
    def longest(self) -> int:
        return 1 + max((len(rest) for rests in self.phrases.values() for rest in rests), default=0)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """The first two words of each phrase whose first word alone is not enough."""
        return {(first, rest[0]) for first, rests in self.phrases.items() if first not in self.single for rest in rests}

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The words it may begin with."""
        return self.single | frozenset(self.phrases)


@dataclass(frozen=True)
class Gap:
    """Up to `most` words in between; `across` lets it pass the end of a sentence."""

    most: int
    across: bool


@dataclass(frozen=True)
class Edge:
    """The start or the end of a sentence."""

    start: bool


@dataclass(frozen=True)
class Unless:
    """The next word must not be one of these."""

    words: Words


Element = Words | Gap | Edge | Unless


@dataclass(frozen=True)
class Pattern:
    """One compiled pattern: its elements and the words that make it worth trying."""

    elements: tuple[Element, ...]
    trigger: Words
    reach: int  # how many words before the trigger the pattern may begin
    first: frozenset[str] | None = None  # the words it may begin with; None where anything may stand first
    forward: int = 0  # how many words from the trigger on the pattern may take
    needs: frozenset[str] = frozenset()  # one of these must stand beside the trigger too; empty where nothing must
    negative: bool = False  # a "not" is part of the danger itself ("not breathing"), and denies nothing

    def find(self, tokens: Sequence[str], trigger_at: int) -> tuple[int, int] | None:
        """Span of a match around a trigger word, or None."""
        first = self.first
        for start in range(max(0, trigger_at - self.reach), trigger_at + 1):
            if first is not None and tokens[start] not in first:
                continue
            end = _match(self.elements, 0, tokens, start)
            if end > trigger_at:
                return start, end
        return None


def _match(elements: tuple[Element, ...], i: int, tokens: Sequence[str], at: int) -> int:
    """Where the elements from `i` on end when read from `at`; -1 where they do not stand there."""
    while i < len(elements):
        element = elements[i]
        if isinstance(element, Words):
            if element.phrases or element.optional:
                return _match_words(element, elements, i, tokens, at)
            if at >= len(tokens) or tokens[at] not in element.single:
                return -1
            at += 1
        elif isinstance(element, Gap):
            return _match_gap(element, elements, i, tokens, at)
        elif isinstance(element, Edge):
            if not (_starts(tokens, at) if element.start else _ends(tokens, at)):
                return -1
        elif element.words.ends(tokens, at):
            return -1
        i += 1
    return at


def _starts(tokens: Sequence[str], at: int) -> bool:
    return at == 0 or tokens[at - 1] == STOP


def _ends(tokens: Sequence[str], at: int) -> bool:
    return at >= len(tokens) or tokens[at] == STOP


def _match_words(words: Words, elements: tuple[Element, ...], i: int, tokens: Sequence[str], at: int) -> int:
    for end in words.ends(tokens, at):
        done = _match(elements, i + 1, tokens, end)
        if done >= 0:
            return done
    return _match(elements, i + 1, tokens, at) if words.optional else -1


def _match_gap(gap: Gap, elements: tuple[Element, ...], i: int, tokens: Sequence[str], at: int) -> int:
    after = elements[i + 1] if i + 1 < len(elements) else None
    firsts = after.firsts if isinstance(after, Words) and not after.optional else None
    for place in range(at, min(at + gap.most, len(tokens)) + 1):
        if place > at and tokens[place - 1] == STOP and not gap.across:
            return -1
        if firsts is not None and (place >= len(tokens) or tokens[place] not in firsts):
            continue
        done = _match(elements, i + 1, tokens, place)
        if done >= 0:
            return done
    return -1


_DULL = word_list("dull")


_NEGATIVE = word_list("negative")


def _is_negative(words: Words) -> bool:
    """A `not` stands for itself among the alternatives, or in every phrase of them."""
    phrases = [{first, *rest} for first, rests in words.phrases.items() for rest in rests]
    return bool(_NEGATIVE & words.single) or (not words.single and all(_NEGATIVE & phrase for phrase in phrases))


def _inflected(verb: str) -> tuple[str, ...]:
    stem = verb[:-1] if verb.endswith("e") else verb
    plural = verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
    return verb, plural, stem + "ed", stem + "ing"


def words_of(written: str, classes: Mapping[str, Sequence[str]]) -> list[str]:
    """Every word or phrase that one alternative stands for."""
    if written.startswith("@"):
        return [word for inner in classes[written[1:]] for word in words_of(inner, classes)]
    if written.endswith("%"):
        return list(_inflected(written[:-1]))
    return [written.replace("_", " ")]


def _words(written: str, classes: Mapping[str, Sequence[str]]) -> Words:
    optional = written.endswith("?")
    every = {word for part in written.rstrip("?").split("|") for word in words_of(part, classes)}
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(word for word in every if " " in word):
        first, *rest = phrase.split()
        phrases.setdefault(first, []).append(tuple(rest))
    single = frozenset(word for word in every if " " not in word)
    return Words(single, {first: tuple(rests) for first, rests in phrases.items()}, optional)


def pattern_words(pattern: Pattern) -> set[str]:
    """Every single word that a pattern names."""
    found: set[str] = set()
    for element in pattern.elements:
        if isinstance(element, Words):
            found |= element.firsts | {word for rests in element.phrases.values() for rest in rests for word in rest}
    return found


def _element(written: str, classes: Mapping[str, Sequence[str]]) -> Element:
    if written in ("^", "$"):
        return Edge(written == "^")
    if written.startswith("*"):
        return Gap(int(written.lstrip("*")), written.startswith("**"))
    if written.startswith("!"):
        return Unless(_words(written[1:], classes))
    return _words(written, classes)


def compile_pattern(written: str, classes: Mapping[str, Sequence[str]]) -> Pattern:
    """A pattern as it stands in the table, ready to use."""
    elements = tuple(_element(part, classes) for part in written.split())
    choices = [(i, e) for i, e in enumerate(elements) if isinstance(e, Words) and not e.optional]
    if not choices:
        raise ValueError(f"pattern without a word of its own: {written}")
    ranked = sorted(choices, key=lambda choice: _dullness(choice[1]))
    best, chosen = ranked[0]
    needs = ranked[1][1].firsts if len(ranked) > 1 else frozenset()
    reach, forward = _longest(elements[:best]), _longest(elements[best:])
    pattern = Pattern(elements, chosen, reach, _first_words(elements), forward, needs)
    return replace(pattern, negative=any(_is_negative(element) for element in elements if isinstance(element, Words)))


def _longest(elements: Sequence[Element]) -> int:
    """The most words that the elements may take."""
    return sum(
        element.longest if isinstance(element, Words) else element.most if isinstance(element, Gap) else 0
        for element in elements
    )


def _first_words(elements: Sequence[Element]) -> frozenset[str] | None:
    """The words a match may begin with; None where a gap comes first."""
    found: set[str] = set()
    for element in elements:
        if isinstance(element, Gap):
            return None
        if isinstance(element, Words):
            found |= element.firsts
            if not element.optional:
                return frozenset(found)
    return None


class Index(Generic[Owner]):
    """Patterns by the word, or the two first words of a phrase, that make them worth trying; each with what it stands for."""

    def __init__(self, patterns: Iterable[tuple[Owner, Pattern]]) -> None:
        self._by_word: dict[str, list[tuple[Owner, Pattern]]] = {}
        self._by_pair: dict[tuple[str, str], list[tuple[Owner, Pattern]]] = {}
        for owner, pattern in patterns:
            for word in pattern.trigger.single:
                self._by_word.setdefault(word, []).append((owner, pattern))
            for pair in pattern.trigger.pairs:
                self._by_pair.setdefault(pair, []).append((owner, pattern))
        self._around = {key: _around(given) for key, given in (*self._by_word.items(), *self._by_pair.items())}

    def found(self, tokens: Sequence[str]) -> Iterator[tuple[Owner, Pattern, int, int]]:
        """Every match as (owner, pattern, start, end); one of a pattern at a place is enough."""
        by_word, by_pair = self._by_word, self._by_pair
        for at, (token, after) in enumerate(pairwise((*tokens, ""))):
            if token in by_word:
                yield from self._tried(by_word[token], token, tokens, at)
            if (token, after) in by_pair:
                yield from self._tried(by_pair[token, after], (token, after), tokens, at)

    def _tried(
        self, given: list[tuple[Owner, Pattern]], key: str | tuple[str, str], tokens: Sequence[str], at: int
    ) -> Iterator[tuple[Owner, Pattern, int, int]]:
        reach, forward = self._around[key]
        near = frozenset(tokens[max(0, at - reach) : at + forward])
        for owner, pattern in given:
            if pattern.needs and pattern.needs.isdisjoint(near):
                continue
            span = pattern.find(tokens, at)
            if span:
                yield owner, pattern, *span


def _around(given: Sequence[tuple[object, Pattern]]) -> tuple[int, int]:
    """How many words before and after a trigger any of the patterns may take, of those that need a second word."""
    needing = [pattern for _, pattern in given if pattern.needs]
    return max((one.reach for one in needing), default=0), max((one.forward for one in needing), default=0)


def _dullness(words: Words) -> tuple[int, int]:
    first = words.firsts
    return len(first & _DULL), len(first)
