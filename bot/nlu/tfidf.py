"""The TF-IDF row of one text as scikit-learn makes it, without its matrices, which cost more than the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

Row = tuple[np.ndarray, np.ndarray]  # places of features and their values, each place once

_known: WeakKeyDictionary[TfidfVectorizer, tuple[Any, dict[str, int], np.ndarray]] = WeakKeyDictionary()


def _parts(vectorizer: TfidfVectorizer) -> tuple[Any, dict[str, int], np.ndarray]:
    """Analyzer, vocabulary and weights; looked up once."""
    found = _known.get(vectorizer)
    if found is None:
        assert vectorizer.sublinear_tf and vectorizer.norm == "l2" and not vectorizer.binary
        found = (vectorizer.build_analyzer(), vectorizer.vocabulary_, vectorizer.idf_.astype(np.float32))
        _known[vectorizer] = found
    return found


def row_of(vectorizer: TfidfVectorizer, text: str) -> Row:
    """What is not nought in `vectorizer.transform([text])`, for a fitted one with sublinear_tf and l2."""
    analyze, vocabulary, weights = _parts(vectorizer)
    counts = Counter(place for gram in analyze(text) if (place := vocabulary.get(gram)) is not None)
    places = np.fromiter(counts, dtype=np.int64, count=len(counts))
    values = np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))) + 1
    values *= weights[places]
    length = np.sqrt(values @ values)
    return places, values / length if length else values


def joined(rows: Sequence[Row], widths: Sequence[int], factors: Sequence[float]) -> Row:
    """Rows side by side, the features of each behind those of the one before, times its factor."""
    starts = np.concatenate([[0], np.cumsum(widths[:-1])]).astype(np.int64)
    places = np.concatenate([places + start for (places, _), start in zip(rows, starts, strict=True)])
    return places, np.concatenate([values * np.float32(one) for (_, values), one in zip(rows, factors, strict=True)])
