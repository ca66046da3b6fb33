"""The net itself: words, patterns, context and classifier together give one verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.language import guess_language
from bot.safety.classifier import CLASSES, CRISES, Classifier, Mark, load_classifier
from bot.safety.context import Context, reading
from bot.safety.table import Group, Hit, Table, load_context, load_table
from bot.safety.verdict import ADVICE_KINDS, CRISIS_KINDS, Verdict
from bot.safety.who import is_child, on_purpose, person_of
from bot.safety.words import Speller

# The chance of a crisis that makes a message one: where a pattern saw danger, where one saw a hint, where none saw
# anything. Chosen on sets by other hands, the first two low: what is doubtful is read a second time inside the assistant
# (docs/safety.md has the figures with it and without). `python -m benchmarks.safety --folds` checks our own examples.
CRISIS_FOUND, CRISIS_HINTED, CRISIS_ALONE = 0.05, 0.25, 0.45
# The same where patterns saw nothing but past or denied danger, or a figure of speech: the classifier, which knows
# words better than their order, must be nearly sure to say otherwise ("i do not want to die" has all the words of danger).
CRISIS_SOFTENED, CRISIS_EXPLAINED = 0.97, 0.75
ADVICE = slice(6, 8)
ADVICE_FOUND, ADVICE_ALONE = 0.12, 0.35
SOFT = 0.15
PATTERN_WEIGHT = 0.3  # of a pattern beside the chances, where it is asked which kind
NOW, FIGURE = "around under_way", "around joke"


@dataclass(frozen=True)
class _Found:
    """The hits of one text, by what they mean there."""

    danger: list[Hit]
    weak: list[Hit]
    soft: list[Hit]
    explained: list[Hit]
    marks: list[Mark]


class Net:
    """Reads a text and says what danger is in it. Pure: the same text, the same verdict."""

    def __init__(self, table: Table, context: Context, speller: Speller, classifier: Classifier | None) -> None:
        self._table = table
        self._context = context
        self._speller = speller
        self._classifier = classifier

    @property
    def mark_names(self) -> list[str]:
        """Every mark that patterns and context can leave, in a fixed order."""
        groups = [f"{group.name} {meaning}" for group in self._table.groups for meaning in ("danger", "soft")]
        return [*groups, *(f"around {name}" for name in self._context.names)]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of the pattern table."""
        return self._table.groups

    def read(self, text: str) -> Verdict:
        """The verdict on one text. Never raises, whatever the text holds."""
        tokens = self._speller.tokens(text)
        if not tokens:
            return Verdict()
        found = self._found(tokens)
        chances = self._classifier.chances(tokens, found.marks) if self._classifier else _without_classifier(found)
        crisis, advice = (round(float(chances[part].sum()), 4) for part in (CRISES, ADVICE))
        verdict = self._decide(tokens, found, chances)
        around = {name for _, name in found.marks}
        return replace(
            verdict, language=guess_language(text), now=NOW in around, figure=FIGURE in around,
            crisis_chance=crisis, advice_chance=advice,
        )  # fmt: skip

    def tokens(self, text: str) -> list[str]:
        """The words the patterns see (for the reviewer's eye and for training)."""
        return self._speller.tokens(text)

    def hits(self, text: str) -> set[str]:
        """Names of all groups that see danger in the text (for the mutation run)."""
        found = self._found(self._speller.tokens(text))
        return {hit.group.name for hit in found.danger + found.weak}

    def with_classifier(self, classifier: Classifier | None) -> Net:
        """The same patterns beside another classifier (for measuring)."""
        return Net(self._table, self._context, self._speller, classifier)

    def plain(self, text: str) -> bool:
        """Whether a pattern sees danger so plain that no classifier is asked."""
        return any(hit.group.sure for hit in self._found(self._speller.tokens(text)).danger)

    def marks(self, tokens: Sequence[str]) -> list[Mark]:
        """What the patterns found, as the classifier takes it."""
        return self._found(tokens).marks

    def chances(self, text: str) -> dict[str, float]:
        """What the classifier alone gives each class; empty without one."""
        tokens = self._speller.tokens(text)
        if self._classifier is None or not tokens:
            return {}
        found = self._classifier.chances(tokens, self.marks(tokens))
        return {name: float(chance) for name, chance in zip(CLASSES, found, strict=True)}

    def _found(self, tokens: Sequence[str]) -> _Found:
        around = self._context.marks(tokens)
        found = _Found([], [], [], [], [(left, f"around {name}") for name, left, _ in around])
        for hit in self._table.hits(tokens):
            meaning = reading(hit, tokens, around)
            if meaning == "nothing":
                found.explained.append(hit)
                continue
            found.marks.append((hit.start, f"{hit.group.name} {meaning}"))
            if meaning == "danger":
                (found.weak if hit.group.weak else found.danger).append(hit)
            elif not hit.group.weak:
                found.soft.append(hit)
        return found

    def _decide(self, tokens: Sequence[str], found: _Found, chances: np.ndarray) -> Verdict:
        crisis = float(chances[CRISES].sum())
        crises = [hit for hit in found.danger if hit.group.kind not in ADVICE_KINDS]
        if crisis >= _needed(crises, found):
            return self._crisis(tokens, crises, found, chances)
        advice = [hit for hit in found.danger if hit.group.kind in ADVICE_KINDS]
        kind = CLASSES[ADVICE.start + int(chances[ADVICE].argmax())]
        if float(chances[ADVICE].sum()) >= (ADVICE_FOUND if advice else ADVICE_ALONE):
            rule = next((hit.group.name for hit in advice if hit.group.kind == kind), f"classifier.{kind}")
            return Verdict(kind=kind, rule=rule, score=round(float(chances[ADVICE].sum()), 4))
        soft = [*found.soft, *crises, *(hit for hit in found.weak if crisis >= SOFT)]
        return Verdict(soft=bool(soft), rule=soft[0].group.name if soft else "", score=round(crisis, 4))

    def _crisis(self, tokens: Sequence[str], crises: list[Hit], found: _Found, chances: np.ndarray) -> Verdict:
        """The kind with most weight: its chance, and somewhat more for a pattern that names it."""
        weight = {kind: float(chances[CLASSES.index(kind)]) for kind in CRISIS_KINDS}
        for kind in {hit.group.kind for hit in crises}:
            weight[kind] += PATTERN_WEIGHT
        kind = max(CRISIS_KINDS, key=lambda one: weight[one])
        named = [hit for hit in crises if hit.group.kind == kind]
        hit = min(named, key=lambda one: one.start) if named else Hit(self._table.groups[0], 0, len(tokens))
        person = person_of(tokens, hit)
        return Verdict(
            kind=kind,
            person=person,
            child=bool(named and hit.group.child) or is_child(tokens, person),
            on_purpose=on_purpose(kind, found.danger),
            hurting=kind == "crisis_violence" and any(one.group.hurting for one in named),
            plain=any(one.group.sure for one in crises),
            rule=hit.group.name if named else f"classifier.{kind}",
            score=round(float(chances[CRISES].sum()), 4),
        )


def _needed(crises: list[Hit], found: _Found) -> float:
    """The chance of a crisis that makes it one, by what the patterns saw."""
    if any(hit.group.sure for hit in crises):
        return 0.0
    if crises:
        return CRISIS_FOUND
    if found.soft:
        return CRISIS_SOFTENED
    if any(hit.group.kind in CRISIS_KINDS for hit in found.explained):
        return CRISIS_EXPLAINED
    return CRISIS_HINTED if found.weak else CRISIS_ALONE


def _without_classifier(found: _Found) -> np.ndarray:
    """Chances from the patterns alone, for a process that has no trained file."""
    chances = np.zeros(len(CLASSES))
    for hit in found.danger:
        chances[CLASSES.index(hit.group.kind)] = 1.0
    chances[0] = 0.0 if chances.any() else 1.0
    return chances / chances.sum()


def load(model: Path | None = None) -> Net:
    """The net with all its patterns; with the classifier if its file is there and whole."""
    table = load_table()
    return Net(table, Context(load_context()), Speller(table.words()), load_classifier(model))
