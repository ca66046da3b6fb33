"""The second line's own model: how likely a text holds danger, and of which kind, from sentence vectors. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.nlu.fitting import side_by_side
from bot.safety.verdict import ADVICE_KINDS, CRISIS_KINDS, KINDS

NONE = "none"
CRISIS = "crisis_"
Layers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # weights and bias of the hidden layer, then of the last
LABELS = (NONE, *KINDS)
# A part has lost what stood around it ("how many nights?"): it counts where it is much surer than the whole message.
PART_LESS = 3.0
LEAST = 1e-3  # a chance is never nearer to nought or one than this


@dataclass(frozen=True)
class DangerShape:
    """What the model is made of; benchmarks/safety.py measures it."""

    hidden: int = 512
    networks: int = 2  # fitted from different beginnings; their mean is steadier
    rounds: int = 12
    decay: float = 1e-2
    scale: float = 3.0  # of the unit vectors before the first layer


@dataclass(frozen=True)
class Reading:
    """Log-odds of a crisis and of a question only a doctor (or nobody) may answer, each with its likeliest kind."""

    kind: str
    margin: float
    advice: str
    advice_margin: float


def log_odds(chance: float) -> float:
    """The log-odds of a chance, kept finite."""
    kept = min(max(chance, LEAST), 1 - LEAST)
    return float(np.log(kept / (1 - kept)))


def _network(vectors: np.ndarray, numbers: np.ndarray, shape: DangerShape, seed: int) -> Layers:
    """The layers of one network, fitted."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier((shape.hidden,), alpha=shape.decay, batch_size=256, max_iter=shape.rounds, random_state=seed)
    network.n_iter_no_change = shape.rounds  # the rounds are the measure, not a loss that stopped falling
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the rounds were used up: they are meant to be
        network.fit(vectors * np.float32(shape.scale), numbers)
    (first, last), (bias, end) = network.coefs_, network.intercepts_
    return first.astype(np.float32), bias.astype(np.float32), last.astype(np.float32), end.astype(np.float32)


class DangerModel:
    """A few small networks with one hidden layer; learns from danger, from advice and from ordinary talk alike."""

    def __init__(self, shape: DangerShape = DangerShape()) -> None:
        self.shape = shape
        self._layers: list[Layers] = []

    def fit(self, labels: Sequence[str], vectors: np.ndarray) -> DangerModel:
        """Learn from `vectors` (n, VECTOR) and their `labels`, each one of LABELS."""
        numbers = np.array([LABELS.index(label) for label in labels])
        work = [(vectors, numbers, self.shape, seed) for seed in range(self.shape.networks)]
        self._layers += side_by_side(_network, work)
        return self

    def chances(self, vectors: np.ndarray) -> np.ndarray:
        """Chances (n, LABELS)."""
        rows, total = vectors * np.float32(self.shape.scale), np.zeros((len(vectors), len(LABELS)))
        for first, bias, last, end in self._layers:
            raw = np.maximum(rows @ first + bias, 0) @ last + end
            odds = np.exp(raw - raw.max(axis=1, keepdims=True))
            total += odds / odds.sum(axis=1, keepdims=True)
        return total / len(self._layers)

    def read(self, vectors: np.ndarray) -> Reading:
        """The most dangerous of the parts of one message; the first row is the whole of it."""
        chances = self.chances(vectors)
        crisis, advice = ([LABELS.index(kind) for kind in kinds] for kinds in (CRISIS_KINDS, ADVICE_KINDS))
        margins = np.array([log_odds(chance) for chance in chances[:, crisis].sum(axis=1)])
        margins[1:] -= PART_LESS
        worst, asked = chances[margins.argmax()], chances[chances[:, advice].sum(axis=1).argmax()]
        return Reading(
            kind=LABELS[max(crisis, key=lambda one: worst[one])], margin=round(float(margins.max()), 4),
            advice=LABELS[max(advice, key=lambda one: asked[one])], advice_margin=round(log_odds(asked[advice].sum()), 4),
        )  # fmt: skip
