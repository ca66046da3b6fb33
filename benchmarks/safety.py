"""Measures the safety net: `python -m benchmarks.safety --sets FOLDER`; writes the figures into docs/safety.md.

`--folds` trains on two thirds of our own examples and reads the last third, three times. Texts of the sets are never
written: a miss is named by its file and its place in it.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from bot.safety import Net, load
from bot.safety.classifier import Classifier, load_classifier
from bot.safety.verdict import ADVICE_KINDS, CRISIS_KINDS, Verdict
from bot.settings import PROJECT, read

DOC = PROJECT / "docs" / "safety.md"
START, END = "<!-- figures: written by benchmarks/safety.py -->", "<!-- end of figures -->"
FOLDS, SEED = 3, 5
SHORT_READS, LONG_READS = 2000, 60


@dataclass(frozen=True)
class Item:
    """One labelled text; `repr` shows none of it."""

    file: str
    number: int
    label: str
    group: str  # crisis, advice or ordinary
    text: str = field(repr=False)


@dataclass
class Tally:
    """What the net made of one set."""

    read: int = 0
    crises: int = 0
    found: int = 0
    right_kind: int = 0
    ordinary: int = 0
    alarms: int = 0
    advice: int = 0
    advised: int = 0
    misses: list[int] = field(default_factory=list)
    false_alarms: list[int] = field(default_factory=list)
    confusion: Counter = field(default_factory=Counter)

    def add(self, item: Item, verdict: Verdict) -> None:
        """Count one text."""
        self.read += 1
        if item.group == "crisis":
            self.crises += 1
            self.found += verdict.is_crisis
            self.right_kind += verdict.kind == item.label
            self.confusion[(item.label, verdict.kind or "none")] += 1
            if not verdict.is_crisis:
                self.misses.append(item.number)
        elif item.group == "advice":
            self.advice += 1
            self.advised += verdict.kind is not None
            self.confusion[(item.label, verdict.kind or "none")] += 1
        else:
            self.ordinary += 1
            self.alarms += verdict.is_crisis
            if verdict.is_crisis:
                self.false_alarms.append(item.number)

    def row(self, name: str) -> str:
        """A line of the table."""

        def part(some: int, whole: int) -> str:
            return f"{some}/{whole} = {some / whole:.3f}" if whole else ""

        cells = [part(self.found, self.crises), part(self.right_kind, self.crises), part(self.alarms, self.ordinary),
                 part(self.advised, self.advice)]  # fmt: skip
        return f"| {name} | " + " | ".join(cells) + " |"


def group_of(entry: dict, file: str) -> str:
    """Whether a text of a set is a crisis, a request for advice or harm, or ordinary."""
    label = str(entry.get("label"))
    if entry.get("kind") == "crisis" or label in CRISIS_KINDS:
        return "crisis"
    return "advice" if entry.get("kind") == "advice" or label in ADVICE_KINDS else "ordinary"


def items_of(folder: Path) -> list[Item]:
    """Every labelled text under a folder."""
    found = []
    for path in sorted(folder.rglob("*.y*ml")):
        for number, entry in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or []):
            if isinstance(entry, dict) and "text" in entry and "label" in entry:
                found.append(Item(path.stem, number, str(entry["label"]), group_of(entry, path.stem), entry["text"]))
    return found


def served(items: Iterable[Item]) -> dict[str, Tally]:
    """A tally for each file as a person is answered: net, second reading and meaning together."""
    from bot.evaluate import Service

    service = Service()

    def understood(text: str) -> Verdict:
        found = asyncio.run(service.understand({"text": text}))
        return Verdict(kind=found.crisis or (found.intent if found.intent in ADVICE_KINDS else None))

    return tallied(items, understood)


def tallied(items: Iterable[Item], reader: Callable[[str], Verdict]) -> dict[str, Tally]:
    """A tally for each file."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for item in items:
        tallies[item.file].add(item, reader(item.text))
    return dict(tallies)


