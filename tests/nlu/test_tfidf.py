"""Our quick TF-IDF rows are those of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.tfidf import rows_of

LEARNT = ["what is iop", "how much does it cost", "not me, no, never", "hello hello hello", "¿cuánto cuesta?"] * 2
ASKED = [*LEARNT, "", "   ", "zzz", "what what does iop cost", "🤷"]


@pytest.mark.parametrize(
    "how", [{"analyzer": "char_wb", "ngram_range": (2, 4)}, {"token_pattern": r"(?u)[\w']+|[?]", "ngram_range": (1, 3)}]
)
def test_the_same_rows(how: dict[str, Any]) -> None:
    vectorizer = TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32, **how).fit(LEARNT)
    ours, theirs = rows_of(vectorizer, ASKED), vectorizer.transform(ASKED)
    assert ours.shape == theirs.shape
    assert np.allclose(ours.toarray(), theirs.toarray(), atol=1e-6)
