"""Compares ways to name a meaning, side by side in one run, and draws how accuracy grows with examples.

`python -m benchmarks.pipelines FILE...` (labelled messages) writes benchmarks/pipelines.md and curve.png. The default
pipeline of Rasa stands in benchmarks/turns.md: it takes minutes to train on a small part of this data.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.examples import ordinary_examples
from bot.evaluate import OUTSIDE_NAME, items_of
from bot.nlu.meaning import MeaningModel, Shape
from bot.nlu.minilm import load_minilm
from bot.nlu.minilm_graph import WIDTH
from bot.nlu.plain import plain
from bot.nlu.training_vectors import training_vectors

HERE = Path(__file__).parent
CURVE = (12, 24, 48, 96, 192, 10_000)
Scores = Callable[[list[str], np.ndarray], np.ndarray]
Trained = tuple[Scores, list[str], object]


def _svm(shape: Shape) -> Callable[[list[str], list[str], np.ndarray], Trained]:
    def train(texts: list[str], labels: list[str], vectors: np.ndarray) -> Trained:
        model = MeaningModel(None, shape).fit(texts, labels, vectors)
        return model.scores, model.labels, model

    return train


def _last_layer(kind: str) -> Callable[[list[str], list[str], np.ndarray], Trained]:
    def train(texts: list[str], labels: list[str], vectors: np.ndarray) -> Trained:
        model = (
            LogisticRegression(C=20, max_iter=60) if kind == "regression" else KNeighborsClassifier(15, weights="distance")
        )
        model.fit(vectors[:, WIDTH:], labels)
        return (lambda given, rows: model.predict_proba(rows[:, WIDTH:])), list(model.classes_), model

    return train


WAYS = {
    "sentence vectors, nearest neighbours": _last_layer("neighbours"),
    "sentence vectors, logistic regression": _last_layer("regression"),
    "n-grams alone, linear SVM": _svm(Shape(vectors=False)),
    "vectors of layers 4 and 6 alone, linear SVM": _svm(Shape(ngrams=False)),
    "n-grams and vectors, stronger (C = 1)": _svm(Shape(strength=1.0)),
    "n-grams and vectors, linear SVM (ours)": _svm(Shape()),
}


class Tests:
    """The labelled messages of the given files with their vectors."""

    def __init__(self, paths: list[Path]) -> None:
        items = [one for path in paths for one in items_of(path) if one.get("label")]
        self.labels = [{new: old for old, new in OUTSIDE_NAME.items()}.get(one["label"], one["label"]) for one in items]
        self.texts = [str(one["text"]) for one in items]
        self.vectors = load_minilm().encode([plain(text) for text in self.texts])

    def measure(self, trained: Trained) -> tuple[float, float, float]:
        """Top-1, top-3 and milliseconds a message, the encoding left out (it is the same for all)."""
        scores, names, _ = trained
        started = time.process_time()
        order = np.argsort(
            -np.vstack([scores([text], row[None]) for text, row in zip(self.texts, self.vectors, strict=True)])
        )
        each = (time.process_time() - started) / len(self.texts) * 1000
        ranked = [[names[at] for at in row[:3]] for row in order]
        top1 = np.mean([row[0] == label for row, label in zip(ranked, self.labels, strict=True)])
        top3 = np.mean([label in row for row, label in zip(ranked, self.labels, strict=True)])
        return float(top1), float(top3), each


def _few(found: list[tuple[str, str]], most: int) -> list[int]:
    """Places of at most `most` examples of each label, chosen once and for all."""
    by_label: dict[str, list[int]] = {}
    for at in random.Random(1).sample(range(len(found)), len(found)):
        by_label.setdefault(found[at][1], []).append(at)
    return sorted(at for places in by_label.values() for at in places[:most])


def draw_curve(points: list[tuple[int, float, float]], path: Path) -> None:
    """Accuracy against examples."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    count, top1, top3 = zip(*points, strict=True)
    axes.plot(count, top1, "o-", color="#0a5c6b", label="top 1")
    axes.plot(count, top3, "o--", color="#b5651d", label="top 3")
    axes.set(
        xscale="log",
        xlabel="training examples",
        ylabel="named right",
        ylim=(0.3, 1),
        title="More examples, fewer misreadings",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> int:
    """Train each way on the same data, measure on the same messages, write the table and the curve."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("files", nargs="+", type=Path)
    tests, found = Tests(reader.parse_args().files), ordinary_examples()
    texts, labels = [text for text, _ in found], [label for _, label in found]
    vectors = training_vectors(texts)
    rows = []
    for name, train in WAYS.items():
        started = time.process_time()
        trained = train(texts, labels, vectors)
        seconds = time.process_time() - started
        top1, top3, each = tests.measure(trained)
        rows.append(
            f"| {name} | {top1:.3f} | {top3:.3f} | {seconds:.0f} | {each:.2f} | {len(pickle.dumps(trained[2])) / 1e6:.1f} |"
        )
        print(rows[-1], flush=True)
    points = []
    for most in CURVE:
        some = _few(found, most)
        top1, top3, _ = tests.measure(_svm(Shape())([texts[i] for i in some], [labels[i] for i in some], vectors[some]))
        points.append((len(some), top1, top3))
    draw_curve(points, HERE / "curve.png")
    head = ["# Ways to name a meaning", "", f"{len(texts)} training examples of {len(set(labels))} labels, {len(tests.texts)} messages by other hands. "
            "Seconds and milliseconds of processor time, encoding left out.", "",
            "| way | top 1 | top 3 | training, s | a message, ms | size, MB |", "|---|---|---|---|---|---|"]  # fmt: skip
    tail = ["", "![curve](curve.png)", "", "| examples | top 1 | top 3 |", "|---|---|---|"]
    tail += [f"| {count} | {top1:.3f} | {top3:.3f} |" for count, top1, top3 in points]
    (HERE / "pipelines.md").write_text("\n".join([*head, *rows, *tail]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
