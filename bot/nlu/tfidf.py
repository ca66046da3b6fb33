"""TF-IDF rows of a few texts at a time, as scikit-learn makes them but without its checks, which cost more than the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

_known: WeakKeyDictionary[TfidfVectorizer, tuple[Any, dict[str, int], np.ndarray]] = WeakKeyDictionary()


def _parts(vectorizer: TfidfVectorizer) -> tuple[Any, dict[str, int], np.ndarray]:
    """Analyzer, vocabulary and weights; looked up once."""
    found = _known.get(vectorizer)
    if found is None:
        assert vectorizer.sublinear_tf and vectorizer.norm == "l2" and not vectorizer.binary
        found = (vectorizer.build_analyzer(), vectorizer.vocabulary_, vectorizer.idf_.astype(np.float32))
        _known[vectorizer] = found
    return found


def rows_of(vectorizer: TfidfVectorizer, texts: Sequence[str]) -> sparse.csr_matrix:
    """What `vectorizer.transform(texts)` gives (float32), for a fitted one with sublinear_tf and l2."""
    analyze, vocabulary, weights = _parts(vectorizer)
    places: list[int] = []
    values: list[np.ndarray] = []
    ends = [0]
    for text in texts:
        counts = Counter(place for gram in analyze(text) if (place := vocabulary.get(gram)) is not None)
        own = sorted(counts)
        row = (np.log(np.array([counts[place] for place in own], dtype=np.float32)) + 1) * weights[own] if own else None
        if row is not None:
            values.append(row / np.sqrt(row @ row))
        places += own
        ends.append(len(places))
    data = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
    return sparse.csr_matrix((data, places, ends), shape=(len(texts), len(vocabulary)), dtype=np.float32)
