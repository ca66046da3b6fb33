"""The intent model: sentence vectors beside character and word n-grams, under plain logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.plain import plain

Encode = Callable[[list[str]], np.ndarray]


@dataclass(frozen=True)
class Shape:
    """What the model is made of; config.yml sets it, benchmarks/ compare it."""

    strength: float = 20.0  # C of the regression
    vector_weight: float = 3.0  # of the sentence vector beside the n-grams
    ngram_weight: float = 1.0
    characters: tuple[int, int] = (2, 5)
    words: tuple[int, int] = (1, 2)
    least_seen: int = 2  # n-grams rarer than this are left out
    vectors: bool = True
    ngrams: bool = True


class MeaningModel:
    """Ranks labels for a text. `fit` once, then `rank`; holds no text of anybody but its training data's n-grams."""

    def __init__(self, encode: Encode | None, shape: Shape = Shape()) -> None:
        self.encode, self.shape = encode, shape
        self.labels: list[str] = []
        self._chars = TfidfVectorizer(
            analyzer="char_wb", ngram_range=shape.characters, min_df=shape.least_seen, sublinear_tf=True, dtype=np.float32
        )
        self._words = TfidfVectorizer(
            token_pattern=r"(?u)[\w']+|[?]",
            ngram_range=shape.words,
            min_df=shape.least_seen,
            sublinear_tf=True,
            dtype=np.float32,
        )
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self.temperature = 1.0

    def _blocks(self, plain_texts: list[str], vectors: np.ndarray | None, learn: bool) -> sparse.csr_matrix:
        blocks: list[object] = []
        if self.shape.ngrams:
            for one in (self._chars, self._words):
                block = one.fit_transform(plain_texts) if learn else one.transform(plain_texts)
                blocks.append(block * self.shape.ngram_weight)
        if self.shape.vectors:
            if vectors is None:
                assert self.encode is not None
                vectors = self.encode(plain_texts)
            blocks.append(sparse.csr_matrix(vectors * self.shape.vector_weight))
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def fit(self, texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray | None = None) -> "MeaningModel":
        """Learn from `texts` and their `labels`; `vectors` (n, 384) of the plain texts may be given to save time."""
        features = self._blocks([plain(text) for text in texts], vectors, learn=True)
        regression = LogisticRegression(C=self.shape.strength, max_iter=200, tol=1e-3, solver="lbfgs")
        regression.fit(features, list(labels))
        self.labels = [str(label) for label in regression.classes_]
        self._weights = np.ascontiguousarray(regression.coef_.T.astype(np.float32))
        self._bias = regression.intercept_.astype(np.float32)
        return self

    def logits(self, texts: Sequence[str], vectors: np.ndarray | None = None) -> np.ndarray:
        """Scores (n, labels) before calibration."""
        features = self._blocks([plain(text) for text in texts], vectors, learn=False)
        scores: np.ndarray = features @ self._weights + self._bias
        return scores

    def chances(self, texts: Sequence[str], vectors: np.ndarray | None = None) -> np.ndarray:
        """Calibrated probabilities (n, labels)."""
        scores = self.logits(texts, vectors) / self.temperature
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return result
