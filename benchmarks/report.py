"""A page about labelled messages: figures, confusions, reliability, labels as bars, and every miss. `make eval FILES="..."`

Writes results/report.html with its pictures; what is served reads the messages (bot/evaluate.py).
"""

from __future__ import annotations

import argparse
import asyncio
import html
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.thresholds import draw, reliability
from bot.evaluate import SHAPE, Figures, Service, Understood, items_of, quiet
from bot.settings import PROJECT

FOLDER = PROJECT / "results"
MOST_CONFUSED = 25  # labels in the matrix: those that are mixed up most


@dataclass
class Read:
    """Every message of every file with what was understood."""

    figures: dict[str, Figures] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)  # (wanted, first in the ranking)
    sure: list[float] = field(default_factory=list)
    misses: list[tuple[str, int, str, str, str]] = field(default_factory=list)  # file, number, wanted, got, text

    def add(self, name: str, number: int, item: dict[str, Any], understood: Understood) -> None:
        """Count one message."""
        self.figures.setdefault(name, Figures()).add(item, understood)
        wanted = str(item.get("label") or item.get("meaning") or "")
        got = (understood.reading or "") if "question" in item else (understood.ranking or ["nothing"])[0]
        if not wanted:
            return
        if "question" not in item:
            self.pairs.append((wanted, got))
            self.sure.append(understood.confidence)
        if got != wanted:
            self.misses.append((name, number, wanted, got, str(item["text"])))


def draw_bars(pairs: list[tuple[str, str]], path: Path) -> None:
    """The share named right, label by label, worst on top."""
    from matplotlib import pyplot

    count, right = Counter(wanted for wanted, _ in pairs), Counter(wanted for wanted, got in pairs if wanted == got)
    labels = sorted(count, key=lambda label: (-right[label] / count[label], label))
    figure, axes = pyplot.subplots(figsize=(7, 0.22 * len(labels) + 1.5))
    axes.barh(labels, [right[label] / count[label] for label in labels], color="#0a5c6b")
    axes.set(xlim=(0, 1), xlabel="named right", title="Label by label")
    axes.tick_params(labelsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def draw_confusion(pairs: list[tuple[str, str]], path: Path) -> None:
    """Who is taken for whom, among the labels that are mixed up most."""
    from matplotlib import pyplot

    wrong = Counter(label for wanted, got in pairs if wanted != got for label in (wanted, got))
    labels = sorted(label for label, _ in wrong.most_common(MOST_CONFUSED))
    place = {label: number for number, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)))
    for wanted, got in pairs:
        if wanted in place and got in place:
            matrix[place[wanted], place[got]] += 1
    figure, axes = pyplot.subplots(figsize=(9, 8))
    axes.imshow(matrix, cmap="Blues")
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    axes.set(xlabel="understood", ylabel="meant", title="Who is taken for whom")
    for row, column in zip(*np.nonzero(matrix), strict=True):
        axes.text(column, row, int(matrix[row, column]), ha="center", va="center", fontsize=6)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def page(read: Read) -> str:
    """The report as HTML."""
    names = [name for name in next(iter(read.figures.values())).shown() if name != "n"]
    head = "".join(f"<th>{name.replace('_', ' ')}" for name in ["file", "n", *names])
    rows = "".join(
        f"<tr><td>{html.escape(name)}"
        + "".join(f"<td>{'' if value is None else value}" for value in figures.shown().values())
        for name, figures in read.figures.items()
    )
    misses = "".join(
        f"<tr><td>{html.escape(name)} {number}<td>{html.escape(wanted)}<td>{html.escape(got)}<td>{html.escape(text)}"
        for name, number, wanted, got, text in read.misses
    )
    pictures = "".join(f'<p><img src="{name}" alt="{name}">' for name in ("labels.png", "confusion.png", "reliability.png"))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>How it understood</title><style>body{font:15px sans-serif;'
        "max-width:75em;margin:2em auto}td,th{border:1px solid #ccc;padding:2px 6px;text-align:left}img{max-width:100%}</style>"
        f"<h1>How it understood</h1><table><tr>{head}{rows}</table>{pictures}"
        f"<h2>Misses ({len(read.misses)})</h2><table><tr><th>message<th>meant<th>understood<th>text{misses}</table></html>"
    )


async def read_files(paths: list[Path]) -> Read:
    """Understand every message of the files, with progress; files that cannot be read end it before anything is loaded."""
    files = [(path, items_of(path)) for path in paths]
    service, read = Service(), Read()
    for path, items in files:
        for number, item in enumerate(items, 1):
            read.add(path.name, number, item, await service.understand(item))
        print(f"{path.name}: {len(items)} read", flush=True)
    return read


def main() -> int:
    """Write the report."""
    reader = argparse.ArgumentParser(prog="make eval", description=(__doc__ or "").splitlines()[0])
    reader.add_argument("files", nargs="*", type=Path)
    given = reader.parse_args()
    if not given.files:
        print(f'Name the files: make eval FILES="mine.yaml more.yaml". Each is {SHAPE}', file=sys.stderr)
        return 2
    import matplotlib

    matplotlib.use("Agg")
    quiet()
    read = asyncio.run(read_files(given.files))
    FOLDER.mkdir(exist_ok=True)
    if read.pairs:
        draw_bars(read.pairs, FOLDER / "labels.png")
        draw_confusion(read.pairs, FOLDER / "confusion.png")
        right = np.array([wanted == got for wanted, got in read.pairs])
        draw(reliability(np.array(read.sure), right), FOLDER / "reliability.png")
    (FOLDER / "report.html").write_text(page(read), encoding="utf-8")
    print("The report is results/report.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