def kept(arrays: dict[str, np.ndarray]) -> Classifier | None:
    """The classifier of what training fitted, by way of a file, as it is served."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fold.npz"
        np.savez(path, **arrays)  # type: ignore[arg-type]
        path.with_suffix(".sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest(), encoding="ascii")
        return load_classifier(path)


def folded() -> dict[str, Tally]:
    """Our own examples, each read by a net that has not learnt it."""
    from bot.safety import learning
    from bot.safety.train import lessons

    given = lessons(read().models)
    names = ("none", *CRISIS_KINDS, *ADVICE_KINDS)
    fold = np.random.default_rng(SEED).permutation(len(given.texts)) % FOLDS
    whole, tallies, spare = given.whole_vectors(), defaultdict(Tally), load()
    for number in range(FOLDS):
        chosen = fold != number
        fitted = learning.fit(given.rows[chosen], given.marks[chosen], given.labels[chosen], whole)
        net = spare.with_classifier(kept(given.arrays(fitted, "")))
        for at in np.where(~chosen)[0]:
            label = names[given.labels[at]]
            group = "crisis" if label in CRISIS_KINDS else "advice" if label in ADVICE_KINDS else "ordinary"
            file = given.files[at] if group != "ordinary" or given.files[at].startswith("not_") else "ordinary"
            tallies[file].add(Item(file, int(at), label, group, given.texts[at]), net.read(given.texts[at]))
    return dict(sorted(tallies.items()))


def speed(net: Net, texts: list[str]) -> list[str]:
    """Lines with the time a reading takes: short messages, and 10,000 characters."""

    def timed(some: list[str]) -> np.ndarray:
        took = []
        for text in some:
            started = time.perf_counter()
            net.read(text)
            took.append(1000 * (time.perf_counter() - started))
        return np.array(took)

    rng = np.random.default_rng(SEED)
    short = timed([texts[at] for at in rng.integers(0, len(texts), SHORT_READS)])
    long = timed([" ".join(texts[at] for at in rng.integers(0, len(texts), 400))[:10_000] for _ in range(LONG_READS)])
    started = time.perf_counter()
    load()
    loading = time.perf_counter() - started
    return [
        f"- a message of the sets: p50 {np.percentile(short, 50):.2f} ms, p99 {np.percentile(short, 99):.2f} ms",
        f"- 10,000 characters: p50 {np.percentile(long, 50):.1f} ms, p99 {np.percentile(long, 99):.1f} ms",
        f"- loading the net: {loading:.2f} s",
    ]


def table(tallies: dict[str, Tally]) -> list[str]:
    """The table of tallies, and their sum."""
    head = ["| set | crises found | of the right kind | false alarms | advice and harm seen |", "|---|---|---|---|---|"]
    return [*head, *(tally.row(name) for name, tally in tallies.items())]


def listed(tallies: dict[str, Tally]) -> list[str]:
    """Every miss and false alarm, by file and number."""
    lines = []
    for name, tally in tallies.items():
        if tally.misses:
            lines.append(f"- {name}, missed: {', '.join(map(str, tally.misses))}")
        if tally.false_alarms:
            lines.append(f"- {name}, false alarms: {', '.join(map(str, tally.false_alarms))}")
    return lines


def confused(tallies: dict[str, Tally]) -> list[str]:
    """Which kind was taken for which, over all sets."""
    every: Counter = sum((tally.confusion for tally in tallies.values()), Counter())
    kinds = (*CRISIS_KINDS, *ADVICE_KINDS)
    head = ["| meant \\ seen | " + " | ".join((*kinds, "none")) + " |", "|---" * (len(kinds) + 2) + "|"]
    rows = [
        f"| {kind} | " + " | ".join(str(every[(kind, seen)] or "") for seen in (*kinds, "none")) + " |" for kind in kinds
    ]
    return [*head, *rows]


def report(sets: Path | None, folds: bool) -> str:
    """The figures as Markdown."""
    net, lines = load(), []
    if sets:
        items = items_of(sets)
        tallies = tallied(items, net.read)
        whole = served(items)
        lines += ["### Sets by other hands, as served", "", *table(whole), "", "Meant and seen:", "", *confused(whole), "",
                  "Every miss and false alarm, by its number in the file (from 0):", "", *listed(whole), "",
                  "### The same, by the front door alone while the assistant does not answer", "", *table(tallies), "",
                  "Every miss and false alarm, by its number in the file (from 0):", "", *listed(tallies), "",
                  "### Speed", "", *speed(net, [item.text for item in items]), ""]  # fmt: skip
    if folds:
        tallies = folded()
        lines += [f"### Our own examples, {FOLDS}-fold: read by a net that has not learnt them", "", *table(tallies), ""]
    return "\n".join(lines)


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of labelled sets (YAML lists of {text, label})")
    parser.add_argument("--folds", action="store_true", help="cross-validate on our own examples (some minutes)")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/safety.md")
    chosen = parser.parse_args()
    figures = report(chosen.sets, chosen.folds)
    sys.stdout.write(figures)
    if chosen.write:
        text = DOC.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        DOC.write_text(f"{before}{START}\n\n{figures}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
