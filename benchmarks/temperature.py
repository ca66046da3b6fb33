"""Makes a model's confidence mean what it says: one temperature, measured on examples that the model did not see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit

from bot.nlu.meaning import MeaningModel, Shape

HELD_OUT = 0.2
TRIED = np.geomspace(0.05, 1.5, 60)


def held_out(
    texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray | None, shape: Shape
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Margins (n, labels) of held-out texts by a model that did not see them, their right columns, the labels' order."""
    train, test = next(StratifiedShuffleSplit(1, test_size=HELD_OUT, random_state=0).split(texts, labels))
    model = MeaningModel(None, shape)
    model.fit([texts[i] for i in train], [labels[i] for i in train], None if vectors is None else vectors[train])
    place = {name: number for number, name in enumerate(model.labels)}
    margins = model.scores([texts[i] for i in test], None if vectors is None else vectors[test])
    return margins, np.array([place[labels[i]] for i in test]), model.labels


def _loss(margins: np.ndarray, right: np.ndarray, temperature: float) -> float:
    scaled = margins / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    odds = np.log(np.exp(scaled).sum(axis=1))
    return float((odds - scaled[np.arange(len(right)), right]).mean())


def best_temperature(margins: np.ndarray, right: np.ndarray) -> float:
    """The temperature that makes confidence fit accuracy best."""
    return float(min(TRIED, key=lambda temperature: _loss(margins, right, float(temperature))))
