"""Trains the net's classifier on the project's own examples: `python -m bot.safety.train`.

The reviewed weights (net.npz) are part of the repository, so that everybody runs the net whose figures were signed. They are
learnt anew only where an example, a pattern or a reader changed; `--review` then puts the new ones in their place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from bot.safety import classifier, learning
from bot.safety.net import Net, load
from bot.safety.verdict import KINDS
from bot.safety.words import STOP
from bot.settings import PROJECT, read

HERE = Path(__file__).parent
DATA, ANSWERS = PROJECT / "data" / "nlu", PROJECT / "data" / "answers"
EXAMPLES, LESSONS = HERE / "examples", HERE / "lessons"
FILE = "safety.npz"
READERS = (
    "characters.py",
    "classifier.py",
    "context.py",
    "learning.py",
    "lists.yml",
    "matcher.py",
    "spelling.yml",
    "words.py",
)
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def input_files() -> list[Path]:
    """Everything the weights depend on, in a fixed order; not the replies, nor the thresholds of net.py."""
    folders = (DATA, ANSWERS, EXAMPLES, LESSONS, HERE / "patterns")
    return sorted([*(path for folder in folders for path in folder.glob("*.yml")), *(HERE / name for name in READERS)])


def fingerprint() -> str:
    """The digest of all inputs."""
    total = hashlib.sha256()
    for path in input_files():
        total.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def examples() -> Iterator[tuple[str, str, str]]:
    """Every example as (text, label, file); the label is a kind of danger or `none`."""
    for path in sorted(DATA.glob("*.yml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("nlu") or []:
            label = entry.get("intent", "")
            for line in (entry.get("examples") or "").splitlines():
                text = _ENTITY.sub(r"\1", line.strip().removeprefix("- ")).strip()
                if text and label:
                    yield text, label if label in KINDS else "none", path.stem
    for path in sorted(EXAMPLES.glob("*.yml")):
        for one in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or []:
            label = one.get("label", "none")
            yield one["text"], label if label in KINDS else "none", path.stem
    yield from ordinary_answers()
    for path in sorted(LESSONS.glob("*.yml")):
        sheet = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for part in sheet.get("more", [sheet]):
            for text in part["lines"].splitlines():
                yield text, part["label"], f"lesson_{path.stem}"


def ordinary_answers() -> Iterator[tuple[str, str, str]]:
    """Answers to the check's everyday questions: no danger, whatever words they use. Those about danger itself stay out."""
    for path in sorted(ANSWERS.glob("*.yml")):
        sheet = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if sheet["asked"] in ("danger", "withdrawal"):
            continue
        for meaning, lines in sheet.items():
            if meaning != "asked":
                yield from (
                    (line.strip().removeprefix("- "), "none", path.stem)
                    for line in (lines or "").splitlines()
                    if line.strip()
                )


def vocabulary(tokens: Iterable[Sequence[str]], folder: Path) -> list[str]:
    """The words that get a vector: those of the sentence model and those of the examples, in a fixed order."""
    known = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    plain = {word for word in known if word.isascii() and word.isalpha()}
    return sorted(plain | {word for said in tokens for word in said if word != STOP})


def marks_of(net: Net, tokens: Sequence[str], columns: dict[str, int]) -> np.ndarray:
    """Which groups the patterns see in the words, as a row of ones and zeros."""
    row = np.zeros(len(columns), dtype=np.float32)
    row[[columns[name] for _, name in net.marks(tokens)]] = 1.0
    return row


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write weights and their checksum so that a reader never sees half a file."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    content = packed.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, written in ((path, content), (path.with_suffix(".sha256"), hashlib.sha256(content).hexdigest().encode())):
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        scratch.write_bytes(written)
        scratch.replace(target)


def _unchanged(path: Path, inputs: str) -> bool:
    if classifier.load_classifier(path) is None:
        return False
    with np.load(path) as data:
        return "inputs" in data.files and str(data["inputs"]) == inputs


@dataclass(frozen=True)
class Lessons:
    """Everything the classifier is fitted on, in the order of `examples()`."""

    texts: tuple[str, ...] = field(repr=False)
    labels: np.ndarray  # (n,) numbers of classifier.CLASSES
    files: tuple[str, ...]
    rows: np.ndarray  # (n, learning.LENGTH) numbers of words
    marks: np.ndarray  # (n, marks)
    words: list[str]
    columns: dict[str, int]
    vectors: np.ndarray  # (words, learning.WIDTH) of -127..127
    scale: float

    def whole_vectors(self) -> np.ndarray:
        """The vectors as the network takes them, with the empty word first."""
        return np.vstack([np.zeros((1, self.vectors.shape[1])), self.vectors * self.scale]).astype(np.float32)

    def arrays(self, fitted: dict[str, np.ndarray], inputs: str) -> dict[str, np.ndarray]:
        """What is written to the file."""
        about = {"words": " ".join(self.words), "columns": "\n".join(self.columns), "inputs": inputs}
        named = {name: np.array(text) for name, text in about.items()}
        return {**fitted, **named}


def lessons(models: Path) -> Lessons:
    """Read the examples and make word vectors; needs the sentence model under `models`."""
    from bot.nlu.minilm import load_minilm  # for training alone: the net itself never needs it
    from bot.nlu.minilm_graph import weights_folder

    texts, labels, files = zip(*examples(), strict=True)
    net = load(models / "none.npz")
    tokens, columns = [net.tokens(text) for text in texts], {name: at for at, name in enumerate(net.mark_names)}
    words = vocabulary(tokens, weights_folder())
    vectors, scale = learning.word_vectors(words, load_minilm(models).encode)
    places = {word: at for at, word in enumerate(words, start=1)}
    rows = np.array([learning.padded([places.get(token, 0) for token in said]) for said in tokens], dtype=np.int32)
    marks = np.array([marks_of(net, said, columns) for said in tokens])
    numbers = np.array([classifier.CLASSES.index(label) for label in labels])
    return Lessons(texts, numbers, files, rows, marks, words, columns, vectors, scale)


def train_net(models: Path) -> Path:
    """The file of weights for the inputs as they are: the reviewed one, or `models`/safety.npz, trained now if need be."""
    path, inputs = models / FILE, fingerprint()
    if _unchanged(classifier.REVIEWED, inputs):
        for old in (path.with_suffix(".sha256"), path):
            old.unlink(missing_ok=True)
        return classifier.REVIEWED
    if _unchanged(path, inputs):
        return path
    given = lessons(models)
    fitted = learning.fit(given.rows, given.marks, given.labels, given.whole_vectors())
    _write(path, given.arrays(fitted, inputs))
    return path


def review(models: Path) -> Path:
    """Put the weights for today's inputs where the reviewed ones are; docs/safety.md must be written anew after it."""
    trained = train_net(models)
    if trained != classifier.REVIEWED:
        for suffix in (".npz", ".sha256"):
            shutil.copyfile(trained.with_suffix(suffix), classifier.REVIEWED.with_suffix(suffix))
    return train_net(models)


if __name__ == "__main__":
    made = review(read().models) if "--review" in sys.argv[1:] else train_net(read().models)
    sys.stdout.write(f"{made.relative_to(PROJECT)}\n")
