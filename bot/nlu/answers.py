"""Reads an answer to a question of the check: yes, no, not sure, skip, or a question of the person's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.meaning import Encode
from bot.nlu.plain import plain
from bot.nlu.tfidf import Row, joined, row_of
from bot.settings import PROJECT

FOLDER = PROJECT / "data" / "answers"
MEANINGS = ("yes", "no", "not_sure", "skip", "question")
# The check's questions, the three parts of its last one, and the yes/no questions around it.
QUESTIONS = (
    "consent", "danger", "adult", "withdrawal", "medical", "home_support", "use_at_home", "outside_stress", "group_comfort",
    "background_1", "background_2", "background_3",
)  # fmt: skip
ANY = "any"  # examples that mean the same at every question
DENIAL_REACH = 5  # words
_TOKEN = re.compile(r"[\w']+|[?/.,!;]")
_DENIAL = re.compile(
    r"no|not|never|none|nobody|nothing|without|neither|nor|cannot|hardly|barely|aint|\w+n't|nadie|nunca|nada|ni|sin"
)
_STOPS_DENIAL = re.compile(r"[.,!;?]|but|pero|except")


@dataclass(frozen=True)
class Example:
    """One answer: at which question, in which words, with which meaning."""

    question: str
    text: str
    meaning: str


def load_examples(folder: Path = FOLDER) -> list[Example]:
    """Every example of data/answers/; ValueError names a file with a question or meaning that does not exist."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        sheet = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        question = sheet["asked"]
        if question not in (*QUESTIONS, ANY) or set(sheet) - {"asked", *MEANINGS}:
            raise ValueError(f"{path.name}: a question or meaning that the check does not have.")
        for meaning in MEANINGS:
            lines = (line.strip().removeprefix("- ") for line in (sheet.get(meaning) or "").splitlines())
            found += [Example(question, line, meaning) for line in lines if line]
    return found


@dataclass(frozen=True)
class AnswerShape:
    """What the model is made of; benchmarks/answers.py compares it."""

    ridge: float = 5.0  # how strongly large weights are held back
    vector_weight: float = 1.4
    word_weight: float = 1.4
    character_weight: float = 0.7
    own_weight: float = 1.0  # of features that count at one question only, beside those that count at all
    sharpness: float = 6.5  # makes chances of the scores; honest for examples that were not learnt from (benchmarks/)


def denied(text: str) -> str:
    """`text` with "not_" before the words that a denial reaches, so that "nobody drinks" is not read as "drinks"."""
    words, reach = [], 0
    for word in _TOKEN.findall(text):
        if _STOPS_DENIAL.fullmatch(word):
            reach = 0
        words.append(f"not_{word}" if reach > 0 else word)
        reach = DENIAL_REACH if _DENIAL.fullmatch(word) else reach - 1
    return " ".join(words)


def _chances(scores: np.ndarray, sharpness: float) -> np.ndarray:
    odds = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    chances: np.ndarray = odds / odds.sum(axis=-1, keepdims=True)
    return chances


class AnswerModel:
    """One ridge regression for all questions: each feature counts once for every question and once for its own.

    Solved by examples instead of features: there are far fewer, so it takes seconds.
    """

    def __init__(self, encode: Encode | None, shape: AnswerShape = AnswerShape()) -> None:
        self.encode, self.shape = encode, shape
        seen = {"min_df": 2, "sublinear_tf": True, "dtype": np.float32}
        self._chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **seen)
        self._words = TfidfVectorizer(preprocessor=denied, token_pattern=r"[\w']+|[?/]", ngram_range=(1, 3), **seen)
        self.labels = list(MEANINGS)
        # Weights (features, columns): the labels' for every question, then those of each question's own.
        self._weights = np.zeros((0, 0), dtype=np.float32)

    def _ngrams(self, texts: Sequence[str]) -> sparse.csr_matrix:
        chars, words = (one.fit_transform(texts) for one in (self._chars, self._words))
        edge = sparse.csr_matrix(np.ones((len(texts), 1), dtype=np.float32))
        blocks = [chars * self.shape.character_weight, words * self.shape.word_weight, edge]
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def _row(self, text: str) -> Row:
        """The n-grams of one text, as `_ngrams` puts them."""
        widths = [len(self._chars.vocabulary_), len(self._words.vocabulary_), 1]
        edge = (np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.float32))
        rows = [row_of(self._chars, text), row_of(self._words, text), edge]
        return joined(rows, widths, [self.shape.character_weight, self.shape.word_weight, 1.0])

    def fit(self, examples: Sequence[Example]) -> AnswerModel:
        """Learn from `examples`; those of ANY teach only the features that all questions share."""
        assert self.encode is not None
        texts = [plain(one.text) for one in examples]
        rows, vectors = self._ngrams(texts), self.encode(texts) * np.float32(self.shape.vector_weight)
        asked = np.array([one.question for one in examples])
        truth = np.array([[one.meaning == label for label in self.labels] for one in examples], dtype=np.float32)
        alike = (rows @ rows.T).toarray() + vectors @ vectors.T
        alike *= 1 + np.float32(self.shape.own_weight**2) * ((asked[:, None] == asked) & (asked != ANY)[:, None])
        alike[np.diag_indices_from(alike)] += self.shape.ridge
        shares = cho_solve(cho_factor(alike, overwrite_a=True, check_finite=False), truth, check_finite=False)

        def weights(chosen: np.ndarray) -> np.ndarray:
            return np.concatenate([rows[chosen].T @ shares[chosen], vectors[chosen].T @ shares[chosen]])

        own = [self.shape.own_weight**2 * weights(asked == question) for question in QUESTIONS]
        everywhere = weights(np.ones(len(texts), dtype=bool))
        self._weights = np.hstack([everywhere, *own]).astype(np.float32)
        return self

    def read(self, text: str, vector: np.ndarray | None = None) -> dict[str, tuple[str, float]]:
        """(meaning, chance) of `text` at every question; its `vector` (minilm_graph.VECTOR,) may be given to save time."""
        words = plain(text)
        if vector is None:
            assert self.encode is not None
            vector = self.encode([words])[0]
        places, values = self._row(words)
        columns = (
            values @ self._weights[places] + (vector * np.float32(self.shape.vector_weight)) @ self._weights[-len(vector) :]
        )
        scores = columns.reshape(len(QUESTIONS) + 1, len(self.labels))
        chances = _chances(scores[0] + scores[1:], self.shape.sharpness)
        best = zip(QUESTIONS, chances.argmax(axis=1), chances.max(axis=1), strict=True)
        return {question: (self.labels[int(at)], round(float(chance), 4)) for question, at, chance in best}


def as_parsed(readings: dict[str, tuple[str, float]]) -> dict[str, list[Any]]:
    """Readings in the shape that goes into a parse result."""
    return {question: [meaning, chance] for question, (meaning, chance) in readings.items()}
