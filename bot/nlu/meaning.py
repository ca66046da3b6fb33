"""The intent model: sentence vectors beside character and word n-grams, under a linear classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu.fitting import WORKERS, side_by_side
from bot.nlu.plain import plain
from bot.nlu.tfidf import joined, row_of

Encode = Callable[[list[str]], np.ndarray]


@dataclass(frozen=True)
class Shape:
    """What the model is made of; config.yml sets it, benchmarks/ compare it."""

    strength: float = 0.2  # C of the classifier
    vector_weight: float = 1.5  # of the sentence vectors beside the n-grams
    ngram_weight: float = 1.0
    characters: tuple[int, int] = (3, 5)
    words: tuple[int, int] = (1, 2)
    least_seen: int = 2  # n-grams rarer than this are left out
    most_grams: int = 60_000  # character n-grams kept, the commonest first
    vectors: bool = True
    ngrams: bool = True


def _against_the_rest(
    features: sparse.csr_matrix, numbers: np.ndarray, share: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (labels, features) and bias of the labels in `share`, each against all others."""
    rest = -1  # the labels of the other shares are told apart from ours, not from each other
    classifier = LinearSVC(C=strength, tol=1e-2, dual=True, random_state=0)
    classifier.fit(features, np.where(np.isin(numbers, share), numbers, rest))
    weights, bias = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # scikit-learn then keeps only the second one's
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    ours = np.isin(classifier.classes_, share)
    return weights[ours], bias[ours]


class MeaningModel:
    """Ranks labels for a text. `fit` once, then `chances`; holds no text of anybody but its training data's n-grams."""

    def __init__(self, encode: Encode | None, shape: Shape = Shape()) -> None:
        self.encode, self.shape = encode, shape
        self.labels: list[str] = []
        self._chars = TfidfVectorizer(
            analyzer="char_wb", ngram_range=shape.characters, min_df=shape.least_seen, max_features=shape.most_grams,
            sublinear_tf=True, dtype=np.float32,
        )  # fmt: skip
        self._words = TfidfVectorizer(
            token_pattern=r"(?u)[\w']+|[?]",
            ngram_range=shape.words,
            min_df=shape.least_seen,
            sublinear_tf=True,
            dtype=np.float32,
        )
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self.temperature = 0.25

    def _features(self, plain_texts: list[str], vectors: np.ndarray | None) -> sparse.csr_matrix:
        blocks: list[object] = []
        if self.shape.ngrams:
            blocks += [one.fit_transform(plain_texts) * self.shape.ngram_weight for one in (self._chars, self._words)]
        if self.shape.vectors:
            blocks.append(sparse.csr_matrix(self._vectors(plain_texts, vectors) * self.shape.vector_weight))
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def _vectors(self, plain_texts: list[str], vectors: np.ndarray | None) -> np.ndarray:
        if vectors is None:
            assert self.encode is not None
            vectors = self.encode(plain_texts)
        return vectors

    def fit(self, texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray | None = None) -> MeaningModel:
        """Learn from `texts` and their `labels`; `vectors` (n, VECTOR) of the plain texts may be given to save time."""
        features = self._features([plain(text) for text in texts], vectors).astype(np.float64)  # once for all shares
        self.labels = sorted(set(labels))
        numbers = np.array([self.labels.index(label) for label in labels])
        shares = np.array_split(np.arange(len(self.labels)), WORKERS)
        work = [(features, numbers, share, self.shape.strength) for share in shares if len(share)]
        fitted = side_by_side(_against_the_rest, work)
        self._weights = np.ascontiguousarray(np.vstack([weights for weights, _ in fitted]).T, dtype=np.float32)
        self._bias = np.concatenate([bias for _, bias in fitted]).astype(np.float32)
        return self

    def scores(self, texts: Sequence[str], vectors: np.ndarray | None = None) -> np.ndarray:
        """Margins (n, labels) before calibration."""
        plain_texts = [plain(text) for text in texts]
        margins = np.tile(self._bias, (len(texts), 1))
        if self.shape.ngrams:
            for row, text in zip(margins, plain_texts, strict=True):
                row += self._from_ngrams(text)
        if self.shape.vectors:
            given = self._vectors(plain_texts, vectors)
            margins += (given * np.float32(self.shape.vector_weight)) @ self._weights[-given.shape[1] :]
        return margins

    def _from_ngrams(self, text: str) -> np.ndarray:
        both = (self._chars, self._words)
        widths = [len(one.vocabulary_) for one in both]
        places, values = joined([row_of(one, text) for one in both], widths, [self.shape.ngram_weight] * 2)
        margins: np.ndarray = values @ self._weights[places]
        return margins

    def chances(self, texts: Sequence[str], vectors: np.ndarray | None = None) -> np.ndarray:
        """Calibrated probabilities (n, labels)."""
        margins = self.scores(texts, vectors) / self.temperature
        margins -= margins.max(axis=1, keepdims=True)
        odds = np.exp(margins)
        result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return result
