"""Our quick TF-IDF row is that of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.tfidf import joined, row_of

LEARNT = ["what is iop", "how much does it cost", "not me, no, never", "hello hello hello", "¿cuánto cuesta?"] * 2
ASKED = [*LEARNT, "", "   ", "zzz", "what what does iop cost", "🤷"]


@pytest.mark.parametrize(
    "how", [{"analyzer": "char_wb", "ngram_range": (2, 4)}, {"token_pattern": r"(?u)[\w']+|[?]", "ngram_range": (1, 3)}]
)
def test_the_same_rows(how: dict[str, Any]) -> None:
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32, **how).fit(LEARNT)
    theirs = vectorizer.transform(ASKED).toarray()
    for text, wanted in zip(ASKED, theirs, strict=True):
        places, values = row_of(vectorizer, text)
        ours = np.zeros_like(wanted)
        ours[places] = values
        assert np.allclose(ours, wanted, atol=1e-6)


def test_rows_side_by_side_keep_their_places() -> None:
    rows = [(np.array([2, 0]), np.array([1.0, 2.0])), (np.array([1]), np.array([3.0]))]
    places, values = joined(rows, [3, 2], [1.0, 0.5])
    assert (places.tolist(), values.tolist()) == ([2, 0, 4], [1.0, 2.0, 1.5])
