"""Reads one message with the intent model: whole, then part by part, then as one judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.nlu.meaning import MeaningModel
from bot.nlu.parts import parts
from bot.nlu.plain import plain

# Meanings that are no question of their own: beside a real one they are politeness, not a second topic.
POLITE = frozenset(
    ("greet", "goodbye", "thank", "affirm", "deny", "unsure", "chitchat", "out_of_scope", "complaint", "more",
     "for_loved_one", "repeat", "cancel", "skip", "go_back", "why_ask", "next_topic", "which_source", "ask_bot")
)  # fmt: skip
PART_CHARACTERS = 300  # what is read of one part: more than any sentence that asks something
LONG_WORDS = 25  # from here on a story stands around the question, and the best part speaks louder


@dataclass(frozen=True)
class Meaning:
    """Labels with their chances, best first, and a second meaning where two things are asked."""

    ranking: list[tuple[str, float]]
    second: str | None
    vectors: np.ndarray | None = None  # of the whole message, then of each of its parts


class Reader:
    """Applies the model to whole messages and their parts."""

    def __init__(self, model: MeaningModel, config: Mapping[str, Any]) -> None:
        self.model, self.second_least = model, float(config.get("second_least", 0.6))

    def _best_part(self, whole: np.ndarray, by_part: np.ndarray) -> np.ndarray:
        serious = np.array([label not in POLITE for label in self.model.labels])
        strengths = (by_part * serious).max(axis=1)
        best = by_part[int(strengths.argmax())]
        mixed: np.ndarray = 0.5 * whole + 0.5 * best
        return mixed

    def _second(self, first: str, by_part: np.ndarray) -> str | None:
        for row in by_part:
            label = self.model.labels[int(row.argmax())]
            if label != first and label not in POLITE and row.max() >= self.second_least:
                return label
        return None

    def read(self, text: str) -> Meaning:
        """The meaning of `text`."""
        pieces = [piece[:PART_CHARACTERS] for piece in parts(text)]
        texts = [text, *pieces]
        vectors = self.model.encode([plain(one) for one in texts]) if self.model.encode else None
        chances = self.model.chances(texts, vectors)
        whole = chances[0]
        if pieces and (len(text.split()) >= LONG_WORDS or self._polite(whole)):
            whole = self._best_part(whole, chances[1:])
        order = np.argsort(-whole)
        ranking = [(self.model.labels[number], float(whole[number])) for number in order]
        second = self._second(ranking[0][0], chances[1:]) if pieces else None
        return Meaning(ranking, second, vectors)

    def _polite(self, row: np.ndarray) -> bool:
        return self.model.labels[int(row.argmax())] in POLITE
