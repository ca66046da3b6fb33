"""Rasa's default NLU pipeline and ours, trained on the same data in one run: `python -m benchmarks.default_pipeline FILE...`

Writes benchmarks/default_pipeline.md: accuracy, training, parsing, a text of 20 KB and memory. Takes about half an hour,
nearly all of it the training of DIET with Rasa's own number of epochs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from benchmarks.load import quantile
from benchmarks.stock.project import EXAMPLES, HERE, examples
from bot.evaluate import OUTSIDE_NAME, items_of, quiet
from bot.settings import PROJECT, read
from ops.topology import resident

# Those of ours that have a counterpart in the default pipeline. The readers of danger and of answers have none: they learn
# from data of their own. The served model, which holds them all, is what is parsed with.
LEARNING = ("bot.nlu.tokens", "bot.nlu.rule_entities", "bot.nlu.meaning", "bot.nlu.undecided")
ROUNDS = 10
LONG = 20_000  # characters


def stock_config() -> dict[str, Any]:
    """The default pipeline with its default epochs; benchmarks/turns.py, where only speed counts, takes fewer."""
    config: dict[str, Any] = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        component["epochs"] = {"DIETClassifier": 100, "ResponseSelector": 100}.get(component["name"])
    pipeline = [{key: value for key, value in one.items() if value is not None} for one in config["pipeline"]]
    return {"recipe": config["recipe"], "language": "en", "assistant_id": "stock", "pipeline": pipeline}


def our_config() -> dict[str, Any]:
    """Our pipeline without the readers that learn from other data."""
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    pipeline = [one for one in config["pipeline"] if one["name"].startswith(LEARNING)]
    return {"recipe": config["recipe"], "language": "en", "assistant_id": "ours", "pipeline": pipeline}


def train(folder: Path, config: dict[str, Any]) -> None:
    """Train in this process: the model lies at `folder`/model.tar.gz."""
    from rasa.model_training import train_nlu

    quiet()
    blocks = [
        {"intent": label, "examples": "".join(f"- {one}\n" for one in lines)} for label, lines in examples().items() if lines
    ]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model")


async def _answer_lines(model: Path) -> None:
    """Serve: a line with texts in, a line with each one's milliseconds, ranking and confidence out."""
    from rasa.core.agent import Agent

    quiet()
    agent = Agent.load(str(model))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        results = []
        for text in json.loads(line):
            began = time.perf_counter()
            parsed = dict(await agent.parse_message(text))
            took = (time.perf_counter() - began) * 1000
            results.append((took, parsed["intent"]["name"], [one["name"] for one in parsed["intent_ranking"][:4]]))
        print(json.dumps(results), flush=True)


class Served:
    """A model in a process of its own."""

    def __init__(self, model: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.default_pipeline", "--serve", str(model)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT, text=True,
        )  # fmt: skip
        self._read()

    def _read(self) -> Any:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(("[", '"')):
                return json.loads(line)
        raise RuntimeError("The model's process ended.")

    def parse(self, texts: list[str]) -> list[tuple[float, str, list[str]]]:
        """(milliseconds, intent, ranking) of each text."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        found: list[tuple[float, str, list[str]]] = self._read()
        return found

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def trained(name: str, folder: Path) -> tuple[Path, float]:
    """Train in a process of its own; the model and the seconds it took, all of Rasa's start included."""
    place = folder / name
    place.mkdir()
    began = time.monotonic()
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.default_pipeline", "--train", name, "--into", str(place)]
    subprocess.run(command, check=True, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return place / "model.tar.gz", time.monotonic() - began


def accuracy(served: Served, items: list[dict[str, Any]]) -> tuple[float, float]:
    """Top-1 and top-3 over labelled messages; Rasa's fallback is no meaning and is passed over."""
    inside = {new: old for old, new in OUTSIDE_NAME.items()}
    top1 = top3 = 0
    for one, (_, _, ranking) in zip(items, served.parse([str(one["text"]) for one in items]), strict=True):
        wanted = {inside.get(label, label) for label in (one["label"], *(one.get("acceptable") or ()))}
        names = [name for name in ranking if name != "nlu_fallback"]
        top1 += bool(wanted & set(names[:1]))
        top3 += bool(wanted & set(names[:3]))
    return top1 / len(items), top3 / len(items)


def compare(files: list[Path]) -> dict[str, dict[str, float]]:
    """Every figure, by model."""
    from bot.assistant.models import newest_model

    items = [one for path in files for one in items_of(path) if one.get("label")]
    short = [str(one["text"]) for one in items][:100]
    figures: dict[str, dict[str, float]] = {"stock": {}, "ours": {}, "served": {}}
    with tempfile.TemporaryDirectory() as scratch:
        models = {}
        for name in ("ours", "stock"):
            models[name], figures[name]["training"] = trained(name, Path(scratch))
            print(f"{name}: trained in {figures[name]['training']:.0f} s", flush=True)
        models["served"] = newest_model(read().models) or Path("none")
        running = {name: Served(model) for name, model in models.items()}
        times: dict[str, list[float]] = {name: [] for name in running}
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", flush=True)
            for name, served in running.items():
                times[name] += [took for took, _, _ in served.parse(short)]
        for name, served in running.items():
            top1, top3 = accuracy(served, items)
            megabytes = resident(served.process.pid) / 1e6
            long = served.parse([" ".join(short * 20)[:LONG]])[0][0]
            figures[name] |= {
                "top1": top1, "top3": top3, "p50": quantile(times[name], 0.5), "p95": quantile(times[name], 0.95),
                "long": long, "memory": megabytes, "size": models[name].stat().st_size / 1e6,
            }  # fmt: skip
            served.stop()
    return figures


ROWS = (
    ("named right, top 1", "top1", "{:.3f}"), ("named right, top 3", "top3", "{:.3f}"),
    ("training, s", "training", "{:.0f}"), ("parse, short message, p50, ms", "p50", "{:.2f}"),
    ("parse, short message, p95, ms", "p95", "{:.2f}"), ("parse, 20 KB, ms", "long", "{:.0f}"),
    ("memory of the process, MB", "memory", "{:.0f}"), ("size of the model, MB", "size", "{:.1f}"),
)  # fmt: skip


def page(figures: dict[str, dict[str, float]], messages: int) -> str:
    """The table."""
    lines = [
        "# Rasa's default pipeline and ours", "",
        f"Both learnt from the same {EXAMPLES} examples of each label in one run, DIET with its default 100 epochs, and read the "
        f"same {messages} messages by other hands; parsing by turns. The last column is the model that is served: all "
        "examples, and the readers of danger and of answers, which the default has no counterpart of.", "",
        "| | default | ours, same data | ours / default | served |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for title, key, shape in ROWS:
        stock, ours, served = (figures[name].get(key) for name in ("stock", "ours", "served"))
        cells = ["" if one is None else shape.format(one) for one in (stock, ours)]
        ratio = f"{ours / stock:.2f}" if stock and ours else ""
        lines.append(f"| {title} | {cells[0]} | {cells[1]} | {ratio} | {'' if served is None else shape.format(served)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Train, measure and write the table."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("files", nargs="*", type=Path)
    for hidden in ("--train", "--into", "--serve"):
        reader.add_argument(hidden, help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.train:
        train(Path(given.into), stock_config() if given.train == "stock" else our_config())
    elif given.serve:
        asyncio.run(_answer_lines(Path(given.serve)))
    else:
        figures = compare(given.files)
        messages = sum(1 for path in given.files for one in items_of(path) if one.get("label"))
        (PROJECT / "benchmarks" / "default_pipeline.md").write_text(page(figures, messages), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
