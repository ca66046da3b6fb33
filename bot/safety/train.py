"""Trains the net's classifier on the project's own examples: `python -m bot.safety.train`."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
from pathlib import Path
from typing import Iterator

import numpy as np
import yaml

from bot.safety import classifier
from bot.safety.table import load_table
from bot.safety.verdict import KINDS
from bot.safety.words import Speller
from bot.settings import PROJECT, read

HERE = Path(__file__).parent
DATA = PROJECT / "data" / "nlu"
EXAMPLES = HERE / "examples"
FILE = "safety.npz"
THRESHOLD = 0.5
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def input_files() -> list[Path]:
    """Everything the weights depend on, in a fixed order."""
    found = [*DATA.glob("*.yml"), *EXAMPLES.glob("*.yml"), *HERE.glob("*.py"), *HERE.glob("*.yml"), *HERE.glob("patterns/*.yml")]
    return sorted(found)


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


def _fitted(rows: list[list[int]], labels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (buckets, classes) and bias (classes) of a logistic regression over hashed features."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in rows])
    matrix = csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), classifier.BUCKETS))
    model = LogisticRegression(C=20.0, max_iter=200, class_weight=None)
    model.fit(matrix, [classifier.CLASSES.index(label) for label in labels])
    return model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32)


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


def train_net(models: Path) -> Path:
    """Train if an input changed and write `models`/safety.npz; the path of the file."""
    path, inputs = models / FILE, fingerprint()
    if _unchanged(path, inputs):
        return path
    speller = Speller(load_table().words())
    texts, labels, _ = zip(*examples(), strict=True)
    rows = [classifier.buckets(speller.tokens(text)) for text in texts]
    weights, bias = _fitted(rows, list(labels))
    _write(path, {"weights": weights, "bias": bias, "threshold": np.float32(THRESHOLD), "inputs": np.array(inputs)})
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{train_net(read().models).name}\n")
