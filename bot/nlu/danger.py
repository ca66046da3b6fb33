"""The second line's own model: how likely a text holds danger, and of which kind, from sentence vectors. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.safety.verdict import ADVICE_KINDS, CRISIS_KINDS, KINDS

NONE = "none"
CRISIS = "crisis_"
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


class DangerModel:
    """A few small networks with one hidden layer; learns from danger, from advice and from ordinary talk alike."""

    def __init__(self, shape: DangerShape = DangerShape()) -> None:
        self.shape = shape
        self._layers: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def fit(self, labels: Sequence[str], vectors: np.ndarray) -> DangerModel:
        """Learn from `vectors` (n, VECTOR) and their `labels`, each one of LABELS."""
        from sklearn.neural_network import MLPClassifier

        numbers = np.array([LABELS.index(label) for label in labels])
        for seed in range(self.shape.networks):
            network = MLPClassifier(
                (self.shape.hidden,), alpha=self.shape.decay, batch_size=256, max_iter=self.shape.rounds, random_state=seed
            )
            network.n_iter_no_change = self.shape.rounds  # the rounds are the measure, not a loss that stopped falling
            _quietly(network, vectors * np.float32(self.shape.scale), numbers)
            (first, last), (bias, end) = network.coefs_, network.intercepts_
            self._layers.append(tuple(part.astype(np.float32) for part in (first, bias, last, end)))
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


def _quietly(network: object, rows: np.ndarray, numbers: np.ndarray) -> None:
    """Fit without the warning that the rounds were used up: they are meant to be."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network.fit(rows, numbers)  # type: ignore[attr-defined]
