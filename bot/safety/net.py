"""The net itself: words, patterns, context and classifier together give one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.language import guess_language
from bot.safety.classifier import Classifier, load_classifier
from bot.safety.context import Context, reading
from bot.safety.table import Hit, Table, load_context, load_table
from bot.safety.verdict import ADVICE_KINDS, KINDS, Verdict
from bot.safety.who import is_child, on_purpose, person_of
from bot.safety.words import Speller

# Longer texts are read by the classifier in windows, so that danger in one sentence is not thinned out by the rest.
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class _Found:
    """The hits of one text, by what they mean there."""

    danger: list[Hit]
    weak: list[Hit]
    soft: list[Hit]


class Net:
    """Reads a text and says what danger is in it. Pure: the same text, the same verdict."""

    def __init__(self, table: Table, context: Context, speller: Speller, classifier: Classifier | None) -> None:
        self._table = table
        self._context = context
        self._speller = speller
        self._classifier = classifier

    def read(self, text: str) -> Verdict:
        """The verdict on one text. Never raises, whatever the text holds."""
        tokens = self._speller.tokens(text)
        if not tokens:
            return Verdict()
        found = self._found(tokens)
        verdict = self._decide(tokens, found)
        if verdict.kind is None and not verdict.soft:
            return replace(verdict, language=guess_language(text))
        return replace(verdict, language=guess_language(text))

    def tokens(self, text: str) -> list[str]:
        """The words the patterns see (for the reviewer's eye and for training)."""
        return self._speller.tokens(text)

    def hits(self, text: str) -> set[str]:
        """Names of all groups that see danger in the text (for the mutation run)."""
        found = self._found(self._speller.tokens(text))
        return {hit.group.name for hit in found.danger + found.weak}

    def _found(self, tokens: Sequence[str]) -> _Found:
        hits = list(self._table.hits(tokens))
        found = _Found([], [], [])
        if not hits:
            return found
        marks = self._context.marks(tokens)
        for hit in hits:
            meaning = reading(hit, tokens, marks)
            if meaning == "danger":
                (found.weak if hit.group.weak else found.danger).append(hit)
            elif meaning == "soft" and not hit.group.weak:
                found.soft.append(hit)
        return found

    def _decide(self, tokens: Sequence[str], found: _Found) -> Verdict:
        crises = [hit for hit in found.danger if hit.group.kind not in ADVICE_KINDS]
        chosen = crises or found.danger
        if chosen and not (crises == [] and found.soft):
            return self._verdict(tokens, min(chosen, key=lambda hit: (_RANK[hit.group.kind], hit.start)), found)
        read = self._classifier.read(tokens) if self._classifier else None
        if read and read.kind:
            return self._scored(tokens, read.kind, read.score, found)
        if found.danger:
            return self._verdict(tokens, found.danger[0], found)
        soft = bool(found.soft or found.weak)
        rule = (found.soft or found.weak)[0].group.name if soft else ""
        return Verdict(soft=soft, rule=rule, score=read.score if read else 0.0)

    def _verdict(self, tokens: Sequence[str], hit: Hit, found: _Found) -> Verdict:
        person = person_of(tokens, hit)
        return Verdict(
            kind=hit.group.kind,
            person=person,
            child=hit.group.child or is_child(tokens, person),
            on_purpose=on_purpose(hit, found.danger),
            rule=hit.group.name,
            score=1.0,
        )

    def _scored(self, tokens: Sequence[str], kind: str, score: float, found: _Found) -> Verdict:
        whole = Hit(self._table.groups[0], 0, len(tokens))
        person = person_of(tokens, whole)
        return Verdict(kind=kind, person=person, child=is_child(tokens, person), rule=f"classifier.{kind}", score=score)


def load(model: Path | None = None) -> Net:
    """The net with all its patterns; with the classifier if its file is there and whole."""
    table = load_table()
    return Net(table, Context(load_context()), Speller(table.words()), load_classifier(model))
