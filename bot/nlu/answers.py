"""Reads an answer to a question of the check: yes, no, not sure, skip, or a question of the person's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Sequence

import numpy as np
import yaml
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.meaning import Encode
from bot.nlu.plain import plain
from bot.settings import PROJECT

FOLDER = PROJECT / "data" / "answers"
MEANINGS = ("yes", "no", "not_sure", "skip", "question")
# The check's questions, the three parts of its last one, and the yes/no questions around it.
QUESTIONS = (
    "consent", "danger", "adult", "withdrawal", "medical", "home_support", "use_at_home", "outside_stress", "group_comfort",
    "background_1", "background_2", "background_3",
)  # fmt: skip
ANY = "any"  # examples that mean the same at every question


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
    """What the model is made of; benchmarks/ compare it."""

    strength: float = 10.0
    vector_weight: float = 2.0
    own_weight: float = 1.0  # of features that count at one question only, beside those that count at all


class AnswerModel:
    """One regression for all questions: each feature counts once for every question and once for its own."""

    def __init__(self, encode: Encode | None, shape: AnswerShape = AnswerShape()) -> None:
        self.encode, self.shape = encode, shape
        self._chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True, dtype=np.float32)
        self._words = TfidfVectorizer(
            token_pattern=r"(?u)[\w']+|[?/]", ngram_range=(1, 3), min_df=2, sublinear_tf=True, dtype=np.float32
        )
        self.labels: list[str] = []
        self._shared = np.zeros((0, 0), dtype=np.float32)  # weights (features, labels) for every question
        self._own: dict[str, np.ndarray] = {}  # by question
        self._bias = np.zeros(0, dtype=np.float32)

    def _features(self, texts: Sequence[str], vectors: np.ndarray, learn: bool = False) -> sparse.csr_matrix:
        blocks = [one.fit_transform(texts) if learn else one.transform(texts) for one in (self._chars, self._words)]
        edge = sparse.csr_matrix(np.ones((len(texts), 1), dtype=np.float32))
        return sparse.hstack([*blocks, sparse.csr_matrix(vectors * self.shape.vector_weight), edge], format="csr")

    def fit(self, examples: Sequence[Example]) -> "AnswerModel":
        """Learn from `examples`; those of ANY teach only the features that all questions share."""
        assert self.encode is not None
        texts = [plain(one.text) for one in examples]
        rows = self._features(texts, self.encode(texts), learn=True)
        blocks = [rows]
        for question in QUESTIONS:
            own = sparse.diags([self.shape.own_weight if one.question == question else 0.0 for one in examples])
            blocks.append((own @ rows).astype(np.float32))
        regression = LogisticRegression(C=self.shape.strength, max_iter=300, tol=1e-3)
        regression.fit(sparse.hstack(blocks, format="csr"), [one.meaning for one in examples])
        self.labels = [str(label) for label in regression.classes_]
        parts = np.split(regression.coef_.T.astype(np.float32), len(QUESTIONS) + 1)
        self._shared, self._own = parts[0], dict(zip(QUESTIONS, parts[1:]))
        self._bias = regression.intercept_.astype(np.float32)
        return self

    def read(self, text: str, vector: np.ndarray | None = None) -> dict[str, tuple[str, float]]:
        """(meaning, chance) of `text` at every question; `vector` (384,) of the plain text may be given to save time."""
        words = plain(text)
        if vector is None:
            assert self.encode is not None
            vector = self.encode([words])[0]
        row = self._features([words], vector[None, :])
        shared = row @ self._shared + self._bias
        readings = {}
        for question in QUESTIONS:
            scores = (shared + self.shape.own_weight * (row @ self._own[question]))[0]
            odds = np.exp(scores - scores.max())
            chances = odds / odds.sum()
            best = int(chances.argmax())
            readings[question] = (self.labels[best], round(float(chances[best]), 4))
        return readings


def as_parsed(readings: dict[str, tuple[str, float]]) -> dict[str, list[Any]]:
    """Readings in the shape that goes into a parse result."""
    return {question: [meaning, chance] for question, (meaning, chance) in readings.items()}
