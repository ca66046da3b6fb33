"""The second line's own model: danger or none, and which kind, from sentence vectors and n-grams. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.nlu.meaning import MeaningModel, Shape

NONE = "none"
CRISIS = "crisis_"


def danger_label(intent: str) -> str:
    """The kind of danger of a training example; `none` for every ordinary intent."""
    return intent if intent.startswith(CRISIS) else NONE


class DangerModel:
    """Says how likely a text holds danger of any kind, and which kind that would be."""

    def __init__(self, model: MeaningModel) -> None:
        self.model = model

    @classmethod
    def fit(cls, texts: Sequence[str], intents: Sequence[str], vectors: np.ndarray, shape: Shape) -> DangerModel:
        """Learn from every training example, ordinary ones as `none`."""
        return cls(MeaningModel(None, shape).fit(texts, [danger_label(one) for one in intents], vectors))

    def read(self, texts: list[str], vectors: np.ndarray) -> tuple[str, float]:
        """(kind, margin over `none`) of the most dangerous of `texts`; a margin above 0 is nearer to danger than not."""
        margins = self.model.scores(texts, vectors)
        none = self.model.labels.index(NONE)
        others = np.delete(margins, none, axis=1)
        names = [label for label in self.model.labels if label != NONE]
        over = others.max(axis=1) - margins[:, none]
        worst = int(over.argmax())
        return names[int(others[worst].argmax())], round(float(over[worst]), 4)
