"""A small hashed n-gram classifier beside the patterns, for danger said in words no pattern has."""

import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.safety.verdict import KINDS
from bot.settings import PROJECT

if TYPE_CHECKING:
    import numpy as np

MODEL = PROJECT / "models" / "safety.npz"
BUCKETS = 1 << 15
WINDOW = 40  # words; a long text is read piece by piece
CLASSES = ("none", *KINDS)


@dataclass(frozen=True)
class Scored:
    """What the classifier says: a kind if it is sure enough, and how sure."""

    kind: str | None
    score: float


def features(tokens: Sequence[str]) -> Iterator[str]:
    """Words, pairs and triples of words, and pieces of words."""
    words = [token for token in tokens if token != "."]
    padded = ["<", *words, ">"]
    for at, word in enumerate(words):
        yield word
        for size in (3, 4):
            marked = f"<{word}>"
            for cut in range(len(marked) - size + 1):
                yield "#" + marked[cut : cut + size]
        yield f"{padded[at]} {word}"
        if at + 2 < len(padded):
            yield f"{padded[at]} {word} {padded[at + 2]}"


def buckets(tokens: Sequence[str]) -> list[int]:
    """The hashed features of a text, each once. crc32 is the same on every machine and in every run."""
    return sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in features(tokens)})


def windows(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """Overlapping pieces of a text."""
    if len(tokens) <= WINDOW:
        yield tokens
        return
    step = WINDOW // 2
    for start in range(0, len(tokens) - step, step):
        yield tokens[start : start + WINDOW]


class Classifier:
    """Logistic regression over hashed features; weights come from `python -m bot.safety.train`."""

    def __init__(self, weights: "np.ndarray", bias: "np.ndarray", threshold: float) -> None:
        self._weights = weights
        self._bias = bias
        self._threshold = threshold

    def read(self, tokens: Sequence[str]) -> Scored:
        """The most dangerous window decides."""
        best = Scored(None, 0.0)
        for piece in windows(tokens):
            scored = self._score(piece)
            if scored.score > best.score:
                best = scored
        return best

    def _score(self, tokens: Sequence[str]) -> Scored:
        import numpy as np

        index = buckets(tokens)
        if not index:
            return Scored(None, 0.0)
        raw = self._weights[index].sum(axis=0) / np.sqrt(len(index)) + self._bias
        raw = np.exp(raw - raw.max())
        chances = raw / raw.sum()
        # Crisis kinds stand together against the rest; the likeliest of them names the kind.
        crisis = float(chances[1:6].sum())
        kind = CLASSES[1 + int(chances[1:6].argmax())] if crisis >= self._threshold else None
        return Scored(kind, round(crisis, 4))


def load_classifier(path: Path | None = None) -> Classifier | None:
    """The trained weights, or None where there are none or the file is not what training wrote. Never raises."""
    path = path or MODEL
    try:
        stamp = path.with_suffix(".sha256").read_text(encoding="ascii").strip()
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != stamp:
            return None
        import numpy as np

        with np.load(io.BytesIO(content)) as data:
            return Classifier(data["weights"].astype(np.float32), data["bias"], float(data["threshold"]))
    except (OSError, ValueError, KeyError, ImportError):
        return None
