"""Makes the intent model's confidence mean what it says: one temperature, measured on held-out folds."""

from __future__ import annotations

from typing import Sequence

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.nlu.meaning import Encode, MeaningModel, Shape
from bot.nlu.plain import plain

FOLDS = 3
TRIED = np.geomspace(0.4, 3.0, 40)


def held_out(
    texts: Sequence[str], labels: Sequence[str], encode: Encode | None, shape: Shape, folds: int = FOLDS
) -> tuple[np.ndarray, list[str]]:
    """Scores (n, labels) of each text by a model that did not see it, and the labels' order."""
    vectors = encode([plain(text) for text in texts]) if encode else None
    names = sorted(set(labels))
    scores = np.zeros((len(texts), len(names)), dtype=np.float32)
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(texts, labels):
        model = MeaningModel(encode, shape)
        model.fit([texts[i] for i in train], [labels[i] for i in train], None if vectors is None else vectors[train])
        scores[test] = model.logits([texts[i] for i in test], None if vectors is None else vectors[test])
    return scores, names


def _loss(scores: np.ndarray, right: np.ndarray, temperature: float) -> float:
    scaled = scores / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    odds = np.log(np.exp(scaled).sum(axis=1))
    return float((odds - scaled[np.arange(len(right)), right]).mean())


def calibrate(texts: Sequence[str], labels: Sequence[str], encode: Encode | None, shape: Shape) -> float:
    """The temperature that makes held-out confidence fit held-out accuracy best."""
    scores, names = held_out(texts, labels, encode, shape)
    place = {name: number for number, name in enumerate(names)}
    right = np.array([place[label] for label in labels])
    return float(min(TRIED, key=lambda temperature: _loss(scores, right, float(temperature))))
