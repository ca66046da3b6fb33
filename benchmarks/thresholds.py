"""Measures confidence on examples that the model did not learn from: temperature, reliability, and what each limit costs.

`python -m benchmarks.thresholds` writes benchmarks/thresholds.md and reliability.png; config.yml takes its values from there.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np

from benchmarks.examples import ordinary_examples
from benchmarks.temperature import best_temperature, held_out
from bot.nlu.meaning import Shape
from bot.nlu.training_vectors import training_vectors
from bot.nlu.undecided import REFUSED, Thresholds, decide

HERE = Path(__file__).parent
BINS = np.linspace(0, 1, 11)


def _chances(margins: np.ndarray, temperature: float) -> np.ndarray:
    odds = np.exp((margins - margins.max(axis=1, keepdims=True)) / temperature)
    result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return result


def reliability(best: np.ndarray, right: np.ndarray) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of each tenth of confidence."""
    rows = []
    for low, high in itertools.pairwise(BINS):
        here = (best > low) & (best <= high)
        if here.any():
            rows.append((float(best[here].mean()), float(right[here].mean()), int(here.sum())))
    return rows


def draw(rows: list[tuple[float, float, int]], path: Path) -> None:
    """The reliability plot: said against true, the size of each point by how many messages it stands for."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5))
    said, true, count = zip(*rows, strict=True)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, label="says what it means")
    axes.scatter(said, true, s=[20 + one / 4 for one in count], color="#0a5c6b", label="messages held out")
    axes.set(xlabel="confidence said", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1), title="Reliability")
    axes.legend(loc="upper left")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def costs(chances: np.ndarray, right: np.ndarray, names: list[str], limits: Thresholds) -> tuple[float, float, float, float]:
    """Of held-out messages: answered right or offered, asked back, ours turned away, outside ones turned away."""
    good = asked = ours = away = outside = caught = 0
    for row, wanted in zip(chances, right, strict=True):
        order = np.argsort(-row)
        decision = decide([(names[at], float(row[at])) for at in order], limits)
        label, turned = names[wanted], decision.label in REFUSED
        good += decision.label == label or label in decision.offered
        asked += decision.do == "clarify"
        ours, away = (ours, away) if label in REFUSED else (ours + 1, away + turned)
        outside, caught = (outside + 1, caught + turned) if label in REFUSED else (outside, caught)
    return good / len(right), asked / len(right), away / max(1, ours), caught / max(1, outside)


def main() -> int:
    """Measure and write."""
    found = ordinary_examples()
    texts, labels = [text for text, _ in found], [label for _, label in found]
    margins, right, names = held_out(texts, labels, training_vectors(texts), Shape())
    temperature = best_temperature(margins, right)
    chances = _chances(margins, temperature)
    best, correct = chances.max(axis=1), chances.argmax(axis=1) == right
    rows = reliability(best, correct)
    draw(rows, HERE / "reliability.png")
    lines = ["# Confidence and its limits", "", f"Best temperature on {len(right)} held-out examples of our own: {temperature:.3f}. They are hard on purpose: "
             f"{correct.mean():.3f} of them are named right.", "", "| confidence said | right | messages |", "|---|---|---|"]  # fmt: skip
    lines += [f"| {said:.2f} | {true:.2f} | {count} |" for said, true, count in rows]
    lines += ["", "![reliability](reliability.png)", "", "| margin | refuse | right or offered | asked back | ours turned away | outside turned away |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    for margin in (0.2, 0.4, 0.6):
        for refuse in (0.05, 0.09, 0.2):
            figures = costs(chances, right, names, Thresholds(margin=margin, refuse=refuse))
            lines.append(f"| {margin} | {refuse} | " + " | ".join(f"{one:.3f}" for one in figures) + " |")
    (HERE / "thresholds.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
